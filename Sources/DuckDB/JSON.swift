/// A JSON text as a tree; members keep their order. Only what DuckDB itself prints is read, so
/// numbers are kept as integers where they are whole and dropped to nil otherwise.
enum JSON {
  case null
  case bool(Bool)
  case number(Int?)
  case string(String)
  case array([JSON])
  case object([(key: String, value: JSON)])

  /// Reads one JSON value; nil when the text is not well formed.
  init?(parsing text: String) {
    var parser = JSONParser(bytes: Array(text.utf8))
    guard let value = parser.value(depth: 0) else { return nil }
    self = value
  }

  subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  var integer: Int? {
    if case .number(let number) = self { number } else { nil }
  }

  var elements: [JSON] {
    if case .array(let elements) = self { elements } else { [] }
  }

  var members: [(key: String, value: JSON)] {
    if case .object(let members) = self { members } else { [] }
  }

  var isTrue: Bool {
    if case .bool(true) = self { true } else { false }
  }
}

/// One pass over the bytes of a JSON text.
private struct JSONParser {
  let bytes: [UInt8]
  var index = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The next byte that is no white space; 0 at the end.
  private mutating func peek() -> UInt8 {
    while index < bytes.count {
      let byte = bytes[index]
      if byte > 32 { return byte }
      index += 1
    }
    return 0
  }

  mutating func value(depth: Int) -> JSON? {
    // A sum of some 400 terms is as deep; protects the stack.
    guard depth < 1200 else { return nil }
    switch peek() {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return array(depth: depth)
    case UInt8(ascii: "\""): return string().map(JSON.string)
    case 0: return nil
    default: return word()
    }
  }

  private mutating func object(depth: Int) -> JSON? {
    index += 1
    var members: [(key: String, value: JSON)] = []
    if peek() == UInt8(ascii: "}") {
      index += 1
      return .object(members)
    }
    while true {
      guard peek() == UInt8(ascii: "\""), let key = string(), peek() == UInt8(ascii: ":") else {
        return nil
      }
      index += 1
      guard let value = value(depth: depth + 1) else { return nil }
      members.append((key, value))
      let next = peek()
      index += 1
      if next == UInt8(ascii: "}") { return .object(members) }
      guard next == UInt8(ascii: ",") else { return nil }
    }
  }

  private mutating func array(depth: Int) -> JSON? {
    index += 1
    var elements: [JSON] = []
    if peek() == UInt8(ascii: "]") {
      index += 1
      return .array(elements)
    }
    while true {
      guard let value = value(depth: depth + 1) else { return nil }
      elements.append(value)
      let next = peek()
      index += 1
      if next == UInt8(ascii: "]") { return .array(elements) }
      guard next == UInt8(ascii: ",") else { return nil }
    }
  }

  /// `true`, `false`, `null` or a number.
  private mutating func word() -> JSON? {
    let start = index
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0...32: break
      default:
        index += 1
        continue
      }
      break
    }
    switch String(decoding: bytes[start..<index], as: UTF8.self) {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    case let digits: return .number(Int(digits))
    }
  }

  private mutating func string() -> String? {
    index += 1
    let start = index
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\"") {
        defer { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
      }
      if bytes[index] == UInt8(ascii: "\\") { return escapedString(from: start) }
      index += 1
    }
    return nil
  }

  private mutating func escapedString(from start: Int) -> String? {
    var text = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard index < bytes.count else { return nil }
      let escape = bytes[index]
      index += 1
      switch escape {
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "u"):
        guard let unit = codeUnit() else { return nil }
        text.append(contentsOf: Array(String(decoding: surrogates(unit), as: UTF16.self).utf8))
      default: text.append(escape)
      }
    }
    return nil
  }

  /// The code unit, and its low surrogate when one follows.
  private mutating func surrogates(_ unit: UInt16) -> [UInt16] {
    guard UTF16.isLeadSurrogate(unit), index + 1 < bytes.count,
      bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
    else { return [unit] }
    index += 2
    return codeUnit().map { [unit, $0] } ?? [unit]
  }

  private mutating func codeUnit() -> UInt16? {
    guard index + 4 <= bytes.count else { return nil }
    defer { index += 4 }
    return UInt16(String(decoding: bytes[index..<(index + 4)], as: UTF8.self), radix: 16)
  }
}
