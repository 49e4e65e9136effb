import Foundation
import Testing

/// Registered models behind the server: scored by programs, kept, and read by the next notebook.
@Suite struct ServedModelsTests {
  /// The notebook of docs/serve.md, on what was scored.
  private static let watching = """
    ---
    catalog:
      scored: { path: "scores/returns/*.parquet" }
    ---

    # What was asked

    ```sql step training
    SELECT i AS id, (i * 7919 % 1000) / 10.0 AS minutes, (i * 104729 % 97) AS visits FROM range(1200) t(i)
    ```

    ```sql step volume
    SELECT scored_by, scored_as, count(*) AS rows, count(DISTINCT label) AS labels FROM scored GROUP BY ALL
    ```

    ```yaml step watch
    { uses: drift, reference: training, current: scored, model: returns@champion }
    ```

    {{ (SELECT rows FROM volume) }} rows by {{ (SELECT scored_by FROM volume) }}.
    """

  @Test func letsADriftStepReadWhatWasScored() async throws {
    let shop = try Workshop()
    try shop.write("notebooks/train.md", ModelsTests.training(seed: 0))
    try shop.write("notebooks/watch.md", Self.watching)
    let trained = try shop.washi("run", "notebooks/train.md")
    #expect(trained.status == 0, "\(trained.errors)")
    let server = try await Server(in: shop, ["--score-log", "scores"])
    let headers = [
      "X-Washi-Form": try server.formToken(), "Content-Type": "application/jsonl",
    ]
    let rows = (0..<300).map { "{\"minutes\":\($0).5,\"visits\":\($0 % 97)}" }
    for part in stride(from: 0, to: 300, by: 100) {
      let reply = try server.send(
        "POST", "/api/v1/models/returns@champion/predict", headers,
        Data(rows[part..<(part + 100)].joined(separator: "\n").utf8))
      #expect(reply.status == 200, "\(reply.body)")
    }
    // Ending the server finishes its files.
    #expect(server.end(by: SIGTERM) == 0)
    let files = try shop.files(below: "scores").keys.sorted()
    #expect(files.count == 1 && files[0].hasSuffix("-v1-001.parquet"), "\(files)")
    let watched = try shop.washi("run", "notebooks/watch.md")
    #expect(watched.status == 0, "\(watched.errors)")
    let report = try shop.read("output/watch/default/v1/report.md")
    #expect(report.contains("300 rows by returns"))
    #expect(report.contains("minutes"))
  }
}
