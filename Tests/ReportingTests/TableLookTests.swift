import Foundation
import Reporting
import Steps
import Testing
import Vocabulary

/// What an author can ask of a table beside its numbers.
@Suite struct TableLookTests {
  private static func report() throws -> Report {
    var exhibit = TableExhibit(
      id: "t", title: "Regions",
      table: Table(columns: [
        Column("region", texts: ["North", "North", "South", "West"]),
        Column("loans", integers: [120, 80, 200, 40]),
        Column("growth", reals: [0.5, -0.25, 0, -1]),
        Column("rate", reals: [0.031, 0.082, nil, 0.044]),
      ]), shownRows: 3,
      formats: ["growth": .percent(1), "rate": .percent(1)], bars: ["growth"])
    exhibit.heat = ["rate", "loans"]
    exhibit.changes = ["growth": .higher]
    exhibit.groups = ["region"]
    exhibit.totals = [
      .init(column: "loans", kind: .sum, value: .int(440)),
      .init(column: "rate", kind: .mean, value: .double(0.052)),
    ]
    var fixture = RunFixture(source: "```sql step t\nSELECT 1\n```\n", path: "notebooks/t.md")
    fixture.states = ["t": done(rowsOut: 4, exhibits: [.table(exhibit)])]
    return try Report(of: fixture.run())
  }

  @Test func namesRowsAndSumsThemUp() throws {
    let page = try Self.report().text("index.html")
    #expect(page.contains("<th scope=\"row\">North</th>"))
    #expect(page.contains("<tfoot>"))
    #expect(page.contains("<th scope=\"row\">Total</th>"))
    #expect(page.contains("<td class=\"number\">440</td>"))
    #expect(page.contains("<span class=\"unit\">mean</span> 5.2%"))
    #expect(page.contains("3 of 4 rows"))
    // A rule stands where the region changes, and nowhere else among the shown rows.
    #expect(page.components(separatedBy: "<tr class=\"group\">").count == 2)
  }

  @Test func signsChangesAndSaysWhetherTheyAreGood() throws {
    let page = try Self.report().text("index.html")
    #expect(page.contains("class=\"number bar change better\""))
    #expect(page.contains("▲ +50.0%</td>"))
    #expect(page.contains("class=\"number bar change worse\""))
    #expect(page.contains("▼ −25.0%</td>"))
    #expect(page.contains("= 0.0%</td>"))
    // Zero stands a third of the way between the longest bars of both sides.
    #expect(page.contains("<rect x=\"33.3%\" width=\"66.7%\" height=\"100%\">"))
    #expect(page.contains("<rect width=\"33.3%\" height=\"100%\">"))
  }

  @Test func darkensCellsWithTheirNumbers() throws {
    let page = try Self.report().text("index.html")
    #expect(page.contains("<td class=\"number heat4\">8.2%</td>"))
    #expect(page.contains("<td class=\"number\">3.1%</td>"))
    #expect(page.contains("<td class=\"number heat4\">200</td>"))
  }

  @Test func keepsTheTwinAndTheFactsComplete() throws {
    let report = try Self.report()
    let twin = try report.text("report.md")
    #expect(twin.contains("| North | 120 | ▲ +50.0% | 3.1% |"))
    #expect(twin.contains("| **Total** | **440** |  | mean **5.2%** |"))
    #expect(try report.text("report.json").contains("\"kind\": \"mean\""))
    // The file holds the data as it is.
    #expect(try report.text("tables/t.csv").hasSuffix("West,40,-1,0.044\n"))
  }
}
