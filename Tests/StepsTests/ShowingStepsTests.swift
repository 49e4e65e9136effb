import Charting
import Foundation
import Parsing
import Testing
import Vocabulary

@testable import Steps

/// The kinds that make and show tables, numbers and charts.
@Suite struct ShowingStepsTests {
  @Test func makesATableOfASelectWithBoundParameters() throws {
    let bench = try Bench(parameters: ["top": .int(3)])
    let result = try bench.run(
      "```sql step a show=2\nSELECT i FROM range(10) t(i) WHERE i < $top\n```")
    #expect(result.rowsOut == 3)
    #expect(result.table?.table["i"]?.values == [.int(0), .int(1)])
    #expect(result.table?.totalRows == 3)
    #expect(try bench.workspace.rowCount(of: "a") == 3)
  }

  @Test func placesAnErrorOfTheEngineInTheNotebook() throws {
    let bench = try Bench()
    let found = try bench.check("# Title\n\n```sql step a\nSELECT 1 AS x,\n  nothing + 1\n```")
    let place = try #require(found.first?.range)
    #expect(place.start == SourcePosition(line: 5, column: 3))
    #expect(place.end == SourcePosition(line: 5, column: 10))
  }

  @Test func keepsAWideScanAsAViewWithItsParameters() throws {
    let bench = try Bench(parameters: ["word": .text("it's")])
    let columns = (0..<80).map { "i + \($0) AS c\($0)" }.joined(separator: ", ")
    try bench.make("wide", "SELECT \(columns) FROM range(5) t(i)")
    let result = try bench.run("```sql step a\nSELECT *, $word AS word FROM wide -- $word\n```")
    #expect(result.rowsOut == nil)
    #expect(
      try bench.workspace.rows("SELECT word, c79 FROM a LIMIT 1").row(0) == [
        .text("it's"), .int(79),
      ])
    let views = try bench.workspace.rows(
      "SELECT count(*) FROM duckdb_views() WHERE view_name = 'a'")
    #expect(views.row(0) == [.int(1)])
  }

  @Test func showsATableInOrderWithFormats() throws {
    let bench = try Bench()
    try bench.make(
      "t", "SELECT * FROM (VALUES ('a', 0.25), ('b', NULL), ('c', 0.75)) v(name, share)")
    let result = try bench.run(
      """
      ```yaml step shown
      uses: table
      title: Shares
      table: t
      columns: [share, name]
      sort: [-share]
      rows: 2
      formats: { share: ".1%" }
      labels: { share: Share of all }
      bars: [share]
      ```
      """)
    let table = try #require(result.table)
    #expect(table.table.columns.map(\.name) == ["share", "name"])
    #expect(table.table["name"]?.values == [.text("c"), .text("a"), .text("b")])
    #expect(table.shownRows == 2 && table.totalRows == 3)
    #expect(table.formats["share"]?.string(0.25) == "25.0%")
    #expect(table.labels == ["share": "Share of all"])
  }

  @Test func sumsUpAllRowsOfATableAlsoThoseThatAreNotShown() throws {
    let bench = try Bench()
    try bench.make(
      "t", "SELECT * FROM (VALUES ('a', 1, 0.5), ('b', 2, NULL), ('c', 4, 1.5)) v(name, n, x)")
    let result = try bench.run(
      """
      ```yaml step shown
      uses: table
      table: t
      rows: 1
      totals: { n: sum, x: mean }
      heat: [n]
      changes: { x: lower }
      group: name
      ```
      """)
    let table = try #require(result.table)
    #expect(table.totals.map(\.column) == ["n", "x"])
    #expect(table.totals.map { $0.value.number } == [7, 1])
    #expect(table.heat == ["n"] && table.changes == ["x": .lower] && table.groups == ["name"])
  }

  @Test func refusesTotalsOfTextAndUnknownWords() throws {
    let bench = try Bench()
    try bench.make("t", "SELECT 'a' AS name, 1 AS n")
    let text = try bench.check("```yaml step s\nuses: table\ntable: t\ntotals: { name: sum }\n```")
    #expect(text.map(\.rule) == ["not-a-number"])
    let word = try bench.check("```yaml step s\nuses: table\ntable: t\ntotals: { n: summ }\n```")
    #expect(word.first?.summary.contains("`summ` is none of `sum`") == true)
  }

  @Test func namesTheNearestColumnAtItsPlace() throws {
    let bench = try Bench()
    try bench.make("t", "SELECT 1 AS amount")
    let found = try bench.check("```yaml step s\nuses: table\ntable: t\ncolumns: [amont]\n```")
    #expect(found.map(\.rule) == ["unknown-column"])
    #expect(found.first?.solutions == ["did you mean `amount`?"])
    #expect(found.first?.range?.start == SourcePosition(line: 4, column: 11))
  }

  @Test func givesMetricsTheirNames() throws {
    let bench = try Bench()
    let one = try bench.run(
      "```yaml step m\nuses: metric\nvalue: 12\nlabel: Loans\nbetter: higher\n```")
    #expect(one.metrics.map(\.name) == ["value"] && one.metrics[0].value == 12)
    #expect(one.metrics[0].direction == .higher && one.exhibits == [.tile(metric: "value")])
    let several = try bench.run(
      "```yaml step m\nuses: metric\nmetrics:\n  a: { value: 1, compare: 2 }\n  b: { value: 0.5, format: '.0%' }\n```"
    )
    #expect(several.metrics.map(\.name) == ["a", "b"])
    #expect(several.metrics[0].comparison?.value == 2)
  }

  @Test(arguments: ["bar", "line", "point", "area", "histogram", "rule"])
  func drawsEveryMark(_ mark: String) throws {
    let bench = try Bench()
    try bench.make("t", "SELECT i AS x, i % 3 AS y, 'g' || (i % 2) AS g FROM range(30) r(i)")
    let vertical = mark == "histogram" ? "" : "y: y\n"
    let result = try bench.run(
      "```yaml step c\nuses: chart\ntable: t\nmark: \(mark)\nx: x\n\(vertical)color: g\n```")
    let chart = try #require(result.chart)
    #expect(chart.chart.svg(id: "c").contains("<svg"))
    #expect(!chart.chart.isEmpty)
  }

  @Test func thinsOutAndSaysSo() throws {
    let bench = try Bench()
    try bench.make("t", "SELECT i AS x, i AS y FROM range(20001) r(i)")
    let result = try bench.run(
      "```yaml step c\nuses: chart\ntable: t\nmark: point\nx: x\ny: y\n```")
    #expect(result.chart?.chart.remarks.contains { $0.contains("20,001") } == true)
  }

  @Test func profilesEveryKindOfColumn() throws {
    let bench = try Bench()
    try bench.make(
      "t",
      #"""
      SELECT i AS n, CASE WHEN i % 4 = 0 THEN NULL ELSE 'k' || (i % 3) END AS "a ""b""",
        DATE '2021-01-01' + CAST(i AS INTEGER) AS d, i % 2 = 0 AS b, NULL AS nothing,
        CASE WHEN i = 5 THEN 'Infinity'::DOUBLE ELSE i / 2 END AS f
      FROM range(100) r(i)
      """#)
    let result = try bench.run("```yaml step p\nuses: profile\ntable: t\n```")
    guard case .profile(let profile)? = result.exhibits.first else {
      Issue.record("no profile")
      return
    }
    #expect(profile.totalRows == 100)
    #expect(profile.columns.map(\.name) == ["n", "a \"b\"", "d", "b", "nothing", "f"])
    #expect(profile.columns[0].quantiles == [0, 24.75, 49.5, 74.25, 99])
    #expect(profile.columns[0].mean == 49.5)
    #expect(profile.columns[1].missing == 25 && profile.columns[1].distinct == 3)
    #expect(profile.columns[2].extremes == ["2021-01-01", "2021-04-10"])
    #expect(profile.columns[4].missing == 100 && profile.columns[4].chart == nil)
    #expect(profile.columns[5].quantiles.last == 49.5)
  }

  @Test func writesFilesOfEveryFormat() throws {
    let bench = try Bench()
    try bench.make(
      "t", "SELECT * FROM (VALUES (1, '=1+1'), (2, '-5'), (3, 'a,\"b\"')) v(n, \"=x\")")
    for format in ["csv", "jsonl", "parquet"] {
      let result = try bench.run(
        "```yaml step e\nuses: export\ntable: t\npath: sub/out.\(format)\n```")
      #expect(result.artifacts.map(\.path) == ["sub/out.\(format)"])
      #expect(result.artifacts.first?.rows == 3)
    }
    let csv = try bench.run("```yaml step e\nuses: export\ntable: t\npath: out.csv\n```")
    let text = try String(
      contentsOfFile: try #require(csv.artifacts.first).stagedAt, encoding: .utf8)
    #expect(text == "n,'=x\n1,'=1+1\n2,-5\n3,\"a,\"\"b\"\"\"\n")
  }

  @Test(arguments: ["/etc/x.csv", "../x.csv", "a/../../x.csv", "x.xlsx", "", "a//b.csv"])
  func refusesAPathThatLeavesItsFolder(_ path: String) throws {
    let found = try Bench().check("```yaml step e\nuses: export\ntable: t\npath: \"\(path)\"\n```")
    #expect(found.contains { $0.severity == .error }, "\(path)")
  }

  @Test func refusesUnknownKindsAndOptions() throws {
    let bench = try Bench()
    #expect(
      try bench.check("```yaml step s\nuses: tabel\n```").first?.solutions == [
        "did you mean `table`?"
      ])
    #expect(try bench.check("```yaml step s\ntable: t\n```").first?.rule == "missing-uses")
    let found = try bench.check("```yaml step s\nuses: table\ntable: t\ncolums: [a]\n```")
    #expect(found.first?.solutions == ["did you mean `columns`?"])
  }
}
