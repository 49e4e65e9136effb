import Foundation
import Testing

/// SQL that another engine does: here another DuckDB by its ADBC driver, which needs no server.
@Suite struct ConnectionTests {
  static let notebook = """
    ```yaml parameters
    least: 100
    ```
    ```sql step large connection=warehouse
    SELECT i AS id, i % 3 AS region, CAST(i * 1.25 AS DECIMAL(9, 2)) AS amount
    FROM range(1000) AS t(i) WHERE i >= $least
    ```
    ```sql step regions connection=warehouse show=10
    SELECT region, count(*) AS loans, sum(amount) AS amount FROM large GROUP BY region ORDER BY region
    ```
    ```yaml step figures
    uses: metric
    metrics:
      loans: { value: "{{ (SELECT sum(loans) FROM regions) }}" }
      amount: { value: "{{ (SELECT sum(amount) FROM regions) }}" }
    ```
    """

  /// A project with a warehouse, and the same notebook done here.
  private func project(version: String = "SELECT 7") throws -> Workshop {
    let workshop = try Workshop()
    try workshop.write(
      "washi.yaml",
      "connections:\n  warehouse: { driver: duckdb, uri: \":memory:\", version: \"\(version)\" }\n")
    try workshop.write("there.md", Self.notebook)
    try workshop.write("here.md", Self.notebook.replacing(" connection=warehouse", with: ""))
    return workshop
  }

  private func metrics(of outcome: Workshop.Outcome, in workshop: borrowing Workshop) throws -> Data
  {
    let path =
      outcome.lastLine.hasPrefix("/")
      ? outcome.lastLine : workshop.folder.path + "/" + outcome.lastLine
    let data = try Data(
      contentsOf: URL(filePath: path).deletingLastPathComponent().appending(path: "report.json"))
    let facts = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    return try JSONSerialization.data(
      withJSONObject: facts["metrics"] ?? [:], options: [.sortedKeys])
  }

  @Test func givesTheSameFiguresHereAndThere() throws {
    let workshop = try project()
    let there = try workshop.washi("run", "there.md")
    #expect(there.status == 0, "\(there.errors)")
    let here = try workshop.washi("run", "here.md")
    #expect(here.status == 0, "\(here.errors)")
    #expect(
      try metrics(of: there, in: workshop) == metrics(of: here, in: workshop))
    // What nothing tells the change of is found again.
    let again = try workshop.washi("plan", "there.md")
    #expect(again.output.components(separatedBy: "cached").count == 4, "\(again.output)")
    #expect(again.output.contains("sql on warehouse, rows stay there"))
    let changed = try project(version: "SELECT 8")
    _ = try changed.washi("run", "there.md")
    try workshop.write("washi.yaml", try changed.read("washi.yaml"))
    let plan = try workshop.washi("plan", "there.md")
    #expect(plan.output.contains("the version of `warehouse` was 7 and is 8"), "\(plan.output)")
  }

  @Test func saysWhatRunsWhere() throws {
    let workshop = try project(version: "never")
    let plan = try workshop.washi("plan", "there.md", "--json")
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("\"connection\" : \"warehouse\""))
    #expect(plan.output.contains("\"rows\" : \"stay\""))
    #expect(plan.output.contains("declares no `version:`"))
  }

  @Test func saysWhatIsWrongBeforeAnythingRuns() throws {
    let workshop = try project()
    try workshop.write("n.md", "```sql step x connection=warehous\nSELECT 1\n```\n")
    let outcome = try workshop.washi("check", "n.md")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("n.md:1:26"))
    #expect(outcome.errors.contains("did you mean `warehouse`?"))
    try workshop.write("washi.yaml", "connections: { w: { driver: postgresql, password: hush } }\n")
    let secret = try workshop.washi("check", "n.md")
    #expect(secret.errors.contains("washi.yaml:1"))
    #expect(secret.errors.contains("must not stand in the file"))
  }

  @Test func failsAtTheStepWhoseEngineDoes() throws {
    let workshop = try project()
    try workshop.write(
      "n.md", "```sql step x connection=warehouse show=1\nSELECT y FROM nowhere\n```\n")
    let run = try workshop.washi("run", "n.md")
    #expect(run.status == 1)
    #expect(run.errors.contains("nowhere"))
    #expect(run.errors.contains("n.md:2"), "\(run.errors)")
    try workshop.write("washi.yaml", "connections: { warehouse: { driver: nosuch } }\n")
    let missing = try workshop.washi("run", "n.md")
    #expect(missing.status == 1)
    #expect(missing.errors.contains("WASHI_ADBC_NOSUCH"), "\(missing.errors)")
  }
}
