/// What DuckDB, or the bridge to it, could not do.
///
/// For example: an unknown column has `kind == .binder`, the SQL, and the `position` of the column
/// in it, so that a caller can point at line and column.
public struct DuckDBError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The class of failure, as far as callers decide by it.
  public enum Kind: String, Sendable, Hashable {
    /// No library was found, or the one found cannot be used.
    case library
    /// The SQL is not well formed.
    case parser
    /// A column, function or type does not fit.
    case binder
    /// A table, view, function or setting does not exist.
    case catalog
    /// A value cannot be read as the wanted type.
    case conversion
    /// A number is too large or too small.
    case outOfRange
    /// A uniqueness, null or check constraint was broken.
    case constraint
    /// A file is missing or cannot be read.
    case io
    /// The session does not allow it.
    case permission
    /// `interrupt()` was called.
    case interrupted
    /// The arguments make no sense together.
    case invalidInput
    /// The memory limit was reached.
    case outOfMemory
    /// A `$name` of the SQL has no value.
    case parameter
    /// The SQL does not give the rows or columns that the caller asked for.
    case shape
    /// Everything else; `code` tells more.
    case other
  }

  /// The class of failure.
  public var kind: Kind
  /// DuckDB's own number of the error class; 0 when the error is the bridge's own.
  public var code: Int
  /// DuckDB's own words, which name the class first: `Binder Error: ...`.
  public var message: String
  /// The SQL that failed, as the caller gave it.
  public var sql: String?
  /// The UTF-8 offset in `sql` of what is wrong, when DuckDB says so.
  public var position: Int?
  /// How many UTF-8 bytes from `position` on are meant, when DuckDB says so.
  public var length: Int?
  /// The column, function, table or parameter that the message is about, when there is one.
  public var name: String?
  /// What DuckDB thinks was meant instead of `name`, nearest first.
  public var candidates: [String] = []

  /// An error of the bridge's own.
  public init(
    _ kind: Kind, _ message: String, code: Int = 0, sql: String? = nil, position: Int? = nil,
    length: Int? = nil, name: String? = nil
  ) {
    self.kind = kind
    self.code = code
    self.message = message
    self.summary = message
    self.sql = sql
    self.position = position
    self.length = length
    self.name = name
  }

  /// The message for people: without the name of the class and without an excerpt of the SQL.
  public var summary: String

  /// What to do about it, where the machine and not the SQL is the reason.
  public var advice: [String] {
    summary.contains("No space left on device")
      ? ["free some space (`df` shows how much is left)"] : []
  }

  /// The message, and the SQL that failed.
  public var description: String {
    guard let sql else { return message }
    return "\(message)\n  in SQL: \(sql)"
  }
}

extension DuckDBError {
  /// An error in DuckDB's words about `sql`, in front of which `shift` bytes were put.
  ///
  /// `Database` sets `errors_as_json`, so the words are `Binder Error: {"exception_message": ...,
  /// "position": "8", "location": "[8,2]", "candidates": ...}`; plain words are understood too.
  init(reported text: String, code: Int = 0, sql: String?, shift: Int = 0) {
    let category = text.firstRange(of: " Error: ").map { String(text[..<$0.lowerBound]) }
    let body = text.firstRange(of: " Error: ").map { String(text[$0.upperBound...]) } ?? text
    guard body.utf8.first == UInt8(ascii: "{"), let fields = JSON(parsing: body),
      let words = fields["exception_message"]?.string.map(Self.innermost)
    else {
      let plain = body.firstRange(of: "\n\nLINE ").map { String(body[..<$0.lowerBound]) } ?? body
      self.init(Kind(code: code, category: category ?? ""), text, code: code, sql: sql)
      summary = trimmed(plain)
      return
    }
    let kind = Kind(code: code, category: category ?? fields["exception_type"]?.string ?? "")
    self.init(
      kind, (category.map { "\($0) Error: " } ?? "") + words, code: code, sql: sql,
      name: fields["name"]?.string)
    summary = trimmed(words)
    candidates = (fields["candidates"]?.string ?? "").split(separator: ",").map(String.init)
    place(fields, shift: shift)
  }

  /// The words of the error that another one was made of, as when a file is written in the background:
  /// `Async write failed for range [...]: {"exception_message": ...}`.
  private static func innermost(_ words: String) -> String {
    guard let start = words.firstRange(of: "{\"exception_type\":")?.lowerBound,
      let inner = JSON(parsing: String(words[start...]))?["exception_message"]?.string
    else { return words }
    return innermost(inner)
  }

  /// Takes `position` and `location` from DuckDB's fields, when they lie within the SQL.
  mutating func place(_ fields: JSON, shift: Int = 0) {
    guard let sql, let start = fields["position"]?.string.flatMap({ Int($0) }),
      (0...sql.utf8.count).contains(start - shift)
    else { return }
    position = start - shift
    // "[8,2]": the offset and the length.
    length = fields["location"]?.string.flatMap { pair in
      pair.dropFirst().dropLast().split(separator: ",").last.flatMap { Int($0) }
    }
  }
}

extension DuckDBError.Kind {
  /// The class by DuckDB's number (`duckdb_error_type`), or by its name where there is no number.
  init(code: Int, category: String) {
    switch (code, category.lowercased()) {
    case (1, _), (0, "out of range"): self = .outOfRange
    case (2, _), (5, _), (0, "conversion"), (0, "mismatch type"): self = .conversion
    case (13, _), (0, "catalog"): self = .catalog
    case (14, _), (22, _), (0, "parser"), (0, "syntax"): self = .parser
    case (18, _), (0, "constraint"): self = .constraint
    case (24, _), (0, "binder"): self = .binder
    case (28, _), (0, "io"): self = .io
    case (29, _), (0, "interrupt"): self = .interrupted
    case (32, _), (0, "invalid input"): self = .invalidInput
    case (33, _), (0, "out of memory"): self = .outOfMemory
    case (34, _), (42, _), (0, "permission"), (0, "invalid configuration"): self = .permission
    case (35, _), (36, _), (0, "parameter not resolved"): self = .parameter
    default: self = .other
    }
  }
}

private func trimmed(_ text: String) -> String {
  var text = text[...]
  while let last = text.last, last.isWhitespace { text.removeLast() }
  return String(text)
}
