/// The layout of SQL that says nothing.
enum SQLLayout {
  /// The text without spaces and tabs at the ends of its lines, except inside of quotes, where they
  /// are part of a value.
  static func withoutTrailingBlanks(_ sql: String) -> String {
    let bytes = Array(sql.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let end = endOfToken(in: bytes, from: index)
      if bytes[index] == newline {
        dropBlanks(from: &result)
        result.append(newline)
      } else {
        result += bytes[index..<end]
      }
      // What a comment ends with is blank too; what a quote ends with is its quote.
      index = end
    }
    dropBlanks(from: &result)
    return String(decoding: result, as: UTF8.self)
  }

  private static func dropBlanks(from bytes: inout [UInt8]) {
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
  }

  /// Behind the quoted text at `start`, or behind the byte there.
  private static func endOfToken(in bytes: [UInt8], from start: Int) -> Int {
    func byte(_ offset: Int) -> UInt8 { bytes.indices.contains(offset) ? bytes[offset] : 0 }
    switch bytes[start] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      let escapes =
        bytes[start] == UInt8(ascii: "'") && byte(start - 1) | 32 == UInt8(ascii: "e")
      return endOfQuote(in: bytes, from: start, escapes: escapes)
    case UInt8(ascii: "-") where byte(start + 1) == UInt8(ascii: "-"):
      // A quote in a comment opens nothing.
      return bytes[start...].firstIndex(of: newline) ?? bytes.count
    case UInt8(ascii: "/") where byte(start + 1) == UInt8(ascii: "*"):
      return endOfComment(in: bytes, from: start)
    case UInt8(ascii: "$"): return endOfDollarQuote(in: bytes, from: start)
    default: return start + 1
    }
  }

  private static func endOfQuote(in bytes: [UInt8], from start: Int, escapes: Bool) -> Int {
    var index = start + 1
    while index < bytes.count {
      if escapes, bytes[index] == backslash {
        index += 2
      } else if bytes[index] == bytes[start] {
        return index + 1
      } else {
        index += 1
      }
    }
    return bytes.count
  }

  private static func endOfComment(in bytes: [UInt8], from start: Int) -> Int {
    var index = start
    var depth = 0
    while index + 1 < bytes.count {
      if bytes[index] == UInt8(ascii: "/"), bytes[index + 1] == UInt8(ascii: "*") {
        depth += 1
        index += 2
      } else if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") {
        depth -= 1
        index += 2
        if depth == 0 { return index }
      } else {
        index += 1
      }
    }
    return bytes.count
  }

  private static func endOfDollarQuote(in bytes: [UInt8], from start: Int) -> Int {
    var end = start + 1
    while end < bytes.count, isLetter(bytes[end]) || isDigit(bytes[end]) || bytes[end] == 95 {
      end += 1
    }
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
}
