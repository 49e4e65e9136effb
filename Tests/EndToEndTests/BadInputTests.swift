import Foundation
import Testing

/// Bad input gives a clear error or a right report, and never a crash.
@Suite struct BadInputTests {
  /// Runs a notebook and expects a refusal that names a place and a reason.
  private func refuses(
    _ notebook: Data, _ reason: String, at place: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let shop = try Workshop()
    try shop.write("n.md", notebook)
    let run = try shop.washi("run", "n.md")
    #expect(run.status == 2, "\(run.errors)", sourceLocation: sourceLocation)
    #expect(run.errors.contains(reason), "\(run.errors)", sourceLocation: sourceLocation)
    #expect(run.errors.contains(place), "\(run.errors)", sourceLocation: sourceLocation)
    #expect(
      !FileManager.default.fileExists(atPath: shop.folder.path + "/output"),
      sourceLocation: sourceLocation)
  }

  @Test func refusesAnEmptyFile() throws {
    try refuses(Data(), "empty", at: "n.md")
  }

  @Test func refusesAnUnclosedFence() throws {
    try refuses(Data("# A\n\n```sql step a\nSELECT 1\n".utf8), "clos", at: "n.md:3:")
  }

  @Test func refusesTwoParameterBlocks() throws {
    let block = "```yaml parameters\na: 1\n```\n"
    try refuses(Data((block + "\n" + block).utf8), "parameters", at: "n.md:5:")
  }

  @Test func placesInvalidYAMLAtItsLine() throws {
    try refuses(
      Data("# A\n\n```yaml parameters\na: 1\nb: [1, 2\n```\n".utf8), "invalid YAML", at: "n.md:5:")
  }

  @Test func placesInvalidUTF8() throws {
    try refuses(
      Data("# A\n\nabc ".utf8) + Data([0xFF, 0xFE]) + Data("\n".utf8), "UTF-8", at: "n.md:3:")
  }

  @Test func readsWindowsLineEnds() throws {
    let shop = try Workshop()
    try shop.write(
      "n.md", RunningTests.hello.replacingOccurrences(of: "\n", with: "\r\n"))
    #expect(try shop.washi("run", "n.md").status == 0)
  }

  @Test func readsANotebookOfTenMegabytes() throws {
    let shop = try Workshop()
    let paragraph = String(
      repeating: "Some *prose* with `code` and a [link](https://example.org). ", count: 40)
    let text = "# Long\n\n" + Array(repeating: paragraph, count: 4400).joined(separator: "\n\n")
    #expect(text.utf8.count > 10_000_000)
    try shop.write("n.md", text)
    let run = try shop.washi("run", "n.md")
    #expect(run.status == 0, "\(run.errors.prefix(2000))")
  }

  @Test func runsAThousandSteps() throws {
    let shop = try Workshop()
    var text = "```sql step s0\nSELECT 0 AS x\n```\n"
    for index in 1..<1000 {
      text += "\n```sql step s\(index)\nSELECT x + 1 AS x FROM s\(index - 1)\n```\n"
    }
    text += "\nThe end is {{ (SELECT x FROM s999) }}.\n"
    try shop.write("notebooks/n.md", text)
    let run = try shop.washi("run", "notebooks/n.md")
    #expect(run.status == 0, "\(run.errors.suffix(2000))")
    #expect(try shop.read("output/n/default/v1/report.md").contains("The end is 999."))
  }

  static let pipeline = """
    ---
    catalog: { data: { path: data.csv } }
    ---

    ```sql step rows show=5
    SELECT * FROM data
    ```

    ```yaml step all
    uses: profile
    table: rows
    ```

    ```yaml step drawn
    uses: chart
    mark: histogram
    table: rows
    x: x
    ```

    ```yaml step model
    uses: train
    table: rows
    target: y
    split: { test: 0.3, validation: 0.3, stratify: true, seed: 0 }
    rounds: 5
    ```

    ```yaml step evaluation
    uses: evaluate
    model: model
    on: test
    ```
    """

  /// Each of these data sets has something wrong with it; the run must end by itself either way.
  @Test(
    arguments: [
      "ragged": "x,y\n1,0\n2,1,9\n3\n",
      "no rows": "x,y\n",
      "one class": "x,y\n1,1\n2,1\n3,1\n4,1\n5,1\n6,1\n7,1\n8,1\n9,1\n10,1\n",
      "all null": "x,y\n,\n,\n,\n,\n",
      "empty file": "",
      "infinite":
        "x,y\n1e400,0\n-1e400,1\n1,0\n2,1\nNaN,0\n3,1\n4,0\n5,1\n6,0\n7,1\n8,0\n9,1\n1,0\n2,1\n",
      "keywords": "x,y,select,\"a \"\"b\"\"\",group\n"
        + (1...40).map { "\($0),\($0 % 2),1,2,a\n" }.joined(),
      "three classes": "x,y\n" + (1...60).map { "\($0),\($0 % 3)\n" }.joined(),
      "binary": "\u{0}\u{1}\u{2}\n",
    ])
  func survives(_ name: String, _ data: String) throws {
    let shop = try Workshop()
    try shop.write("data.csv", data)
    try shop.write("notebooks/n.md", Self.pipeline)
    let run = try shop.washi("run", "notebooks/n.md")
    #expect([0, 1, 2].contains(run.status), "\(name): \(run.status) \(run.errors)")
    if run.status != 0 {
      #expect(run.errors.contains("notebooks/n.md:"), "\(name): \(run.errors)")
    }
  }
}
