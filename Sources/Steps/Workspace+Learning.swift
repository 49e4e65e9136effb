internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

extension Workspace {
  /// Calls the engine; what it cannot do becomes the step's failure.
  @discardableResult
  func engine<Success>(
    _ body: (Connection) throws(DuckDBError) -> Success
  ) throws(StepFailure) -> Success {
    do throws(DuckDBError) {
      return try body(connection)
    } catch {
      try checkCancellation()
      throw failure(error)
    }
  }

  /// Calls the learning library; what it cannot do becomes the step's failure at `range`.
  func learning<Success>(
    at range: SourceRange?, _ body: () throws(LearningError) -> Success
  ) throws(StepFailure) -> Success {
    do throws(LearningError) {
      return try body()
    } catch {
      try checkCancellation()
      throw StepFailure(Diagnostic(error, at: range ?? current?.nameRange))
    }
  }

  /// The engine's types by column name.
  func types(of table: String) throws(StepFailure) -> [String: String] {
    Dictionary(try columns(of: table).map { ($0.name, $0.engineType) }) { first, _ in first }
  }

  /// Whether the name is a view, whose rows are made anew at each reading.
  public func isView(_ name: String) throws(StepFailure) -> Bool {
    try engine { engine throws(DuckDBError) in
      try engine.count(
        """
        SELECT count(*) FROM duckdb_views()
        WHERE lower(view_name) = lower(\(SQLText.literal(name))) AND NOT internal
        """) > 0
    }
  }

  /// A table with these columns of `name`: `name` itself, or a table of the step's own when `name` is
  /// a view, so that files are read once and not for every question.
  func settled(
    _ name: String, columns: [String], as role: String = "rows"
  ) throws(StepFailure) -> String {
    guard try isView(name) else { return name }
    var seen: Set<String> = []
    let list = columns.filter { seen.insert($0).inserted }.map(SQLText.identifier)
    let rows = "\(stepName) \(role)"
    // Without columns there still are rows.
    try make(
      rows, "CREATE OR REPLACE TABLE",
      as: "SELECT \(list.isEmpty ? "1 AS row" : list.joined(separator: ", ")) "
        + "FROM \(SQLText.identifier(name))",
      binding: [:], reporting: failure)
    return rows
  }

  /// Drops what `settled` has made.
  func release(_ settled: String, of name: String) throws(StepFailure) {
    guard settled != name else { return }
    try engine { engine throws(DuckDBError) in
      try engine.execute("DROP TABLE \(SQLText.identifier(settled))")
    }
  }

  /// Sentences on values of `source` that the model cannot use.
  ///
  /// `source` is what follows FROM.
  func unusableValues(
    of encoder: FeatureEncoder, in source: String, types: [String: String]
  ) throws(StepFailure) -> [String] {
    let counts = try learning(at: nil) { () throws(LearningError) in
      try encoder.unusableCounts(for: types)
    }
    guard !counts.isEmpty else { return [] }
    let list = counts.map(\.sql).joined(separator: ",\n")
    let numbers = try rows("SELECT \(list) FROM \(source)")
    guard numbers.rowCount == 1 else { return [] }
    return zip(counts, numbers.row(0)).compactMap { count, value in
      guard let number = value.number, number > 0 else { return nil }
      let values = NumberFormat.thousands(0).string(number)
      let isUnseen = count.column.kind == .category
      return words(
        "\(values) values of `\(count.column.name)` are "
          + "\(isUnseen ? "not seen in training" : "not readable") and count as missing.",
        "`\(count.column.name)`の\(values)件は\(isUnseen ? "学習データにない値" : "読み取れない値")のため、"
          + "欠損として扱いました。")
    }
  }
}

extension Diagnostic {
  /// What the learning library could not do.
  init(_ error: LearningError, at range: SourceRange?) {
    let rule =
      switch error.kind {
      case .parameter: "bad-parameter"
      case .data: "cannot-learn"
      case .column: "bad-column"
      case .bundle: "bad-model"
      case .cancelled: "interrupted"
      case .library: "lightgbm"
      }
    self = .error(
      rule, error.summary, at: range, explanation: error.explanation, solutions: error.solutions)
  }
}
