import Parsing
import Reporting
import Steps
import Testing
import Vocabulary

@Suite struct FrontPageTests {
  let entries = [
    FrontPage.Entry(
      notebook: "tour", title: "A tour <of> everything",
      editions: [.init(name: "default", versions: [1])]),
    FrontPage.Entry(notebook: "draft", title: "Never published", editions: []),
    FrontPage.Entry(
      notebook: "credit/monthly", title: "Credit default, monthly",
      editions: [
        .init(name: "2020-12", versions: [1]),
        .init(
          name: "2021-01", versions: [2, 10, 1],
          metrics: [Metric("auc", 0.752, label: "AUC", format: .fixed(3))]),
      ]),
  ]

  @Test func listsReportsEditionsAndVersions() throws {
    let page = FrontPage(entries: entries).html()
    try expectGolden(withoutStylesAndPictures(page), "front/index.html")
    let scanner = MarkupScanner(page)
    #expect(scanner.faults == [])
    #expect(scanner.dangers == [])
  }

  @Test func doesNotDependOnTheOrderOfItsEntries() {
    let turned = entries.reversed().map { entry in
      var entry = entry
      entry.editions.reverse()
      return entry
    }
    #expect(FrontPage(entries: entries).html() == FrontPage(entries: turned).html())
  }

  @Test func speaksWhenThereIsNothing() {
    #expect(FrontPage(entries: []).html().contains("No report has been published yet."))
    let japanese = FrontPage(entries: [], language: .japanese).html()
    #expect(japanese.contains("公開されたレポートはまだありません。"))
  }
}
