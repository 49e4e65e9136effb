internal import Archiving

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// How far a run is, as its lines of progress tell; it can be read at any time, also after the fact.
struct RunProgress: Sendable, Hashable, Codable {
  /// The steps in document order.
  var steps: [Step] = []
  /// The series slot.
  var edition: String?
  /// The files that are read before the first step.
  var inputs: Int?

  struct Step: Sendable, Hashable, Codable {
    var name: String
    /// `waiting`, `running`, `done`, `failed`, `skipped` or `not run`.
    var state = "waiting"
    /// Milliseconds since 1970 of its start.
    var startedAt: Int64?
    var seconds: Double?
    var rows: Int?
    /// What it says of itself, or why it is not done.
    var message: String?
    /// Whether nothing was computed because the result was kept.
    var isCached: Bool?
  }

  /// One line of the file.
  private struct Line: Decodable {
    var event: String
    var at: Int64?
    var edition: String?
    var steps: [String]?
    var count: Int?
    var step: String?
    var state: String?
    var seconds: Double?
    var rows: Int?
    var message: String?
  }

  init() {}

  /// What the lines tell; half a line at the end is not there yet.
  init(in folder: RunFolder) {
    guard let data = DiskFile.data(at: folder.events) else { return }
    let decoder = JSONDecoder()
    for bytes in data.split(separator: UInt8(ascii: "\n")) {
      guard let line = try? decoder.decode(Line.self, from: Data(bytes)) else { continue }
      take(line)
    }
  }

  private mutating func take(_ line: Line) {
    switch line.event {
    case "planned":
      edition = line.edition
      steps = (line.steps ?? []).map { Step(name: $0) }
    case "inputs": inputs = line.count
    case "started":
      change(line.step) { step in
        step.state = "running"
        step.startedAt = line.at
      }
    case "progress": change(line.step) { $0.message = line.message }
    case "reused": change(line.step) { $0.isCached = true }
    case "ended":
      change(line.step) { step in
        step.state = line.state ?? "done"
        step.seconds = line.seconds
        step.rows = line.rows
        step.message = line.message
      }
    default: break
    }
  }

  private mutating func change(_ name: String?, _ body: (inout Step) -> Void) {
    guard let index = steps.firstIndex(where: { $0.name == name }) else { return }
    body(&steps[index])
  }

  /// The steps that are over.
  var ended: Int { steps.count { $0.state != "waiting" && $0.state != "running" } }
}
