internal import Vocabulary

/// A JSON document. Members keep their order; numbers keep every digit that reads back as the same
/// double. JSON has no NaN and no infinities: they are the strings `NaN`, `Infinity` and
/// `-Infinity`, so that a figure that is not defined is told apart from one that is missing.
indirect enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  /// A name with its value.
  struct Member: Sendable, Hashable {
    var name: String
    var value: JSON
  }

  /// An object of these members; those that are nil are left out.
  static func object(_ members: KeyValuePairs<String, JSON?>) -> JSON {
    .object(
      members.compactMap { pair in pair.value.map { Member(name: pair.key, value: $0) } })
  }

  /// The JSON form of a value: dates and times as text.
  init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .integer(value)
    case .double(let value): self = .number(value)
    case .text(let value): self = .string(value)
    case .date, .timestamp: self = .string(value.plainText)
    case .list(let values): self = .array(values.map(JSON.init))
    }
  }

  /// The document as text, one item to the line, two spaces deep, with a line end.
  var serialized: String {
    var out = ""
    write(to: &out, indent: 0)
    return out + "\n"
  }

  private func write(to out: inout String, indent: Int) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .integer(let value): out += String(value)
    case .number(let value):
      let text = shortestText(value)
      out += value.isFinite ? text : "\"\(text)\""
    case .string(let text): out += quotedForJSON(text)
    case .array(let items):
      list(items, "[", "]", to: &out, indent) { $0.write(to: &$1, indent: indent + 1) }
    case .object(let members):
      list(members, "{", "}", to: &out, indent) { member, out in
        out += quotedForJSON(member.name) + ": "
        member.value.write(to: &out, indent: indent + 1)
      }
    }
  }

  private func list<Item>(
    _ items: [Item], _ open: String, _ close: String, to out: inout String, _ indent: Int,
    write: (Item, inout String) -> Void
  ) {
    guard !items.isEmpty else {
      out += open + close
      return
    }
    out += open
    for (index, item) in items.enumerated() {
      out += (index == 0 ? "\n" : ",\n") + String(repeating: "  ", count: indent + 1)
      write(item, &out)
    }
    out += "\n" + String(repeating: "  ", count: indent) + close
  }
}

private func quotedForJSON(_ text: String) -> String {
  var out = "\"".unicodeScalars
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": out.append(contentsOf: "\\\"".unicodeScalars)
    case "\\": out.append(contentsOf: "\\\\".unicodeScalars)
    case "\n": out.append(contentsOf: "\\n".unicodeScalars)
    case "\r": out.append(contentsOf: "\\r".unicodeScalars)
    case "\t": out.append(contentsOf: "\\t".unicodeScalars)
    // Controls, ends of lines in JavaScript, and what turns the direction of writing.
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200E}", "\u{200F}", "\u{2028}"..."\u{202E}",
      "\u{2066}"..."\u{2069}":
      let digits = String(scalar.value, radix: 16)
      let zeros = String(repeating: "0", count: 4 - digits.utf8.count)
      out.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
    default: out.append(scalar)
    }
  }
  out.append("\"")
  return String(out)
}
