internal import Parsing
public import Vocabulary

/// What is expected of a table's columns, as `validate` steps and schema files write it.
///
/// For example: `columns: { age: { type: number, min: 0, max: 120, missing: 0.05 } }`.
public struct TableSchema: Sendable, Hashable {
  /// The columns in order.
  public var columns: [ColumnRule]
  /// Whether other columns are unexpected.
  public var isExact: Bool

  /// What is expected of a column; what is nil is not looked at.
  public struct ColumnRule: Sendable, Hashable {
    /// The column.
    public var name: String
    /// Where it is named; nil when it was inferred.
    public var range: SourceRange?
    /// A family of types (`number`, `text`, `boolean`, `date`, `time`) or an engine's type.
    public var type: String?
    /// The largest share of rows without a value.
    public var missing: Double?
    /// The least value.
    public var minimum: Value?
    /// The greatest value.
    public var maximum: Value?
    /// The only values, as text.
    public var values: [String]?
    /// Whether no value comes twice.
    public var isUnique: Bool
    /// A regular expression that the whole text matches.
    public var pattern: String?
    /// Whether missing it counts; nil leaves it to the step.
    public var severity: Severity?
  }

  /// No expectations.
  public init() {
    columns = []
    isExact = false
  }

  /// Reads `columns:` and `exact:`; mistakes go into the reader.
  init(from options: inout OptionReader) {
    self.init()
    isExact = options.bool("exact") ?? false
    guard var readers = options.reader("columns") else { return }
    for entry in options.mapping("columns") ?? [] {
      guard var reader = readers.reader(entry.key) else {
        // `age:` alone expects the column and nothing of it.
        columns.append(ColumnRule(named: entry))
        continue
      }
      columns.append(ColumnRule(named: entry, from: &reader))
      readers.absorb(&reader)
    }
    options.absorb(&readers)
  }
}

extension TableSchema.ColumnRule {
  init(named name: String) {
    self.name = name
    isUnique = false
  }

  init(named entry: YAMLEntry) {
    self.init(named: entry.key)
    range = entry.keyRange
  }

  init(named entry: YAMLEntry, from options: inout OptionReader) {
    self.init(named: entry)
    type = options.string("type")
    missing = options.double("missing", in: 0...1)
    minimum = Self.bound("min", &options)
    maximum = Self.bound("max", &options)
    values = options.strings("values")
    isUnique = options.bool("unique") ?? false
    pattern = options.string("pattern")
    severity = options.choice("severity", as: Severity.self)
    if let low = minimum?.number, let high = maximum?.number, low > high {
      options.reject("min", "is above `max`")
    }
  }

  /// A number, or a day or time as text.
  private static func bound(_ key: String, _ options: inout OptionReader) -> Value? {
    guard let node = options.node(key) else { return nil }
    if let number = node.value?.number { return .double(number) }
    return options.string(key).map(Value.text)
  }

  /// Whether a column of the engine's type is of the expected one.
  func accepts(_ engineType: String) -> Bool {
    guard let type else { return true }
    let found = ColumnType.family(ofEngineType: engineType)
    if ColumnType.families.contains(type.lowercased()) { return found == type.lowercased() }
    return type.uppercased() == engineType.uppercased()
  }
}

extension ColumnType {
  /// The families of types that a schema can name.
  static let families = ["number", "text", "boolean", "date", "time"]

  /// The family of an engine's type; nil for nested ones.
  static func family(ofEngineType type: String) -> String? {
    let word = type.uppercased().prefix { $0 != "(" && $0 != " " }
    if type.hasSuffix("]") { return nil }
    switch word {
    case "BOOLEAN": return "boolean"
    case "DATE": return "date"
    case "VARCHAR", "ENUM", "UUID", "JSON": return "text"
    case _ where word.hasPrefix("TIME") || word == "INTERVAL": return "time"
    case _ where word.hasSuffix("INT") || word.hasSuffix("INTEGER"): return "number"
    case "FLOAT", "DOUBLE", "DECIMAL", "BIGNUM": return "number"
    default: return nil
    }
  }
}

extension TableSchema {
  /// The schema as the text of a file that `schema:` reads; `head` are comment lines above it.
  public func yaml(head: [String] = []) -> String {
    var lines = head.map { "# \($0)" }
    if isExact { lines.append("exact: true") }
    lines.append("columns:")
    for column in columns {
      var parts: [String] = []
      if let type = column.type { parts.append("type: \(type)") }
      if let missing = column.missing { parts.append("missing: \(shortestText(missing))") }
      if let low = column.minimum { parts.append("min: \(Self.quoted(low))") }
      if let high = column.maximum { parts.append("max: \(Self.quoted(high))") }
      if column.isUnique { parts.append("unique: true") }
      if let values = column.values {
        let list = values.map { Self.quoted(.text($0)) }.joined(separator: ", ")
        parts.append("values: [\(list)]")
      }
      if let pattern = column.pattern { parts.append("pattern: \(Self.quoted(.text(pattern)))") }
      if let severity = column.severity { parts.append("severity: \(severity.rawValue)") }
      let name = isName(column.name) ? column.name : Self.quoted(.text(column.name))
      lines.append("  \(name): { \(parts.joined(separator: ", ")) }")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ value: Value) -> String {
    guard case .text(let text) = value else { return value.plainText }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 32 || scalar.value == 127:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
