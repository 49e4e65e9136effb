import DuckDB
import Parsing
import Testing
import Vocabulary

@testable import Steps

@Suite(.serialized) struct DriftStepTests {
  @Test func ranksWhatMovedMost() throws {
    let bench = try Bench()
    try bench.make(
      "old",
      """
      SELECT i % 100 AS calm, i % 50 AS moved, CASE i % 3 WHEN 0 THEN 'a' ELSE 'b' END AS kind,
        i % 7 = 0 AS paid, DATE '2020-01-01' + (i % 90)::INTEGER AS day, [i] AS nested,
        'n' || i AS id, 1 AS only_old, 0 AS flag, 7 AS constant
      FROM range(3000) t(i)
      """)
    try bench.make(
      "new",
      """
      SELECT i % 100 AS calm, i % 50 + 20 AS moved,
        CASE i % 4 WHEN 0 THEN 'a' WHEN 1 THEN 'c' WHEN 2 THEN 'b' END AS kind,
        i % 5 = 0 AS paid, DATE '2020-01-01' + (i % 90)::INTEGER AS day, [i] AS nested,
        'm' || i AS id, 1 AS only_new, CASE WHEN i % 2 = 0 THEN 1 END AS flag, 7 AS constant
      FROM range(2000) t(i)
      """)
    let result = try bench.run(
      """
      ```yaml step moved
      uses: drift
      reference: old
      current: new
      target: flag
      ```
      """)
    let table = try #require(result.table).table
    #expect(result.metric("columns")?.value == 6)
    #expect(table["column"]?.values.map(\.plainText).prefix(2) == ["kind", "moved"])
    #expect(table["verdict"]?[0] == .text("act"))
    #expect(table["unseen"]?[0] == .int(500))
    #expect(result.metric("max_psi")?.value ?? 0 > 1)
    #expect(result.metric("drifted")?.value == 2)
    #expect(result.metric("dataset_drift")?.value == 0)
    #expect(result.metric("reference_rate")?.value == 0)
    #expect(result.metric("current_rate")?.value == 1)
    let caption = try #require(result.table?.caption)
    #expect(caption.hasPrefix("The data set has not drifted: 2 of 6"))
    #expect(caption.contains("PSI over 10 quantile bins of then"))
    #expect(result.remarks.contains { $0.contains("Only in `old`, not compared: `only_old`") })
    #expect(result.remarks.contains { $0.contains("`nested` is of a nested type") })
    #expect(result.remarks.contains { $0.contains("`id` has 3,000 different values") })
    #expect(result.remarks.contains { $0.contains("500 rows of `new` have a category of `kind`") })
    #expect(result.remarks.contains { $0.contains("1,000 rows of `new` have no `flag`") })
    #expect(result.exhibits.count == 6)
  }

  @Test func comparesTheScoresOfAModel() throws {
    let (bench, _) = try People.trained()
    try bench.workspace.connection.execute(
      "CREATE VIEW later AS SELECT * REPLACE (minutes + 30 AS minutes) FROM people")
    let result = try bench.run(
      """
      ```yaml step moved
      uses: drift
      reference: people
      current: later
      model: model
      columns: [minutes]
      ```
      """)
    #expect(result.metric("score_psi")?.value ?? 0 > 0.1)
    #expect(result.metric("psi_minutes")?.value ?? 0 > 0.1)
    #expect(result.metric("dataset_drift")?.value == 1)
    let before = try #require(result.metric("reference_calibration")?.value)
    let after = try #require(result.metric("current_calibration")?.value)
    #expect(abs(before - 1) < 0.1 && after < before)
    #expect(try bench.workspace.isView("later"))
  }

  @Test(arguments: [
    ("reference: old\ncurrent: new\ncolumns: [agee]", "unknown-column"),
    ("reference: old\ncurrent: other", "no-common-column"),
    ("reference: old\ncurrent: new\nbins: 1", "wrong-value"),
    ("reference: old\ncurrent: new\nact: 0.05", "wrong-value"),
    ("reference: old", "missing-option"),
    ("reference: old\ncurrent: new\ncharts: [rankin]", "unknown-choice"),
  ])
  func findsMistakes(_ options: String, _ rule: String) throws {
    let bench = try Bench()
    try bench.make("old", "SELECT 1 AS age, 'x' AS kind LIMIT 0")
    try bench.make("new", "SELECT 1 AS age, 'x' AS kind LIMIT 0")
    try bench.make("other", "SELECT 1 AS size LIMIT 0")
    let found = try bench.check("```yaml step s\nuses: drift\n\(options)\n```")
    #expect(found.first?.rule == rule)
  }

  @Test func saysWhichTableIsEmpty() throws {
    let bench = try Bench()
    try bench.make("old", "SELECT 1 AS age LIMIT 0")
    try bench.make("new", "SELECT 1 AS age")
    let error = #expect(throws: StepFailure.self) {
      try bench.run("```yaml step s\nuses: drift\nreference: old\ncurrent: new\n```")
    }
    #expect(error?.diagnostic.summary == "table `old` has no rows to compare")
  }

  @Test func comparesTablesWithoutAnyValue() throws {
    let bench = try Bench()
    try bench.make("old", "SELECT NULL::DOUBLE AS x, 'a' AS y, 'inf'::DOUBLE AS z FROM range(3)")
    try bench.make("new", "SELECT NULL::DOUBLE AS x, NULL AS y, 1.0::DOUBLE AS z FROM range(2)")
    let result = try bench.run(
      "```yaml step s\nuses: drift\nreference: old\ncurrent: new\n```")
    #expect(result.metric("columns")?.value == 3)
    #expect(result.remarks.contains { $0.contains("3 infinite values of `z` in `old`") })
    #expect(result.remarks.contains { $0.contains("`x` has no values in `old` and in `new`") })
  }
}
