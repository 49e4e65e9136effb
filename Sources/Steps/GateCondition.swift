public import Parsing

/// A condition of a gate, taken apart at its comparison so that both sides can be shown.
///
/// For example: `evaluation.auc >= champion.auc - 0.01` has the sides `evaluation.auc` and
/// `champion.auc - 0.01`. A condition without exactly one comparison outside of parentheses, or one
/// with AND, OR and the like, is taken as a whole.
public struct GateCondition: Sendable, Hashable {
  /// How two sides are compared.
  public enum Comparison: String, Sendable, Hashable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    case equal = "="
    case different = "<>"

    /// Whether `left` may stand to `right` so, when `tolerance` is allowed.
    func holds(_ left: Double, _ right: Double, tolerance: Double) -> Bool {
      switch self {
      case .atLeast: left >= right - tolerance
      case .atMost: left <= right + tolerance
      case .above: left > right - tolerance
      case .below: left < right + tolerance
      case .equal: tolerance > 0 ? abs(left - right) <= tolerance : left == right
      case .different: tolerance > 0 ? abs(left - right) > tolerance : left != right
      }
    }
  }

  /// The whole condition.
  public var whole: Expression
  /// Its sides and how they are compared; nil when it is taken as a whole.
  public var sides: Sides?

  /// The two sides of a comparison.
  public struct Sides: Sendable, Hashable {
    /// The observed side.
    public var left: Expression
    /// How it is compared.
    public var comparison: Comparison
    /// The limit.
    public var right: Expression
  }

  /// Takes a condition apart.
  init(_ whole: Expression) {
    self.whole = whole
    var scanner = Scanner(Array(whole.sql.utf8))
    guard let found = scanner.onlyComparison() else { return }
    let bytes = scanner.bytes
    let left = trimmed(bytes[..<found.place.lowerBound])
    let right = trimmed(bytes[found.place.upperBound...])
    guard !left.isEmpty, !right.isEmpty else { return }
    sides = Sides(
      left: Expression(sql: left, range: whole.range), comparison: found.comparison,
      right: Expression(sql: right, range: whole.range))
  }

  /// Whether it reads `relation.something`, such as the figures of the champion.
  func reads(_ relation: String) -> Bool {
    var scanner = Scanner(Array(whole.sql.utf8))
    return scanner.words().contains { $0.text == relation && $0.isQualifier }
  }
}

private func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
  func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
  var rest = bytes
  while let byte = rest.first, isSpace(byte) { rest = rest.dropFirst() }
  while let byte = rest.last, isSpace(byte) { rest = rest.dropLast() }
  return String(decoding: rest, as: UTF8.self)
}

/// Walks over SQL text outside of quotes.
private struct Scanner {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  struct Word {
    /// In lower case.
    var text: String
    /// Whether a point follows it.
    var isQualifier: Bool
    var depth: Int
  }

  /// Words that bind weaker than a comparison, or make one of their own.
  private static let binding: Set<String> = [
    "and", "between", "case", "glob", "ilike", "in", "is", "like", "not", "or", "similar",
  ]

  /// The comparison that stands outside of parentheses, when it is the only one.
  mutating func onlyComparison() -> (place: Range<Int>, comparison: GateCondition.Comparison)? {
    if words().contains(where: { $0.depth == 0 && Self.binding.contains($0.text) }) { return nil }
    var found: [(Range<Int>, GateCondition.Comparison)] = []
    var isPlain = true
    walk { index, depth in
      let mark = String(decoding: bytes[index..<min(index + 2, bytes.count)], as: UTF8.self)
      if ["--", "/*", "=>", ":=", "->", "<<", ">>"].contains(mark) {
        isPlain = isPlain && depth > 0 && mark != "--" && mark != "/*"
        return 2
      }
      let two: [String: GateCondition.Comparison] = [
        ">=": .atLeast, "<=": .atMost, "<>": .different, "!=": .different, "==": .equal,
      ]
      if let comparison = two[mark] {
        if depth == 0 { found.append((index..<index + 2, comparison)) }
        return 2
      }
      let one: [Character: GateCondition.Comparison] = [">": .above, "<": .below, "=": .equal]
      if let first = mark.first, let comparison = one[first] {
        if depth == 0 { found.append((index..<index + 1, comparison)) }
      }
      return 1
    }
    guard isPlain, found.count == 1, let only = found.first else { return nil }
    return (only.0, only.1)
  }

  /// The names and key words, quoted ones left out.
  mutating func words() -> [Word] {
    var words: [Word] = []
    walk { index, depth in
      var end = index
      while end < bytes.count, isWordByte(bytes[end]) { end += 1 }
      guard end > index else { return 1 }
      let isQualifier = end < bytes.count && bytes[end] == UInt8(ascii: ".")
      let isPart = index > 0 && bytes[index - 1] == UInt8(ascii: ".")
      if !isPart {
        words.append(
          Word(
            text: String(decoding: bytes[index..<end], as: UTF8.self).lowercased(),
            isQualifier: isQualifier, depth: depth))
      }
      return end - index
    }
    return words
  }

  /// Visits every place outside of quotes; the visitor says how many bytes it took.
  private func walk(_ visit: (_ index: Int, _ depth: Int) -> Int) {
    var index = 0
    var depth = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        let close = bytes[(index + 1)...].firstIndex(of: bytes[index]) ?? bytes.count
        index = close + 1
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        index += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        index += 1
      default:
        index += max(1, visit(index, depth))
      }
    }
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
      || byte == UInt8(ascii: "_") || byte >= 128
  }
}
