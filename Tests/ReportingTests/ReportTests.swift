import Foundation
import Parsing
import Reporting
import Running
import Steps
import Testing
import Vocabulary

@Suite struct ReportTests {
  @Test func equalRunsMakeEqualBytes() throws {
    let reports = try (0..<3).map { _ in try Report(of: RunFixture.monthly().run()) }
    #expect(reports[0] == reports[1])
    #expect(reports[1].digest == reports[2].digest)
  }

  @Test func namesTheNotebookByItsPlaceInTheProject() throws {
    func name(_ path: String) throws -> String {
      try Report(of: RunFixture(source: "Hello.\n", path: path).run()).notebook
    }
    #expect(try name("notebooks/credit/monthly.md") == "credit/monthly")
    #expect(try name("./notebooks/tour.md") == "tour")
    #expect(try name("/home/anna/project/notebooks/tour.md") == "tour")
    #expect(try name("../elsewhere/sales.md") == "sales")
    #expect(try name("/tmp/sales.md") == "sales")
    #expect(try name("notes") == "notes")
  }

  @Test func changesOnlyTheLinesOfAChangedMetric() throws {
    var fixture = try RunFixture.monthly()
    let before = try Report(of: fixture.run()).text("report.md").split(separator: "\n")
    var result = try #require(
      StepOutcome(name: "", state: fixture.states["headline"] ?? .done(StepResult())).result)
    result.metrics[2].value = 21_405
    fixture.states["headline"] = .done(result)
    let after = try Report(of: fixture.run()).text("report.md").split(separator: "\n")
    #expect(zip(before, after).count { $0 != $1 } == 1)
    #expect(before.count == after.count)
  }

  @Test func everyPageIsWellFormedAndNeedsNothingFromElsewhere() throws {
    for run in [
      try RunFixture.monthly().run(), try RunFixture.failed().run(),
      try RunFixture.japanese().run(), try RunFixture(source: "").run(),
    ] {
      let text = try Report(of: run).text("index.html")
      let page = MarkupScanner(text)
      #expect(page.faults == [])
      #expect(page.dangers == [])
      #expect(page.tags.count { $0.name == "h1" } == 1)
      #expect(page.tags.count { $0.name == "main" } == 1)
      #expect(text.utf8.count < 100_000)
      let levels = page.tags.compactMap { $0.name.first == "h" ? Int($0.name.dropFirst()) : nil }
      #expect(zip([0] + levels, levels).allSatisfy { $1 <= $0 + 1 }, "\(levels)")
    }
  }

  @Test func takesItsFirstScreenFromTheAuthorsProse() throws {
    let text = try Report(of: RunFixture.monthly().run()).text("index.html")
    #expect(text.contains("<h1>Credit default, January 2021</h1>"))
    #expect(text.contains("<p class=\"lead\">Trained on 21,404 loans"))
    #expect(text.components(separatedBy: "Trained on 21,404 loans").count == 3)  // and the meta
  }

  @Test func movesSectionsDownWhenTheAuthorWritesThemWithOneSign() throws {
    let fixture = RunFixture(
      source: "# Title\n\nLead.\n\n# One\n\n## Deep\n\n#### Deeper\n\n# Two\n")
    let page = MarkupScanner(try Report(of: fixture.run()).text("index.html"))
    let names = page.tags.map(\.name).filter { ["h1", "h2", "h3", "h4", "h5"].contains($0) }
    #expect(names.prefix(5) == ["h1", "h2", "h3", "h4", "h2"])
  }

  @Test func keepsAnchorsWhenValuesChange() throws {
    var fixture = RunFixture(source: "# T\n\nLead.\n\n## Sales of {{ $m }}\n\n## 売上 {{ $m }}\n")
    for month in ["May", "June"] {
      fixture.values["$m"] = month
      let text = try Report(of: fixture.run()).text("index.html")
      #expect(text.contains("<h2 id=\"sales-of\">Sales of \(month)</h2>"))
      #expect(text.contains("<h2 id=\"売上\">売上 \(month)</h2>"))
    }
  }

  @Test func joinsJapaneseLinesWithoutASpace() throws {
    let text = try Report(of: RunFixture.japanese().run()).text("index.html")
    #expect(text.contains("上がり、延滞率は"))
  }

  @Test func showsMarkWhereAValueIsMissing() throws {
    let text = try Report(of: RunFixture.failed().run()).text("index.html")
    #expect(text.contains("<mark class=\"missing\" id=\"missing-1\""))
    #expect(text.contains("href=\"#missing-1\""))
    #expect(text.contains("href=\"#step-sales\""))
  }

  @Test func hidesAndOpensCodeAsTheNotebookSays() throws {
    func page(_ code: String) throws -> String {
      let text = "---\nreport: { code: \(code) }\n---\n\nHi.\n\n```sql step a\nSELECT 1\n```\n"
      return try Report(of: RunFixture(source: text).run()).text("index.html")
    }
    #expect(try page("folded").contains("<details class=\"how\">"))
    #expect(try page("shown").contains("<details class=\"how\" open>"))
    #expect(try !page("hidden").contains("<details class=\"how\""))
  }

  @Test func quotesTheReproduceCommandForAShell() throws {
    let text = try Report(of: RunFixture.monthly().run()).text("report.md")
    #expect(
      text.contains(
        "washi run notebooks/credit/monthly.md -p target_date 2021-01 -p note 'it'\\''s | fine'"))
    #expect(!text.contains("-p token"))
  }

  @Test func writesFactsThatProgramsCanRead() throws {
    let text = try Report(of: RunFixture.monthly().run()).text("report.json")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let metrics = try #require(json["metrics"] as? [String: [String: Any]])
    #expect(metrics["headline.auc"]?["value"] as? Double == 0.752_31)
    #expect(metrics["headline.default_rate"]?["format"] as? String == ".1%")
    let parameters = try #require(json["parameters"] as? [String: [String: Any]])
    #expect(parameters["token"]?.count == 1)
    #expect(parameters["rounds"]?["value"] as? Int == 1000)
  }

  @Test func saysNaNAndInfinityInWords() throws {
    var fixture = RunFixture(source: "Hi.\n\n```sql step a\nSELECT 1\n```\n")
    fixture.states["a"] = done(metrics: [
      Metric("x", .nan), Metric("y", -.infinity), Metric("z", nil), Metric("w", 1e300),
    ])
    let text = try Report(of: fixture.run()).text("report.json")
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
    #expect(text.contains("\"value\": \"NaN\""))
    #expect(text.contains("\"value\": \"-Infinity\""))
    #expect(text.contains("\"value\": null"))
    #expect(text.contains("\"value\": 1e+300"))
  }

  @Test func survivesAVeryLongNotebook() throws {
    let paragraph = String(repeating: "Words & <more> words, 日本語も。 ", count: 200) + "\n\n"
    let source = "# T\n\n" + String(repeating: paragraph, count: 100)
    #expect(source.utf8.count > 500_000)
    let text = try Report(of: RunFixture(source: source).run()).text("index.html")
    #expect(text.utf8.count > source.utf8.count)
  }

  @Test func survivesDeepNesting() throws {
    for mark in ["> ", "- ", "*", "["] {
      let source = String(repeating: mark, count: 3_000) + "deep\n"
      _ = try Report(of: RunFixture(source: source).run())
    }
  }

  @Test func showsNoRowsWhenNoneAreWanted() throws {
    var fixture = RunFixture(source: "Hi.\n\n```sql step a\nSELECT 1\n```\n")
    let table = Table(columns: [Column("n", integers: [1, 2])])
    for shown in [-1, 0] {
      let exhibit = TableExhibit(id: "a", table: table, shownRows: shown)
      fixture.states["a"] = done(exhibits: [.table(exhibit)])
      #expect(try Report(of: fixture.run()).text("index.html").contains("0 of 2 rows"))
    }
  }
}
