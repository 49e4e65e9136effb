internal import DuckDB
internal import Vocabulary

extension ParameterDeclaration {
  /// How a value breaks the choices or bounds, as the end of a sentence; nil when it does not.
  ///
  /// For example: `must be at most 200, not 500`. A secret's value is not repeated.
  func violation(by value: Value) -> String? {
    if type == .list, case .list(let items) = value {
      return items.lazy.compactMap { violation(bySingle: $0) }.first
    }
    return value.isNull ? nil : violation(bySingle: value)
  }

  /// How a value breaks the pattern, or what is wrong with the pattern; nil when it fits.
  func patternViolation(by value: Value, using connection: Connection) -> String? {
    guard let pattern else { return nil }
    let items: [Value] = if case .list(let items) = value { items } else { [value] }
    for item in items {
      guard case .text(let text) = item else { continue }
      do throws(DuckDBError) {
        let fits = try connection.scalar(
          "SELECT regexp_full_match($value, $pattern)",
          binding: ["value": .text(text), "pattern": .text(pattern)])
        if fits != .bool(true) {
          return "must match the pattern `\(pattern)`" + butNot(item)
        }
      } catch {
        return "cannot be checked: the pattern `\(pattern)` is not valid: \(error.summary)"
      }
    }
    return nil
  }

  private func violation(bySingle value: Value) -> String? {
    if !choices.isEmpty, !choices.contains(value) {
      let all = choices.map { "`\(singleText($0))`" }.joined(separator: ", ")
      return "must be one of \(all)" + butNot(value)
    }
    if let minimum, !value.isAtLeast(minimum) {
      return "must be at least \(singleText(minimum))" + butNot(value)
    }
    if let maximum, !maximum.isAtLeast(value) {
      return "must be at most \(singleText(maximum))" + butNot(value)
    }
    return nil
  }

  private func butNot(_ value: Value) -> String {
    isSecret ? "" : ", not `\(abbreviated(singleText(value)))`"
  }

  private func singleText(_ value: Value) -> String {
    if case .date(let day) = value, (itemType ?? type) == .month { return day.monthDescription }
    return value.plainText
  }
}

extension Value {
  /// Whether this stands before `other` in the order of numbers, days or times.
  func isLess(than other: Value) -> Bool { !isAtLeast(other) }

  /// Whether this is `other` or stands behind it; never when the two cannot be ordered.
  func isAtLeast(_ other: Value) -> Bool {
    switch (self, other) {
    case (.int(let left), .int(let right)): left >= right
    case (.date(let left), .date(let right)): left >= right
    case (.timestamp(let left), .timestamp(let right)): left >= right
    default:
      if let left = number, let right = other.number { left >= right } else { false }
    }
  }
}
