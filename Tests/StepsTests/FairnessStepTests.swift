import DuckDB
import Parsing
import Testing
import Vocabulary

@testable import Steps

@Suite(.serialized) struct FairnessStepTests {
  private func bench() throws -> Bench {
    let (bench, _) = try People.trained()
    try bench.make(
      "judged",
      """
      SELECT *, CASE WHEN person % 4 = 0 THEN 'young' WHEN person % 400 = 1 THEN 'rare'
          WHEN person % 4 < 3 THEN 'old' END AS age,
        CASE WHEN person % 2 = 0 THEN 'F' ELSE 'M' END AS gender, 'x' AS same,
        CASE WHEN person % 50 > 0 THEN returns END AS known
      FROM people
      """)
    return bench
  }

  @Test func comparesGroupsWithIntervals() throws {
    let bench = try bench()
    let text = """
      ```yaml step fair
      uses: fairness
      model: model
      table: judged
      groups: [age, gender]
      intersect: true
      intervals: { samples: 50 }
      ```
      """
    let result = try bench.run(text)
    let table = try #require(result.table).table
    #expect(
      table["group"]?.values.map(\.plainText) == ["(missing)", "old", "rare", "young", "all rows"])
    #expect(table["rows"]?.values.prefix(4) == [.int(500), .int(995), .int(5), .int(500)])
    #expect(table["verdict"]?[2] == .text("too few rows"))
    #expect(table["verdict"]?[1] == .null, "the majority is the reference")
    #expect(result.metric("small_groups")?.value == 1)
    #expect(result.metric("groups")?.value == 4)
    let metric = try #require(result.metric("gender_demographic_parity_difference"))
    let interval = try #require(metric.interval)
    let value = try #require(metric.value)
    #expect(value >= 0 && value <= interval.high + 0.2)
    #expect(result.metric("age_gender_groups") != nil)
    let source = try #require(bench.workspace.current)
    let action = StepAction.decoding(source, options: source.options).action
    #expect(result.metrics.map(\.name) == action?.metricNames)
    #expect(result.remarks.contains { $0.contains("`rare` (5)") })
    #expect(result.exhibits.count == 12)
    let sql = try bench.workspace.rows(
      "SELECT count(*) FILTER (returns = 'yes') FROM judged WHERE age = 'young'")
    #expect(table["positives"]?[3] == sql.row(0)[0])
  }

  @Test func saysThatOneGroupHasNothingToCompareWith() throws {
    let bench = try bench()
    let result = try bench.run(
      "```yaml step f\nuses: fairness\nmodel: model\ntable: judged\ngroups: same\n```")
    #expect(result.metric("demographic_parity_difference")?.value == nil)
    #expect(result.metric("four_fifths")?.value == nil)
    #expect(result.remarks.contains { $0.contains("there is nothing to compare") })
  }

  @Test func leavesOutRowsWithoutAnOutcome() throws {
    let bench = try bench()
    try bench.make("part", "SELECT * REPLACE (known AS returns) FROM judged")
    let result = try bench.run(
      """
      ```yaml step f
      uses: fairness
      model: model
      table: part
      groups: gender
      reference: F
      charts: []
      ```
      """)
    #expect(result.rowsIn == 1960)
    #expect(result.remarks.contains { $0.hasPrefix("40 rows have no `returns`") })
    #expect(result.exhibits.count == 2)
  }

  @Test(arguments: [
    ("groups: [agee]", "unknown-column"), ("", "missing-option"),
    ("groups: [age]\nintersect: true", "wrong-value"),
    ("groups: [age, gender]\nreference: old", "wrong-value"),
    ("groups: [age]\nminimum: 0", "wrong-value"),
  ])
  func findsMistakes(_ options: String, _ rule: String) throws {
    let bench = try bench()
    let found = try bench.check(
      "```yaml step f\nuses: fairness\nmodel: model\ntable: judged\n\(options)\n```")
    #expect(found.first?.rule == rule)
  }

  @Test func saysWhichGroupsThereAre() throws {
    let bench = try bench()
    let error = #expect(throws: StepFailure.self) {
      try bench.run(
        """
        ```yaml step f
        uses: fairness
        model: model
        table: judged
        groups: age
        reference: yung
        ```
        """)
    }
    #expect(error?.diagnostic.solutions == ["did you mean `young`?"])
  }
}
