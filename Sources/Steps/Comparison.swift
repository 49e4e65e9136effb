internal import Charting
internal import DuckDB
internal import Learning
internal import Vocabulary

/// One run of a `compare` step: folds, models, figures, and the best model on all training rows.
struct Comparison {
  /// The name of the baseline that gives every row the same answer: the training rows' shares of the
  /// classes, or their mean.
  static let dummy = "dummy"

  private(set) var step: CompareStep
  let workspace: Workspace
  let encoder: FeatureEncoder
  let target: Model.Target
  let classWeights: ClassWeights
  /// The training rows with their folds.
  let rows: String
  let rowCount: Int
  let labels: [Float]
  /// The true values of a regression at full precision.
  let values: [Double]
  let weights: [Double]?
  let foldOfRow: [Int]
  let key: ComparedMetric
  private var remarks: [String]

  /// What one competitor reached.
  struct Standing {
    var name: String
    var competitor: CompareStep.Competitor?
    var figures: [ComparedMetric: FoldFigures] = [:]
    var error: String?
  }

  init(by step: CompareStep, in workspace: Workspace) throws(StepFailure) {
    self.step = step
    self.workspace = workspace
    var trainer = try Trainer(step.base, in: workspace)
    let frame = try trainer.prepare()
    encoder = trainer.encoder
    target = trainer.target
    classWeights = try trainer.classWeights()
    remarks = trainer.remarks
    let part = SQLText.identifier(TrainedModel.partColumn)
    let source = "\(SQLText.identifier(frame)) WHERE \(part) = \(Part.train.code)"
    let task = target.task
    if let finding = step.unfitting(task).first { throw StepFailure(finding) }
    key =
      ComparedMetric.figures(of: task).first { $0.name == step.sort?.name }
      ?? ComparedMetric.key(of: task)
    let scored = ScoredSource(
      frame: frame, part: .train, encoder, target, weight: step.base.weight)
    labels = try scored.labels(in: workspace)
    values = task == .regression ? try scored.values(in: workspace) : []
    weights = try scored.weights(in: workspace)
    rowCount = labels.count
    if let column = step.foldColumn {
      let known = try Self.folds(column, source, workspace)
      foldOfRow = known.folds
      self.step.folds = known.count
    } else {
      try Self.check(labels, target, step)
      let classes = task == .regression ? labels.map { _ in 0 } : labels.map { Int($0) }
      foldOfRow = StratifiedFolds(step.folds, seed: UInt64(bitPattern: Int64(step.base.seed)))
        .assigned(to: classes, try Self.keys(of: step, source, rowCount, workspace))
    }
    rows = "\(workspace.stepName) folds"
    try Self.make(rows, foldOfRow, from: source, workspace)
  }

  /// Compares, trains the best again, and shows the table.
  mutating func result() throws(StepFailure) -> StepResult {
    var standings: [Standing] = []
    for competitor in step.competitors {
      let clock = ContinuousClock()
      let start = clock.now
      standings.append(try judged(competitor))
      let seconds = Double((clock.now - start) / .milliseconds(1)) / 1000
      workspace.report("\(competitor.name): \(NumberFormat.fixed(1).string(seconds)) s")
    }
    standings.append(dummyStanding)
    let key = key
    func rank(_ standing: Standing) -> Double {
      standing.figures[key].map { key.isHigher ? $0.mean : -$0.mean } ?? -.infinity
    }
    standings = standings.enumerated().sorted { left, right in
      let (first, second) = (rank(left.element), rank(right.element))
      return first == second ? left.offset < right.offset : first > second
    }.map(\.element)
    guard
      let best = standings.first(where: { $0.competitor != nil && $0.figures[key] != nil }),
      let winner = best.competitor
    else {
      throw StepFailure(
        .error(
          "nothing-learned", "none of the algorithms could be judged",
          at: step.base.table.range,
          explanation: standings.compactMap { one in one.error.map { "\(one.name): \($0)" } }
            .joined(separator: "; ")))
    }
    try workspace.engine { engine throws(DuckDBError) in
      try engine.execute("DROP TABLE \(SQLText.identifier(rows))")
    }
    var trainer = try Trainer(winner.step, in: workspace)
    let trained = try trainer.train()
    workspace.models[workspace.stepName] = trained
    var result = StepResult()
    result.content = trained.content
    result.rowsIn = rowCount
    result.metrics = metrics(of: best, standings)
    result.remarks = remarks
    let place = standings.firstIndex { $0.name == best.name } ?? 0
    result.exhibits = [
      .table(table(standings, best: place)), .table(intervals(standings, best: place)),
      .chart(chart(standings, best: best)),
    ]
    return result
  }

