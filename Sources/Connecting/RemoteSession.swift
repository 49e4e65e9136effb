public import Parsing
public import Vocabulary

/// A conversation with an engine elsewhere, for the time of a run.
///
/// Whoever holds one calls it from one thread at a time; only `cancel` may be called meanwhile, from
/// any thread. A session that has thrown `.lost` is of no more use.
public protocol RemoteSession: AnyObject, Sendable {
  /// The engine and what speaks to it, with versions: what provenance records. Never a host or user.
  var engines: [RemoteEngine] { get }

  /// Whether rows that were kept come back in the order in which the query gave them.
  var keepsOrder: Bool { get }

  /// Keeps the rows of a query there under a name that later queries of this session find without a
  /// schema, in place of what an earlier call has kept under it.
  func keep(_ query: RemoteQuery, as name: String) throws(RemoteError)

  /// The rows of a query, on their way.
  func rows(of query: RemoteQuery) throws(RemoteError) -> RemoteRows

  /// The rows that `keep` has kept under a name, on their way.
  func rows(ofKept name: String) throws(RemoteError) -> RemoteRows

  /// The one value of a query as text; nil when it is NULL or there is no row.
  func value(of query: RemoteQuery) throws(RemoteError) -> String?

  /// Ends the statement that runs there, and the rows that are on their way; they fail with
  /// `.cancelled`. It may come too early and be called again.
  func cancel()

  /// Ends the conversation; what was kept is gone. Calling it again does nothing.
  func close()
}

extension RemoteSession {
  /// Tables do; a view that is computed anew may not.
  public var keepsOrder: Bool { true }
}

/// Rows on their way here.
public enum RemoteRows {
  /// As they come, in Arrow's form. The stream's `failure` is a `RemoteError`.
  case stream(ColumnStream)
  /// In Parquet files that this machine can read, at absolute paths.
  case parquet([String])
}

/// The engine at the other end, or what speaks to it.
public struct RemoteEngine: Sendable, Hashable {
  /// Its name, such as `PostgreSQL`.
  public var name: String
  /// Its version, such as `15.14`.
  public var version: String

  /// A program with its version.
  public init(_ name: String, _ version: String) {
    self.name = name
    self.version = version
  }
}

/// SQL for an engine elsewhere, with the values of its parameters.
public struct RemoteQuery: Sendable, Hashable {
  /// The SQL as written, with `$name` where a value goes.
  public var sql: ForeignSQL
  /// The values by name; each `$name` has one.
  public var values: [String: Value]

  /// SQL with values.
  public init(_ sql: ForeignSQL, binding values: [String: Value] = [:]) {
    self.sql = sql
    self.values = values
  }

  /// The values in the order in which their marks stand, each as often as it does.
  public var valuesInOrder: [Value] { sql.parameters.map { values[$0.text] ?? .null } }
}
