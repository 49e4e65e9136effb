internal import DuckDB
internal import Parsing
internal import Steps
internal import Vocabulary

/// The state of planning one notebook: what is known so far and what is wrong.
///
/// Each extension makes one part of the plan; `Plan.init` reads as the order of them.
struct Planner {
  let notebook: Notebook
  let project: ProjectFile
  let connection: Connection

  /// Everything wrong, in the order found.
  var diagnostics: [Diagnostic] = []
  /// The declared parameters in source order.
  var declarations: [ParameterDeclaration] = []
  /// The values known so far.
  var values: [String: Value] = [:]
  /// Parameters whose value is not known: missing in a check, or wrong.
  var open: Set<String> = []
  /// Parameters that something reads.
  var usedParameters: Set<String> = []
  /// Catalog entries that something reads, in lower case.
  var usedEntries: Set<String> = []
  /// What every name of a table, model or metric stands for.
  var scope: Scope
  /// The metrics of every step, where its kind knows them before it runs.
  var metricNames: [[String]?] = []
  /// The figures of the edition before that something reads, as `step.metric`.
  var previousMetrics: Set<String> = []
  /// Whether something reads the table of what earlier editions said.
  var readsHistory = false
  /// The models of the registry that steps name.
  var registeredModels: [RegisteredReference] = []
  /// The registered model whose champion is meant.
  var championName: String?
  /// Where the champion's figures are read first.
  var usesChampion: SourceRange?
  /// The notebooks that can be run within this one, by path.
  var shelf: [String: ShelvedNotebook] = [:]
  /// Where secrets come from.
  var environment: [String: String] = [:]
  /// The paths of the notebooks around this one.
  var ancestors: [String] = []
  /// The catalog entries and models that a notebook around this one gives, in lower case.
  var supplied: Set<String> = []
  /// Whether the rows of every catalog entry are kept with a published version.
  var keepsSnapshots: Bool
  /// The notebooks that steps run.
  var parts: [Plan.Part] = []
  /// What is read of them, as `step.name` in lower case.
  var takenParts: Set<String> = []
  /// References to steps further down, judged when all steps are known.
  var forwardReferences: [ForwardReference] = []

  /// Where SQL is done elsewhere, by the step's place in document order.
  var remotePlaces: [Int: RemotePlace] = [:]
  /// The steps whose tables something here reads.
  var tablesReadHere: Set<Int> = []
  /// Whether a variable of the environment that is not there hinders.
  var needsVariables = true
  /// The connections whose variables have been looked for.
  var checkedConnections: Set<String> = []

  private var analyses: [String: Result<SQLAnalysis, DuckDBError>] = [:]
  private var knownLines: SourceLines?
  private var lastAlignment: SourceAlignment?

  init(_ notebook: Notebook, _ project: ProjectFile, _ connection: Connection) {
    self.notebook = notebook
    self.project = project
    self.connection = connection
    scope = Scope(catalog: notebook.frontMatter.catalog, project: project.catalog)
    keepsSnapshots = notebook.frontMatter.snapshot
  }

  /// The notebook's lines, split when the first mistake needs them.
  var lines: SourceLines {
    mutating get {
      if let knownLines { return knownLines }
      let lines = SourceLines(notebook.source, file: notebook.path)
      knownLines = lines
      return lines
    }
  }

  /// The places of a text's bytes; the text last asked for is kept, as its names come in a row.
  mutating func alignment(of sql: SQLPlace) -> SourceAlignment {
    if let lastAlignment, lastAlignment.range == sql.range { return lastAlignment }
    let alignment = lines.alignment(of: sql.text, within: sql.range)
    lastAlignment = alignment
    return alignment
  }

  /// The declaration of the parameter of this name.
  func declaration(of name: String) -> ParameterDeclaration? {
    declarations.first { $0.name == name }
  }

  /// The engine's reading of a SQL text; the same text is read once.
  mutating func analysis(of sql: String) throws(DuckDBError) -> SQLAnalysis {
    if let known = analyses[sql] { return try known.get() }
    do throws(DuckDBError) {
      let analysis = try connection.analyze(sql)
      analyses[sql] = .success(analysis)
      return analysis
    } catch {
      analyses[sql] = .failure(error)
      throw error
    }
  }

  mutating func report(_ diagnostic: Diagnostic) {
    diagnostics.append(diagnostic)
  }

  mutating func report(
    _ rule: String, _ summary: String, at range: SourceRange?, explanation: String? = nil,
    solutions: [String] = []
  ) {
    report(.error(rule, summary, at: range, explanation: explanation, solutions: solutions))
  }
}
