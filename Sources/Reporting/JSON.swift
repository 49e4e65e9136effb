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
    var out: [UInt8] = []
    write(to: &out, indent: 0)
    out.append(UInt8(ascii: "\n"))
    return String(decoding: out, as: UTF8.self)
  }

  private func write(to out: inout [UInt8], indent: Int) {
    switch self {
    case .null: out += "null".utf8
    case .bool(let value): out += (value ? "true" : "false").utf8
    case .integer(let value): out += String(value).utf8
    case .number(let value):
      let text = shortestText(value)
      out += (value.isFinite ? text : "\"\(text)\"").utf8
    case .string(let text): writeQuoted(text, to: &out)
    case .array(let items):
      list(items, "[", "]", to: &out, indent) { $0.write(to: &$1, indent: indent + 1) }
    case .object(let members):
      list(members, "{", "}", to: &out, indent) { member, out in
        writeQuoted(member.name, to: &out)
        out += ": ".utf8
        member.value.write(to: &out, indent: indent + 1)
      }
    }
  }

  private func list<Item>(
    _ items: [Item], _ open: Unicode.Scalar, _ close: Unicode.Scalar, to out: inout [UInt8],
    _ indent: Int, write: (Item, inout [UInt8]) -> Void
  ) {
    out.append(UInt8(ascii: open))
    if items.isEmpty {
      out.append(UInt8(ascii: close))
      return
    }
    func startLine(_ depth: Int) {
      out.append(UInt8(ascii: "\n"))
      out += repeatElement(UInt8(ascii: " "), count: 2 * depth)
    }
    for (index, item) in items.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      startLine(indent + 1)
      write(item, &out)
    }
    startLine(indent)
    out.append(UInt8(ascii: close))
  }
}

private func writeQuoted(_ text: String, to out: inout [UInt8]) {
  out.append(UInt8(ascii: "\""))
  defer { out.append(UInt8(ascii: "\"")) }
  // Almost every text is plain; only bytes that could begin something else want a look.
  guard text.utf8.contains(where: needsLook) else {
    out += text.utf8
    return
  }
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": out += "\\\"".utf8
    case "\\": out += "\\\\".utf8
    case "\n": out += "\\n".utf8
    case "\r": out += "\\r".utf8
    case "\t": out += "\\t".utf8
    // What a terminal obeys, ends of lines in JavaScript, and what turns the direction of writing.
    case _ where picture(of: scalar) != nil:
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        out += "\\u".utf8
        out += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
        out += digits.utf8
      }
    default: out += String(scalar).utf8
    }
  }
}

private func needsLook(_ byte: UInt8) -> Bool {
  switch byte {
  case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x7F: true
  // The lead bytes of everything that `picture(of:)` knows: U+0080, U+061C, U+180E and beyond.
  case 0xC2, 0xD8, 0xE1, 0xE2, 0xEF, 0xF3: true
  default: false
  }
}
