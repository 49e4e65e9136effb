/// What a SQL text says, told by DuckDB's own parser without looking at any table.
///
/// For example: the analysis of `SELECT s.x FROM scores AS s WHERE s.day = $day` has one table
/// (`scores`), one parameter (`day`) and two qualified columns. Places are UTF-8 offsets in the SQL.
public struct SQLAnalysis: Sendable, Hashable {
  /// What kind of statement the text is.
  public enum Statement: Sendable, Hashable {
    /// One SELECT; `FROM ...`, `VALUES ...` and `TABLE ...` are SELECTs too.
    case select
    /// No statement at all.
    case empty
    /// So many statements.
    case several(Int)
    /// Something else, by its first word: `CREATE`, `PIVOT`, `DESCRIBE`, ...
    case other(String)
  }

  /// A stretch of the SQL.
  public struct Place: Sendable, Hashable {
    /// UTF-8 offset of the first byte.
    public var offset: Int
    /// Length in UTF-8 bytes.
    public var length: Int

    /// A stretch of so many bytes.
    public init(offset: Int, length: Int) {
      self.offset = offset
      self.length = length
    }
  }

  /// A table named in FROM, that is not one of the query's own CTEs.
  public struct TableReference: Sendable, Hashable {
    /// The name's parts: `[table]`, `[schema, table]` or `[database, schema, table]`.
    public var path: [String]
    /// Where it is named; nil in `TABLE t` and `SUMMARIZE t`, where DuckDB does not say.
    public var place: Place?
    /// Whether it was written in single quotes, as files are.
    public var isFile: Bool

    /// The table's own name.
    public var name: String { path.last ?? "" }
  }

  /// A function that is called.
  public struct FunctionReference: Sendable, Hashable {
    /// The name in lower case.
    public var name: String
    /// Where the call begins.
    public var place: Place?
    /// The text literals among its arguments, such as a file's path.
    public var literals: [String]
  }

  /// A column that is named.
  public struct ColumnReference: Sendable, Hashable {
    /// The parts between the points: `[column]`, `[table, column]`, ...
    public var path: [String]
    /// Where it is named.
    public var place: Place?
  }

  /// A `$name` (or a positional `?` or `$1`, named `1`, `2`, ...).
  public struct ParameterReference: Sendable, Hashable {
    /// The name without `$`, as written.
    public var name: String
    /// Where it stands.
    public var place: Place?
    /// Whether it is `?` or `$1`, which a notebook cannot give a value.
    public var isPositional: Bool { Int(name) != nil }
  }

  /// What kind of statement the text is.
  public internal(set) var statement: Statement
  /// The tables, in the order of the text.
  public internal(set) var tables: [TableReference] = []
  /// The functions used as tables, such as `read_csv`, in the order of the text.
  public internal(set) var tableFunctions: [FunctionReference] = []
  /// All other functions except operators, in the order of the text.
  public internal(set) var functions: [FunctionReference] = []
  /// The columns with two or more parts, in the order of the text; lambdas' own names are left out.
  public internal(set) var qualifiedColumns: [ColumnReference] = []
  /// The columns with one part, `current_date` and its like included.
  public internal(set) var bareColumns: [ColumnReference] = []
  /// Every use of a parameter, in the order of the text.
  public internal(set) var parameters: [ParameterReference] = []
  /// The names under which tables can be spoken of: table names, aliases, CTEs; in lower case.
  public internal(set) var relations: Set<String> = []
  /// What decides the order of the result's rows.
  public internal(set) var rowOrder = RowOrder.unstated
  /// The columns that the result gives under another name.
  public internal(set) var renames: [Rename] = []
  /// Whether the whole result has an ORDER BY.
  public internal(set) var isOrdered = false
  /// Whether the whole result has a LIMIT.
  public internal(set) var isLimited = false
  /// Whether rows of several tables are combined anywhere.
  public internal(set) var hasJoin = false
  /// Whether there is a GROUP BY or a call of a built-in aggregate anywhere.
  public internal(set) var hasAggregate = false
  /// Whether there is a window function anywhere.
  public internal(set) var hasWindow = false
  /// Whether there is a DISTINCT anywhere.
  public internal(set) var hasDistinct = false
  /// Whether there is a UNION, INTERSECT or EXCEPT anywhere.
  public internal(set) var hasSetOperation = false
  /// Whether there is a subquery or a CTE.
  public internal(set) var hasSubquery = false
  /// Whether a table is sampled.
  public internal(set) var hasSample = false

  init(_ statement: Statement) {
    self.statement = statement
  }
}

extension SQLAnalysis {
  /// Whether each row of the result is made of one row of one table, by itself.
  public var isRowwise: Bool {
    statement == .select && !hasJoin && !hasAggregate && !hasWindow && !hasDistinct
      && !hasSetOperation && !hasSubquery && !hasSample && !isLimited
  }

  /// The qualified columns whose first part is no table, alias or CTE of the query: metrics such as
  /// `evaluation.auc`, fields of a struct column, or a mistake.
  public var freeColumns: [ColumnReference] {
    qualifiedColumns.filter { !relations.contains($0.path[0].lowercased()) }
  }

  /// The functions and names whose value depends on the clock, on chance or on the machine.
  public var impureCalls: [FunctionReference] {
    let names = bareColumns.filter { Self.impure.contains($0.path[0].lowercased()) }
      .map { FunctionReference(name: $0.path[0].lowercased(), place: $0.place, literals: []) }
    return (functions.filter { Self.impure.contains($0.name) } + names)
      .sorted { ($0.place?.offset ?? 0) < ($1.place?.offset ?? 0) }
  }

  /// DuckDB's functions with stability VOLATILE or CONSISTENT_WITHIN_QUERY that read the clock, a
  /// random source or the session.
  static let impure: Set<String> = [
    "now", "today", "current_date", "current_time", "current_timestamp", "localtime",
    "localtimestamp", "get_current_time", "get_current_timestamp", "transaction_timestamp",
    "current_localtime", "current_localtimestamp", "random", "setseed", "uuid", "uuidv4", "uuidv7",
    "gen_random_uuid", "nextval", "currval", "txid_current", "setval", "current_query",
    "current_query_id", "current_connection_id",
    "current_transaction_id", "getenv", "pg_backend_pid",
  ]
}
