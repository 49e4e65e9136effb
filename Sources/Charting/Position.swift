public import Vocabulary

/// A place on an axis: a number (of days since 1970-01-01 on an axis of time) or a category.
public enum Position: Sendable, Hashable, Codable {
  /// A number on an axis of numbers or of time.
  case number(Double)
  /// A band by its name.
  case category(String)

  /// A day on an axis of time.
  public static func day(_ date: CalendarDate) -> Position { .number(Double(date.daysSinceEpoch)) }

  var number: Double? {
    switch self {
    case .number(let value): value
    case .category: nil
    }
  }
}
