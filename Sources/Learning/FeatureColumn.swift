/// A column that a model reads, as it was at training.
public struct FeatureColumn: Sendable, Hashable, Codable {
  /// The column's name in the table.
  public var name: String
  /// The engine's type at training, such as `BIGINT`.
  public var type: String
  /// How its values become numbers.
  public var kind: Kind
  /// The levels of a category in the order of their UTF-8 bytes; their places are their codes.
  public var levels: [String]

  /// How values become numbers.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// The number itself.
    case number
    /// 0 or 1.
    case boolean
    /// Days since 1970-01-01.
    case date
    /// Seconds since 1970-01-01 00:00:00, of the day, or of the interval.
    case time
    /// One of the levels seen at training.
    case category
  }

  /// A column; levels are sorted and made unique, those with a NUL byte are left out.
  public init(name: String, type: String, kind: Kind, levels: [String] = []) {
    self.name = name
    self.type = type
    self.kind = kind
    // SQL text ends at a NUL byte, so that no expression could name such a level.
    self.levels = Set(levels.filter { !$0.utf8.contains(0) }.map(ExactText.init)).sorted()
      .map(\.text)
  }
}

extension FeatureColumn.Kind {
  /// The kind that fits a type of the engine; nil for types that no model reads: lists, structures,
  /// maps, unions, bit strings and bytes.
  ///
  /// For example: `FeatureColumn.Kind(typeName: "DECIMAL(18,3)") == .number`.
  public init?(typeName: String) {
    let type = typeName.uppercased()
    if type.hasSuffix("]") { return nil }
    switch type.prefix(while: { $0 != "(" && $0 != " " && $0 != "_" }) {
    case "BOOLEAN": self = .boolean
    case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT",
      "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM", "VARINT", "FLOAT", "DOUBLE", "DECIMAL",
      "\"NULL\"", "NULL":
      self = .number
    case "DATE": self = .date
    case "TIMESTAMP", "TIMESTAMPTZ", "TIME", "TIMETZ", "INTERVAL": self = .time
    case "VARCHAR", "ENUM", "UUID", "JSON": self = .category
    default: return nil
    }
  }
}
