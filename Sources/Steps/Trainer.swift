internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// One run of a `train` step: makes the frame of its rows, fits the encoder, trains.
struct Trainer {
  let step: TrainStep
  let workspace: Workspace
  private let columns: [ColumnDescription]
  private(set) var encoder: FeatureEncoder
  let target: Model.Target
  /// The table that the frame looks at.
  let source: String
  /// The columns that the frame has, beside the part.
  let needed: [String]
  /// What the reader must know.
  var remarks: [String] = []
  /// How many rows each part has.
  private(set) var partSizes: [Part: Int] = [:]
  /// How many rows the table has.
  var rowCount = 0
  /// The search for parameters, when there was one.
  private(set) var tuning: TuningOutcome?

  /// The most levels of one category, beyond which a column is taken for an identifier.
  private static let levelLimit = 50_000
  /// The most features that one-hot encoding may make.
  private static let featureLimit = 5000

  init(_ step: TrainStep, in workspace: Workspace) throws(StepFailure) {
    self.step = step
    self.workspace = workspace
    columns = try workspace.columns(of: step.table.name)
    let chosen = step.featureColumns(of: columns)
    if let finding = chosen.findings.first { throw StepFailure(finding) }
    encoder = step.encoding
    encoder.columns = chosen.columns
    if !chosen.left.isEmpty {
      remarks.append(
        workspace.words(
          "Left out, because no model can read them: \(workspace.words.list(code: chosen.left)).",
          "モデルが扱えない型のため除外した列：\(workspace.words.list(code: chosen.left))。"))
    }
    needed =
      chosen.columns.map(\.name)
      + [
        step.target.name, step.id?.name, step.weight?.name, step.reserved?.name,
        step.split.columnName,
      ]
      .compactMap { $0 }
    source = try workspace.settled(step.table.name, columns: needed)
    let reading = try TargetReading(of: step, in: source, columns, workspace)
    target = reading.target
    remarks += reading.remarks
    if target.task == .regression, step.classWeight != .none {
      throw StepFailure(
        .error(
          "wrong-value", "`class_weight` does nothing for `\(target.column)`, which holds numbers",
          at: step.target.range, solutions: ["leave it out", "set `task: multiclass`"]))
    }
  }

  /// The frame of a model that was trained in an earlier run; gives its name.
  mutating func restoredFrame() throws(StepFailure) -> String {
    let frame = "\(workspace.stepName) frame"
    try makeFrame(frame)
    return frame
  }

  /// Makes the frame and fits the encoder; gives the frame's name.
  mutating func prepare() throws(StepFailure) -> String {
    let frame = "\(workspace.stepName) frame"
    try makeFrame(frame)
    try countParts(frame)
    try fitLevels(frame)
    return frame
  }

  mutating func train() throws(StepFailure) -> TrainedModel {
    let frame = try prepare()
    let training = Training(
      encoder: encoder, parameters: step.parameters, layers: step.layers,
      classWeights: try classWeights(), monotone: step.directions, rounds: step.rounds,
      earlyStopping: step.earlyStopping?.count, seed: step.seed, threads: workspace.threads)
    guard step.algorithm.tasks.contains(target.task) else {
      throw StepFailure(
        .error(
          "cannot-learn",
          "`\(step.algorithm.rawValue)` tells classes apart, and `\(target.column)` holds numbers",
          at: step.target.range,
          solutions: ["use `svm`, `mlp` or one of the tree algorithms", "set `task: multiclass`"]))
    }
    if let tune = step.tune {
      let outcome = try tune.outcome(
        of: training, target: target, in: workspace, at: step.table.range
      ) { [self] () throws(StepFailure) in
        let hasValidation = (partSizes[.validation] ?? 0) > 0
        return (
          train: try rows(.train, of: frame),
          validation: hasValidation ? try rows(.validation, of: frame) : nil
        )
      }
      tuning = outcome
      return TrainedModel(
        model: outcome.result.model, encoder: encoder, target: target, frame: frame,
        parts: step.split.parts, id: step.id?.name, weight: step.weight?.name, task: target.task)
    }
    if let workers = step.workers {
      return TrainedModel(
        model: try trainTogether(training, with: workers, on: frame), encoder: encoder,
        target: target, frame: frame, parts: step.split.parts, id: step.id?.name,
        weight: step.weight?.name, task: target.task)
    }
    let train = try rows(.train, of: frame)
    let validation = (partSizes[.validation] ?? 0) > 0 ? try rows(.validation, of: frame) : nil
    let model = try workspace.learning(at: step.table.range) { () throws(LearningError) in
      try training.model(
        of: target, train: train, validation: validation, with: workspace.libraries
      ) { progress in
        if progress.round % 10 == 0 {
          let loss = NumberFormat.fixed(4).string(progress.loss)
          workspace.report("round \(progress.round) of \(progress.rounds), loss \(loss)")
        }
        return workspace.cancellation.reason == nil
      }
    }
    return TrainedModel(
      model: model, encoder: encoder, target: target, frame: frame, parts: step.split.parts,
      id: step.id?.name, weight: step.weight?.name, task: target.task)
  }

