#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What `washi run --json` says of a run, as far as a batch needs it.
struct ChildFacts: Codable, Sendable {
  var version: Int?
  var isNew: Bool?
  var path: String?
  var metrics: [String: Double]?

  /// Reads the one JSON object of a process's output; nil when it ended without one.
  init?(_ bytes: [UInt8]) {
    guard let facts = try? Self.decoder.decode(ChildFacts.self, from: Data(bytes)) else {
      return nil
    }
    self = facts
  }

  /// Reads JSON as `JSONText` writes it.
  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return decoder
  }
}

/// A batch as `batch --json` prints it.
struct BatchFacts: Encodable {
  var notebook: String
  /// How many sets ended in each state.
  var counts: [String: Int]
  /// The page of the batch.
  var page: String?
  var sets: [SetFacts]

  /// One set.
  struct SetFacts: Encodable {
    var parameters: [String: String]
    var edition: String
    var status: String
    var version: Int?
    var path: String?
    var seconds: Double?
    var metrics: [String: Double]?
    /// What the run wrote for people, when it did not succeed.
    var message: String?
  }

  init(
    _ notebook: String, _ outcomes: [Batch.Outcome], hiding secrets: Set<String>, page: String?
  ) {
    self.notebook = notebook
    self.page = page
    counts = Dictionary(grouping: outcomes, by: \.state.rawValue).mapValues(\.count)
    sets = outcomes.map { outcome in
      let isFine = [.done, .unchanged, .skipped].contains(outcome.state)
      return SetFacts(
        parameters: Dictionary(
          outcome.task.assignments.map { ($0.name, secrets.contains($0.name) ? "***" : $0.text) }
        ) { _, last in last },
        edition: outcome.task.edition, status: outcome.state.rawValue,
        version: outcome.facts?.version, path: outcome.facts?.path,
        seconds: outcome.duration.map { duration in
          let parts = duration.components
          return Double(parts.seconds) + (Double(parts.attoseconds) / 1e15).rounded() / 1000
        },
        metrics: outcome.facts?.metrics,
        message: isFine || outcome.errors.isEmpty ? nil : outcome.errors)
    }
  }
}
