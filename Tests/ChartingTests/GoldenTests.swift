import Charting
import Foundation
import Testing
import Vocabulary

private let goldens = URL(filePath: #filePath).deletingLastPathComponent().appending(
  path: "Goldens")

/// Recording writes the goldens and fails, so that nobody records by accident.
private let isRecording = ProcessInfo.processInfo.environment["WASHI_RECORD"] == "1"

@Test func drawsEveryIdeaAsItWasReviewed() throws {
  for (name, chart) in try Samples.all() {
    let file = goldens.appending(path: "\(name).svg")
    let drawn = chart.svg(id: name)
    if isRecording {
      try Data(drawn.utf8).write(to: file)
    } else {
      let reviewed = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
      #expect(drawn == reviewed, "\(name).svg differs from its golden")
    }
  }
  #expect(!isRecording, "goldens were recorded; look at them and run again")
}
