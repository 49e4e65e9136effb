internal import Charting
public import DuckDB
public import Learning
public import Parsing
public import Vocabulary

/// What a running step can reach: the engine's connection, the parameters, the tables, models and
/// metrics of earlier steps, and a folder for its files.
///
/// One workspace serves one run, on one thread at a time. A table of step `x` is the engine's
/// table `x`; catalog entries are views. The same type serves the check, where every table is
/// empty and no model is trained.
public final class Workspace {
  /// The engine, confined to the project before the first step.
  public let connection: Connection
  /// The values of all parameters, bound as `$name`.
  public let parameters: [String: Value]
  /// A folder of the run's own for artifacts.
  public let stagingDirectory: String
  /// The project's folder, for exports with `to: project`.
  public let projectDirectory: String
  /// How many threads a library that is deterministic in parallel may use.
  public let threads: Int
  /// Where the learning libraries are looked for, when a step needs them.
  public var libraries = LearningLibraries()
  /// The models by step name.
  public var models: [String: TrainedModel] = [:]
  /// The metrics by step name.
  public var metrics: [String: [Metric]] = [:]
  /// What earlier editions of the notebook said.
  public var past = PastEditions()
  /// The edition that is run, when the notebook names one.
  public var edition: String?
  /// The language of the fixed words in what steps show.
  public var language = FrontMatter.Language.english
  /// Figures from outside of the run that expressions can name.
  public var given = GivenFigures()
  /// Gives the value of an expression over parameters, tables and metrics of the steps done so far.
  public var evaluate: (Expression) throws(StepFailure) -> Value = {
    (expression) throws(StepFailure) -> Value in
    throw StepFailure(.error("misuse", "nobody evaluates expressions here", at: expression.range))
  }
  /// What processes find around them.
  public var processes = ProcessSurroundings()
  /// What steps that train on several machines find around them.
  public var workers = WorkerSurroundings()
  /// Who runs notebooks within this one.
  public var notebooks: (any NotebookRunning)?
  /// Who has SQL done by engines elsewhere.
  public var elsewhere: (any RemoteRunning)?
  /// Models that a notebook around this one gives to its `uses: model` steps, by step name.
  public var suppliedModels: [String: TrainedModel] = [:]
  /// While checking: the steps whose tables are only known when they have run.
  public var unknown: Set<String> = []
  /// The step that is checked or runs now.
  public var current: StepSource?
  /// Its settings.
  public var settings = StepSettings()
  /// Set when the run shall stop; long work looks at it between its pieces.
  public let cancellation: Cancellation
  /// Where the model of a step comes from; nil outside of a run.
  public var provenance: (String) -> ModelProvenance? = { _ in nil }
  /// Tells whoever watches how far the running step is.
  public var report: (String) -> Void = { _ in }

  /// A workspace over a connection.
  public init(
    connection: Connection, parameters: [String: Value], stagingDirectory: String,
    projectDirectory: String, threads: Int, cancellation: Cancellation = Cancellation()
  ) {
    self.connection = connection
    self.parameters = parameters
    self.stagingDirectory = stagingDirectory
    self.projectDirectory = projectDirectory
    self.threads = threads
    self.cancellation = cancellation
  }

  /// Where LightGBM is looked for, when a step needs it.
  public var lightGBM: LibrarySearch {
    get { libraries.lightGBM }
    set { libraries.lightGBM = newValue }
  }

  /// Where liblinear is looked for.
  public var liblinear: LibrarySearch {
    get { libraries.liblinear }
    set { libraries.liblinear = newValue }
  }

  /// Where OpenBLAS is looked for.
  public var openBLAS: LibrarySearch {
    get { libraries.openBLAS }
    set { libraries.openBLAS = newValue }
  }

  /// The fixed words in the report's language.
  var words: Words { Words(language) }

  /// The words of charts in the report's language.
  var chartWords: Chart.Words { words.ofCharts }

  /// The name of the step that is checked or runs now.
  public var stepName: String { current?.name ?? "" }

  /// Ends long work when the run shall stop.
  public func checkCancellation() throws(StepFailure) {
    guard let reason = cancellation.reason else { return }
    throw StepFailure(.error(reason.rule, reason.sentence, at: current?.nameRange))
  }
}
