internal import DuckDB
internal import Planning
internal import Steps
internal import Vocabulary

/// A step's result as the cache keeps it, with what decided it.
struct StoredResult: Sendable, Codable {
  /// What decided it.
  var key: ResultKey
  /// Why the step was skipped, when its condition did not hold.
  var skipped: String?
  /// What it left for the report; where artifacts lie is filled in when it is reused.
  var result = StepResult()
  /// The digest of what later steps can see.
  var content: Fingerprint
  /// What it left for later steps under its name.
  var product = Product.nothing
  /// The files beside the entry: the table, the model's parts, the artifacts in their order.
  var files: [File] = []

  /// What a step leaves for later steps.
  enum Product: Sendable, Hashable, Codable {
    /// Metrics only.
    case nothing
    /// A table that stays with the engine of a connection.
    case elsewhere
    /// A view, which is made again from its SELECT.
    case view
    /// A table, in `table.parquet` and further pieces when it is large.
    case table([StoredColumn])
    /// A model, in files of its own; the rows that it is judged on are made again.
    case model
  }

  /// A file of an entry.
  struct File: Sendable, Hashable, Codable {
    /// Its name beside the entry.
    var name: String
    /// Its size in bytes.
    var size: Int
    /// The digest of its bytes.
    var digest: Fingerprint
  }

  /// What the files of a model begin with.
  static let modelPrefix = "model "

  /// The name of an artifact's file.
  static func artifactFile(_ index: Int) -> String { "artifact \(index)" }
}

/// A column of a stored table: Parquet knows fewer types than DuckDB, so some are written as text.
struct StoredColumn: Sendable, Hashable, Codable {
  /// The name.
  var name: String
  /// DuckDB's type, which it gets back.
  var type: String
  /// Whether the file holds its text.
  var isText: Bool

  /// The form in which a column is stored; nil when no form gives the exact values back.
  init?(_ column: ColumnDescription) {
    name = column.name
    type = column.engineType
    let base = type.prefix { $0 != "(" }
    if Self.asText.contains(String(base)) {
      isText = true
    } else if base == "STRUCT" || base == "MAP" || type.hasSuffix("]") {
      // Inside of a nested type nothing is rewritten.
      guard !Self.hasForeignPart(type) else { return nil }
      isText = false
    } else if Self.native.contains(String(base)) {
      isText = false
    } else {
      return nil
    }
  }

  /// The column in a SELECT that writes the file.
  var written: String {
    let name = SQLText.identifier(name)
    return isText ? "CAST(\(name) AS VARCHAR) AS \(name)" : name
  }

  /// The column in a SELECT that reads the file.
  var read: String {
    let name = SQLText.identifier(name)
    return "CAST(\(name) AS \(type)) AS \(name)"
  }

  private static let native: Set = [
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL", "VARCHAR", "BLOB", "DATE", "TIME", "TIMESTAMP",
    "TIMESTAMP WITH TIME ZONE", "UUID",
  ]
  private static let asText: Set = [
    "HUGEINT", "UHUGEINT", "INTERVAL", "BIT", "ENUM", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS",
    "TIME_NS", "TIME WITH TIME ZONE", "BIGNUM", "JSON",
  ]

  /// Whether a nested type holds a type that Parquet does not give back exactly; a field that is
  /// called like one counts too.
  private static func hasForeignPart(_ type: String) -> Bool {
    let words = type.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
    let foreign: Set = [
      "HUGEINT", "UHUGEINT", "INTERVAL", "BIT", "ENUM", "UNION", "BIGNUM", "VARIANT", "GEOMETRY",
      "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIME_NS", "JSON", "ZONE", "NULL",
    ]
    return words.contains { foreign.contains($0) }
  }
}
