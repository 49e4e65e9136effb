/// A place on an axis: a number (of days since 1970-01-01 on an axis of time) or a category.
enum Position: Sendable, Hashable {
  case number(Double)
  case category(String)

  var number: Double? {
    switch self {
    case .number(let value): value
    case .category: nil
    }
  }
}
