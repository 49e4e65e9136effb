extension SQLText {
  /// The text literals outside of comments, quotes undone, with the UTF-8 offset and length of each
  /// as written.
  ///
  /// For example: `literals(in: "SELECT 'a', \"b\"")` is one literal, `a`.
  public static func literals(in sql: String) -> [(text: String, place: SQLAnalysis.Place)] {
    let bytes = Array(sql.utf8)
    var scanner = SQLScanner(bytes: bytes)
    var found: [(text: String, place: SQLAnalysis.Place)] = []
    while let token = scanner.next() {
      guard token.count >= 2, bytes[token.lowerBound] == UInt8(ascii: "'") else { continue }
      let inner = bytes[(token.lowerBound + 1)..<(token.upperBound - 1)]
      found.append(
        (
          String(decoding: inner, as: UTF8.self).replacing("''", with: "'"),
          SQLAnalysis.Place(offset: token.lowerBound, length: token.count)
        ))
    }
    return found
  }
}
