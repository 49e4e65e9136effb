internal import Planning
internal import Running
internal import Steps
internal import Synchronization
internal import Vocabulary

/// Tells people how far a run is: one moving line on a terminal, a line per step elsewhere.
final class Progress: Sendable {
  /// What is told.
  struct Manner: Sendable {
    /// Whether there is anything to tell but errors.
    var isQuiet = false
    /// A moving line; otherwise one line per step.
    var hasBar = false
    /// Figures and remarks of every step, too.
    var tellsOutput = false
    /// Where the same is told for programs.
    var events: EventLog?
  }

  private struct State {
    var starts: [String: ContinuousClock.Instant] = [:]
    var durations: [String: Duration] = [:]
    var current: (step: String, index: Int, of: Int)?
    var message = ""
    var reused: Set<String> = []
  }

  private let console: Console
  private let manner: Manner
  private let width: Int
  private let state = Mutex(State())
  private let ticking = Mutex<Task<Void, Never>?>(nil)

  /// A teller for the run of a plan.
  init(of plan: Plan, on console: Console, _ manner: Manner) {
    self.console = console
    self.manner = manner
    manner.events?.planned(plan)
    width = plan.steps.map { TextTable.width($0.name) }.max() ?? 0
    guard manner.hasBar, !manner.isQuiet else { return }
    let task = Task.detached { [weak self] in
      while !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(100))
        guard let self else { return }
        self.draw()
      }
    }
    ticking.withLock { $0 = task }
  }

  deinit {
    ticking.withLock { $0?.cancel() }
  }

  /// How long every step took that has ended.
  var durations: [String: Duration] { state.withLock { $0.durations } }

  /// The steps whose results came from the cache.
  var reused: Set<String> { state.withLock { $0.reused } }

  /// Takes the moving line away.
  func end() {
    ticking.withLock { $0?.cancel() }
    state.withLock { $0.current = nil }
    if manner.hasBar { console.status("") }
  }

  /// Hears of an event, on the session's thread.
  func observe(_ event: RunEvent) {
    defer { manner.events?.note(event, durations) }
    switch event {
    case .readingInputs: break
    case .started(let step, let index, let count):
      state.withLock { state in
        state.starts[step] = .now
        state.current = (step, index, count)
        state.message = ""
      }
      draw()
    case .progress(let step, let message):
      state.withLock { if $0.current?.step == step { $0.message = message } }
      if !manner.hasBar, manner.tellsOutput, !manner.isQuiet { console.note("\(step): \(message)") }
    case .retrying(let step, let failure, let attempt):
      if !manner.isQuiet {
        console.note("\(step): \(failure.diagnostic.summary); trying again (\(attempt))")
      }
    case .finished(let step):
      state.withLock { state in
        guard let start = state.starts[step] else { return }
        state.durations[step] = ContinuousClock.now - start
      }
    case .reused(let step): state.withLock { _ = $0.reused.insert(step) }
    case .notKept(let step, let reason):
      if !manner.isQuiet {
        console.note("\(step): its result is not kept for later runs: \(reason)")
      }
    case .ended(let outcome, _, _): ended(outcome)
    }
  }

  private func ended(_ outcome: StepOutcome) {
    let (took, isReused) = state.withLock { state -> (Duration?, Bool) in
      if state.current?.step == outcome.name { state.current = nil }
      return (state.durations[outcome.name], state.reused.contains(outcome.name))
    }
    guard !manner.isQuiet else { return }
    if !manner.hasBar || outcome.result == nil {
      console.note(line(of: outcome, took, isReused: isReused))
    }
    if manner.tellsOutput, let result = outcome.result { tell(result, of: outcome.name) }
  }

  /// For example: `training  ok       0.12 s  17,511 rows`.
  private func line(
    of outcome: StepOutcome, _ took: Duration?, isReused: Bool
  ) -> String {
    let name =
      outcome.name
      + String(repeating: " ", count: width - min(width, TextTable.width(outcome.name)))
    let time = took.map { Amounts.duration($0) } ?? ""
    let padded = String(repeating: " ", count: max(0, 8 - time.count)) + time
    switch outcome.state {
    case .done(let result):
      let rows = result.rowsOut.map { "  " + Amounts.rows($0) } ?? ""
      guard isReused else {
        return "\(name)  \(console.styled("ok", .green))       \(padded)\(rows)"
      }
      return "\(name)  \(console.styled("cached", .faint))"
        + (rows.isEmpty ? "" : String(repeating: " ", count: 11) + rows)
    case .failed: return "\(name)  \(console.styled("failed", .red))   \(padded)"
    case .skipped(let reason): return "\(name)  \(console.styled("skipped", .yellow))  \(reason)"
    case .notRun(let reason): return "\(name)  \(console.styled("not run", .faint))  \(reason)"
    }
  }

  private func tell(_ result: StepResult, of step: String) {
    for metric in result.metrics {
      let value = metric.value.map { shortestText($0) } ?? "missing"
      console.note("\(step): \(metric.name) = \(value)\(metric.unit.map { " " + $0 } ?? "")")
    }
    for remark in result.remarks { console.note("\(step): \(remark)") }
    for artifact in result.artifacts { console.note("\(step): wrote artifacts/\(artifact.path)") }
  }

  private func draw() {
    guard manner.hasBar, !manner.isQuiet else { return }
    let line = state.withLock { state -> String? in
      guard let (step, index, count) = state.current, let start = state.starts[step] else {
        return nil
      }
      let cells = 12
      let filled = count > 0 ? cells * index / count : 0
      let bar =
        String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
      return
        "\(bar) \(index + 1)/\(count)  \(step)  \(Amounts.duration(.now - start))  \(state.message)"
    }
    if let line { console.status(line) }
  }
}
