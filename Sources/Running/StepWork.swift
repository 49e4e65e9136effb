internal import DuckDB
internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The work of one step, with everything it needs: a value that any thread can do, on a connection of
/// its own.
struct StepWork: Sendable {
  let step: PlannedStep
  let context: RunContext
  /// What decides the result, when it may be kept.
  let key: ResultKey?
  /// The models and figures of the steps before.
  let models: [String: TrainedModel]
  let metrics: [String: [Metric]]
  /// Whether a result that is in the cache will do.
  let mayReuse: Bool
  /// Threads that a learning library may use.
  let threads: Int
  /// How the work's own events are told.
  let tell: @Sendable (RunEvent) -> Void

  /// What the work has come to.
  struct Yield: Sendable {
    var state: StepOutcome.State
    var model: TrainedModel?
    /// The models of a notebook, as `step.name`.
    var parts: [String: TrainedModel] = [:]
    /// The digest of what later steps can see.
    var content: Fingerprint?
    /// Why the result is not in the cache, when it should be.
    var remark: String?
    /// What another run has put into the cache meanwhile, instead of all that.
    var stored: StoredResult?
  }

  /// Runs the step, again as often as it asks for, and puts what came out into the cache; another run
  /// that makes the same result at this moment is waited for instead.
  func run() -> Yield {
    guard mayReuse, let key, let cache = context.cache, step.settings.isCached else {
      return runOften()
    }
    let turn = CacheTurn(
      of: key, in: cache, unless: { context.cancellation.reason != nil },
      waiting: {
        tell(.progress(step: step.name, message: "waits for another run that does the same"))
      })
    // Somebody may have made it since this run looked, whether there was a wait or not; other machines
    // were asked then.
    var here = cache
    here.shared = nil
    if context.cancellation.reason == nil,
      let stored = here.reusable(
        key, stagingIn: context.surroundings.stagingDirectory,
        of: context.surroundings.projectDirectory)
    {
      return Yield(
        state: stored.skipped.map { .skipped(because: $0) } ?? .done(stored.result),
        content: stored.content, stored: stored)
    }
    let yield = runOften()
    turn.end()
    return yield
  }

  private func runOften() -> Yield {
    var attempt = 1
    while true {
      let cancellation = Cancellation(within: context.cancellation)
      do throws(StepFailure) {
        return try onConnection { connection throws(StepFailure) in
          try once(workspace(on: connection, cancellation))
        }
      } catch {
        let failure = settled(error, cancellation)
        guard attempt <= step.settings.retries, context.cancellation.reason == nil else {
          return Yield(state: .failed(failure))
        }
        tell(.retrying(step: step.name, failure: failure, attempt: attempt))
        pause(beforeAttempt: attempt + 1)
        attempt += 1
      }
    }
  }

  /// Leaves in the engine what the step left in an earlier run; nil when the cache has lost it.
  func restore(_ stored: StoredResult) -> Yield? {
    do throws(StepFailure) {
      return try onConnection { connection throws(StepFailure) in
        var room = workspace(on: connection, Cancellation(within: context.cancellation))
        var step = step
        room.current = step.source
        // A table is all in its file; a view and a model are made again by what the step says.
        switch stored.product {
        case .view, .model: (room, step) = try prepared(room)
        case .nothing, .table, .elsewhere: break
        }
        drop(on: connection)
        guard let cache = context.cache else { throw .lost(step) }
        return try cache.restore(stored, of: step, in: room)
      }
    } catch {
      return nil
    }
  }

  // MARK: One try

  private func once(_ workspace: Workspace) throws(StepFailure) -> Yield {
    let (room, step) = try prepared(workspace)
    if step.settings.when == .fails {
      return try kept(.skipped(because: "its condition `when` does not hold"), step, room)
    }
    try room.checkCancellation()
    let connection = room.connection
    let cancellation = room.cancellation
    let watch = step.settings.timeout.map { seconds in
      Task.detached {
        guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
        cancellation.cancel(.stepTimeout(seconds: seconds))
        connection.interrupt()
      }
    }
    defer { watch?.cancel() }
    drop(on: connection)
    let result = try step.action.run(in: room)
    // The limit is the step's; keeping its result is not its work.
    watch?.cancel()
    return try kept(.done(result), step, room)
  }

