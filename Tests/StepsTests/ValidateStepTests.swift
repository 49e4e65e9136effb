import DuckDB
import Foundation
import Testing
import Vocabulary

@testable import Steps

@Suite(.serialized) struct ValidateStepTests {
  static let loans = """
    SELECT i AS id, i % 7 AS seven, CASE WHEN i % 10 > 0 THEN i * 1.5 END AS income,
      CASE i % 3 WHEN 0 THEN 'F' WHEN 1 THEN 'M' ELSE 'it''s' END AS gender,
      DATE '2020-01-01' + i::INTEGER AS day, i // 2 AS pair
    FROM range(100) t(i)
    """

  private func validated(_ options: String) throws -> StepResult {
    let bench = try Bench()
    try bench.make("loans", Self.loans)
    try bench.make("orphans", "SELECT 'x' AS who, 3 AS id")
    return try bench.run("```yaml step v\nuses: validate\ntable: loans\n\(options)\n```")
  }

  @Test func letsPassWhatFits() throws {
    let result = try validated(
      """
      columns:
        id: { type: number, unique: true, missing: 0, min: 0, max: 99 }
        income: { type: "DECIMAL(21,1)", missing: 0.1 }
        gender: { type: text, values: [F, M, "it's"], pattern: "[FM]|it.s" }
        day: { type: date, min: 2020-01-01, max: 2020-12-31 }
        seven:
        pair:
      exact: true
      unique: [seven, pair, id]
      rows: { min: 100, max: 100, change: 0.5 }
      """)
    let table = try #require(result.table)
    #expect(result.verdict?.refusals == [], "\(table.table)")
    #expect(result.metric("passed")?.value == 1)
    #expect(result.metric("rows")?.value == 100)
    #expect(table.table["verdict"]?.values.allSatisfy { $0 == .text("held") } == true)
    #expect(result.exhibits.count == 1)
  }

  @Test func showsWhatDoesNotFitWithExamples() throws {
    let result = try validated(
      """
      columns:
        id: { type: text }
        income: { missing: 0.05, max: 145, severity: warn }
        gender: { values: [F, M] }
        day: { min: 2020-02-01 }
        seven: { unique: true }
        agee: { missing: 0 }
        pair: { pattern: "[" }
      exact: true
      unique: [pair]
      rows: { min: 1000 }
      empty: [orphans]
      """)
    let refusals = try #require(result.verdict?.refusals)
    #expect(
      refusals == [
        "at least 1,000 rows: 100", "`id` is text: BIGINT",
        "`gender` is one of F, M: 33 rows do not", "`day` is at least 2020-02-01: 31 rows do not",
        "`seven` comes once: 100 rows do not", "`agee` is there: missing",
        refusals.first { $0.hasPrefix("`pair` matches [") } ?? "no word of the pattern",
        "pair come once together: 100 rows do not", "`orphans` has no row: 1",
      ])
    #expect(
      result.verdict?.warnings == [
        "`income` is missing in at most 5%: 10.00%", "`income` is at most 145: 3 rows do not",
      ])
    #expect(result.verdict?.consequence == .stop)
    let table = try #require(result.table).table
    #expect(table["examples"]?[2] == .text("it's"))
    guard case .table(let rows) = result.exhibits[1] else {
      Issue.record("no example rows")
      return
    }
    let place = try #require(
      rows.table["expectation"]?.values.firstIndex(of: .text("gender is one of F, M")))
    #expect(
      rows.table["id"]?.values[place..<place + 3] == [.text("2"), .text("5"), .text("8")])
    #expect(rows.table["who"]?.values.contains(.text("x")) == true)
  }

  @Test func acceptsAnEmptyTableAndOneOfNulls() throws {
    let bench = try Bench()
    try bench.make("none", "SELECT 1 AS x LIMIT 0")
    try bench.make("nulls", "SELECT NULL::VARCHAR AS x FROM range(3)")
    let options = "columns: { x: { missing: 0, unique: true, values: [a] } }"
    let none = try bench.run("```yaml step v\nuses: validate\ntable: none\n\(options)\n```")
    #expect(none.verdict?.refusals == [])
    let nulls = try bench.run("```yaml step w\nuses: validate\ntable: nulls\n\(options)\n```")
    #expect(nulls.verdict?.refusals == ["`x` is never missing: 100.00%"])
  }

  @Test func readsWhatWasInferred() throws {
    let bench = try Bench()
    try bench.make("loans", Self.loans)
    let schema = try SchemaInference.schema(of: "loans", on: bench.workspace.connection)
    let text = schema.yaml(head: ["reviewed"])
    #expect(
      text == """
        # reviewed
        columns:
          id: { type: number, missing: 0, unique: true }
          seven: { type: number, missing: 0, min: 0, max: 6 }
          income: { type: number, missing: 0.2, min: 1.5, max: 148.5 }
          gender: { type: text, missing: 0, values: ["F", "M", "it's"] }
          day: { type: date, missing: 0, min: "2020-01-01", unique: true }
          pair: { type: number, missing: 0, min: 0, max: 49 }

        """)
    try Data(text.utf8).write(to: bench.folder.appending(path: "loans.yaml"))
    let result = try bench.run(
      "```yaml step v\nuses: validate\ntable: loans\nschema: loans.yaml\n```")
    #expect(result.verdict?.refusals == [])
    #expect(result.metric("expectations")?.value == 22)
    let stricter = try bench.run(
      """
      ```yaml step w
      uses: validate
      table: loans
      schema: loans.yaml
      columns: { seven: { max: 5 } }
      ```
      """)
    #expect(stricter.verdict?.refusals == ["`seven` is at most 5: 14 rows do not"])
  }

  @Test(arguments: [
    ("columns: { id: { unik: true } }", "unknown-option"), ("", "missing-option"),
    ("columns: { id: { min: 3, max: 1 } }", "wrong-value"),
    ("columns: { id: { missing: 2 } }", "wrong-value"),
    ("rows: { min: 3, max: 1 }", "wrong-value"), ("schema: nowhere.yaml", "missing-input"),
    ("unique: [idd]", "unknown-column"), ("columns: { idd: { missing: 0 } }", "unknown-column"),
  ])
  func findsMistakes(_ options: String, _ rule: String) throws {
    let bench = try Bench()
    try bench.make("loans", Self.loans)
    let found = try bench.check("```yaml step v\nuses: validate\ntable: loans\n\(options)\n```")
    #expect(found.first?.rule == rule)
    // What the step is to find itself does not keep it from running.
    #expect(found.first?.severity == (options.contains("columns: { idd") ? .warning : .error))
  }
}
