public import Vocabulary

extension YAMLScalar {
  /// The value by the core schema of YAML 1.2 (section 10.3.2), with three reservations, so that
  /// what looks like a name stays one: a number with leading zeros or a plus sign (`017`, `+1`) is
  /// text, and so is a number that does not fit (`12e4567`, 2^63). Dates are text here; types that
  /// are declared read them. What was quoted is text.
  ///
  /// For example: `YAMLScalar("0x1F", isPlain: true).value == .int(31)`.
  public var value: Value {
    guard isPlain else { return .text(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .double(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .double(-.infinity)
    case ".nan", ".NaN", ".NAN": return .double(.nan)
    default: return Self.number(text) ?? .text(text)
    }
  }

  private static func number(_ text: String) -> Value? {
    let bytes = Array(text.utf8)
    guard bytes.count <= 400, let first = bytes.first, first < 0x80 else { return nil }
    if bytes.starts(with: "0o".utf8) {
      return digits(bytes[2...], { (48...55).contains($0) }).flatMap { Int64($0, radix: 8) }
        .map { .int($0) }
    }
    if bytes.starts(with: "0x".utf8) {
      return digits(bytes[2...], isHexadecimal).flatMap { Int64($0, radix: 16) }.map { .int($0) }
    }
    // [-]? ( 0 | [1-9][0-9]* )? ( . [0-9]* )? ( [eE] [-+]? [0-9]+ )?, with a digit in the mantissa.
    var rest = bytes[...]
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let whole = rest.prefix(while: isDigit)
    if whole.count > 1, whole.first == UInt8(ascii: "0") { return nil }
    rest = rest.dropFirst(whole.count)
    if rest.isEmpty { return whole.isEmpty ? nil : Int64(text).map { .int($0) } }
    var fraction = ArraySlice<UInt8>()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      fraction = rest.prefix(while: isDigit)
      rest = rest.dropFirst(fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    if let mark = rest.first {
      guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return nil }
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
      guard !rest.isEmpty, rest.allSatisfy(isDigit) else { return nil }
    }
    guard let number = Double(text.hasSuffix(".") ? text + "0" : text), number.isFinite else {
      return nil
    }
    return .double(number)
  }

  private static func digits(
    _ bytes: ArraySlice<UInt8>, _ isValid: (UInt8) -> Bool
  ) -> String? {
    bytes.isEmpty || !bytes.allSatisfy(isValid) ? nil : String(decoding: bytes, as: UTF8.self)
  }
}

/// Whether a byte is `0` to `9`.
func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

private func isHexadecimal(_ byte: UInt8) -> Bool {
  isDigit(byte) || (65...70).contains(byte) || (97...102).contains(byte)
}
