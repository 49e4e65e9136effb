internal import Vocabulary

/// Reads the `option=value` entries of a fence.
///
/// A value is a word, a text in quotes, a list or mapping in brackets, or an expression:
/// `show=5 title="A b" needs=[a, b] when={{ $full }}`.
struct FenceOptions {
  private(set) var entries: [YAMLEntry] = []
  private(set) var diagnostics: [Diagnostic] = []

  private let source: SourceText
  private var index: Int
  private let end: Int

  init(in stretch: Range<Int>, of source: SourceText) {
    self.source = source
    index = stretch.lowerBound
    end = stretch.upperBound
    while skipSpace() { readEntry() }
  }

  private mutating func skipSpace() -> Bool {
    while index < end, isSpace(source.bytes[index]) { index += 1 }
    return index < end
  }

  private mutating func readEntry() {
    let start = index
    while index < end, !isSpace(source.bytes[index]), source.bytes[index] != equals { index += 1 }
    let key = start..<index
    guard index < end, source.bytes[index] == equals, isKey(source.bytes[key]) else {
      while index < end, !isSpace(source.bytes[index]) { index += 1 }
      refuse(start..<index, "`\(source.text(start..<index))` is no option")
      return
    }
    index += 1
    let begin = index
    guard let node = value() else { return }
    if index < end, !isSpace(source.bytes[index]) {
      while index < end, !isSpace(source.bytes[index]) { index += 1 }
      refuse(begin..<index, "there must be a space behind the value of `\(source.text(key))`")
      return
    }
    let name = source.text(key)
    let range = source.range(key)
    if let first = entries.first(where: { $0.key == name }) {
      diagnostics.append(.duplicateKey(name, at: range, first: first.keyRange))
    } else {
      entries.append(YAMLEntry(key: name, at: range, value: node))
    }
  }

  private func isKey(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, isLetter(first) || first == UInt8(ascii: "_") else {
      return false
    }
    return bytes.allSatisfy {
      isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
  }

  private mutating func refuse(_ stretch: Range<Int>, _ summary: String) {
    diagnostics.append(
      .error(
        "fence-option", summary, at: source.range(stretch),
        solutions: ["write `option=value`, with quotes around a value that has spaces"]))
  }

  private mutating func value() -> YAMLNode? {
    let start = index
    guard index < end, !isSpace(source.bytes[index]) else {
      refuse(start..<start, "the option has no value")
      return nil
    }
    let byte = source.bytes[index]
    let isExpression = source.bytes[index..<end].starts(with: openBraces)
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      guard skipQuoted(byte) else { return unclosed(start, "quote") }
      return yaml(start..<index)
    }
    if byte == UInt8(ascii: "[") || (byte == UInt8(ascii: "{") && !isExpression) {
      guard skipBrackets() else { return unclosed(start, "bracket") }
      return yaml(start..<index)
    }
    skipWord()
    var scalar = YAMLScalar(source.text(start..<index), isPlain: true)
    if scalar.text.contains("{{") {
      scalar.parsedTemplate = Template(
        parsing: scalar.text, file: source.file, start: source.position(at: start),
        diagnostics: &diagnostics)
    }
    return YAMLNode(.scalar(scalar), at: source.range(start..<index))
  }

  private mutating func unclosed(_ start: Int, _ what: String) -> YAMLNode? {
    index = end
    refuse(start..<(start + 1), "this \(what) is not closed")
    return nil
  }

  private mutating func yaml(_ stretch: Range<Int>) -> YAMLNode? {
    let place = source.position(at: stretch.lowerBound)
    let (node, found) = YAMLNode.parse(
      source.text(stretch), file: source.file, startingAt: place.line, column: place.column)
    diagnostics += found
    return node
  }

  private mutating func skipWord() {
    while index < end, !isSpace(source.bytes[index]) {
      if source.bytes[index..<end].starts(with: openBraces),
        case .closed(let close) = ExpressionSyntax.ending(
          ofExpressionAt: index, in: source.bytes[..<end])
      {
        index = close + 2
      } else {
        index += 1
      }
    }
  }

  private mutating func skipQuoted(_ quote: UInt8) -> Bool {
    index += 1
    while index < end {
      let byte = source.bytes[index]
      if byte == backslash, quote == UInt8(ascii: "\"") {
        index += 2
      } else if byte == quote {
        index += 1
        // In single quotes a quote is written twice.
        guard quote == UInt8(ascii: "'"), index < end, source.bytes[index] == quote else {
          return true
        }
        index += 1
      } else {
        index += 1
      }
    }
    return false
  }

  private mutating func skipBrackets() -> Bool {
    var depth = 0
    while index < end {
      switch source.bytes[index] {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case let byte where byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"):
        guard skipQuoted(byte) else { return false }
        continue
      default: break
      }
      index += 1
      if depth == 0 { return true }
    }
    return false
  }
}

private let equals = UInt8(ascii: "=")
