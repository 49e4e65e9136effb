/// A column of a record batch, or a part of a nested one.
public struct ArrowField: Sendable, Hashable {
  /// The name as the sender gave it.
  public var name: String
  /// Whether values can be missing.
  public var isNullable: Bool
  /// What the values are.
  public var type: ArrowType
  /// What the sender says about them besides, by key.
  public var metadata: [String: String] = [:]
}

/// The types of values that cross to the engine here.
public indirect enum ArrowType: Sendable, Hashable {
  /// A unit of time; the raw values are Arrow's.
  public enum Unit: Int16, Sendable, Hashable {
    /// Seconds.
    case second
    /// Thousandths of a second.
    case milli
    /// Millionths of a second.
    case micro
    /// Billionths of a second.
    case nano
  }

  /// A kind of interval; the raw values are Arrow's.
  public enum Interval: Int16, Sendable, Hashable {
    /// Whole months.
    case months
    /// Days and milliseconds.
    case daysAndMillis
    /// Months, days and nanoseconds.
    case monthsDaysNanos
  }

  /// Nothing but NULL.
  case null
  /// True or false.
  case boolean
  /// Whole numbers of 8, 16, 32 or 64 bits.
  case integer(bits: Int, isSigned: Bool)
  /// Binary floating-point numbers of 32 or 64 bits.
  case float(bits: Int)
  /// Decimal numbers of at most 38 digits, held in 128 bits.
  case decimal(precision: Int, scale: Int)
  /// Unicode text, with offsets of 32 bits or, when large, of 64.
  case text(isLarge: Bool)
  /// Bytes, with offsets of 32 bits or, when large, of 64.
  case binary(isLarge: Bool)
  /// So many bytes each.
  case fixedBinary(width: Int)
  /// Days since 1970-01-01.
  case date
  /// Milliseconds since 1970-01-01 that are whole days.
  case dateInMillis
  /// Times of a day; seconds and milliseconds in 32 bits, the finer units in 64.
  case time(Unit)
  /// Times: instants with a zone, wall-clock times without.
  case timestamp(Unit, zone: String?)
  /// Lengths of time.
  case duration(Unit)
  /// Lengths of time by the calendar.
  case interval(Interval)
  /// Lists, with offsets of 32 bits or, when large, of 64.
  case list(ArrowField, isLarge: Bool)
  /// Lists of so many values each.
  case fixedList(ArrowField, count: Int)
  /// Several named values.
  case structure([ArrowField])
  /// Keys and values: the field is a structure of two.
  case map(ArrowField, isSorted: Bool)

  /// The format string of the Arrow C data interface.
  public var format: String {
    switch self {
    case .null: "n"
    case .boolean: "b"
    case .integer(let bits, let isSigned):
      switch bits {
      case 8: isSigned ? "c" : "C"
      case 16: isSigned ? "s" : "S"
      case 32: isSigned ? "i" : "I"
      default: isSigned ? "l" : "L"
      }
    case .float(let bits): bits == 32 ? "f" : "g"
    case .decimal(let precision, let scale): "d:\(precision),\(scale)"
    case .text(let isLarge): isLarge ? "U" : "u"
    case .binary(let isLarge): isLarge ? "Z" : "z"
    case .fixedBinary(let width): "w:\(width)"
    case .date: "tdD"
    case .dateInMillis: "tdm"
    case .time(let unit): "tt\(unit.letter)"
    case .timestamp(let unit, let zone): "ts\(unit.letter):\(zone ?? "")"
    case .duration(let unit): "tD\(unit.letter)"
    case .interval(.months): "tiM"
    case .interval(.daysAndMillis): "tiD"
    case .interval(.monthsDaysNanos): "tin"
    case .list(_, let isLarge): isLarge ? "+L" : "+l"
    case .fixedList(_, let count): "+w:\(count)"
    case .structure: "+s"
    case .map: "+m"
    }
  }

  /// The parts of a nested type.
  var children: [ArrowField] {
    switch self {
    case .list(let field, _), .fixedList(let field, _), .map(let field, _): [field]
    case .structure(let fields): fields
    default: []
    }
  }
}

extension ArrowType.Unit {
  fileprivate var letter: String {
    switch self {
    case .second: "s"
    case .milli: "m"
    case .micro: "u"
    case .nano: "n"
    }
  }
}
