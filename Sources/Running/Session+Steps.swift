internal import DuckDB
internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

/// The steps, one after the other.
extension Session {
  /// Runs every step that can run and says of every other why not.
  func perform(
    _ plan: Plan, in workspace: Workspace, observing observe: @escaping @Sendable (RunEvent) -> Void
  ) -> [StepOutcome] {
    var outcomes: [StepOutcome] = []
    var stopped: String?
    let watch = plan.notebook.frontMatter.timeout.map { watchdog(.timeout(seconds: $0), after: $0) }
    defer { watch?.cancel() }
    for (index, step) in plan.steps.enumerated() {
      let outcome: StepOutcome
      if let stopped {
        outcome = StepOutcome(name: step.name, state: .notRun(because: stopped))
      } else if let reason = blocked(step, by: outcomes) {
        outcome = StepOutcome(name: step.name, state: .skipped(because: reason))
      } else {
        observe(.started(step: step.name, index: index, of: plan.steps.count))
        workspace.report = { observe(.progress(step: step.name, message: $0)) }
        outcome = StepOutcome(
          name: step.name, state: attempt(step, plan, in: workspace, observing: observe))
      }
      outcomes.append(outcome)
      observe(.ended(outcome, index: index, of: plan.steps.count))
      if case .done(let result) = outcome.state { workspace.metrics[step.name] = result.metrics }
      if outcome.isFailure, stopped == nil, endsRun(step) {
        stopped = "step `\(step.name)` failed"
      }
      if let verdict = outcome.result?.verdict, verdict.isRefusal, verdict.consequence == .stop,
        stopped == nil
      {
        stopped = "`\(step.name)` refused"
      }
    }
    return outcomes
  }

  private func endsRun(_ step: PlannedStep) -> Bool {
    step.settings.onError == .stop || cancellation.reason != nil
  }

  /// Why a step cannot run after what became of those it needs.
  private func blocked(_ step: PlannedStep, by outcomes: [StepOutcome]) -> String? {
    let lost = step.upstream.filter { name in
      outcomes.contains { $0.name == name && $0.result == nil }
    }
    return lost.isEmpty
      ? nil : "it needs " + lost.map { "`\($0)`" }.joined(separator: ", ") + ", which has no result"
  }

  /// Tries a step, again as often as it asks for.
  private func attempt(
    _ step: PlannedStep, _ plan: Plan, in workspace: Workspace,
    observing observe: (RunEvent) -> Void
  ) -> StepOutcome.State {
    var attempt = 1
    while true {
      do throws(StepFailure) {
        return try once(step, plan, in: workspace)
      } catch {
        var failure = error
        if let reason = cancellation.reason {
          failure.diagnostic.rule = reason.rule
          failure.diagnostic.summary = "step `\(step.name)`: \(reason.sentence)"
          failure.diagnostic.solutions = []
        }
        failure.diagnostic.summary = relative(failure.diagnostic.summary)
        failure.diagnostic.explanation = failure.diagnostic.explanation.map(relative)
        cancellation.clearStepTimeout()
        guard attempt <= step.settings.retries, cancellation.reason == nil else {
          return .failed(failure)
        }
        observe(.retrying(step: step.name, failure: failure, attempt: attempt))
        attempt += 1
        drop(step.name)
      }
    }
  }

  /// Runs a step once, its options resolved with what earlier steps have made.
  private func once(
    _ step: PlannedStep, _ plan: Plan, in workspace: Workspace
  ) throws(StepFailure) -> StepOutcome.State {
    let step = try resolved(step, plan, in: workspace)
    if step.settings.when == .fails {
      return .skipped(because: "its condition `when` does not hold")
    }
    workspace.current = step.source
    workspace.settings = step.settings
    try workspace.checkCancellation()
    let watch = step.settings.timeout.map { watchdog(.stepTimeout(seconds: $0), after: $0) }
    defer { watch?.cancel() }
    return .done(try step.action.run(in: workspace))
  }

  /// The step with every expression of its options evaluated.
  private func resolved(
    _ step: PlannedStep, _ plan: Plan, in workspace: Workspace
  ) throws(StepFailure) -> PlannedStep {
    let options = try plan.options(
      of: step, metrics: workspace.metrics, given: workspace.given, using: connection)
    let (action, settings, diagnostics) = StepAction.decoding(step.source, options: options)
    if let fault = diagnostics.first(where: { $0.severity == .error }) {
      throw StepFailure(fault)
    }
    var step = step
    step.action = action ?? step.action
    // A caller's limit for steps that say nothing themselves stands in the plan alone.
    let limit = step.settings.timeout
    step.settings = settings
    step.settings.timeout = settings.timeout ?? limit
    return step
  }

  /// Removes what a failed try left, so that the next one starts clean.
  private func drop(_ name: String) {
    let name = SQLText.identifier(name)
    for statement in ["DROP TABLE IF EXISTS \(name)", "DROP VIEW IF EXISTS \(name)"] {
      // Either may fail when the name is of the other kind; then there is nothing to drop.
      _ = try? connection.execute(statement)
    }
  }

  /// Asks the run to stop when the time is over.
  private func watchdog(
    _ reason: Cancellation.Reason, after seconds: Double
  ) -> Task<Void, Never> {
    let cancellation = cancellation
    let connection = connection
    return Task.detached {
      guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
      cancellation.cancel(reason)
      connection.interrupt()
    }
  }
}
