/// Which byte of the source each byte of a YAML scalar's text came from, escapes and folding
/// considered, so that an expression within a scalar is reported where it stands.
struct ScalarAlignment {
  /// The source offset of every byte of the text, and one more for its end.
  private(set) var offsets: [Int] = []

  private let text: [UInt8]
  private let source: [UInt8]
  private let end: Int
  private var cursor: Int

  /// Aligns `text` with the bytes `raw` of `source`, quotes and block header included.
  init(of text: [UInt8], written style: YAMLScalarStyle, at raw: Range<Int>, in source: [UInt8]) {
    self.text = text
    self.source = source
    cursor = raw.lowerBound
    end = raw.upperBound
    offsets.reserveCapacity(text.count + 1)
    switch style {
    case .plain: alignFlow(quote: nil)
    case .singleQuoted, .doubleQuoted: alignFlow(quote: source[raw].first)
    case .literal, .folded: alignBlock()
    }
    // Whatever could not be aligned is at least on the right line.
    while offsets.count <= text.count { offsets.append(min(cursor, end)) }
  }

  private mutating func alignFlow(quote: UInt8?) {
    if quote != nil { cursor += 1 }
    while offsets.count < text.count, cursor < end {
      let byte = source[cursor]
      if quote == UInt8(ascii: "\""), byte == backslash {
        takeEscape()
      } else if quote == UInt8(ascii: "'"), byte == quote {
        take(bytes: 2)
      } else if isSpace(byte), let line = fold() {
        takeFold(line)
      } else {
        offsets.append(cursor)
        cursor += 1
      }
    }
  }

  /// The end of the white space at the cursor and its line ends, nil when it stays on the line.
  private func fold() -> (end: Int, lineEnds: Int)? {
    var index = cursor
    var lineEnds = 0
    while index < end, isSpace(source[index]) {
      if source[index] == newline { lineEnds += 1 }
      index += 1
    }
    return lineEnds == 0 ? nil : (index, lineEnds)
  }

  private mutating func takeFold(_ fold: (end: Int, lineEnds: Int)) {
    for _ in 0..<max(1, fold.lineEnds - 1) where offsets.count < text.count {
      offsets.append(cursor)
    }
    cursor = fold.end
  }

  private mutating func takeEscape() {
    let kind = cursor + 1 < end ? source[cursor + 1] : 0
    switch kind {
    case newline:
      cursor += 2
      while cursor < end, source[cursor] == 0x20 || source[cursor] == 0x09 { cursor += 1 }
    case UInt8(ascii: "x"): take(bytes: 4)
    case UInt8(ascii: "u"): take(bytes: 6)
    case UInt8(ascii: "U"): take(bytes: 10)
    default: take(bytes: 2)
    }
  }

  /// One Unicode scalar of the text was written with this many bytes.
  private mutating func take(bytes count: Int) {
    repeat {
      offsets.append(cursor)
    } while offsets.count < text.count && text[offsets.count] & 0xC0 == 0x80
    cursor += count
  }

  private mutating func alignBlock() {
    skipLine()
    var probe = cursor
    var lineStart = cursor
    while probe < end, isSpace(source[probe]) {
      if source[probe] == newline { lineStart = probe + 1 }
      probe += 1
    }
    let leading = text.prefix { isSpace($0) }
    let kept = leading.count - ((leading.lastIndex(of: newline) ?? -1) + 1)
    let indentation = max(0, probe - lineStart - kept)
    while offsets.count < text.count, cursor < end {
      var skipped = 0
      while skipped < indentation, cursor < end, source[cursor] == 0x20 {
        cursor += 1
        skipped += 1
      }
      while offsets.count < text.count, cursor < end, source[cursor] != newline {
        offsets.append(cursor)
        cursor += 1
      }
      if offsets.count < text.count, isSpace(text[offsets.count]) { offsets.append(cursor) }
      cursor += 1
    }
  }

  private mutating func skipLine() {
    while cursor < end, source[cursor] != newline { cursor += 1 }
    cursor += 1
  }
}
