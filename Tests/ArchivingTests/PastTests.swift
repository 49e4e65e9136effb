import Foundation
import Steps
import Testing
import Vocabulary

@testable import Archiving
@testable import Reporting

@Suite struct PastTests {
  @Test(arguments: [
    ("2020-12", "2021-01", true), ("2021-01", "2021-01", false), ("2021-02", "2021-01", false),
    ("q2", "q10", true), ("q10", "q2", false), ("retail-2020-12", "retail-2021-01", true),
    ("card-2020-12", "retail-2021-01", false), ("2020-12-rerun", "2021-01", false),
    ("default", "2021-01", false),
  ])
  func knowsWhichEditionsAreASeries(edition: String, other: String, isEarlier: Bool) {
    #expect(Archive.isEarlier(edition, than: other) == isEarlier)
  }

  @Test func readsTheFiguresThatAreAskedForOldestFirst() throws {
    let scratch = try Scratch()
    let archive = Archive(output: "\(scratch.path)/output", state: "\(scratch.path)/.washi")
    func publish(_ edition: String, _ auc: String, state: String = "done") throws {
      let facts = """
        {"title": "T", "state": "\(state)", "steps": [],
         "metrics": {"m.auc": {"value": \(auc)}, "m.rows": {"value": 7}}}
        """
      _ = try archive.keep(
        Report(
          notebook: "credit/monthly", edition: edition, title: "T", isSuccess: true, metrics: [],
          files: [Report.File(path: "report.json", content: .text(facts))]))
    }
    try publish("2020-09", "\"NaN\"")
    try publish("2020-11", "0.70", state: "refused")
    try publish("2020-10", "0.71")
    try publish("2020-10", "0.72")
    try publish("2021-01", "0.75")
    _ = try archive.keep(report(notebook: "credit/monthly/deeper", edition: "2020-08"))
    let past = archive.past(of: "credit/monthly", before: "2020-12", keeping: ["m.auc"])
    #expect(
      past
        == PastEditions([
          .init("2020-10", metrics: ["m.auc": 0.72]),
          .init("2020-11", isRefused: true, metrics: ["m.auc": 0.70]),
        ]))
    #expect(past.figures(of: "m.auc").map(\.edition) == ["2020-10", "2020-11"])
    #expect(archive.past(of: "credit/monthly", before: "2020-12", keeping: []).isEmpty)
    #expect(archive.past(of: "nothing", before: "2020-12", keeping: ["m.auc"]).isEmpty)
  }

  /// The tables of earlier versions are looked back on when there is a course to see.
  @Test func readsTheFiguresOfATableFromTwoEditionsOn() throws {
    let scratch = try Scratch()
    let archive = Archive(output: "\(scratch.path)/output", state: "\(scratch.path)/.washi")
    func publish(_ edition: String, _ psi: String) throws {
      let facts = """
        {"title": "T", "state": "done", "metrics": {"m.auc": {"value": 0.7}},
         "steps": [{"name": "moved", "kind": "drift", "tables": [{"data": "tables/moved.csv"}]}]}
        """
      _ = try archive.keep(
        Report(
          notebook: "n", edition: edition, title: "T", isSuccess: true, metrics: [],
          files: [
            Report.File(path: "report.json", content: .text(facts)),
            Report.File(
              path: "tables/moved.csv",
              content: .text("column,psi,noise\nage,\(psi),0.1\n\"a,b\",,0.1\n")),
          ]))
    }
    let table = PastTable(step: "moved", key: "column", value: "psi")
    try publish("2021-01", "0.25")
    #expect(archive.past(of: "n", before: "2021-02", keeping: [], tables: [table]).isEmpty)
    try publish("2021-02", "0.5")
    let past = archive.past(of: "n", before: "2021-03", keeping: [], tables: [table])
    #expect(past.figures(of: "moved.psi.age").map(\.value) == [0.25, 0.5])
    #expect(past.names(beginning: table.prefix) == ["moved.psi.age"])
    #expect(past.editions.allSatisfy { $0.version == nil })
    let history = archive.history(of: "n", before: "2021-03", tables: [table])
    #expect(history.editions.map(\.version) == [1, 1])
    #expect(history.editions.map { $0.metrics.count } == [2, 2])
    #expect(history.table.rowCount == 4)
    #expect(history.fingerprint != archive.history(of: "n", before: "2021-02").fingerprint)
  }
}
