/// One scalar or list that a parameter, an expression or a table cell can hold.
public enum Value: Sendable, Hashable, Codable {
  /// Missing: SQL's NULL.
  case null
  /// True or false.
  case bool(Bool)
  /// A whole number of 64 bits.
  case int(Int64)
  /// A binary floating-point number, infinities and NaN included.
  case double(Double)
  /// Unicode text.
  case text(String)
  /// A day; a month is its first day.
  case date(CalendarDate)
  /// A time with microseconds.
  case timestamp(Timestamp)
  /// Several values in order.
  case list([Value])
}

extension Value {
  /// Whether this is SQL's NULL.
  public var isNull: Bool { self == .null }

  /// The value as a number, when it is one.
  public var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The plain text of the value: no quotes, no rounding, `YYYY-MM-DD` dates, the shortest digits
  /// that read back as the same number. NULL is the empty string.
  public var plainText: String {
    switch self {
    case .null: ""
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .double(let value): shortestText(value)
    case .text(let value): value
    case .date(let value): value.description
    case .timestamp(let value): value.description
    case .list(let values): "[" + values.map(\.plainText).joined(separator: ", ") + "]"
    }
  }

  /// A short name of the value's type for messages: `int`, `float`, `string`, ...
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .int: "int"
    case .double: "float"
    case .text: "string"
    case .date: "date"
    case .timestamp: "datetime"
    case .list: "list"
    }
  }
}

/// The shortest decimal digits that read back as exactly `value`; `NaN`, `Infinity`, `-Infinity`.
///
/// Whole numbers below 2^53 lose their `.0`, as SQL and JSON readers expect.
public func shortestText(_ value: Double) -> String {
  if value.isNaN { return "NaN" }
  if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
  let text = value.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
