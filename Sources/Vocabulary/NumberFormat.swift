/// How a number is written for people, the same in every locale.
///
/// Digits are rounded half to even from the exact binary value, as C's `printf` does; a point
/// separates decimals, a comma separates thousands, minus is `-`, and nothing prints as `-0`.
/// NaN is an en dash `–`, the quiet sign of a missing value; infinities are `∞` and `-∞`.
/// For example: `NumberFormat.percent(1).string(0.0807) == "8.1%"`.
public enum NumberFormat: Sendable, Hashable, Codable {
  /// Whole numbers with thousands separators, others with four significant digits or all their
  /// integer digits, no trailing zeros; very small or large ones in scientific notation.
  case automatic
  /// So many digits after the point: `.fixed(3)` writes `0.802`.
  case fixed(Int)
  /// So many digits after the point and thousands separators: `.thousands(0)` writes `307,511`.
  case thousands(Int)
  /// A share as percent with so many digits after the point: `.percent(1)` writes `8.1%`.
  case percent(Int)
  /// So many significant digits and an SI prefix: `.si(digits: 3)` writes `308k`.
  case si(digits: Int)
  /// So many significant digits without trailing zeros, integer digits never cut:
  /// `.significant(3)` writes `0.0807` and `1235`.
  case significant(Int)
  /// A mantissa with so many digits after the point: `.scientific(2)` writes `1.23e-05`.
  case scientific(Int)

  /// Three significant digits and an SI prefix.
  public static var si: NumberFormat { .si(digits: 3) }

  /// Reads the notation that Python and d3 share, or nil when it is not one of them.
  ///
  /// `.3f`, `,.0f`, `.1%`, `%`, `d`, `,d`, `,`, `s`, `.2s`, `.3g` and `.2e`; at most 20 digits.
  public init?(parsing text: String) {
    var rest = text.utf8[...]
    let grouped = rest.first == UInt8(ascii: ",")
    if grouped { rest = rest.dropFirst() }
    var digits: Int?
    if rest.first == UInt8(ascii: ".") {
      let number = rest.dropFirst().prefix { (48...57).contains($0) }
      guard (1...2).contains(number.count), let count = Int(String(Substring(number))), count <= 20
      else { return nil }
      digits = count
      rest = rest.dropFirst(1 + number.count)
    }
    switch (String(Substring(rest)), grouped, digits) {
    case ("f", false, _): self = .fixed(digits ?? 6)
    case ("f", true, _): self = .thousands(digits ?? 6)
    case ("d", false, nil): self = .fixed(0)
    case ("d", true, nil): self = .thousands(0)
    case ("", true, nil): self = .automatic
    case ("%", false, _): self = .percent(digits ?? 0)
    case ("s", false, _): self = .si(digits: max(1, digits ?? 3))
    case ("g", false, _): self = .significant(max(1, digits ?? 6))
    case ("e", false, _): self = .scientific(digits ?? 6)
    default: return nil
    }
  }

  /// The number as text.
  public func string(_ value: Double) -> String {
    if value.isNaN { return "–" }
    if value.isInfinite { return value < 0 ? "-∞" : "∞" }
    let magnitude = value.magnitude
    let text =
      switch self {
      case .automatic: automaticText(magnitude)
      case .fixed(let digits): fixedText(magnitude, digits)
      case .thousands(let digits): grouped(fixedText(magnitude, digits))
      case .percent(let digits): grouped(fixedText(magnitude, digits, shift: 2)) + "%"
      case .si(let digits): prefixedText(magnitude, digits)
      case .significant(let digits): significantText(magnitude, digits)
      case .scientific(let digits): scientificText(magnitude, digits)
      }
    let isZero = !text.utf8.prefix { $0 != UInt8(ascii: "e") }.contains { (49...57).contains($0) }
    return value < 0 && !isZero ? "-" + text : text
  }

