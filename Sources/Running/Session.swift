public import Connecting
public import DuckDB
internal import Parsing
public import Planning
public import Steps
public import Vocabulary

/// The one who runs a plan: owns the engine's connection for the time of a run, on a thread of its own.
///
/// A session serves one plan: before the first step the engine is confined to the project and the
/// declared files, and it stays so.
public actor Session {
  /// Where a session works, and with how much.
  public struct Surroundings: Sendable {
    /// The project's folder; relative paths of the catalog start here.
    public var projectDirectory: String
    /// An existing folder of the run's own, for artifacts and what does not fit into memory.
    public var stagingDirectory: String
    /// Threads for libraries whose results do not depend on their number.
    public var threads: Int
    /// The engine's memory limit, such as `2GB`.
    public var memoryLimit: String?
    /// The version of washi itself.
    public var version: String
    /// What earlier editions said.
    public var past = PastEditions()
    /// Where LightGBM is looked for, when a step needs it.
    public var lightGBM = LibrarySearch()
    /// Where liblinear is looked for.
    public var liblinear = LibrarySearch()
    /// Where OpenBLAS is looked for.
    public var openBLAS = LibrarySearch()
    /// Where secrets come from, for notebooks that are planned when their step runs.
    public var environment: [String: String] = [:]
    /// What connections to engines elsewhere take from the machine.
    public var connections = ConnectionSurroundings()
    /// Who opens them.
    public var opener: any ConnectionOpening = DeclaredConnections()
    /// What processes find around them, beside what the plan says.
    public var processes = ProcessSurroundings()
    /// What goes to the notebook around this one, and comes from it.
    var handover: Handover?
    /// Who runs the notebooks within this one.
    var notebooks: InnerNotebooks?
    /// Who has SQL done by engines elsewhere.
    var elsewhere: RemoteSteps?
    /// Models of the registry by the address that steps name, and the champion.
    public var models: [String: RegisteredModel] = [:]
    /// Figures from outside that expressions can name.
    public var given = GivenFigures()
    /// The other libraries that the plan's models are made with.
    public var learningEngines: [EngineDescription] = []
    /// LightGBM's version, when it is there.
    public var lightGBMVersion: String?
    /// The folder of the rows that versions keep, absolute; nil when none are to be kept.
    public var snapshotFolder: String?
    /// What a recorded run read, by entry in lower case, for entries whose rows it kept.
    public var recorded: [String: RecordedSource] = [:]
    /// Where results are kept and found again; nil when every step is done anew.
    public var cache: ResultCache?
    /// What tells this build of washi from others of its version.
    public var build = ""
    /// The steps that are asked for; all when nil.
    public var selection: StepSelection?
    /// How many steps may be at work at the same time.
    public var jobs = 1
    /// The bytes that steps at work side by side may need together, beside the engine.
    public var memoryBudget = 1 << 30

    /// Surroundings of a run.
    public init(
      projectDirectory: String, stagingDirectory: String, threads: Int,
      memoryLimit: String? = nil, version: String, lightGBMVersion: String? = nil
    ) {
      self.projectDirectory = projectDirectory
      self.stagingDirectory = stagingDirectory
      self.threads = threads
      self.memoryLimit = memoryLimit
      self.version = version
      self.lightGBMVersion = lightGBMVersion
    }
  }

  let connection: Connection
  let surroundings: Surroundings
  let cancellation = Cancellation()
  let connections = OpenConnections()
  private let thread = EngineThread()

  /// The session's own thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    // The session holds the executor as long as it lives.
    unsafe thread.asUnownedSerialExecutor()
  }

  /// A session on this connection, which nobody else uses meanwhile.
  public init(on connection: Connection, in surroundings: Surroundings) {
    self.connection = connection
    self.surroundings = surroundings
  }

  /// Asks the run to stop as soon as it can, from any thread.
  public nonisolated func cancel(_ reason: Cancellation.Reason = .interrupted) {
    cancellation.cancel(reason)
    connection.interrupt()
    connections.interrupt()
  }

  /// Everything that can be known to be wrong without running: missing files, unknown columns, SQL that
  /// does not fit its tables.
  ///
  /// A missing file is a warning here, and steps that read it are not checked further.
  public func check(_ plan: Plan) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    let found = find(plan, reportingTo: &findings, missingIs: .warning)
    let inputs = open(plan, found, reportingTo: &findings)
    guard !findings.contains(where: { $0.severity == .error }) else { return findings }
    let missing = Set(plan.inputs.map(\.name)).subtracting(inputs.keys)
    findings += rehearse(plan, withoutInputs: missing)
    return findings
  }

  /// Runs the plan; one outcome for every step, failures included.
  ///
  /// Throws what `check` would find, before anything has run. What the cache has is not done again:
  /// when it has everything, no file is opened and no library is needed.
  public func run(
    _ planned: Plan, observing observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) throws(Refusal) -> Run {
    var findings: [Diagnostic] = []
    observe(.readingInputs(count: planned.inputs.count))
    let files = find(planned, reportingTo: &findings, missingIs: .error)
    guard findings.isEmpty else { throw Refusal(findings) }
    let stamps = stamps(of: files)
    let inputs =
      try digests(of: planned, files) + digestsOfStepFiles(of: planned)
      + registryInputs
    let desks = surroundings.desks(of: planned)
    defer { desks.close() }
    let states = desks.states(in: surroundings.environment, until: cancellation).states
    let plan = planned.settled(by: states, handingOver: surroundings.handover?.wanted ?? [])
    let notebooks = InnerNotebooks(
      of: plan, in: surroundings, library: connection.database.library)
    var context = context(of: plan, inputs, states, observe)
    context.surroundings.elsewhere = RemoteSteps(of: plan, in: context.keys, through: desks)
    context.surroundings.notebooks = notebooks
    let selection = try surroundings.selection.map { one throws(Refusal) in
      try SelectedSteps(one, in: plan)
    }
    let conductor = Conductor(context, jobs: surroundings.jobs, selection: selection)
    let watch = plan.notebook.frontMatter.timeout.map { watchdog(.timeout(seconds: $0), after: $0) }
    defer { watch?.cancel() }

    let ledger = surroundings.cache?.ledger(of: plan) ?? Ledger()
    let rehearsal = plan.rehearsalKey(in: context.keys).fingerprint
    let isKnown = conductor.reuse() && conductor.knowsProse(by: ledger)
    let lacking = conductor.lackingSources
    guard lacking.isEmpty else { throw Refusal(lacking) }
    var isOpen = false
    if let known = ledger.rehearsal, known.key == rehearsal {
      findings = known.findings
      if !isKnown {
        try open(plan, files)
        isOpen = true
      }
    } else {
      try open(plan, files)
      isOpen = true
      findings = rehearse(plan, withoutInputs: [])
      guard !findings.contains(where: { $0.severity == .error }) else { throw Refusal(findings) }
    }
    // What a step before it may still write is not missing yet.
    findings.removeAll { ["missing-input", "missing-model"].contains($0.rule) }
    conductor.perform()
    if let handover = surroundings.handover {
      conductor.provide(handover.wanted)
      handover.collect(from: connection, conductor.models, withRows: true)
    }
    var run = Run(
      plan: plan, title: "", description: nil, inputs: inputs, engines: engines(of: plan),
      outcomes: conductor.outcomes, texts: [:], diagnostics: plan.warnings + findings)
    run.past = surroundings.past
    run.noteEnginesElsewhere()
    run.join(notebooks.runs)
    let texts = finish(&run, conductor, by: ledger)
    if run.isSuccess, run.isComplete, !run.isWithheld {
      do throws(Refusal) {
        run.snapshots =
          try takeSnapshots(of: plan, inputs) { () throws(Refusal) in
            if !isOpen { try open(plan, files) }
            isOpen = true
          } + run.snapshots
      } catch {
        // The steps have done their work, and the report shows it; without its rows it is no version.
        run.diagnostics += error.diagnostics
      }
    }
    let changes = changes(of: inputs, of: plan, since: stamps)
    guard changes.isEmpty else {
      // What was made of other bytes than those that its key names must not be found again.
      for key in conductor.ledger.keys.values { surroundings.cache?.drop(key) }
      run.diagnostics += changes
      return run
    }
    if let cache = surroundings.cache {
      var next = conductor.ledger
      next.texts = texts
      next.rehearsal = Ledger.Rehearsal(key: rehearsal, findings: findings)
      if next != ledger { cache.keep(next, of: plan) }
      cache.digests.save()
    }
    return run
  }

  func context(
    of plan: Plan, _ inputs: [RecordedInput],
    _ connections: [String: Plan.KeyContext.ConnectionState],
    _ observe: @escaping @Sendable (RunEvent) -> Void
  ) -> RunContext {
    var files: [String: [Plan.InputFile]] = [:]
    for input in inputs {
      files[input.entry, default: []].append(.init(path: input.path, digest: input.digest))
    }
    var learning = surroundings.learningEngines.map { (name: $0.name, version: $0.version) }
    if let version = surroundings.lightGBMVersion { learning.append(("LightGBM", version)) }
    let engines = [
      (name: "washi", version: surroundings.version),
      (name: Plan.KeyContext.buildName, version: surroundings.build),
      (name: "DuckDB", version: connection.database.library.description.version),
    ]
    var keys = Plan.KeyContext(
      files: files, engines: engines, learningEngines: learning,
      directory: surroundings.projectDirectory, given: surroundings.allGiven,
      past: surroundings.past)
    keys.connections = connections
    return RunContext(
      plan: plan, database: connection.database, surroundings: surroundings, keys: keys,
      cancellation: cancellation, connections: self.connections, observe: observe)
  }

  /// Confines the engine and makes the views of the catalog, or says why that cannot be.
  private func open(_ plan: Plan, _ files: [String: [String]]) throws(Refusal) {
    var findings: [Diagnostic] = []
    _ = open(plan, files, reportingTo: &findings)
    guard findings.isEmpty else { throw Refusal(findings) }
  }

  /// Asks the run to stop when the time is over.
  private func watchdog(
    _ reason: Cancellation.Reason, after seconds: Double
  ) -> Task<Void, Never> {
    Task.detached { [self] in
      guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
      cancel(reason)
    }
  }
}
