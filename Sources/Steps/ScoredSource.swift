internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// Rows of the engine as a model sees them: encoded features and labels, in row order.
struct ScoredSource {
  private let encoder: FeatureEncoder
  private let target: Model.Target
  /// What follows FROM: the rows that have a target.
  let source: String
  private let table: String

  /// The rows of one part of a model's frame.
  init(frame: String, part: Part, _ encoder: FeatureEncoder, _ target: Model.Target) {
    self.encoder = encoder
    self.target = target
    table = frame
    source =
      "\(SQLText.identifier(frame)) "
      + "WHERE \(SQLText.identifier(TrainedModel.partColumn)) = \(part.code)"
  }

  /// The rows of a table that have a target.
  init(table: String, _ encoder: FeatureEncoder, _ target: Model.Target) {
    self.encoder = encoder
    self.target = target
    self.table = table
    source =
      "\(SQLText.identifier(table)) WHERE \(SQLText.identifier(target.column)) IS NOT NULL"
  }

  /// Features as a stream; nothing is read yet.
  func features(in workspace: Workspace) throws(StepFailure) -> ColumnStream {
    let types = try workspace.types(of: table)
    let list = try workspace.learning(at: nil) { () throws(LearningError) in
      try encoder.selectList(for: types)
    }
    return try workspace.engine { engine throws(DuckDBError) in
      try engine.stream("SELECT \(list) FROM \(source)")
    }
  }

  /// 1 for the positive class, 0 for the other; a third value is a failure.
  func labels(in workspace: Workspace) throws(StepFailure) -> [Float] {
    let value = "CAST(\(SQLText.identifier(target.column)) AS VARCHAR)"
    let labels = try workspace.engine { engine throws(DuckDBError) in
      try engine.floats(
        """
        SELECT CASE \(value) WHEN \(SQLText.literal(target.positive)) THEN 1
          WHEN \(SQLText.literal(target.negative)) THEN 0 END
        FROM \(source)
        """)
    }
    guard !labels.contains(where: \.isNaN) else {
      throw StepFailure(
        .error(
          "unknown-class",
          "`\(target.column)` of `\(table)` holds values other than `\(target.negative)` and "
            + "`\(target.positive)`, which the model was trained on",
          at: workspace.current?.nameRange))
    }
    return labels
  }

  /// Features and labels.
  func labelled(in workspace: Workspace) throws(StepFailure) -> TrainingRows {
    let labels = try labels(in: workspace)
    return TrainingRows(features: try features(in: workspace), labels: labels)
  }
}
