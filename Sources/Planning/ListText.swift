internal import Parsing
internal import Vocabulary

/// The text of a list on a command line or in a form: `a,b`, or `[a, "b, c"]` as YAML and JSON
/// have it.
///
/// For example: `ListText("[1, 'a,b']")` has the items `1` (plain) and `a,b` (quoted).
struct ListText {
  private(set) var items: [YAMLScalar] = []

  /// Reads the text; nil when a quote or bracket is not closed or a list stands in the list.
  init?(_ text: String) {
    var rest = Array(text.unicodeScalars)[...]
    trim(&rest)
    guard !rest.isEmpty else { return }
    if rest.first == "[" {
      guard rest.last == "]", rest.count > 1 else { return nil }
      rest = rest.dropFirst().dropLast()
      trim(&rest)
      guard !rest.isEmpty else { return }
    }
    var reader = Reader(rest: rest)
    guard let items = reader.items() else { return nil }
    self.items = items
  }

  /// The text that this list reads back from, with quotes where they are needed.
  static func text(of items: [(text: String, isPlain: Bool)]) -> String {
    "["
      + items.map { item in
        let isSafe =
          item.isPlain
          || (!item.text.isEmpty && YAMLScalar(item.text, isPlain: true).value == .text(item.text)
            && item.text.unicodeScalars.allSatisfy {
              $0.properties.isAlphabetic || "0123456789_-./".unicodeScalars.contains($0)
            } && item.text.first.map { $0.isLetter || $0 == "_" } ?? false)
        return isSafe ? item.text : quoted(item.text)
      }.joined(separator: ", ") + "]"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if scalar.value < 32 || scalar.value == 127 {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  private struct Reader {
    var rest: ArraySlice<Unicode.Scalar>

    mutating func items() -> [YAMLScalar]? {
      var items: [YAMLScalar] = []
      while true {
        trimStart(&rest)
        guard let first = rest.first else { return items.isEmpty ? items : nil }
        if first == "\"" || first == "'" {
          guard let text = quoted(by: first) else { return nil }
          items.append(YAMLScalar(text, isPlain: false))
          trimStart(&rest)
        } else {
          var plain = rest.prefix { $0 != "," }
          rest = rest[plain.endIndex...]
          trim(&plain)
          guard !plain.isEmpty, !plain.contains(where: { "[]{}".unicodeScalars.contains($0) })
          else { return nil }
          items.append(YAMLScalar(string(plain), isPlain: true))
        }
        guard let next = rest.popFirst() else { return items }
        guard next == "," else { return nil }
        trimStart(&rest)
        if rest.isEmpty { return nil }
      }
    }

    private mutating func quoted(by quote: Unicode.Scalar) -> String? {
      rest = rest.dropFirst()
      var text = String.UnicodeScalarView()
      while let scalar = rest.popFirst() {
        if scalar == quote {
          guard quote == "'", rest.first == "'" else { return String(text) }
          rest = rest.dropFirst()
          text.append("'")
        } else if scalar == "\\", quote == "\"" {
          guard let escape = escaped() else { return nil }
          text.append(escape)
        } else {
          text.append(scalar)
        }
      }
      return nil
    }

    private mutating func escaped() -> Unicode.Scalar? {
      switch rest.popFirst() {
      case "n": return "\n"
      case "t": return "\t"
      case "r": return "\r"
      case "u":
        let digits = rest.prefix(4)
        rest = rest.dropFirst(4)
        return UInt32(string(digits), radix: 16).flatMap(Unicode.Scalar.init)
      case let other: return other
      }
    }
  }
}

private func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
  var view = String.UnicodeScalarView()
  view.append(contentsOf: scalars)
  return String(view)
}

private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
  scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
}

private func trimStart(_ scalars: inout ArraySlice<Unicode.Scalar>) {
  scalars = scalars.drop(while: isBlank)
}

private func trim(_ scalars: inout ArraySlice<Unicode.Scalar>) {
  trimStart(&scalars)
  while let last = scalars.last, isBlank(last) { scalars.removeLast() }
}