  /// The factors that the author gave, for the classes that the target has.
  func classWeights() throws(StepFailure) -> ClassWeights {
    switch step.classWeight {
    case .none: return .none
    case .balanced: return .balanced
    case .factors(let factors):
      var values = Array(repeating: 1.0, count: target.classes.count)
      for factor in factors {
        guard let place = target.classes.firstIndex(of: factor.value.name) else {
          throw StepFailure(
            .error(
              "unknown-class", "`\(step.target.name)` is never `\(factor.value.name)`",
              at: factor.value.range,
              solutions: solutions(forUnknown: factor.value.name, among: target.classes)))
        }
        values[place] = factor.factor
      }
      return .factors(values)
    }
  }

  /// The encoded features and labels of one part, in row order.
  private func rows(_ part: Part, of frame: String) throws(StepFailure) -> TrainingRows {
    try ScoredSource(frame: frame, part: part, encoder, target, weight: step.weight)
      .labelled(in: workspace)
  }

  private mutating func countParts(_ frame: String) throws(StepFailure) {
    let part = SQLText.identifier(TrainedModel.partColumn)
    let list = Part.allCases.map { "count(*) FILTER (\(part) = \($0.code))" }
    let table = try workspace.rows(
      "SELECT \(list.joined(separator: ", ")) FROM \(SQLText.identifier(frame))")
    for (part, value) in zip(Part.allCases, table.row(0)) {
      partSizes[part] = value.number.map { Int($0) } ?? 0
    }
    guard partSizes[.validation] == 0 else { return }
    if let earlyStopping = step.earlyStopping {
      throw StepFailure(
        .error(
          "no-validation", "there are no validation rows, which `early_stopping` needs",
          at: earlyStopping.range))
    }
    if let tune = step.tune, !tune.isOnTraining {
      throw StepFailure(
        .error(
          "no-validation", "there are no validation rows, by which `tune` chooses",
          at: tune.range))
    }
  }

  /// Fixes the levels of every category as they are among the training rows.
  private mutating func fitLevels(_ frame: String) throws(StepFailure) {
    let part = SQLText.identifier(TrainedModel.partColumn)
    for index in encoder.columns.indices where encoder.columns[index].kind == .category {
      let column = encoder.columns[index]
      let text = encoder.levelText(of: column)
      let table = try workspace.rows(
        """
        SELECT DISTINCT \(text) AS level FROM \(SQLText.identifier(frame))
        WHERE \(part) = \(Part.train.code) AND \(text) IS NOT NULL
        """, limit: Self.levelLimit + 1)
      guard table.rowCount <= Self.levelLimit else {
        throw tooMany(
          column, "has more than \(Self.levelLimit) different texts, like an identifier")
      }
      guard case .texts(let levels) = table.columns.first?.cells else { continue }
      encoder.columns[index] = FeatureColumn(
        name: column.name, type: column.type, kind: .category, levels: levels.compactMap { $0 })
      guard encoder.featureCount <= Self.featureLimit else {
        throw tooMany(
          column, "makes more than \(Self.featureLimit) features with `categorical: one_hot`")
      }
    }
    guard encoder.featureCount > 0 else {
      throw StepFailure(
        .error(
          "cannot-learn",
          "the training rows have no text in any of the features, so there is "
            + "nothing to learn from", at: step.features.first?.range ?? step.table.range))
    }
  }

  private func tooMany(_ column: FeatureColumn, _ words: String) -> StepFailure {
    let place = step.features.first { $0.name == column.name }?.range ?? step.table.range
    return StepFailure(
      .error(
        "too-many-levels", "`\(column.name)` \(words)", at: place,
        solutions: ["leave it out of `features`", "group its values in SQL"]))
  }
}
