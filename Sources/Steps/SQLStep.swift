internal import DuckDB
public import Parsing
public import Vocabulary

/// A SELECT whose result is a table named like the step.
///
/// The result is computed once and kept by the engine. One exception: a result of more than
/// `streamedWidth` columns that is nothing but a scan of files stays a view, so that each later
/// step reads only the columns it needs.
public struct SQLStep: StepKind {
  /// The fence's language; `uses:` does not name it.
  public static let name = "sql"
  /// One sentence for the documentation.
  public static let summary = "A SELECT over the catalog and earlier tables; the result is a table."

  /// From this many columns on, a plain scan stays a view.
  static let streamedWidth = 64

  /// The SELECT.
  public var sql: String
  /// Where it stands.
  public var range: SourceRange
  /// The connection whose engine does it; the engine here does when nil.
  public var connection: NamedPlace?
  /// What tells one state of what it reads there from another, when the step says it.
  public var version: String?

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    sql = source.body
    range = source.bodyRange
    connection = options.place("connection")
    if options.isPending("connection") {
      options.reject("connection", "must be known before anything runs", rule: "not-known-yet")
    }
    version = options.string("version")
    if connection == nil, options.has("version"), !options.isPending("connection") {
      options.reject("version", "does nothing without `connection`")
    }
  }

  /// The planner finds the tables of a SELECT with the engine's own parser.
  public var references: [Reference] { [] }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    guard connection == nil else {
      // Which columns there are only the other engine knows.
      workspace.unknown.insert(workspace.stepName)
      return []
    }
    do throws(StepFailure) {
      try workspace.make(
        workspace.stepName, "CREATE TABLE", as: query, suffix: " WITH NO DATA", reporting: failure)
      return []
    } catch {
      return [error.diagnostic]
    }
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    guard connection == nil else {
      guard let engines = workspace.elsewhere else {
        throw StepFailure(
          .error("no-connection", "connections cannot be used here", at: connection?.range))
      }
      return try engines.run(self, in: workspace)
    }
    var result = StepResult()
    let name = workspace.stepName
    if try staysView(in: workspace) {
      // Views take no bound parameters, so the values become literals of the view's text.
      let sql = SQLText.inlining(workspace.parameters, into: query)
      try workspace.make(name, "CREATE VIEW", as: sql, binding: [:], reporting: failure)
    } else {
      try workspace.make(name, "CREATE TABLE", as: query, reporting: failure)
      result.rowsOut = try workspace.rowCount(of: name)
    }
    return result
  }

  private var query: String { SQLText.withoutTerminator(sql) }

  private func staysView(in workspace: Workspace) throws(StepFailure) -> Bool {
    do throws(DuckDBError) {
      let analysis = try workspace.connection.analyze(query)
      guard analysis.isScan else { return false }
      let columns = try workspace.connection.columns(of: query, binding: workspace.parameters)
      return columns.count > Self.streamedWidth
    } catch {
      throw failure(error)
    }
  }

  private func failure(_ error: DuckDBError) -> StepFailure {
    StepFailure(Diagnostic(error, in: sql, from: range.start, within: range))
  }
}

extension SQLAnalysis {
  /// Whether computing the query again costs no more than reading its files again.
  fileprivate var isScan: Bool {
    statement == .select && tableFunctions.isEmpty && !hasJoin && !hasAggregate && !hasWindow
      && !hasDistinct && !hasSample
      && !isOrdered && !isLimited
  }
}
