internal import Connecting
internal import DuckDB
internal import Parsing
internal import Planning
internal import Steps
internal import Synchronization
internal import Vocabulary

/// Has the SQL of steps done by the engines of their connections, and brings what is needed here.
///
/// What a step reads of earlier ones on its connection is made there first, unless it is there: so it
/// does not matter whether those came from the cache, or were lost with a conversation that broke off.
final class RemoteSteps: RemoteRunning, Sendable {
  private let steps: [String: PlannedStep]
  private let versions: [String: String]
  private let desks: RemoteDesks

  init(of plan: Plan, in context: Plan.KeyContext, through desks: RemoteDesks) {
    steps = Dictionary(plan.steps.map { ($0.name, $0) }) { first, _ in first }
    versions = Dictionary(
      plan.steps.compactMap { step in plan.version(of: step, in: context).map { (step.name, $0) } }
    ) { first, _ in first }
    self.desks = desks
  }

  func run(_ step: SQLStep, in workspace: Workspace) throws(StepFailure) -> StepResult {
    let name = workspace.stepName
    guard let remote = steps[name]?.remote, let desk = desks[remote.connection.name] else {
      throw StepFailure(
        .error("no-connection", "step `\(name)` has no connection", at: step.connection?.range))
    }
    var result = StepResult()
    do throws(RemoteProblem) {
      let engines = try desk.engines(until: workspace.cancellation) {
        (session) throws(RemoteProblem) in
        try makeSources(of: name, in: session, desk, workspace)
        if remote.isReadThere || !remote.isFetched {
          try keep(name, in: session, desk, workspace)
        }
        if remote.isFetched {
          try fetch(name, step, remote, from: session, workspace)
          result.rowsOut = try rowCount(of: name, in: workspace)
        }
        return session.engines
      }
      result.origin = RemoteOrigin(
        connection: remote.connection.name,
        engines: engines.map { RemoteOrigin.Engine($0.name, $0.version) },
        version: versions[name], staysThere: !remote.isFetched)
    } catch {
      try workspace.checkCancellation()
      throw failure(error, of: name, on: remote.connection, workspace)
    }
    return result
  }

  // MARK: There

  /// Makes the tables there that a step reads.
  private func makeSources(
    of name: String, in session: any RemoteSession, _ desk: RemoteDesk, _ workspace: Workspace
  ) throws(RemoteProblem) {
    for source in steps[name]?.remote?.upstream ?? [] where !desk.keeps(source) {
      try makeSources(of: source, in: session, desk, workspace)
      try keep(source, in: session, desk, workspace)
    }
  }

  private func keep(
    _ name: String, in session: any RemoteSession, _ desk: RemoteDesk, _ workspace: Workspace
  ) throws(RemoteProblem) {
    guard let query = query(of: name, workspace) else { return }
    desk.note(name, isKept: false)
    do throws(RemoteError) {
      try session.keep(query, as: name)
    } catch {
      throw RemoteProblem(error: error, step: name)
    }
    desk.note(name, isKept: true)
  }

  private func query(of name: String, _ workspace: Workspace) -> RemoteQuery? {
    guard let step = steps[name], case .sql(let sql) = step.action, let remote = step.remote else {
      return nil
    }
    let names = Set(step.parameters)
    return RemoteQuery(
      ForeignSQL(sql.sql, in: remote.connection.dialect),
      binding: workspace.parameters.filter { names.contains($0.key) })
  }

  // MARK: Here

  /// Brings the rows over.
  private func fetch(
    _ name: String, _ step: SQLStep, _ remote: RemotePlace, from session: any RemoteSession,
    _ workspace: Workspace
  ) throws(RemoteProblem) {
    guard let query = query(of: name, workspace) else { return }
    let rows: RemoteRows
    do throws(RemoteError) {
      let mustBeAsked = query.sql.isOrdered && !session.keepsOrder
      rows =
        remote.isReadThere && !mustBeAsked
        ? try session.rows(ofKept: name) : try session.rows(of: query)
      if case .stream(let stream) = rows { try Self.checkNames(stream.fields.map(\.name)) }
    } catch {
      throw RemoteProblem(error: error, step: name)
    }
    switch rows {
    case .stream(let stream):
      do throws(DuckDBError) {
        try workspace.connection.createTable(name, consuming: stream)
      } catch {
        if let failure = stream.failure as? RemoteError {
          throw RemoteProblem(error: failure, step: name)
        }
        throw RemoteProblem(local: error, step: name)
      }
    case .parquet(let paths):
      let list = paths.map { SQLText.literal($0) }.joined(separator: ", ")
      do throws(DuckDBError) {
        try workspace.connection.execute(
          "CREATE TABLE \(SQLText.identifier(name)) AS SELECT * FROM read_parquet([\(list)])")
      } catch {
        throw RemoteProblem(local: error, step: name)
      }
    }
  }

