/// Finds the expressions of a region: those in code spans and HTML tags are not meant.
struct InlineScanner {
  /// The braces of the expressions, closing ones included, in order.
  private(set) var expressions: [Range<Int>] = []
  /// The braces with nothing inside.
  private(set) var empty: [Range<Int>] = []
  /// The opening braces that nothing closes, with the quote that is open.
  private(set) var unclosed: (braces: Range<Int>, quote: Int?)?

  private let bytes: [UInt8]
  /// Whether a code span must not reach over a `|`, as in a table row.
  private let isTableRow: Bool
  /// The last run of backticks of each length, so that no search is in vain.
  private var lastRun: [Int: Int] = [:]
  /// Searches that found nothing and need not be tried again: `'`, `"`, and `-` for comments.
  private var absent: Set<UInt8> = []

  init(_ bytes: [UInt8], isTableRow: Bool = false) {
    self.bytes = bytes
    self.isTableRow = isTableRow
    guard Self.contains(bytes, openBraces) else { return }
    findRuns()
    scan()
  }

  /// Whether two braces stand in the text.
  static func contains(_ bytes: [UInt8], _ pattern: [UInt8]) -> Bool {
    var last: UInt8 = 0
    for byte in bytes {
      if byte == pattern[1], last == pattern[0] { return true }
      last = byte
    }
    return false
  }

  private mutating func findRuns() {
    var index = 0
    while index < bytes.count {
      guard bytes[index] == backtick else {
        index += 1
        continue
      }
      let length = run(at: index)
      lastRun[length] = index
      index += length
    }
  }

  private func run(at start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] == backtick { end += 1 }
    return end - start
  }

  private mutating func scan() {
    var index = 0
    while index < bytes.count {
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      switch bytes[index] {
      case backslash:
        let escapesBraces = bytes[(index + 1)...].starts(with: openBraces)
        index += escapesBraces ? 3 : (isPunctuation(next) ? 2 : 1)
      case backtick:
        let length = run(at: index)
        index = codeSpanEnd(at: index, length) ?? index + length
      case UInt8(ascii: "<"):
        index = htmlEnd(at: index) ?? index + 1
      case UInt8(ascii: "{") where next == UInt8(ascii: "{"):
        switch ExpressionSyntax.ending(ofExpressionAt: index, in: bytes[...]) {
        case .closed(let close):
          let braces = index..<(close + 2)
          if trimmed(bytes, (index + 2)..<close).isEmpty {
            empty.append(braces)
          } else {
            expressions.append(braces)
          }
          index = close + 2
        case .unclosed(let quote):
          // One is enough: whatever follows would be guessed, and searched again and again.
          unclosed = (index..<(index + 2), quote)
          return
        }
      default:
        index += 1
      }
    }
  }

  private func codeSpanEnd(at start: Int, _ length: Int) -> Int? {
    guard let last = lastRun[length], last > start else { return nil }
    var index = start + length
    while index <= last {
      switch bytes[index] {
      case backtick:
        let found = run(at: index)
        if found == length { return index + length }
        index += found
      case backslash where isTableRow && bytes[(index + 1)...].first == UInt8(ascii: "|"):
        index += 2
      case UInt8(ascii: "|") where isTableRow:
        return nil
      default:
        index += 1
      }
    }
    return nil
  }
}

extension InlineScanner {
  /// The end of the HTML tag or comment at a `<`, nil when there is none (CommonMark 0.30, 6.6).
  private mutating func htmlEnd(at start: Int) -> Int? {
    var index = start + 1
    if bytes[index...].starts(with: "!--".utf8) { return commentEnd(at: index + 3) }
    let isClosing = byte(index) == UInt8(ascii: "/")
    if isClosing { index += 1 }
    guard isLetter(byte(index)) else { return nil }
    while isLetter(byte(index)) || isDigit(byte(index)) || byte(index) == UInt8(ascii: "-") {
      index += 1
    }
    while true {
      let gap = index
      while isSpace(byte(index)) { index += 1 }
      if byte(index) == UInt8(ascii: ">") { return index + 1 }
      if isClosing { return nil }
      if byte(index) == UInt8(ascii: "/"), byte(index + 1) == UInt8(ascii: ">") {
        return index + 2
      }
      guard index > gap, let end = attributeEnd(at: index) else { return nil }
      index = end
    }
  }

  private mutating func commentEnd(at start: Int) -> Int? {
    guard !absent.contains(UInt8(ascii: "-")) else { return nil }
    var index = start
    while index + 2 < bytes.count {
      if bytes[index...].starts(with: "-->".utf8) { return index + 3 }
      index += 1
    }
    absent.insert(UInt8(ascii: "-"))
    return nil
  }

  private mutating func attributeEnd(at start: Int) -> Int? {
    var index = start
    guard
      isLetter(byte(index)) || byte(index) == UInt8(ascii: "_") || byte(index) == UInt8(ascii: ":")
    else { return nil }
    while isLetter(byte(index)) || isDigit(byte(index)) || "_.:-".utf8.contains(byte(index)) {
      index += 1
    }
    let end = index
    while isSpace(byte(index)) { index += 1 }
    guard byte(index) == UInt8(ascii: "=") else { return end }
    index += 1
    while isSpace(byte(index)) { index += 1 }
    let quote = byte(index)
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      guard !absent.contains(quote) else { return nil }
      guard let close = bytes[(index + 1)...].firstIndex(of: quote) else {
        absent.insert(quote)
        return nil
      }
      return close + 1
    }
    let value = index
    while index < bytes.count, !isSpace(bytes[index]), !"\"'=<>`".utf8.contains(bytes[index]) {
      index += 1
    }
    return index > value ? index : nil
  }

  /// The byte at an index, 0 behind the end.
  private func byte(_ index: Int) -> UInt8 {
    index < bytes.count ? bytes[index] : 0
  }
}

let backtick = UInt8(ascii: "`")

/// Whether a byte is ASCII punctuation, which a backslash can escape.
func isPunctuation(_ byte: UInt8) -> Bool {
  (33...47).contains(byte) || (58...64).contains(byte) || (91...96).contains(byte)
    || (123...126).contains(byte)
}

/// Whether a byte is an ASCII letter.
func isLetter(_ byte: UInt8) -> Bool {
  (65...90).contains(byte) || (97...122).contains(byte)
}
