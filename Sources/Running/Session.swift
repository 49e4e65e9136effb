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
    /// Figures from outside that expressions can name.
    public var given = GivenFigures()
    /// The other libraries that the plan's models are made with.
    public var learningEngines: [EngineDescription] = []
    /// LightGBM's version, when it is there.
    public var lightGBMVersion: String?

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
  }

  /// Everything that can be known to be wrong without running: missing files, unknown columns, SQL that
  /// does not fit its tables.
  ///
  /// A missing file is a warning here, and steps that read it are not checked further.
  public func check(_ plan: Plan) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    let inputs = open(plan, reportingTo: &findings, missingIs: .warning)
    guard !findings.contains(where: { $0.severity == .error }) else { return findings }
    let missing = Set(plan.inputs.map(\.name)).subtracting(inputs.keys)
    findings += rehearse(plan, withoutInputs: missing)
    return findings
  }

  /// Runs the plan; one outcome for every step, failures included.
  ///
  /// Throws what `check` would find, before anything has run.
  public func run(
    _ plan: Plan, observing observe: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) throws(Refusal) -> Run {
    var findings: [Diagnostic] = []
    observe(.readingInputs(count: plan.inputs.count))
    let files = open(plan, reportingTo: &findings, missingIs: .error)
    guard findings.isEmpty else { throw Refusal(findings) }
    findings = rehearse(plan, withoutInputs: [])
    guard !findings.contains(where: { $0.severity == .error }) else { throw Refusal(findings) }
    let inputs = try digests(of: plan, files)

    let workspace = makeWorkspace(for: plan)
    let outcomes = perform(plan, in: workspace, observing: observe)
    return finish(plan, outcomes, inputs, warnings: plan.warnings + findings, in: workspace)
  }

  func makeWorkspace(for plan: Plan) -> Workspace {
    let workspace = Workspace(
      connection: connection, parameters: plan.bindings,
      stagingDirectory: surroundings.stagingDirectory,
      projectDirectory: surroundings.projectDirectory, threads: surroundings.threads,
      cancellation: cancellation)
    workspace.past = surroundings.past
    workspace.edition = plan.notebook.frontMatter.edition == nil ? nil : plan.edition
    workspace.language = plan.notebook.frontMatter.language
    workspace.lightGBM = surroundings.lightGBM
    workspace.liblinear = surroundings.liblinear
    workspace.openBLAS = surroundings.openBLAS
    workspace.given = surroundings.given
    workspace.given.previous = surroundings.past.editions.last?.metrics
    workspace.evaluate = {
      [unowned workspace, connection] (expression) throws(StepFailure) -> Value in
      try plan.value(
        of: expression, metrics: workspace.metrics, given: workspace.given, using: connection)
    }
    return workspace
  }
}