  private func rowCount(of name: String, in workspace: Workspace) throws(RemoteProblem) -> Int {
    do throws(DuckDBError) {
      return try workspace.connection.count("SELECT count(*) FROM \(SQLText.identifier(name))")
    } catch {
      throw RemoteProblem(local: error, step: name)
    }
  }

  /// A table here needs a name for each column.
  private static func checkNames(_ names: [String]) throws(RemoteError) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name.lowercased()).inserted {
      throw RemoteError(
        .sql, "two columns are called `\(name)`", solutions: ["name one of them with AS"])
    }
  }

  // MARK: In words

  private func failure(
    _ problem: RemoteProblem, of name: String, on connection: ConnectionDeclaration,
    _ workspace: Workspace
  ) -> StepFailure {
    // What fails may be a step above, which is made again for this one.
    let source = steps[problem.step ?? name]
    let place = source?.source.nameRange
    if let error = problem.local {
      return StepFailure(
        .error(
          "sql-\(error.kind.rawValue)", error.summary, at: place,
          explanation: "while the rows of step `\(name)` were stored", solutions: error.advice))
    }
    guard case .sql(let sql)? = source?.action else {
      return StepFailure(problem.error.diagnostic(for: connection, at: place))
    }
    var diagnostic = problem.error.diagnostic(
      for: connection,
      at: problem.error.kind == .sql || problem.error.kind == .type
        ? sql.range : place)
    if let position = problem.error.position, position <= sql.sql.utf8.count {
      var range = sql.range
      range.start = sql.range.start.advanced(over: sql.sql, utf8Offset: position)
      range.end = range.start
      range.end.column += 1
      diagnostic.range = range
    }
    return StepFailure(diagnostic)
  }
}

/// What went wrong with a step elsewhere, there or here.
struct RemoteProblem: Error {
  var error = RemoteError(.other, "")
  /// The engine here could not take the rows.
  var local: DuckDBError?
  /// The step that was at work.
  var step: String?

  init(error: RemoteError, step: String?) {
    self.error = error
    self.step = step
  }

  init(local: DuckDBError, step: String?) {
    self.local = local
    self.step = step
  }
}

extension RemoteDesk {
  /// Works there as `work` does; whatever goes wrong becomes a problem.
  func engines(
    until cancellation: Cancellation,
    _ body: (any RemoteSession) throws(RemoteProblem) -> [RemoteEngine]
  ) throws(RemoteProblem) -> [RemoteEngine] {
    var found: Result<[RemoteEngine], RemoteProblem>?
    do throws(RemoteError) {
      try work(until: cancellation) { session throws(RemoteError) in
        do throws(RemoteProblem) {
          found = .success(try body(session))
        } catch {
          found = .failure(error)
          // The desk learns whether the conversation broke off; where rows were not taken to their end,
          // it is of no more use.
          throw error.local == nil ? error.error : RemoteError(.lost, "rows were left on their way")
        }
      }
    } catch {
      if case .failure(let problem)? = found { throw problem }
      throw RemoteProblem(error: error, step: nil)
    }
    return try (found ?? .success([])).get()
  }
}

extension RemoteError {
  /// The failure as a finding, with what to do about it.
  func diagnostic(for connection: ConnectionDeclaration, at range: SourceRange?) -> Diagnostic {
    let name = "connection `\(connection.name)`"
    var remedies = solutions
    let (rule, text): (String, String)
    switch kind {
    case .driver: (rule, text) = ("missing-driver", "\(name) cannot be used: \(summary)")
    case .unreachable:
      (rule, text) = ("connection-unreachable", "\(name) does not answer: \(summary)")
      remedies += [
        "see that its server runs and can be reached from here, then run again with --resume"
      ]
    case .refused:
      (rule, text) = ("connection-refused", "\(name) lets nobody in: \(summary)")
      remedies += [
        "check the user and the password in the environment "
          + (connection.variables.isEmpty
            ? "(`user: env:NAME`, `password: env:NAME`)"
            : "(" + connection.variables.map { "`\($0.name)`" }.joined(separator: ", ") + ")")
      ]
    case .lost:
      (rule, text) = ("connection-lost", "\(name) broke off: \(summary)")
      remedies += ["run again with --resume: steps that are done are not done again"]
    case .cancelled: (rule, text) = ("connection-cancelled", "\(name): \(summary)")
    case .sql: (rule, text) = ("remote-sql", summary)
    case .type: (rule, text) = ("remote-type", summary)
    case .readOnly:
      (rule, text) = ("connection-read-only", "nothing can be kept on \(name): \(summary)")
      remedies += [
        "write the steps before it into this one with WITH, or let it read their rows here"
      ]
    case .other: (rule, text) = ("connection", "\(name): \(summary)")
    }
    return .error(rule, text, at: range, explanation: explanation, solutions: remedies)
  }
}
