internal import Dispatch
internal import DuckDB
internal import Parsing
internal import Planning
internal import Steps
internal import Synchronization
internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Runs the notebooks that steps name, each in a session of its own over a database of its own.
final class InnerNotebooks: NotebookRunning, Sendable {
  private let plan: Plan
  private let surroundings: Session.Surroundings
  private let library: Library
  private let ended = Mutex<[String: Run]>([:])
  private let opened = Atomic(0)

  /// Those of a plan, in the surroundings of its own run.
  init(of plan: Plan, in surroundings: Session.Surroundings, library: Library) {
    self.plan = plan
    self.surroundings = surroundings
    self.library = library
  }

  /// The runs that have ended, in the order of their steps.
  var runs: [Run.Part] {
    let ended = ended.withLock { $0 }
    return plan.parts.compactMap { part in
      ended[part.step].map { Run.Part(step: part.step, run: $0) }
    }
  }

  func check(_ step: NotebookStep, in workspace: Workspace) -> [Diagnostic] {
    let name = workspace.stepName
    do throws(StepFailure) {
      let (session, handover, plan) = try open(step, in: workspace, withRows: false)
      let findings = wait(for: session, workspace) { await session.check(plan) }
      guard findings.allSatisfy({ $0.severity < .error }) else { return findings }
      let taken = handover.taken
      guard taken.missing.isEmpty else {
        workspace.unknown.insert(name)
        return findings
      }
      try receive(taken, in: workspace, withRows: false)
      return findings
    } catch {
      return [error.diagnostic]
    }
  }

  func run(_ step: NotebookStep, in workspace: Workspace) throws(StepFailure) -> StepResult {
    let name = workspace.stepName
    let (session, handover, plan) = try open(step, in: workspace, withRows: true)
    let message = LastMessage()
    let outcome = wait(for: session, workspace, telling: message) {
      () async -> Result<Run, Refusal> in
      do throws(Refusal) {
        return .success(try await session.run(plan, observing: message.observe))
      } catch {
        return .failure(error)
      }
    }
    var run: Run
    switch outcome {
    case .success(let value): run = value
    case .failure(let refusal):
      let first = refusal.diagnostics.first { $0.severity == .error } ?? refusal.diagnostics.first
      throw StepFailure(first ?? .error("refused", "the notebook cannot be run", at: nil))
    }
    // Where a table that was given lay for the time of the run is nobody's business.
    let sources = Dictionary(step.inputs.map { ($0.name.name.lowercased(), $0.source.name) }) {
      first, _ in first
    }
    for index in run.inputs.indices {
      if let source = sources[run.inputs[index].entry.lowercased()] {
        run.inputs[index].path = source
      }
    }
    ended.withLock { [run] in $0[name] = run }
    try workspace.checkCancellation()
    if let failure = run.outcomes.lazy.compactMap(\.failure).first { throw failure }
    if let wrong = run.diagnostics.first(where: { $0.severity == .error }) {
      throw StepFailure(wrong)
    }
    return try result(of: run, handover.taken, in: workspace)
  }

  /// What the step leaves here.
  private func result(
    of run: Run, _ taken: Handover.Taken, in workspace: Workspace
  ) throws(StepFailure) -> StepResult {
    let name = workspace.stepName
    if let lost = taken.missing.first {
      throw StepFailure(
        .error(
          "no-result",
          "step `\(lost)` of the notebook left nothing, so there is no `\(name).\(lost)`",
          at: workspace.current?.nameRange))
    }
    let content = try receive(taken, in: workspace, withRows: true)
    var result = StepResult()
    for outcome in run.outcomes {
      for metric in outcome.result?.metrics ?? [] {
        var metric = metric
        metric.label = metric.label ?? metric.name
        metric.name = "\(outcome.name).\(metric.name)"
        result.metrics.append(metric)
      }
    }
    let figures = result.metrics.flatMap { [$0.name, $0.value.map { shortestText($0) } ?? ""] }
    result.content = Fingerprint(combining: content + figures)
    result.exhibits = [
      .report(ReportExhibit(id: name, title: run.title, stepCount: run.plan.steps.count))
    ]
    return result
  }

