internal import Vocabulary

extension FeatureEncoder {
  /// The features as a SELECT list for DuckDB, in the order of `features`, named as `libraryNames`.
  ///
  /// `types` holds the engine's type of every column of the table that is read, which may differ
  /// from that at training: a number that arrives as text is read as a number. Every expression is
  /// DOUBLE, or INTEGER for level codes, or UTINYINT for 0 and 1: types that LightGBM accepts.
  /// Throws when a column is missing or cannot be read as what the model was trained on.
  public func selectList(for types: [String: String]) throws(LearningError) -> String {
    var expressions: [String] = []
    for column in columns {
      let value = try read(column, types)
      switch (column.kind, categorical) {
      case (.category, .native): expressions.append(code(of: value, column.levels))
      case (.category, .oneHot):
        for level in column.levels.dropFirst(dropsFirst ? 1 : 0) {
          expressions.append("CAST(coalesce(\(value) = \(literal(level)), FALSE) AS UTINYINT)")
        }
      default: expressions.append(value)
      }
    }
    return zip(expressions, libraryNames).map { "\($0) AS \(identifier($1))" }
      .joined(separator: ",\n")
  }

  /// For every column that can meet values it cannot use, an aggregate that counts them: levels that
  /// training did not see, texts that are no numbers.
  public func unusableCounts(
    for types: [String: String]
  ) throws(LearningError) -> [(column: FeatureColumn, sql: String)] {
    var counts: [(column: FeatureColumn, sql: String)] = []
    for column in columns {
      let kind = FeatureColumn.Kind(typeName: types[column.name] ?? "")
      if column.kind == .category {
        let value = try read(column, types)
        counts.append(
          (column, "count(\(value)) - count(\(code(of: value, column.levels)))"))
      } else if kind == .category {
        var bare = self
        bare.missingNumber = nil
        let value = try bare.read(column, types)
        counts.append((column, "count(\(identifier(column.name))) - count(\(value))"))
      }
    }
    return counts
  }

  /// The text of a category column, missing values filled: what levels are made of.
  public func levelText(of column: FeatureColumn) -> String {
    let text = "CAST(\(identifier(column.name)) AS VARCHAR)"
    return missingText.map { "coalesce(\(text), \(literal($0)))" } ?? text
  }

  /// The value of a column as a number or text, missing values filled.
  private func read(
    _ column: FeatureColumn, _ types: [String: String]
  ) throws(LearningError) -> String {
    guard let type = types[column.name] else {
      throw LearningError(
        .column(column.name), "there is no column `\(column.name)`, which the model reads",
        solutions: solutions(forUnknown: column.name, among: types.keys.sorted()))
    }
    if column.kind == .category { return levelText(of: column) }
    guard let number = numberSQL(column, from: FeatureColumn.Kind(typeName: type)) else {
      throw LearningError(
        .column(column.name),
        "column `\(column.name)` is \(type), but the model was trained on \(column.type)",
        solutions: ["give the column the type \(column.type)"])
    }
    guard let missingNumber else { return number }
    return "coalesce(\(number), CAST('\(shortestText(missingNumber))' AS DOUBLE))"
  }

  /// The column as a DOUBLE; NaN becomes missing. Nil when the types do not fit.
  private func numberSQL(_ column: FeatureColumn, from source: FeatureColumn.Kind?) -> String? {
    let name = identifier(column.name)
    switch (column.kind, source) {
    case (.number, .number): return "nullif(CAST(\(name) AS DOUBLE), CAST('NaN' AS DOUBLE))"
    case (.number, .boolean), (.boolean, .boolean): return "CAST(\(name) AS DOUBLE)"
    case (.boolean, .number): return "CAST(CAST(\(name) AS BOOLEAN) AS DOUBLE)"
    case (.number, .category):
      return "nullif(TRY_CAST(CAST(\(name) AS VARCHAR) AS DOUBLE), CAST('NaN' AS DOUBLE))"
    case (.boolean, .category):
      return "CAST(TRY_CAST(CAST(\(name) AS VARCHAR) AS BOOLEAN) AS DOUBLE)"
    case (.date, .date), (.date, .time), (.date, .category):
      let day = "TRY_CAST(\(name) AS DATE)"
      return "CAST(date_diff('day', DATE '1970-01-01', \(day)) AS DOUBLE)"
    case (.time, .time): return "epoch(\(name))"
    case (.time, .date), (.time, .category): return "epoch(TRY_CAST(\(name) AS TIMESTAMP))"
    default: return nil
    }
  }

  /// The code of a level: a constant map stays quick with 10,000 levels, where a cast to an ENUM
  /// needs 40 microseconds for each value that is no level.
  private func code(of value: String, _ levels: [String]) -> String {
    guard !levels.isEmpty else { return "CAST(NULL AS INTEGER)" }
    let list = levels.map(literal).joined(separator: ", ")
    return "CAST(map([\(list)], range(\(levels.count)))[\(value)] AS INTEGER)"
  }
}

/// A name in double quotes for SQL.
func identifier(_ name: String) -> String { quoted(name, by: "\"") }

/// A text in single quotes for SQL.
func literal(_ text: String) -> String { quoted(text, by: "'") }

private func quoted(_ text: String, by quote: Unicode.Scalar) -> String {
  var result = String(quote)
  for scalar in text.unicodeScalars where scalar != "\0" {
    result.unicodeScalars.append(scalar)
    if scalar == quote { result.unicodeScalars.append(scalar) }
  }
  result.unicodeScalars.append(quote)
  return result
}
