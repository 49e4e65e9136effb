public import DuckDB
public import Vocabulary

extension Diagnostic {
  /// What the engine says of a piece of SQL that stands in a notebook, with its place there.
  ///
  /// `text` is the SQL as the engine saw it and `start` the place of its first character. Without a
  /// position the whole of `range` is meant.
  public init(
    _ error: DuckDBError, in text: String, from start: SourcePosition, within range: SourceRange,
    explanation: String? = nil
  ) {
    var place = range
    if let offset = error.position, offset <= text.utf8.count {
      let length = max(error.length ?? error.name?.utf8.count ?? 1, 1)
      place.start = start.advanced(over: text, utf8Offset: offset)
      place.end = start.advanced(over: text, utf8Offset: min(offset + length, text.utf8.count))
    }
    var solutions = error.advice
    if let name = error.name, let match = nearest(to: name, among: error.candidates) {
      solutions = ["did you mean `\(match)`?"]
    } else if !error.candidates.isEmpty {
      let names = error.candidates.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
      solutions = ["there are: \(names)"]
    }
    self.init(
      .error, "sql-\(error.kind.rule)", error.summary, at: place, explanation: explanation,
      solutions: solutions)
  }
}

extension DuckDBError.Kind {
  /// The kind as a part of a rule's name.
  var rule: String {
    switch self {
    case .outOfRange: "out-of-range"
    case .invalidInput: "invalid-input"
    case .outOfMemory: "out-of-memory"
    default: rawValue
    }
  }
}

extension SourcePosition {
  /// The place that lies `utf8Offset` bytes into `text`, which starts here; an offset inside a
  /// character is that character's place.
  public func advanced(over text: String, utf8Offset: Int) -> SourcePosition {
    var place = self
    var rest = utf8Offset
    for scalar in text.unicodeScalars {
      let width = UTF8.width(scalar)
      if rest < width { break }
      rest -= width
      if scalar == "\n" {
        place = SourcePosition(line: place.line + 1, column: 1)
      } else {
        place.column += 1
      }
    }
    return place
  }
}