  /// The outcome with its digest, put into the cache when it belongs there.
  private func kept(
    _ state: StepOutcome.State, _ step: PlannedStep, _ room: Workspace
  ) throws(StepFailure) -> Yield {
    var yield = Yield(state: state, model: room.models[step.name])
    yield.parts = room.models.filter { $0.key.hasPrefix(step.name + ".") }
    guard let key, let cache = context.cache else { return yield }
    do throws(StepFailure) {
      let kept = try cache.keep(state, of: step, key: key, in: room)
      yield.content = kept.content
      yield.remark = kept.remark
    } catch {
      // The step has done its work: a cache that is full or read-only takes nothing from it.
      try room.checkCancellation()
      yield.content = key.fingerprint
      yield.remark = context.surroundings.relative(error.diagnostic.summary)
    }
    return yield
  }

  /// The step with every expression of its options evaluated, and the workspace set to it.
  private func prepared(
    _ workspace: Workspace
  ) throws(StepFailure) -> (room: Workspace, step: PlannedStep) {
    let options = try context.plan.options(
      of: step, metrics: metrics, given: workspace.given, using: workspace.connection)
    let (action, settings, diagnostics) = StepAction.decoding(step.source, options: options)
    if let fault = diagnostics.first(where: { $0.severity == .error }) { throw StepFailure(fault) }
    var step = step
    step.action = action ?? step.action
    // A caller's limit for steps that say nothing themselves stands in the plan alone.
    let limit = step.settings.timeout
    let isCached = step.settings.isCached
    step.settings = settings
    // What a connection tells of its data is known by the plan alone.
    if !isCached { step.settings.isCached = false }
    step.settings.timeout = settings.timeout ?? limit
    workspace.current = step.source
    workspace.settings = step.settings
    return (workspace, step)
  }

  private func workspace(on connection: Connection, _ cancellation: Cancellation) -> Workspace {
    let workspace = context.surroundings.workspace(
      on: connection, for: context.plan, threads: threads, cancellation)
    workspace.models.merge(models) { _, made in made }
    workspace.metrics = metrics
    let (tell, name) = (tell, step.name)
    workspace.report = { tell(.progress(step: name, message: $0)) }
    workspace.provenance = { [context] in context.provenance(of: $0) }
    return workspace
  }

  private func onConnection<Success>(
    _ body: (Connection) throws(StepFailure) -> Success
  ) throws(StepFailure) -> Success {
    let connection: Connection
    do throws(DuckDBError) {
      connection = try context.database.connect()
    } catch {
      throw StepFailure(.error("engine", error.summary, at: step.source.nameRange))
    }
    context.connections.add(connection)
    defer { context.connections.remove(connection) }
    return try body(connection)
  }

  /// Removes what an earlier try left, so that this one starts clean.
  private func drop(on connection: Connection) {
    let name = SQLText.identifier(step.name)
    for statement in ["DROP TABLE IF EXISTS \(name)", "DROP VIEW IF EXISTS \(name)"] {
      // Either may fail when the name is of the other kind; then there is nothing to drop.
      _ = try? connection.execute(statement)
    }
  }

  /// The failure in words for the report: what was asked for, without this machine's folders.
  private func settled(_ error: StepFailure, _ cancellation: Cancellation) -> StepFailure {
    var failure = error
    if let reason = cancellation.reason {
      failure.diagnostic.rule = reason.rule
      failure.diagnostic.summary = "step `\(step.name)`: \(reason.sentence)"
      failure.diagnostic.solutions = []
    }
    let surroundings = context.surroundings
    failure.diagnostic.summary = surroundings.relative(failure.diagnostic.summary)
    failure.diagnostic.explanation = failure.diagnostic.explanation.map(surroundings.relative)
    return failure
  }

  /// Waits before a further try: half a second, then twice as long each time, at most half a minute.
  private func pause(beforeAttempt attempt: Int) {
    let clock = ContinuousClock()
    let end = clock.now + .milliseconds(min(30_000, 500 << min(attempt - 2, 6)))
    while clock.now < end, context.cancellation.reason == nil {
      var rest = timespec(tv_sec: 0, tv_nsec: 20_000_000)
      unsafe nanosleep(&rest, nil)
    }
  }
}

extension StepFailure {
  /// A result that the cache has lost.
  static func lost(_ step: PlannedStep) -> StepFailure {
    StepFailure(
      .error("cache", "the cache has lost the result of `\(step.name)`", at: step.source.nameRange))
  }
}
