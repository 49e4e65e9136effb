internal import Vocabulary

/// DuckDB's numbers for its types (`duckdb_type`), as far as they are read or written here.
enum TypeCode: Int32 {
  case boolean = 1
  case tinyint = 2
  case smallint = 3
  case integer = 4
  case bigint = 5
  case utinyint = 6
  case usmallint = 7
  case uinteger = 8
  case ubigint = 9
  case float = 10
  case double = 11
  case timestamp = 12
  case date = 13
  case hugeint = 16
  case varchar = 17
  case decimal = 19
  case timestampSeconds = 20
  case timestampMilliseconds = 21
  case timestampNanoseconds = 22
  case enumeration = 23
  case timestampWithZone = 31
  case null = 36

  /// What a column of this type is to a report.
  func columnType(scale: Int) -> ColumnType {
    switch self {
    case .boolean: .boolean
    case .tinyint, .smallint, .integer, .bigint, .utinyint, .usmallint, .uinteger, .ubigint,
      .hugeint:
      .integer
    case .float, .double: .real
    case .decimal: .decimal(scale: scale)
    case .varchar, .enumeration, .null: .text
    case .date: .date
    case .timestamp, .timestampSeconds, .timestampMilliseconds, .timestampNanoseconds,
      .timestampWithZone:
      .timestamp
    }
  }
}

/// What a statement does, by DuckDB's own classes (`duckdb_statement_type`).
public enum StatementKind: String, Sendable, Hashable {
  /// Gives rows and changes nothing.
  case select = "SELECT"
  /// Adds rows.
  case insert = "INSERT"
  /// Changes rows.
  case update = "UPDATE"
  /// Shows a query plan.
  case explain = "EXPLAIN"
  /// Removes rows.
  case delete = "DELETE"
  /// Names a statement.
  case prepare = "PREPARE"
  /// Makes a table, view, macro or the like.
  case create = "CREATE"
  /// Runs a named statement.
  case execute = "EXECUTE"
  /// Changes a table's shape.
  case alter = "ALTER"
  /// Begins or ends a transaction.
  case transaction = "BEGIN or COMMIT"
  /// Writes or reads a file.
  case copy = "COPY"
  /// Changes a setting.
  case set = "SET"
  /// Removes a table or the like.
  case drop = "DROP"
  /// Asks or tells the engine itself.
  case pragma = "PRAGMA"
  /// Opens another database.
  case attach = "ATTACH"
  /// Closes another database.
  case detach = "DETACH"
  /// Loads code.
  case load = "LOAD or INSTALL"
  /// Several statements that DuckDB makes of one, such as PIVOT without a list of values.
  case multi = "PIVOT"
  /// Adds or changes rows by comparison.
  case merge = "MERGE INTO"
  /// Anything else.
  case other = "another statement"

  init(code: Int32) {
    switch code {
    case 1, 22: self = .select
    case 2: self = .insert
    case 3: self = .update
    case 4: self = .explain
    case 5: self = .delete
    case 6: self = .prepare
    case 7, 14: self = .create
    case 8: self = .execute
    case 9: self = .alter
    case 10: self = .transaction
    case 11, 16, 28: self = .copy
    case 13, 20: self = .set
    case 15: self = .drop
    case 17: self = .pragma
    case 21, 23, 29: self = .load
    case 25: self = .attach
    case 26: self = .detach
    case 27: self = .multi
    case 30: self = .merge
    default: self = .other
    }
  }
}
