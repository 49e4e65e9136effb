internal import Parsing
internal import Vocabulary

/// Texts that are equal exactly when their sources say the same, for fingerprints.
enum CanonicalText {
  /// SQL without comments and with one space for every stretch of white space outside quotes.
  ///
  /// Case is kept: column names of a result are written as the author wrote them.
  static func sql(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    var gap = false
    func at(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }
    while index < bytes.count {
      let byte = bytes[index]
      if byte <= 32 {
        gap = true
        index += 1
      } else if byte == UInt8(ascii: "-"), at(index + 1) == UInt8(ascii: "-") {
        gap = true
        while index < bytes.count, bytes[index] != 10 { index += 1 }
      } else if byte == UInt8(ascii: "/"), at(index + 1) == UInt8(ascii: "*") {
        gap = true
        index = endOfComment(in: bytes, from: index)
      } else {
        if gap, !result.isEmpty { result.append(32) }
        gap = false
        let end = endOfToken(in: bytes, from: index)
        result += bytes[index..<end]
        index = end
      }
    }
    while let last = result.last, last == UInt8(ascii: ";") || last == 32 { result.removeLast() }
    return String(decoding: result, as: UTF8.self)
  }

  /// A YAML tree without comments and layout; the order of keys is kept, as it orders columns and tiles.
  static func yaml(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let scalar):
      if scalar.hasExpressions { return "e\(quoted(scalar.text))" }
      let value = scalar.value
      return "\(value.typeName.prefix(1))\(quoted(value.plainText))"
    case .value(let value): return "v\(quoted("\(value.typeName) \(value.plainText)"))"
    case .pending: return "p"
    case .sequence(let items): return "[" + items.map(yaml).joined(separator: ",") + "]"
    case .mapping(let entries):
      return "{" + entries.map { "\(quoted($0.key)):\(yaml($0.value))" }.joined(separator: ",")
        + "}"
    }
  }

  /// A text with its length in front, so that neighbours cannot run together.
  private static func quoted(_ text: String) -> String { "\(text.utf8.count):\(text)" }

  /// Behind the comment that opens at `start`; comments may hold comments.
  private static func endOfComment(in bytes: [UInt8], from start: Int) -> Int {
    var index = start
    var depth = 0
    while index < bytes.count {
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      if bytes[index] == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
        depth += 1
        index += 2
      } else if bytes[index] == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
        depth -= 1
        index += 2
        if depth == 0 { return index }
      } else {
        index += 1
      }
    }
    return bytes.count
  }

  /// Behind the quoted text that opens at `start`, or behind the single byte there.
  private static func endOfToken(in bytes: [UInt8], from start: Int) -> Int {
    let quote = bytes[start]
    if quote == UInt8(ascii: "$") { return endOfDollarQuote(in: bytes, from: start) }
    guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return start + 1 }
    let escapes =
      quote == UInt8(ascii: "'") && start > 0 && bytes[start - 1] | 32 == UInt8(ascii: "e")
    var index = start + 1
    while index < bytes.count {
      if escapes, bytes[index] == UInt8(ascii: "\\") {
        index += 2
      } else if bytes[index] == quote {
        return index + 1
      } else {
        index += 1
      }
    }
    return bytes.count
  }

  private static func endOfDollarQuote(in bytes: [UInt8], from start: Int) -> Int {
    var end = start + 1
    while end < bytes.count, isWord(bytes[end]) { end += 1 }
    guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else { return start + 1 }
    let tag = bytes[start...end]
    var index = end + 1
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "$"), bytes[index...].starts(with: tag) {
        return index + tag.count
      }
      index += 1
    }
    return bytes.count
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
      || byte >= 128
  }
}
