/// What can be said about SQL without parsing it.
public enum SQLText {
  /// `name` as an identifier: always in double quotes, quotes inside doubled, NUL removed.
  ///
  /// For example: `SQLText.identifier("a\"b") == "\"a\"\"b\""`.
  public static func identifier(_ name: String) -> String {
    "\""
      + name.unicodeScalars.reduce(into: "") { text, scalar in
        if scalar == "\0" { return }
        text.unicodeScalars.append(scalar)
        if scalar == "\"" { text.unicodeScalars.append(scalar) }
      } + "\""
  }

  /// `text` as a string literal: in single quotes, quotes inside doubled, NUL removed.
  public static func literal(_ text: String) -> String {
    "'"
      + text.unicodeScalars.reduce(into: "") { result, scalar in
        if scalar == "\0" { return }
        result.unicodeScalars.append(scalar)
        if scalar == "'" { result.unicodeScalars.append(scalar) }
      } + "'"
  }

  /// `sql` without the semicolons, comments and white space behind its last token, so that it can
  /// stand in parentheses.
  public static func withoutTerminator(_ sql: String) -> String {
    let bytes = Array(sql.utf8)
    var scanner = SQLScanner(bytes: bytes)
    var end = 0
    while let token = scanner.next() {
      if bytes[token.lowerBound] != UInt8(ascii: ";") { end = token.upperBound }
    }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  /// Throws for SQL whose brackets are nested so deeply that DuckDB's parser, which calls itself for
  /// each level, would use up the stack.
  static func checkNesting(of sql: String) throws(DuckDBError) {
    let limit = 250
    let bytes = Array(sql.utf8)
    // ( [ { by their ASCII codes: most SQL has too few of them to be looked at closely.
    guard bytes.count(where: { [40, 91, 123].contains($0) }) > limit else { return }
    var scanner = SQLScanner(bytes: bytes)
    var depth = 0
    while let token = scanner.next() {
      switch bytes[token.lowerBound] {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: continue
      }
      guard depth <= limit else {
        throw DuckDBError(
          .parser, "the SQL has more than \(limit) brackets inside of each other", sql: sql,
          position: token.lowerBound)
      }
    }
  }

  /// The first word in upper case.
  static func firstWord(of sql: String) -> String? {
    words(of: sql).first
  }

  /// The word that says what a statement without a syntax tree is: a PIVOT inside a SELECT has none.
  static func kindWord(of sql: String) -> String {
    let words = words(of: sql)
    guard let first = words.first else { return "nothing" }
    let isSelect = ["SELECT", "WITH", "FROM", "VALUES", "TABLE"].contains(first)
    guard isSelect || first == "PIVOT" else { return first }
    return words.contains { $0.hasPrefix("PIVOT") } ? "PIVOT" : first
  }

  /// How many statements there are between the semicolons.
  static func statementCount(of sql: String) -> Int {
    let bytes = Array(sql.utf8)
    var scanner = SQLScanner(bytes: bytes)
    var count = 0
    var isInside = false
    while let token = scanner.next() {
      if bytes[token.lowerBound] == UInt8(ascii: ";") {
        isInside = false
      } else if !isInside {
        isInside = true
        count += 1
      }
    }
    return count
  }

  /// The bare words outside of quotes and comments, in upper case.
  private static func words(of sql: String) -> [String] {
    let bytes = Array(sql.utf8)
    var scanner = SQLScanner(bytes: bytes)
    var words: [String] = []
    var end = -1
    while let token = scanner.next() {
      guard token.count == 1, SQLScanner.isWord(bytes[token.lowerBound]) else { continue }
      let letter = String(decoding: bytes[token], as: UTF8.self).uppercased()
      if end == token.lowerBound, !words.isEmpty {
        words[words.count - 1] += letter
      } else {
        words.append(letter)
      }
      end = token.upperBound
    }
    return words
  }

  /// The UTF-8 offset of the first `$name` outside of quotes and comments.
  static func offset(ofParameter name: String, in sql: String) -> Int? {
    let bytes = Array(sql.utf8)
    let wanted = Array("$\(name)".lowercased().utf8)
    var scanner = SQLScanner(bytes: bytes)
    while let token = scanner.next() {
      guard bytes[token.lowerBound] == UInt8(ascii: "$"), token.count == 1 else { continue }
      let rest = bytes[token.lowerBound...]
      let word = rest.prefix(1) + rest.dropFirst().prefix { SQLScanner.isWord($0) }
      if Array(String(decoding: word, as: UTF8.self).lowercased().utf8) == wanted {
        return token.lowerBound
      }
    }
    return nil
  }
}

/// Splits SQL into quoted stretches and other characters, comments and white space left out.
struct SQLScanner {
  let bytes: [UInt8]
  private var index = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  private func byte(_ offset: Int) -> UInt8 {
    offset < bytes.count ? bytes[offset] : 0
  }

  /// The next token's bytes.
  mutating func next() -> Range<Int>? {
    skipBlanks()
    guard index < bytes.count else { return nil }
    let start = index
    switch bytes[index] {
    case UInt8(ascii: "'"):
      // E'...' strings know backslashes.
      let escapes =
        start > 0 && bytes[start - 1] | 32 == UInt8(ascii: "e")
        && (start < 2 || !Self.isWord(bytes[start - 2]))
      quoted(by: UInt8(ascii: "'"), escapes: escapes)
    case UInt8(ascii: "\""): quoted(by: UInt8(ascii: "\""), escapes: false)
    case UInt8(ascii: "$"): dollarQuoted()
    default: index += 1
    }
    return start..<min(index, bytes.count)
  }

  private mutating func skipBlanks() {
    while index < bytes.count {
      if bytes[index] <= 32 {
        index += 1
      } else if bytes[index] == UInt8(ascii: "-"), byte(index + 1) == UInt8(ascii: "-") {
        while index < bytes.count, bytes[index] != 10, bytes[index] != 13 { index += 1 }
      } else if bytes[index] == UInt8(ascii: "/"), byte(index + 1) == UInt8(ascii: "*") {
        skipBlockComment()
      } else {
        return
      }
    }
  }

  private mutating func skipBlockComment() {
    var depth = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "/"), byte(index + 1) == UInt8(ascii: "*") {
        depth += 1
        index += 2
      } else if bytes[index] == UInt8(ascii: "*"), byte(index + 1) == UInt8(ascii: "/") {
        depth -= 1
        index += 2
        if depth == 0 { return }
      } else {
        index += 1
      }
    }
  }

  private mutating func quoted(by quote: UInt8, escapes: Bool) {
    index += 1
    while index < bytes.count {
      if escapes, bytes[index] == UInt8(ascii: "\\") {
        index += 2
      } else if bytes[index] != quote {
        index += 1
      } else if byte(index + 1) == quote {
        index += 2
      } else {
        index += 1
        return
      }
    }
  }

  /// `$tag$ ... $tag$`, or a lone `$` such as that of a parameter.
  private mutating func dollarQuoted() {
    var end = index + 1
    while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
    guard byte(end) == UInt8(ascii: "$"), !Self.isDigit(byte(index + 1)) else {
      index += 1
      return
    }
    let tag = bytes[index...end]
    index = end + 1
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "$"), bytes[index...].starts(with: tag) {
        index += tag.count
        return
      }
      index += 1
    }
  }

  static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, 95, 128...255: true
    default: false
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