  // MARK: - A session for it

  /// A session for the notebook of a step, with what it is given in place.
  private func open(
    _ step: NotebookStep, in workspace: Workspace, withRows: Bool
  ) throws(StepFailure) -> (Session, Handover, Plan) {
    let name = workspace.stepName
    let folder = try makeFolder(for: name, in: workspace)
    do {
      guard
        let part = try plan.part(
          name, running: step, environment: surroundings.environment,
          using: try Database(library).connect())
      else { throw Refusal([]) }
      var plan = part.plan
      let models = try supply(step, to: &plan, from: workspace, through: folder, withRows: withRows)
      let handover = Handover(
        giving: models, takingTables: part.tables, models: part.models, through: folder)
      var surroundings = surroundings
      surroundings.stagingDirectory = folder
      surroundings.past = PastEditions()
      let prefix = "\(name).".lowercased()
      surroundings.recorded = Dictionary(
        surroundings.recorded.filter { $0.key.hasPrefix(prefix) }
          .map { (String($0.key.dropFirst(prefix.count)), $0.value) }
      ) { first, _ in first }
      // What the caller asks for is steps of the notebook around.
      surroundings.selection = nil
      surroundings.handover = handover
      surroundings.processes.logDirectory = surroundings.processes.logDirectory.map {
        "\($0)/\(name)"
      }
      let session = Session(on: try Database(library).connect(), in: surroundings)
      return (session, handover, plan)
    } catch let error as StepFailure {
      throw error
    } catch let error as DuckDBError {
      throw workspace.failure(error)
    } catch let refusal as Refusal {
      let first = refusal.diagnostics.first { $0.severity == .error } ?? refusal.diagnostics.first
      throw StepFailure(
        first ?? .error("no-notebook", "the notebook is not planned", at: step.notebook.range))
    } catch {
      throw StepFailure(.error("no-notebook", "\(error)", at: step.notebook.range))
    }
  }

  /// An empty folder for its files, another one at each try.
  private func makeFolder(
    for name: String, in workspace: Workspace
  ) throws(StepFailure) -> String {
    var folder: String
    repeat {
      let number = opened.wrappingAdd(1, ordering: .relaxed).newValue
      folder = "\(surroundings.stagingDirectory)/\(name).notebook-\(number)"
      // The path is passed as a C string.
      if unsafe mkdir(folder, 0o777) == 0 { return folder }
    } while errno == EEXIST
    // `strerror` gives a static C string, which is copied at once.
    let reason = unsafe String(cString: strerror(errno))
    throw StepFailure(
      .error(
        "no-folder", "there is no room for the notebook's files: \(reason)",
        at: workspace.current?.nameRange))
  }

  /// Gives it the tables as files of its catalog, and tells the models.
  private func supply(
    _ step: NotebookStep, to plan: inout Plan, from workspace: Workspace, through folder: String,
    withRows: Bool
  ) throws(StepFailure) -> [String: TrainedModel] {
    var models: [String: TrainedModel] = [:]
    for (number, input) in step.inputs.enumerated() {
      if let model = workspace.models[input.source.name] {
        var model = model
        // The rows that it learned from stay here.
        (model.frame, model.parts) = ("", [])
        let name = plan.steps.first { $0.name.lowercased() == input.name.name.lowercased() }?.name
        models[name ?? input.name.name] = model
        continue
      }
      let wanted = input.name.name.lowercased()
      guard let index = plan.inputs.firstIndex(where: { $0.name.lowercased() == wanted }) else {
        continue
      }
      do throws(DuckDBError) {
        let parcel = try Parcel(
          of: input.source.name, at: "\(folder)/in \(number).parquet", withRows: withRows,
          using: workspace.connection)
        plan.inputs[index].paths = [parcel.path]
        plan.inputs[index].columns = parcel.textTypes.map {
          PlannedInput.Pair($0.name, .text($0.type))
        }
      } catch {
        throw workspace.failure(error)
      }
    }
    return models
  }

