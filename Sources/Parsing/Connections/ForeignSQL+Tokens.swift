extension ForeignSQL {
  /// A piece of SQL.
  struct Token: Hashable {
    enum Kind: Hashable {
      /// A word, in upper case.
      case word(String)
      /// A name in quotes.
      case quoted(String)
      /// A text, or a number.
      case text
      /// `$name`.
      case parameter(String)
      /// One character of any other kind.
      case mark(Character)
    }

    var kind: Kind
    /// The bytes as written.
    var range: Range<Int>
    /// The name as written, without quotes.
    var name = ""

    /// The word in upper case; nil for a name in quotes and all else.
    var word: String? { if case .word(let word) = kind { word } else { nil } }

    var isName: Bool {
      switch kind {
      case .word, .quoted: true
      case .text, .parameter, .mark: false
      }
    }
  }

  /// Takes SQL apart; comments and white space are left out.
  struct Tokens {
    private let bytes: [UInt8]
    private let dialect: Dialect
    private var index = 0
    private(set) var list: [Token] = []

    init(_ sql: String, _ dialect: Dialect) {
      bytes = Array(sql.utf8)
      self.dialect = dialect
      while skipBlanks() { list.append(next()) }
    }

    private func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    private func text(_ range: Range<Int>) -> String {
      String(decoding: bytes[range], as: UTF8.self)
    }

    private mutating func skipBlanks() -> Bool {
      while index < bytes.count {
        if bytes[index] <= 32 {
          index += 1
        } else if bytes[index] == UInt8(ascii: "-"), byte(index + 1) == UInt8(ascii: "-") {
          while index < bytes.count, bytes[index] != newline, bytes[index] != 13 { index += 1 }
        } else if bytes[index] == UInt8(ascii: "/"), byte(index + 1) == UInt8(ascii: "*") {
          skipComment()
        } else {
          return true
        }
      }
      return false
    }

    private mutating func skipComment() {
      var depth = 0
      repeat {
        if bytes[index] == UInt8(ascii: "/"), byte(index + 1) == UInt8(ascii: "*") {
          depth += 1
          index += 2
        } else if bytes[index] == UInt8(ascii: "*"), byte(index + 1) == UInt8(ascii: "/") {
          depth -= 1
          index += 2
        } else {
          index += 1
        }
      } while depth > 0 && index < bytes.count
      index = min(index, bytes.count)
    }

    private mutating func next() -> Token {
      let start = index
      switch bytes[index] {
      case UInt8(ascii: "'"):
        let behindE =
          start > 0 && bytes[start - 1] | 32 == UInt8(ascii: "e")
          && (start < 2 || !isWord(bytes[start - 2]))
        skipQuoted(escapes: dialect.escapesBackslashes || behindE)
        return Token(kind: .text, range: start..<index)
      case UInt8(ascii: "\""), UInt8(ascii: "`"):
        skipQuoted(escapes: false)
        let quote = text(start..<(start + 1))
        let inner = text((start + 1)..<max(start + 1, index - 1))
          .replacing(quote + quote, with: quote)
        return Token(kind: .quoted(inner), range: start..<index, name: inner)
      case UInt8(ascii: "$"): return dollar()
      case let first where isWord(first) && !isDigit(first):
        while index < bytes.count, isWord(bytes[index]) { index += 1 }
        let name = text(start..<index)
        return Token(kind: .word(name.uppercased()), range: start..<index, name: name)
      case let first where isDigit(first):
        while isWord(byte(index)) || byte(index) == UInt8(ascii: ".") { index += 1 }
        return Token(kind: .text, range: start..<index)
      default:
        index += 1
        return Token(
          kind: .mark(Character(Unicode.Scalar(bytes[start]))), range: start..<index)
      }
    }

    private mutating func skipQuoted(escapes: Bool) {
      let quote = bytes[index]
      index += 1
      while index < bytes.count {
        if escapes, bytes[index] == backslash {
          index += 2
        } else if bytes[index] != quote {
          index += 1
        } else if byte(index + 1) == quote {
          index += 2
        } else {
          index += 1
          break
        }
      }
      index = min(index, bytes.count)
    }

    /// `$tag$ ... $tag$`, `$name`, or a `$` alone.
    private mutating func dollar() -> Token {
      let start = index
      var end = index + 1
      while isWord(byte(end)) { end += 1 }
      if byte(end) == UInt8(ascii: "$"), !isDigit(byte(start + 1)) {
        let tag = bytes[start...end]
        index = end + 1
        while index < bytes.count, !bytes[index...].starts(with: tag) { index += 1 }
        index = min(index + tag.count, bytes.count)
        return Token(kind: .text, range: start..<index)
      }
      index = end
      guard end > start + 1 else { return Token(kind: .mark("$"), range: start..<end) }
      return Token(kind: .parameter(text((start + 1)..<end)), range: start..<end)
    }

    private func isWord(_ byte: UInt8) -> Bool {
      isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 128
    }
  }
}
