internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Tells programs how far a run is: a JSON object on every line of a file.
///
/// For example: `{"at":1795250000000,"event":"started","step":"training"}`.
final class EventLog: Sendable {
  private let file: Int32
  private let now: @Sendable () -> Int64

  private struct Line: Encodable {
    var event: String
    /// Milliseconds since 1970 in UTC.
    var at: Int64
    var edition: String?
    var steps: [String]?
    var count: Int?
    var step: String?
    var state: String?
    var seconds: Double?
    var rows: Int?
    var message: String?
  }

  /// Writes into the file at a path, emptied first.
  init(at path: String, now: @escaping @Sendable () -> Int64) throws(Refusal) {
    file = try Files.openForLines(path)
    self.now = now
  }

  deinit {
    close(file)
  }

  /// The steps that are to come.
  func planned(_ plan: Plan) {
    write(
      Line(event: "planned", at: now(), edition: plan.edition, steps: plan.steps.map(\.name)))
  }

  /// What happened, with the durations that are known.
  func note(_ event: RunEvent, _ durations: [String: Duration]) {
    var line = Line(event: "", at: now())
    switch event {
    case .readingInputs(let count):
      line.event = "inputs"
      line.count = count
    case .started(let step, _, _):
      line.event = "started"
      line.step = step
    case .progress(let step, let message):
      line.event = "progress"
      line.step = step
      line.message = message
    // How a step ended is told later; what is not kept is in the log.
    case .finished, .notKept: return
    case .reused(let step):
      line.event = "reused"
      line.step = step
    case .retrying(let step, let failure, _):
      line.event = "progress"
      line.step = step
      line.message = failure.diagnostic.summary
    case .ended(let outcome, _, _):
      line.event = "ended"
      line.step = outcome.name
      line.seconds = durations[outcome.name].map { duration in
        let parts = duration.components
        return Double(parts.seconds) + Double(parts.attoseconds) / 1e18
      }
      switch outcome.state {
      case .done(let result):
        line.state = "done"
        line.rows = result.rowsOut
      case .failed(let failure):
        line.state = "failed"
        line.message = failure.diagnostic.summary
      case .skipped(let reason):
        line.state = "skipped"
        line.message = reason
      case .notRun(let reason):
        line.state = "not run"
        line.message = reason
      }
    }
    write(line)
  }

  private func write(_ line: Line) {
    Files.send(JSONText.encode(line) + "\n", to: file)
  }
}
