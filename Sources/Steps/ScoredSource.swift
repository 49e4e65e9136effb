internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// Rows of the engine as a model sees them: encoded features, labels and weights, in row order.
struct ScoredSource {
  private let encoder: FeatureEncoder
  private let target: Model.Target
  /// The column that says how much each row counts.
  private let weight: NamedPlace?
  /// What follows FROM: the rows that have a target.
  let source: String
  private let table: String

  /// The column of a frame's rows that says which worker learns from them.
  static let workerColumn = "washi worker"

  /// The column that says which rows bins are found by.
  static let sampleColumn = "washi sample"

  /// The rows of one part of a model's frame, or those of one worker or of the sample among them.
  init(
    frame: String, part: Part, _ encoder: FeatureEncoder, _ target: Model.Target,
    weight: NamedPlace? = nil, worker: Int? = nil, isSample: Bool = false
  ) {
    self.encoder = encoder
    self.target = target
    self.weight = weight
    table = frame
    source =
      "\(SQLText.identifier(frame)) "
      + "WHERE \(SQLText.identifier(TrainedModel.partColumn)) = \(part.code)"
      + (worker.map { " AND \(SQLText.identifier(Self.workerColumn)) = \($0)" } ?? "")
      + (isSample ? " AND \(SQLText.identifier(Self.sampleColumn)) = 1" : "")
  }

  /// The rows of a table that have a target.
  init(
    table: String, _ encoder: FeatureEncoder, _ target: Model.Target, weight: NamedPlace? = nil
  ) {
    self.encoder = encoder
    self.target = target
    self.weight = weight
    self.table = table
    source = "\(SQLText.identifier(table)) WHERE \(target.isKnownSQL())"
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

  /// The place of each row's class, or its value; a class that training did not know is a failure.
  func labels(in workspace: Workspace) throws(StepFailure) -> [Float] {
    let labels = try workspace.engine { engine throws(DuckDBError) in
      try engine.floats("SELECT \(target.labelSQL()) FROM \(source)")
    }
    guard !labels.contains(where: \.isNaN) else {
      let known = target.classes.map { "`\($0)`" }
      let words =
        known.count > 5
        ? known.prefix(5).joined(separator: ", ") + ", ..."
        : known.dropLast().joined(separator: ", ") + " and " + (known.last ?? "")
      throw StepFailure(
        .error(
          "unknown-class",
          "`\(target.column)` of `\(table)` holds values other than \(words), which the model was "
            + "trained on",
          at: workspace.current?.nameRange))
    }
    return labels
  }

  /// The true values of a regression at full precision.
  func values(in workspace: Workspace) throws(StepFailure) -> [Double] {
    try workspace.engine { engine throws(DuckDBError) in
      try engine.doubles("SELECT \(target.labelSQL()) FROM \(source)")
    }
  }

  /// How much each row counts; nil when all count once.
  func weights(in workspace: Workspace) throws(StepFailure) -> [Double]? {
    guard let weight else { return nil }
    let name = SQLText.identifier(weight.name)
    let weights = try workspace.engine { engine throws(DuckDBError) in
      try engine.doubles("SELECT TRY_CAST(\(name) AS DOUBLE) FROM \(source)")
    }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw StepFailure(
        .error(
          "bad-weight", "`\(weight.name)` holds weights that are missing, negative or no numbers",
          at: weight.range, solutions: ["make them 0 or more in SQL, or leave such rows out"]))
    }
    guard weights.isEmpty || weights.contains(where: { $0 > 0 }) else {
      throw StepFailure(
        .error("bad-weight", "`\(weight.name)` is 0 in all rows", at: weight.range))
    }
    return weights
  }

  /// Features, labels and weights.
  func labelled(in workspace: Workspace) throws(StepFailure) -> TrainingRows {
    let labels = try labels(in: workspace)
    let weights = try weights(in: workspace)
    return TrainingRows(
      features: try features(in: workspace), labels: labels, weights: weights?.map(Float.init))
  }
}
