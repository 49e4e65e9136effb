internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// How far a run is, by what it tells programs (see `EventLog`).
struct RunPosition {
  /// How many steps there are; 0 before that is known.
  var count = 0
  /// How many of them have ended.
  var ended = 0
  /// The step that was begun last and has not ended.
  var step: String?

  private struct Line: Decodable {
    var event: String
    var step: String?
    var steps: [String]?
  }

  /// What the file says so far; a line that is not all there yet is none.
  init(reading path: String) {
    let bytes = (try? Files.bytes(of: path)) ?? []
    let decoder = JSONDecoder()
    for text in bytes.split(separator: 10) {
      guard let line = try? decoder.decode(Line.self, from: Data(text)) else { continue }
      switch line.event {
      case "planned": count = line.steps?.count ?? 0
      case "started": step = line.step
      case "ended":
        ended += 1
        if step == line.step { step = nil }
      default: break
      }
    }
  }
}