  /// The number with its sign always written, for changes: `+0.012`, `-0.004`, `0.000`.
  public func signedString(_ value: Double) -> String {
    let text = string(value)
    let isZero = !text.utf8.contains { (49...57).contains($0) } && value.isFinite
    return value > 0 && !isZero ? "+" + text : text
  }
}

private func clamped(_ digits: Int, from lowest: Int = 0) -> Int { min(max(digits, lowest), 20) }

private func automaticText(_ value: Double) -> String {
  if value != 0, value < 1e-4 || value >= 1e15 {
    return scientificText(value, 2)
  }
  if value == value.rounded() { return grouped(fixedText(value, 0)) }
  return value >= 1000 ? grouped(trimmed(fixedText(value, 1))) : significantText(value, 4)
}

private func fixedText(_ value: Double, _ digits: Int, shift: Int = 0) -> String {
  let places = clamped(digits)
  let whole = DecimalDigits(value, scaledByTenTo: places + shift).text
  guard places > 0 else { return whole }
  let filled = String(repeating: "0", count: max(0, places + 1 - whole.utf8.count)) + whole
  return "\(filled.dropLast(places)).\(filled.suffix(places))"
}

private func significantText(_ value: Double, _ digits: Int) -> String {
  let count = clamped(digits, from: 1)
  guard value > 0 else { return "0" }
  let (_, exponent) = significand(value, count)
  if exponent < -5 || exponent >= max(count, 15) { return scientificText(value, count - 1) }
  return trimmed(fixedText(value, max(0, count - 1 - exponent)))
}

private func scientificText(_ value: Double, _ digits: Int) -> String {
  let places = clamped(digits)
  let (text, exponent) = significand(value, places + 1)
  let mantissa = places > 0 ? "\(text.prefix(1)).\(text.dropFirst())" : text
  let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
  return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(power)"
}

private func prefixedText(_ value: Double, _ digits: Int) -> String {
  let count = clamped(digits, from: 1)
  guard value > 0 else { return "0" }
  let prefixes = ["p", "n", "µ", "m", "", "k", "M", "G", "T", "P"]
  let (text, exponent) = significand(value, count)
  let third = exponent >= 0 ? exponent / 3 : (exponent - 2) / 3
  guard third >= -4, third <= 5 else { return scientificText(value, count - 1) }
  let wholeDigits = exponent - third * 3 + 1
  let filled = text + String(repeating: "0", count: max(0, wholeDigits - text.utf8.count))
  let fraction = filled.dropFirst(wholeDigits)
  let number = fraction.isEmpty ? filled : trimmed("\(filled.prefix(wholeDigits)).\(fraction)")
  return number + prefixes[third + 4]
}

/// The first `count` digits of a number, rounded, and the power of ten of the first of them.
private func significand(_ value: Double, _ count: Int) -> (digits: String, exponent: Int) {
  guard value > 0 else { return (String(repeating: "0", count: count), 0) }
  // An estimate from the binary exponent, off by at most one; the digits decide.
  var exponent = Int((Double(value.exponent) * 0.301_029_995_663_981_2).rounded(.down))
  while true {
    let text = DecimalDigits(value, scaledByTenTo: count - 1 - exponent).text
    if text.utf8.count > count {
      exponent += 1
    } else if text.utf8.count < count || text == "0" {
      exponent -= 1
    } else {
      return (text, exponent)
    }
  }
}

private func trimmed(_ text: String) -> String {
  guard text.utf8.contains(UInt8(ascii: ".")) else { return text }
  var bytes = Array(text.utf8)
  while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
  if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
  return String(decoding: bytes, as: UTF8.self)
}

private func grouped(_ text: String) -> String {
  let whole = text.utf8.prefix { $0 != UInt8(ascii: ".") }
  var bytes: [UInt8] = []
  for (index, byte) in whole.enumerated() {
    if index > 0, (whole.count - index) % 3 == 0 { bytes.append(UInt8(ascii: ",")) }
    bytes.append(byte)
  }
  return String(decoding: bytes, as: UTF8.self)
    + String(Substring(text.utf8.dropFirst(whole.count)))
}
