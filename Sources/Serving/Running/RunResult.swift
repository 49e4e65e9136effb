internal import Archiving

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What a run's process said when it was over: the JSON object of `washi run --json`.
struct RunResult: Sendable, Decodable {
  var status: String
  var run: String?
  var edition: String?
  var version: Int?
  var isNew: Bool?
  var path: String?
  var diagnostics: [Finding]

  /// A finding with its place.
  struct Finding: Sendable, Hashable, Codable {
    var severity: String
    var rule: String
    var summary: String
    var explanation: String?
    var solutions: [String]
    var file: String?
    var line: Int?
    var column: Int?
    var endLine: Int?
    var endColumn: Int?
  }

  /// What a process has left; nil when it ended without a word.
  init?(in folder: RunFolder) {
    guard let data = DiskFile.data(at: folder.result),
      let result = try? JSONDecoder().decode(RunResult.self, from: data)
    else { return nil }
    self = result
  }

  /// The order's state that the process's words mean.
  func state(isCancelled: Bool) -> Job.State {
    switch status {
    case "done": .done
    case "interrupted": isCancelled ? .cancelled : .failed
    // A call that was wrong is refused before there is a run.
    case "refused": run == nil ? .failed : .refused
    default: .failed
    }
  }

  /// The first thing that is wrong, in one line.
  var message: String? {
    diagnostics.first { $0.severity == "error" }?.summary
  }
}
