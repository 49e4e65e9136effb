internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// The frame of a training: its rows with what each of them is for.
extension Trainer {
  /// Makes the frame: only the needed columns, and for each row what it is for.
  mutating func makeFrame(_ frame: String) throws(StepFailure) {
    var seen: Set<String> = []
    let list = needed.filter { seen.insert($0).inserted }
      .map { "source.\(SQLText.identifier($0))" }.joined(separator: ", ")
    rowCount = try workspace.rowCount(of: source)
    guard rowCount > 0 else {
      throw StepFailure(
        .error("cannot-learn", "table `\(step.table.name)` has no rows", at: step.table.range))
    }
    let part = SQLText.identifier(TrainedModel.partColumn)
    let code = "CASE WHEN \(target.isKnownSQL("source.")) THEN"
    let from = "FROM \(SQLText.identifier(source)) AS source"
    let query: String
    switch step.split {
    case .none:
      query = "SELECT \(list), \(code) 0 END AS \(part) \(from)"
    case .column(let column):
      let cases = Part.allCases.map { "WHEN \(SQLText.literal($0.rawValue)) THEN \($0.code)" }
      let name = "source.\(SQLText.identifier(column.name))"
      try checkPartColumn(column, from: from, name: name)
      query = """
        SELECT \(list),
          \(code) CASE CAST(\(name) AS VARCHAR) \(cases.joined(separator: " ")) END END AS \(part)
        \(from)
        """
    case .folds(let column, let test, let validation):
      let name = "CAST(source.\(SQLText.identifier(column.name)) AS VARCHAR)"
      try checkFolds(column, test + validation, from: from, name: name)
      let cases = [(Part.test, test), (.validation, validation)].flatMap { part, folds in
        folds.map { "WHEN \(SQLText.literal($0.name)) THEN \(part.code)" }
      }
      query = """
        SELECT \(list), \(code) CASE \(name) \(cases.joined(separator: " "))
          ELSE \(Part.train.code) END END AS \(part)
        \(from)
        """
    case .shares(let split, let stratified):
      let helper = "\(workspace.stepName) parts"
      let codes = try parts(split, stratified, from: from)
      try workspace.engine { engine throws(DuckDBError) in
        try engine.createTable(helper, columns: [("code", .integers32(codes))], replacing: true)
      }
      query = """
        SELECT \(list), \(code) parts.code END AS \(part)
        \(from) POSITIONAL JOIN \(SQLText.identifier(helper)) AS parts
        """
    }
    try workspace.make(
      frame, "CREATE OR REPLACE VIEW", as: query, binding: [:], reporting: workspace.failure)
  }

  /// A part code for each row; rows without target get one too, which is not used.
  private mutating func parts(
    _ split: Split, _ stratified: Bool, from source: String
  ) throws(StepFailure) -> [Int32] {
    let labels = try workspace.engine { engine throws(DuckDBError) in
      try engine.floats(
        """
        SELECT CASE WHEN \(target.isKnownSQL("source.")) THEN \(target.labelSQL("source.")) END
        \(source)
        """)
    }
    let labelled = labels.indices.filter { !labels[$0].isNaN }
    let keys: RowKeys
    if let id = step.id {
      let table = try workspace.rows(
        "SELECT CAST(source.\(SQLText.identifier(id.name)) AS VARCHAR) \(source)")
      guard case .texts(let ids) = table.columns.first?.cells, ids.count == labels.count else {
        throw StepFailure(.error("bad-id", "`\(id.name)` cannot be read as text", at: id.range))
      }
      keys = RowKeys(ids: labelled.map { ids[$0] ?? "" })
      if keys.repeatedCount > 0 {
        remarks.append(workspace.words.sharedIds(keys.repeatedCount, id.name))
      }
    } else {
      keys = RowKeys(count: labelled.count)
    }
    // Numbers have no classes to keep in proportion.
    let parts =
      stratified && target.task != .regression
      ? split.stratified(by: labelled.map { Int(labels[$0]) }, keys) : split.random(keys)
    var codes = Array(repeating: Int32(0), count: labels.count)
    for (row, part) in zip(labelled, parts) { codes[row] = Int32(part.code) }
    return codes
  }

  /// Refuses values that are no part.
  private func checkPartColumn(
    _ column: NamedPlace, from source: String, name: String
  ) throws(StepFailure) {
    let names = Part.allCases.map { SQLText.literal($0.rawValue) }.joined(separator: ", ")
    let odd = try workspace.rows(
      """
      SELECT DISTINCT coalesce(CAST(\(name) AS VARCHAR), 'NULL') AS value \(source)
      WHERE \(name) IS NULL OR CAST(\(name) AS VARCHAR) NOT IN (\(names)) ORDER BY value
      """, limit: 4)
    guard odd.rowCount > 0 else { return }
    let values = (0..<min(3, odd.rowCount)).map { "`\(odd.columns[0][$0].plainText)`" }
    throw StepFailure(
      .error(
        "bad-part",
        "`\(column.name)` holds \(values.joined(separator: ", "))\(odd.rowCount > 3 ? ", ..." : ""), "
          + "which is no part", at: column.range,
        solutions: ["use `train`, `validation` and `test`"]))
  }

  /// Refuses folds that do not occur, and rows without a fold.
  private func checkFolds(
    _ column: NamedPlace, _ folds: [NamedPlace], from source: String, name: String
  ) throws(StepFailure) {
    let table = try workspace.rows(
      "SELECT DISTINCT \(name) AS fold \(source) ORDER BY fold", limit: 1000)
    guard case .texts(let known) = table.columns.first?.cells else { return }
    if known.contains(nil) {
      throw StepFailure(
        .error(
          "bad-part", "`\(column.name)` is missing in some rows", at: column.range,
          solutions: ["leave such rows out in SQL"]))
    }
    for fold in folds where !known.contains(fold.name) {
      throw StepFailure(
        .error(
          "bad-part", "`\(column.name)` is never `\(fold.name)`", at: fold.range,
          solutions: solutions(forUnknown: fold.name, among: known.compactMap(\.self))))
    }
  }
}
