import Foundation
import Testing

/// The notebooks of this repository, run as a visitor would.
@Suite struct ShippedNotebooksTests {
  /// A project with this repository's notebooks and the demo data.
  private func workshop() throws -> Workshop {
    let shop = try Workshop()
    for name in ["notebooks", "washi.yaml"] {
      let target = shop.folder.appending(path: name)
      try? FileManager.default.removeItem(at: target)
      try FileManager.default.copyItem(at: Workshop.package.appending(path: name), to: target)
    }
    let data = try shop.washi("run", "notebooks/credit/data.md")
    #expect(data.status == 0, "\(data.errors)")
    return shop
  }

  @Test func reproducesTheCommittedEditions() throws {
    let shop = try workshop()
    for month in ["2020-12", "2021-01"] {
      let run = try shop.washi("run", "notebooks/credit/monthly.md", "-p", "target_date", month)
      #expect(run.status == 0, "\(run.errors)")
      let made = try shop.files(below: "output/credit/monthly/\(month)/v1")
      let root = Workshop.package.appending(path: "output/credit/monthly/\(month)/latest")
        .resolvingSymlinksInPath()
      #expect(made.count > 10)
      for (name, data) in made {
        let committed = try? Data(contentsOf: root.appending(path: name))
        #expect(
          committed == data,
          "\(month)/\(name) differs from the committed one: remove output/credit, then make report")
      }
      let page = try #require(made["index.html"])
      #expect(page.count < 1_000_000)
    }
  }

  /// What GitHub shows of a version: its text twin with pictures and tables beside it.
  @Test func everyLinkOfATextTwinLeadsToAFile() throws {
    for month in ["2020-12", "2021-01"] {
      let root = Workshop.package.appending(path: "output/credit/monthly/\(month)/latest")
        .resolvingSymlinksInPath()
      let twin = try String(contentsOf: root.appending(path: "report.md"), encoding: .utf8)
      let links = twin.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }
      #expect(links.count { $0.hasPrefix("charts/") && $0.hasSuffix(".svg") } >= 10)
      for link in links where !link.hasPrefix("#") {
        let isThere = FileManager.default.fileExists(atPath: root.appending(path: link).path)
        #expect(isThere && !link.contains(".."), "\(month): \(link)")
      }
    }
  }

  @Test func looksAtTheDemoData() throws {
    let shop = try workshop()
    let run = try shop.washi("run", "notebooks/credit/eda.md")
    #expect(run.status == 0, "\(run.errors)")
    let header = try shop.read("data/credit/initial.csv").prefix { $0 != "\n" }
    #expect(header.split(separator: ",").count == 122)
  }

  /// The life of a model: the first month makes a champion, later ones judge it; every version can be
  /// made again when the files are gone.
  @Test func retrainsMonthAfterMonth() throws {
    let shop = try workshop()
    for month in ["2020-11", "2020-12", "2021-01"] {
      let run = try shop.washi(
        "run", "notebooks/credit/retrain.md", "-q", "-p", "target_date", month, "-p", "trials", "2")
      #expect([0, 3].contains(run.status), "\(run.errors)")
    }
    let models = try shop.washi("models", "--json")
    #expect(models.output.contains("\"champion\" : "), "\(models.output)")
    let page = try shop.read("output/credit/retrain/2021-01/v1/index.html")
    #expect(page.contains("id=\"over-the-editions\"") && page.contains("PSI over the editions"))
    // The files of four months, each once.
    #expect(try shop.files(below: "snapshots").count == 4)
    try FileManager.default.removeItem(at: shop.folder.appending(path: "data"))
    let verify = try shop.washi("verify", "credit/retrain@2021-01")
    #expect(verify.status == 0, "\(verify.output) \(verify.errors)")
    let compared = try shop.washi(
      "models", "compare", "credit-default@v1", "credit-default@latest", "--data",
      "credit/retrain@2021-01:newest")
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(compared.output.contains("Order: "))
  }
}
