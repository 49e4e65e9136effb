import Foundation
import Testing

/// Compares text with a golden file; with `WASHI_RECORD=1` writes it and fails, so that nothing
/// recorded goes unseen.
func expectGolden(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = goldenFolder.appending(path: name)
  if ProcessInfo.processInfo.environment["WASHI_RECORD"] == "1" {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    Issue.record("recorded \(name)", sourceLocation: sourceLocation)
    return
  }
  let golden = try String(decoding: Data(contentsOf: file), as: UTF8.self)
  guard golden != text else { return }
  let (old, new) = (golden.split(separator: "\n"), text.split(separator: "\n"))
  let line = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }
  Issue.record(
    """
    \(name) differs\(line.map { " from line \($0.offset + 1) on" } ?? " in length")
    golden: \(line.map { String($0.element.0) } ?? "\(old.count) lines")
    now:    \(line.map { String($0.element.1) } ?? "\(new.count) lines")
    """, sourceLocation: sourceLocation)
}

let goldenFolder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")