  /// The figures of one competitor; what it cannot do is its row's note, what the engine cannot do
  /// ends the step.
  private func judged(_ competitor: CompareStep.Competitor) throws(StepFailure) -> Standing {
    var standing = Standing(name: competitor.name, competitor: competitor)
    var values: [ComparedMetric: [Double]] = [:]
    for fold in 0..<step.folds {
      try workspace.checkCancellation()
      workspace.report("\(competitor.name): fold \(fold + 1) of \(step.folds)")
      let scores: [Double]
      do throws(LearningError) {
        scores = try self.scores(of: competitor, without: fold)
      } catch let error {
        try workspace.checkCancellation()
        standing.error = error.description
        return standing
      }
      add(scores, of: fold, to: &values)
    }
    standing.figures = figures(values)
    return standing
  }

  /// Scores of one fold's rows by a model of the others.
  private func scores(
    of competitor: CompareStep.Competitor, without fold: Int
  ) throws(LearningError) -> [Double] {
    let train = try features("<> \(fold)")
    let known = foldOfRow.indices.filter { foldOfRow[$0] != fold }
    let training = Training(
      encoder: encoder, parameters: competitor.step.parameters, layers: competitor.step.layers,
      classWeights: classWeights,
      monotone: competitor.step.algorithm.isOfTrees ? step.base.directions : [:],
      rounds: competitor.step.rounds, seed: competitor.step.seed, threads: workspace.threads)
    let cancellation = workspace.cancellation
    let model = try training.model(
      of: target,
      train: TrainingRows(
        features: train, labels: known.map { labels[$0] },
        weights: weights.map { weights in known.map { Float(weights[$0]) } }),
      validation: nil, with: workspace.libraries
    ) { _ in cancellation.reason == nil }
    return try model.scores(
      of: features("= \(fold)"), with: workspace.lightGBM, threads: workspace.threads)
  }

  private func features(_ condition: String) throws(LearningError) -> ColumnStream {
    do throws(StepFailure) {
      let types = try workspace.types(of: rows)
      let list = try workspace.learning(at: nil) { () throws(LearningError) in
        try encoder.selectList(for: types)
      }
      return try workspace.engine { engine throws(DuckDBError) in
        try engine.stream(
          "SELECT \(list) FROM \(SQLText.identifier(rows)) WHERE \(Self.foldColumn) \(condition)")
      }
    } catch {
      throw LearningError(.data, error.diagnostic.summary)
    }
  }

  private func add(
    _ scores: [Double], of fold: Int, to all: inout [ComparedMetric: [Double]]
  ) {
    let rows = foldOfRow.indices.filter { foldOfRow[$0] == fold }
    let scored = ScoredRows(
      scores, labels: rows.map { labels[$0] },
      values: values.isEmpty ? [] : rows.map { values[$0] },
      weights: weights.map { weights in rows.map { weights[$0] } }, target)
    for (figure, value) in ComparedMetric.values(of: scored, threshold: step.threshold) {
      if let value { all[figure, default: []].append(value) }
    }
  }

  /// A figure counts when every fold has it.
  private func figures(
    _ values: [ComparedMetric: [Double]]
  ) -> [ComparedMetric: FoldFigures] {
    values.compactMapValues { values in
      values.count == step.folds ? FoldFigures(values, level: step.level) : nil
    }
  }

  private var dummyStanding: Standing {
    var all: [ComparedMetric: [Double]] = [:]
    for fold in 0..<step.folds {
      let known = foldOfRow.indices.filter { foldOfRow[$0] != fold }
      func share(_ value: (Int) -> Double) -> Double {
        let total = known.reduce(0) { $0 + (weights?[$1] ?? 1) }
        return total > 0 ? known.reduce(0) { $0 + value($1) * (weights?[$1] ?? 1) } / total : 0
      }
      let answer: [Double] =
        switch target.task {
        case .binary: [share { labels[$0] == 1 ? 1 : 0 }]
        case .multiclass:
          target.classes.indices.map { label in share { labels[$0] == Float(label) ? 1 : 0 } }
        case .regression: [share { values[$0] }]
        }
      let size = foldOfRow.count { $0 == fold }
      add((0..<size).flatMap { _ in answer }, of: fold, to: &all)
    }
    return Standing(name: Self.dummy, figures: figures(all))
  }
}
