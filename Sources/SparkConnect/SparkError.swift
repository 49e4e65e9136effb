/// What Spark, or the way to it, could not do.
///
/// For example: an unknown column has `kind == .sql`, `condition == "UNRESOLVED_COLUMN"`, and the line
/// and column of its name in the query.
public struct SparkError: Error, Sendable, Hashable {
  /// The class of failure, as far as callers decide by it.
  public enum Kind: Sendable, Hashable {
    /// Nobody answers there.
    case unreachable
    /// The server does not let us in.
    case refused
    /// The connection or the server's session ended in the middle of the work.
    case lost
    /// The query was interrupted.
    case cancelled
    /// The query, or a value that it met.
    case sql
    /// A type of the result has no counterpart here.
    case type
    /// The server said something that makes no sense here.
    case other
  }

  /// The class of failure.
  public var kind: Kind
  /// What happened, as one sentence without its full stop, hosts or stack trace.
  public var summary: String
  /// Spark's name of the error condition, such as `TABLE_OR_VIEW_NOT_FOUND`.
  public var condition: String?
  /// The five characters of the SQL standard.
  public var state: String?
  /// Where in the query, when Spark says so.
  public var place: Place?
  /// What to do about it.
  public var solutions: [String] = []

  /// A place in a query.
  public struct Place: Sendable, Hashable {
    /// The line, from 1.
    public var line: Int
    /// The UTF-16 unit in the line, from 0: Spark counts as Java does.
    public var column: Int

    /// The UTF-8 offset of the place in the query; nil when it has no such place.
    public func offset(in sql: String) -> Int? {
      var rest = sql.utf16[...]
      for _ in 1..<max(1, line) {
        guard let end = rest.firstIndex(of: 0x0A) else { return nil }
        rest = rest[rest.index(after: end)...]
      }
      guard let index = rest.index(rest.startIndex, offsetBy: column, limitedBy: rest.endIndex),
        let place = index.samePosition(in: sql.utf8)
      else { return nil }
      return sql.utf8.distance(from: sql.utf8.startIndex, to: place)
    }
  }

  /// An error of the client's own.
  public init(_ kind: Kind, _ summary: String, solutions: [String] = []) {
    self.kind = kind
    self.summary = summary
    self.solutions = solutions
  }
}

extension SparkError {
  /// An error in the server's words: its first sentence, without a plan, a stack trace or a host.
  init(reported text: String) {
    // The name of the condition begins the message; when a task failed, it comes after the task's story.
    let named = text.firstMatch(of: /\[([A-Z][A-Z0-9_]+(?:\.[A-Z0-9_]+)*)\]\s/)
    let story = text.firstMatch(of: #/most recent failure: .*?\(TID \d+\) \([^)]*\): /#)
    let body = (named?.range ?? story?.range).map { text[$0.upperBound...] } ?? text[...]
    let line = body.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    self.init(.sql, Self.sentence(of: line))
    condition = named.map { String($0.output.1) }
    state = text.firstMatch(of: /SQLSTATE: ([0-9A-Z]{5})/).map { String($0.output.1) }
    place = Self.place(in: text)
    switch condition?.prefix(while: { $0 != "." }) {
    case "OPERATION_CANCELED": kind = .cancelled
    case "INVALID_HANDLE": kind = .lost
    case "INVALID_LIMIT_LIKE_EXPRESSION":
      solutions = ["whole parameters are BIGINT in Spark: `LIMIT CAST($n AS INT)`"]
    default: break
    }
  }

  private static func sentence(of line: String) -> String {
    var line = line[...]
    if let end = line.firstRange(of: " SQLSTATE: ") { line = line[..<end.lowerBound] }
    // A message that is no Spark condition may begin with the class of a Java exception.
    if let exception = line.prefixMatch(of: #/(?:[a-z]+\.)+[A-Za-z]+(?:Exception|Error): /#) {
      line = line[exception.range.upperBound...]
    }
    let words = line.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    let sentence = String(String.UnicodeScalarView(words).prefix(600))
      .trimmingSuffix { $0 == " " || $0 == "." }
    return sentence.isEmpty ? "Spark gave no reason" : sentence
  }

  /// `line 2 pos 7` counts from 0, `(line 2, position 8)` from 1.
  private static func place(in text: String) -> Place? {
    if let match = text.firstMatch(of: /[Ll]ine (\d+),? pos (\d+)/),
      let line = Int(match.output.1), let column = Int(match.output.2)
    {
      return Place(line: line, column: column)
    }
    if let match = text.firstMatch(of: /== SQL \(line (\d+), position (\d+)\) ==/),
      let line = Int(match.output.1), let column = Int(match.output.2), column > 0
    {
      return Place(line: line, column: column - 1)
    }
    return nil
  }
}

extension StringProtocol {
  fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
    var end = endIndex
    while end > startIndex, isTrimmed(self[index(before: end)]) { end = index(before: end) }
    return String(self[..<end])
  }
}
