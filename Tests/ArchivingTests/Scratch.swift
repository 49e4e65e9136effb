import Foundation
import Vocabulary

@testable import Reporting

/// A folder that lives as long as a test.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/washi-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func names(_ folder: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
  }

  func text(_ file: String) -> String? {
    try? String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
  }

  func write(_ text: String, to file: String) throws {
    let url = URL(fileURLWithPath: "\(path)/\(file)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func link(_ name: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/\(name)")
  }
}

/// A small report of a notebook.
func report(
  _ body: String = "hello", notebook: String = "credit/monthly", edition: String = "2021-01",
  isSuccess: Bool = true, more: [Report.File] = []
) -> Report {
  let facts = #"{"title": "Credit", "body": "\#(body)"}"# + "\n"
  let files = [
    Report.File(path: "index.html", content: .text("<p>\(body)</p>")),
    Report.File(path: "report.json", content: .text(facts)),
    Report.File(path: "tables/scores.csv", content: .text("a\n\(body)\n")),
  ]
  return Report(
    notebook: notebook, edition: edition, title: "Credit", isSuccess: isSuccess, metrics: [],
    files: (files + more).sorted { $0.path < $1.path })
}
