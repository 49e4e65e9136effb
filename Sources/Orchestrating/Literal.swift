internal import Vocabulary

/// A value as a program text writes it: Python's literals, or JSON, which is YAML too.
indirect enum Literal: Hashable {
  case none
  case bool(Bool)
  case int(Int64)
  case number(Double)
  case text(String)
  case list([Literal])
  case map([Entry])

  struct Entry: Hashable {
    var key: String
    var value: Literal
  }

  /// A value as JSON can hold it: times as text, months as `YYYY-MM`; nil for infinities and NaN.
  init?(_ value: Value, asMonth isMonth: Bool) {
    switch value {
    case .null: self = .none
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .double(let value) where value.isFinite: self = .number(value)
    case .double: return nil
    case .date(let day) where isMonth: self = .text(day.monthDescription)
    case .list(let items):
      let literals = items.compactMap { Literal($0, asMonth: isMonth) }
      guard literals.count == items.count else { return nil }
      self = .list(literals)
    default: self = .text(value.plainText)
    }
  }

  /// The value in Python.
  var python: String {
    switch self {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .int(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let text): Self.quoted(text)
    case .list(let items): "[\(items.map(\.python).joined(separator: ", "))]"
    case .map(let entries):
      "{\(entries.map { "\(Self.quoted($0.key)): \($0.value.python)" }.joined(separator: ", "))}"
    }
  }

  /// The value in JSON.
  var json: String {
    switch self {
    case .none: "null"
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let text): Self.quoted(text)
    case .list(let items): "[\(items.map(\.json).joined(separator: ", "))]"
    case .map(let entries):
      "{\(entries.map { "\(Self.quoted($0.key)): \($0.value.json)" }.joined(separator: ", "))}"
    }
  }

  /// Text in double quotes, by escapes that Python, JSON and YAML read alike.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default:
        switch scalar.properties.generalCategory {
        // Marks that turn or hide text are written so that a reader of the file sees them.
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
          .unassigned:
          // Beyond the first plane JSON has pairs and Python has not: the character stays.
          if scalar.value > 0xFFFF {
            result.unicodeScalars.append(scalar)
          } else {
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
          }
        default: result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
