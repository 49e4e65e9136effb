import Foundation
import Steps
import Testing

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
}
