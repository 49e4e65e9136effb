/// Reads JSON (RFC 8259) from front to back without making a tree of it.
struct JSONScanner {
  let bytes: [UInt8]
  private(set) var place = 0

  /// Values nest as deep as this; deeper ones are nobody's rows.
  private static let deepest = 100

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { place >= bytes.count }
  var byte: UInt8? { place < bytes.count ? bytes[place] : nil }

  mutating func skipSpace() {
    while place < bytes.count, bytes[place] <= 32 {
      let byte = bytes[place]
      guard byte == 32 || byte == 10 || byte == 13 || byte == 9 else { return }
      place += 1
    }
  }

  mutating func take(_ wanted: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == wanted else { return false }
    place += 1
    return true
  }

  mutating func take(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    guard place + count <= bytes.count else { return false }
    let isThere = word.withUTF8Buffer { wanted in
      wanted.indices.allSatisfy { unsafe bytes[place + $0] == wanted[$0] }
    }
    if isThere { place += count }
    return isThere
  }

  /// Takes a string when it is exactly this one and nothing in it is escaped.
  mutating func take(quoted wanted: [UInt8]) -> Bool {
    let end = place + wanted.count + 1
    guard end < bytes.count, bytes[place] == UInt8(ascii: "\""), bytes[end] == UInt8(ascii: "\"")
    else { return false }
    for index in wanted.indices where bytes[place + 1 + index] != wanted[index] { return false }
    place = end + 1
    return true
  }

  /// A string; nil when there is none or it is damaged.
  mutating func text() -> String? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") {
        place += 1
        return String(decoding: bytes[start..<(place - 1)], as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") { return escapedText(from: start) }
      guard byte >= 32 else { return nil }
      place += 1
    }
    return nil
  }

  private mutating func escapedText(from start: Int) -> String? {
    var out = Array(bytes[start..<place])
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: out, as: UTF8.self) }
      guard byte >= 32 else { return nil }
      guard byte == UInt8(ascii: "\\") else {
        out.append(byte)
        continue
      }
      guard let escape = self.byte else { return nil }
      place += 1
      switch escape {
      case UInt8(ascii: "n"): out.append(10)
      case UInt8(ascii: "r"): out.append(13)
      case UInt8(ascii: "t"): out.append(9)
      case UInt8(ascii: "b"): out.append(8)
      case UInt8(ascii: "f"): out.append(12)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(escape)
      case UInt8(ascii: "u"):
        guard let scalar = scalar() else { return nil }
        out += Array(String(Character(scalar)).utf8)
      default: return nil
      }
    }
    return nil
  }

  private mutating func unit() -> UInt32? {
    guard place + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[place..<(place + 4)] {
      let digit: UInt8
      switch byte {
      case 48...57: digit = byte - 48
      case 65...70: digit = byte - 55
      case 97...102: digit = byte - 87
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    place += 4
    return value
  }

  /// A character by its number, halves of a pair put together; a lone half becomes U+FFFD.
  private mutating func scalar() -> Unicode.Scalar? {
    guard let first = unit() else { return nil }
    if (0xD800..<0xDC00).contains(first), place + 1 < bytes.count,
      bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u")
    {
      place += 2
      guard let second = unit() else { return nil }
      guard (0xDC00..<0xE000).contains(second) else { return "\u{FFFD}" }
      return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }
    return Unicode.Scalar(first) ?? "\u{FFFD}"
  }

  /// A number; nil when there is none.
  mutating func number() -> Double? {
    let start = place
    let isNegative = take(UInt8(ascii: "-"))
    var (mantissa, digits, exponent): (UInt64, Int, Int) = (0, 0, 0)
    let first = place
    while let digit = self.digit() {
      (mantissa, digits) = (mantissa &* 10 &+ digit, digits + 1)
    }
    // No digit, or a zero with more behind it.
    guard digits > 0, digits == 1 || bytes[first] != UInt8(ascii: "0") else { return nil }
    if take(UInt8(ascii: ".")) {
      let before = digits
      while let digit = self.digit() {
        (mantissa, digits) = (mantissa &* 10 &+ digit, digits + 1)
      }
      guard digits > before else { return nil }
      exponent = before - digits
    }
    var hasExponent = false
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      hasExponent = true
      place += 1
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digit() != nil else { return nil }
      while digit() != nil {}
    }
    // Both are exact below these bounds, so one division rounds once, as it should (Clinger 1990).
    if !hasExponent, digits <= 15, exponent >= -22 {
      let value = Double(mantissa) / Self.powers[-exponent]
      return isNegative ? -value : value
    }
    return Double(String(decoding: bytes[start..<place], as: UTF8.self))
  }

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private mutating func digit() -> UInt64? {
    guard place < bytes.count else { return nil }
    let digit = bytes[place] &- 48
    guard digit < 10 else { return nil }
    place += 1
    return UInt64(digit)
  }

  /// Steps over a value of any kind; false when it is damaged.
  mutating func skipValue(depth: Int = 0) -> Bool {
    guard depth < Self.deepest else { return false }
    skipSpace()
    switch byte {
    case UInt8(ascii: "\""): return text() != nil
    case UInt8(ascii: "t"): return take("true")
    case UInt8(ascii: "f"): return take("false")
    case UInt8(ascii: "n"): return take("null")
    case UInt8(ascii: "["):
      place += 1
      skipSpace()
      if take(UInt8(ascii: "]")) { return true }
      while true {
        guard skipValue(depth: depth + 1) else { return false }
        skipSpace()
        if take(UInt8(ascii: "]")) { return true }
        guard take(UInt8(ascii: ",")) else { return false }
      }
    case UInt8(ascii: "{"):
      place += 1
      skipSpace()
      if take(UInt8(ascii: "}")) { return true }
      while true {
        skipSpace()
        guard text() != nil else { return false }
        skipSpace()
        guard take(UInt8(ascii: ":")), skipValue(depth: depth + 1) else { return false }
        skipSpace()
        if take(UInt8(ascii: "}")) { return true }
        guard take(UInt8(ascii: ",")) else { return false }
      }
    default: return number() != nil
    }
  }
}
