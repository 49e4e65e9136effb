internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// The rows that are explained, and the class that they are explained for.
extension Explanation {
  /// Holds 1 for the positive class and 0 for the other; the space keeps it apart from the names of
  /// ordinary columns.
  static let labelColumn = "washi label"

  static func label(of target: Model.Target) -> String {
    "\(target.labelSQL()) AS \(SQLText.identifier(labelColumn))"
  }

  /// The class that is explained: nil for models without several. The pictures of single rows need
  /// one to be named.
  static func label(
    of step: ExplainStep, _ model: Model
  ) throws(StepFailure) -> Int? {
    let target = model.target
    guard target.task == .multiclass else {
      if let place = step.classOf {
        throw StepFailure(ExplainStep.needlessClass(place, target.task))
      }
      return nil
    }
    guard let wanted = step.classOf else {
      let needing: [ExplainStep.Picture] = [.shap, .dependence, .waterfall]
      guard model.hasContributions, let picture = step.charts.first(where: needing.contains) else {
        return 0
      }
      throw StepFailure(
        .error(
          "missing-option",
          "the chart `\(picture.rawValue)` explains one class, and the model has "
            + "\(target.classes.count)", at: step.model.range,
          solutions: [
            "add `class: \(target.classes[0])`", "set `charts: [importance, mean_shap]`",
          ]))
    }
    guard let place = target.classes.firstIndex(of: wanted.name) else {
      throw StepFailure(
        .error(
          "unknown-class", "`\(target.column)` is never `\(wanted.name)`", at: wanted.range,
          solutions: solutions(forUnknown: wanted.name, among: target.classes)))
    }
    return place
  }

  /// The number of the row whose id is asked for, counted from 0; without ids `row` is the number
  /// itself, counted from 1.
  static func place(
    of wanted: NamedPlace, _ id: NamedPlace?, from source: String, _ count: Int,
    _ step: ExplainStep, _ workspace: Workspace
  ) throws(StepFailure) -> Int {
    guard let id else {
      if let number = Int(wanted.name), (1...count).contains(number) { return number - 1 }
      throw StepFailure(
        .error(
          "no-row", "there is no row \(wanted.name) among the \(count) of \(step.subject)",
          at: wanted.range, solutions: ["name the column that tells rows apart: `id: ...`"]))
    }
    let found = try workspace.rows(
      """
      SELECT place FROM (
        SELECT CAST(\(SQLText.identifier(id.name)) AS VARCHAR) AS id, row_number() OVER () - 1 AS place
        FROM \(source)
      ) WHERE id = \(SQLText.literal(wanted.name)) ORDER BY place LIMIT 1
      """)
    guard found.rowCount == 1, let place = found.row(0)[0].number.flatMap({ Int(exactly: $0) })
    else {
      throw StepFailure(
        .error(
          "no-row", "no row of \(step.subject) has `\(id.name)` \(wanted.name)", at: wanted.range))
    }
    return place
  }

  static func make(
    _ name: String, of rows: [Int], from source: String, _ columns: [String], _ label: String?,
    _ workspace: Workspace
  ) throws(StepFailure) {
    let list = (columns.map(SQLText.identifier) + [label].compactMap { $0 })
      .joined(separator: ",\n")
    let helper = "\(workspace.stepName) rows taken"
    try workspace.engine { engine throws(DuckDBError) in
      try engine.createTable(
        helper, columns: [("row", .integers32(rows.map { Int32(clamping: $0) }))], replacing: true)
    }
    try workspace.make(
      name, "CREATE OR REPLACE TABLE",
      as: """
        SELECT * EXCLUDE ("washi row")
        FROM (SELECT \(list), row_number() OVER () - 1 AS "washi row" FROM \(source))
        WHERE "washi row" IN (SELECT row FROM \(SQLText.identifier(helper)))
        ORDER BY "washi row"
        """, binding: [:], reporting: workspace.failure)
    try workspace.engine { engine throws(DuckDBError) in
      try engine.execute("DROP TABLE \(SQLText.identifier(helper))")
    }
  }

  static func contributions(
    of model: Model, on table: String, _ workspace: Workspace
  ) throws(StepFailure) -> [Contributions] {
    let types = try workspace.types(of: table)
    let list = try workspace.learning(at: nil) { () throws(LearningError) in
      try model.encoder.selectList(for: types)
    }
    let stream = try workspace.engine { engine throws(DuckDBError) in
      try engine.stream("SELECT \(list) FROM \(SQLText.identifier(table))")
    }
    return try workspace.learning(at: nil) { () throws(LearningError) in
      try model.allContributions(of: stream, with: workspace.lightGBM, threads: workspace.threads)
        .map { $0.byColumn(of: model.encoder) }
    }
  }
}