  /// Puts what was taken into the workspace as `step.name`; tells the digests of what it is made of.
  @discardableResult
  private func receive(
    _ taken: Handover.Taken, in workspace: Workspace, withRows: Bool
  ) throws(StepFailure) -> [String] {
    let name = workspace.stepName
    var content: [String] = []
    do throws(DuckDBError) {
      for (table, parcel) in taken.tables.sorted(by: { $0.key < $1.key }) {
        let full = "\(name).\(table)"
        try workspace.connection.execute(
          "CREATE OR REPLACE TABLE \(SQLText.identifier(full)) AS \(parcel.selection)")
        try workspace.connection.showInSchema(full)
        if withRows, let (digest, _) = try? Fingerprint.ofFile(at: parcel.path) {
          content += [table, digest.description]
        }
      }
    } catch {
      throw workspace.failure(error)
    }
    for (step, model) in taken.models.sorted(by: { $0.key < $1.key }) {
      var model = model
      if !model.frame.isEmpty { model.frame = "\(name).\(model.frame)" }
      workspace.models["\(name).\(step)"] = model
      content += [step, model.content?.description ?? ""]
    }
    return content
  }

  // MARK: - Waiting for it

  /// The step that runs in it, for whoever watches.
  private final class LastMessage: Sendable {
    private let state = Mutex<String?>(nil)

    /// The message, once.
    func take() -> String? {
      state.withLock { message in
        defer { message = nil }
        return message
      }
    }

    func observe(_ event: RunEvent) {
      guard case .started(let step, let index, let count) = event else { return }
      state.withLock { $0 = "\(step) (\(index + 1) of \(count))" }
    }
  }

  private final class Answer<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
    let isThere = DispatchSemaphore(value: 0)
  }

  /// Waits for another session's work on this session's thread, passing on the wish to stop.
  private func wait<Value: Sendable>(
    for session: Session, _ workspace: Workspace, telling message: LastMessage? = nil,
    _ work: @escaping @Sendable () async -> Value
  ) -> Value {
    let answer = Answer<Value>()
    Task.detached {
      let value = await work()
      answer.value.withLock { $0 = value }
      answer.isThere.signal()
    }
    while true {
      let isThere = answer.isThere.wait(timeout: .now() + .milliseconds(100)) == .success
      if let reason = workspace.cancellation.reason { session.cancel(reason) }
      if let text = message?.take() { workspace.report(text) }
      if isThere, let value = answer.value.withLock({ $0 }) { return value }
    }
  }
}

extension Run {
  /// The run of a notebook that a step has run.
  public struct Part: Sendable, Hashable {
    /// The step.
    public var step: String
    /// What happened.
    public var run: Run

    /// A step's run.
    public init(step: String, run: Run) {
      self.step = step
      self.run = run
    }
  }

  /// Takes over where the parts' figures come from: their notebooks, files and libraries.
  mutating func join(_ parts: [Part]) {
    self.parts = parts
    for part in parts {
      guard case .notebook(let step)? = plan.steps.first(where: { $0.name == part.step })?.action
      else { continue }
      let notebook = part.run.plan.notebook
      let source = Array(notebook.source.utf8)
      let path = NotebookStep.path(of: step.notebook.name, from: plan.notebook.path)
      inputs.append(
        RecordedInput(
          entry: part.step, path: plan.shelf[path]?.place ?? path,
          digest: Fingerprint(of: source), size: source.count))
      let given = Set(step.inputs.map { $0.name.name.lowercased() })
      for input in part.run.inputs where !given.contains(input.entry.lowercased()) {
        var input = input
        input.entry = "\(part.step).\(input.entry)"
        inputs.append(input)
      }
      for snapshot in part.run.snapshots {
        var snapshot = snapshot
        snapshot.entry = "\(part.step).\(snapshot.entry)"
        snapshots.append(snapshot)
      }
      for engine in part.run.engines where !engines.contains(engine) { engines.append(engine) }
    }
  }
}
