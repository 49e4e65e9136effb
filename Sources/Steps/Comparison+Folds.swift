internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// Which rows are in which fold.
extension Comparison {
  static let foldColumn = "\"washi fold\""

  static func keys(
    of step: CompareStep, _ source: String, _ count: Int, _ workspace: Workspace
  ) throws(StepFailure) -> RowKeys {
    guard let id = step.base.id else { return RowKeys(count: count) }
    let table = try workspace.rows(
      "SELECT CAST(\(SQLText.identifier(id.name)) AS VARCHAR) FROM \(source)")
    guard case .texts(let ids) = table.columns.first?.cells, ids.count == count else {
      throw StepFailure(.error("bad-id", "`\(id.name)` cannot be read as text", at: id.range))
    }
    return RowKeys(ids: ids.map { $0 ?? "" })
  }

  /// The fold of each row, from 0, by the values of a column in their order.
  static func folds(
    _ column: NamedPlace, _ source: String, _ workspace: Workspace
  ) throws(StepFailure) -> (folds: [Int], count: Int) {
    let name = SQLText.identifier(column.name)
    let places = try workspace.engine { engine throws(DuckDBError) in
      try engine.doubles(
        """
        SELECT CASE WHEN \(name) IS NOT NULL THEN dense_rank() OVER (ORDER BY \(name)) END
        FROM (SELECT \(name), row_number() OVER () AS row FROM \(source)) ORDER BY row
        """)
    }
    let count = Int(places.filter { !$0.isNaN }.max() ?? 0)
    let words =
      places.contains(where: \.isNaN)
      ? "is missing in some rows"
      : count < 2
        ? "has one value only" : count > 100 ? "has \(count) values, more than 100" : nil
    if let words {
      throw StepFailure(
        .error("bad-folds", "`\(column.name)` \(words)", at: column.range))
    }
    return (places.map { Int($0) - 1 }, count)
  }

  static func make(
    _ name: String, _ folds: [Int], from source: String, _ workspace: Workspace
  ) throws(StepFailure) {
    let helper = "\(workspace.stepName) numbers"
    try workspace.engine { engine throws(DuckDBError) in
      try engine.createTable(
        helper, columns: [("fold", .integers32(folds.map { Int32(clamping: $0) }))],
        replacing: true)
    }
    try workspace.make(
      name, "CREATE OR REPLACE TABLE",
      as: """
        SELECT source.*, numbers.fold AS \(foldColumn) FROM (SELECT * FROM \(source)) AS source
        POSITIONAL JOIN \(SQLText.identifier(helper)) AS numbers
        """, binding: [:], reporting: workspace.failure)
    try workspace.engine { engine throws(DuckDBError) in
      try engine.execute("DROP TABLE \(SQLText.identifier(helper))")
    }
  }

  /// Refuses more folds than the rarest class has rows.
  static func check(
    _ labels: [Float], _ target: Model.Target, _ step: CompareStep
  ) throws(StepFailure) {
    var counts = Array(repeating: 0, count: max(1, target.classes.count))
    for label in labels { counts[target.task == .regression ? 0 : Int(label)] += 1 }
    guard let rare = counts.indices.min(by: { counts[$0] < counts[$1] }),
      counts[rare] < step.folds
    else { return }
    let number = NumberFormat.thousands(0)
    let others = counts.indices.filter { $0 != rare }
    let words =
      target.task == .regression
      ? "\(step.folds) folds need as many rows, and there are \(counts[0])"
      : "\(step.folds) folds need as many rows of each class, and there are \(counts[rare]) of "
        + "`\(target.classes[rare])`"
        + (others.count == 1
          ? " and \(number.string(Double(counts[others[0]]))) of `\(target.classes[others[0]])`"
          : "")
    throw StepFailure(
      .error(
        "too-few-rows", words, at: step.base.table.range, solutions: ["set `folds` lower"]))
  }
}
