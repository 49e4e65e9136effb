internal import Vocabulary

/// Names that cannot be a table's without quotes, and the one that the parameters have.
///
/// The words are those that DuckDB 2.0.0 refuses in `SELECT * FROM word`, found by trying all of
/// `duckdb_keywords()`.
let reservedNames: Set<String> = Set(
  """
  all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by \
  case cast check collate collation column concurrently constraint create cross default \
  deferrable desc describe distinct do else end except false fetch for foreign freeze from full \
  glob group having ilike in initially inner intersect into is isnull join lambda lateral \
  leading left like limit natural not notnull null offset on only or order outer overlaps pivot \
  pivot_longer pivot_wider placing positional primary qualify references returning right select \
  semi show similar some summarize symmetric table tablesample then to trailing true union \
  unique unpack unpivot using variadic verbose when where window with parameters
  """.split(separator: " ").map(String.init))

/// What is wrong with the name of a step or a catalog entry, nil when nothing is.
func diagnostic(forName name: String, of what: String, at range: SourceRange) -> Diagnostic? {
  guard isName(name) else {
    let suggestion = name.unicodeScalars.map { scalar in
      scalar == "_" || scalar.properties.isXIDContinue ? String(scalar) : "_"
    }.joined()
    return .error(
      "bad-name", "`\(name)` cannot name \(what)", at: range,
      explanation: "A name has letters, digits and `_`, and does not start with a digit.",
      solutions: isName(suggestion) ? ["write `\(suggestion)`"] : ["write `s_\(suggestion)`"])
  }
  guard reservedNames.contains(name.lowercased()) else { return nil }
  let reason =
    name.lowercased() == "parameters"
    ? "`parameters` is the block that declares them." : "`\(name)` is a word of SQL."
  return .error(
    "reserved-name", "`\(name)` cannot name \(what)", at: range, explanation: reason,
    solutions: ["write `\(name)_`, or a name that says more"])
}
