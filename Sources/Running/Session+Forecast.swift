internal import Parsing
public import Planning
internal import Steps
public import Vocabulary

/// What a run would do with a step, as far as that is known before.
public struct StepForecast: Sendable, Hashable {
  /// The step's name.
  public var name: String
  /// What would become of it.
  public var fate: Fate
  /// Why: what changed, or what it waits for.
  public var reasons: [String]

  /// What a run would do.
  public enum Fate: String, Sendable, Hashable, CaseIterable {
    /// Its result comes from the cache.
    case reused
    /// It is done.
    case runs
    /// It is reused when the steps before it come out as they did.
    case open
  }
}

extension Session {
  /// Says of every step whether a run would do it, and why. Files are digested, nothing is run.
  ///
  /// The findings tell of files that are missing.
  public func forecast(
    _ planned: Plan
  ) throws(Refusal) -> (steps: [StepForecast], findings: [Diagnostic]) {
    var findings: [Diagnostic] = []
    let files = find(planned, reportingTo: &findings, missingIs: .warning)
    let inputs = try digests(of: planned, files) + registryInputs
    let desks = surroundings.desks(of: planned)
    defer { desks.close() }
    let (states, remarks) = desks.states(in: surroundings.environment, until: cancellation)
    let plan = planned.settled(by: states, handingOver: [])
    let context = context(of: plan, inputs, states) { _ in }
    let conductor = Conductor(context, jobs: 1, isForecast: true)
    _ = conductor.reuse()
    surroundings.cache?.digests.save()
    let missing = Set(plan.inputs.map(\.name)).subtracting(files.keys)
    let known = surroundings.cache?.comparison(for: plan)
    let steps = plan.steps.map { step in
      var forecast = conductor.forecast(of: step, by: known, missing: missing)
      // Without a state of its data a connection is asked again by every run.
      if forecast.fate == .runs, forecast.reasons == ["`cache: off`"], let remote = step.remote,
        step.source.options["cache"] == nil
      {
        forecast.reasons = [
          remarks[remote.connection.name] ?? "a step that it reads there is done anew by every run"
        ]
      }
      return forecast
    }
    return (steps, findings)
  }
}

extension Conductor {
  /// What would become of a step, when as much is reused as can be.
  func forecast(
    of step: PlannedStep, by ledger: Ledger?, missing: Set<String>
  ) -> StepForecast {
    func says(_ fate: StepForecast.Fate, _ reasons: [String]) -> StepForecast {
      StepForecast(name: step.name, fate: fate, reasons: reasons)
    }
    if isKnown(step.name) { return says(.reused, []) }
    guard step.settings.isCached else { return says(.runs, ["`cache: off`"]) }
    let lost = step.inputs.filter(missing.contains)
    guard lost.isEmpty else {
      return says(.runs, lost.map { "catalog entry `\($0)` has no readable file" })
    }
    guard let old = ledger?.keys[step.name] else { return says(.runs, ["it has not run before"]) }
    let waits = step.upstream.filter { !isKnown($0) }
    var now = key(of: step)
    var before = old
    // What is not known yet is no change.
    now.parts.removeAll { $0.kind == .step && waits.contains($0.name) }
    before.parts.removeAll { $0.kind == .step && waits.contains($0.name) }
    let changes = now.changes(since: before)
    if !changes.isEmpty { return says(.runs, changes) }
    if let remark = ledger?.remarks[step.name] { return says(.runs, [remark]) }
    if !waits.isEmpty {
      return says(.open, waits.map { "step `\($0)` runs before it" })
    }
    return says(.runs, ["its result is not in the cache any more"])
  }
}
