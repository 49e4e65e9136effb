internal import Charting
internal import DuckDB
internal import Learning
internal import Vocabulary

/// One run of a `compare` step: folds, models, figures, and the best model on all training rows.
struct Comparison {
  /// The name of the baseline that gives every row the training rows' share of positives.
  static let dummy = "dummy"

  private let step: CompareStep
  private let workspace: Workspace
  private let encoder: FeatureEncoder
  private let target: Model.Target
  private let classWeights: ClassWeights
  /// The training rows with their folds.
  private let rows: String
  private let rowCount: Int
  private let isPositive: [Bool]
  private let foldOfRow: [Int]
  private var remarks: [String]

  /// What one competitor reached.
  private struct Standing {
    var name: String
    var competitor: CompareStep.Competitor?
    var figures: [CompareStep.Figure: FoldFigures] = [:]
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
    let labels = try ScoredSource(frame: frame, part: .train, encoder, target).labels(in: workspace)
    isPositive = labels.map { $0 == 1 }
    rowCount = labels.count
    let positives = isPositive.count { $0 }
    guard min(positives, rowCount - positives) >= step.folds else {
      throw StepFailure(
        .error(
          "too-few-rows",
          "\(step.folds) folds need as many rows of each class, and there are \(positives) of "
            + "`\(target.positive)` and \(rowCount - positives) of `\(target.negative)`",
          at: step.base.table.range, solutions: ["set `folds` lower"]))
    }
    foldOfRow = StratifiedFolds(step.folds, seed: UInt64(bitPattern: Int64(step.base.seed)))
      .assigned(
        to: isPositive.map { $0 ? 1 : 0 },
        try Self.keys(of: step, source, rowCount, workspace))
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
    let key = step.sort
    standings = standings.enumerated().sorted { left, right in
      let (first, second) = (
        left.element.figures[key]?.mean ?? -.infinity,
        right.element.figures[key]?.mean ?? -.infinity
      )
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

  // MARK: Judging

  /// The figures of one competitor; what it cannot do is its row's note, what the engine cannot do
  /// ends the step.
  private func judged(_ competitor: CompareStep.Competitor) throws(StepFailure) -> Standing {
    var standing = Standing(name: competitor.name, competitor: competitor)
    var values: [CompareStep.Figure: [Double]] = [:]
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
    let labels = zip(isPositive, foldOfRow).filter { $0.1 != fold }.map { Float($0.0 ? 1 : 0) }
    let training = Training(
      encoder: encoder, parameters: competitor.step.parameters, layers: competitor.step.layers,
      classWeights: classWeights, rounds: competitor.step.rounds, seed: competitor.step.seed,
      threads: workspace.threads)
    let cancellation = workspace.cancellation
    let model = try training.model(
      of: target, train: TrainingRows(features: train, labels: labels), validation: nil,
      with: workspace.libraries
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
    _ scores: [Double], of fold: Int, to values: inout [CompareStep.Figure: [Double]]
  ) {
    let labels = zip(isPositive, foldOfRow).filter { $0.1 == fold }.map(\.0)
    let metrics = BinaryMetrics(
      of: RankedScores(scores: scores, labels: labels), threshold: step.threshold)
    for figure in CompareStep.Figure.allCases {
      if let value = metrics[figure.metric] { values[figure, default: []].append(value) }
    }
  }

  /// A figure counts when every fold has it.
  private func figures(
    _ values: [CompareStep.Figure: [Double]]
  ) -> [CompareStep.Figure: FoldFigures] {
    values.compactMapValues { values in
      values.count == step.folds ? FoldFigures(values, level: step.level) : nil
    }
  }

  private var dummyStanding: Standing {
    var values: [CompareStep.Figure: [Double]] = [:]
    for fold in 0..<step.folds {
      let known = zip(isPositive, foldOfRow).filter { $0.1 != fold }.map(\.0)
      let share = Double(known.count { $0 }) / Double(max(1, known.count))
      let size = foldOfRow.count { $0 == fold }
      add(Array(repeating: share, count: size), of: fold, to: &values)
    }
    return Standing(name: Self.dummy, figures: figures(values))
  }

  // MARK: Showing

  private func metrics(of best: Standing, _ standings: [Standing]) -> [Metric] {
    func metric(
      _ name: String, _ label: String, _ figures: FoldFigures?
    ) -> Metric {
      Metric(
        name, figures?.mean, label: label, format: .fixed(4), direction: .higher,
        interval: figures?.interval.map {
          Metric.Interval(low: $0.lowerBound, high: $0.upperBound, level: step.level)
        })
    }
    let own = CompareStep.Figure.allCases.map {
      metric($0.rawValue, $0.metric.label, best.figures[$0])
    }
    let counts = [
      Metric("folds", Double(step.folds), label: "Folds", format: .thousands(0)),
      Metric("rows", Double(rowCount), label: "Rows", format: .thousands(0)),
    ]
    // In the order of the notebook, so that a change of rank is no change of place.
    let names = step.competitors.map(\.name) + [Self.dummy]
    return own + counts
      + names.map { name in
        metric(
          "\(name)_\(step.sort.rawValue)", "\(step.sort.metric.label), \(name)",
          standings.first { $0.name == name }?.figures[step.sort])
      }
  }

  private func table(_ standings: [Standing], best: Int) -> TableExhibit {
    var columns = [Column("algorithm", texts: standings.map(\.name))]
    var labels = ["algorithm": "Algorithm", "note": "Note"]
    var formats: [String: NumberFormat] = [:]
    for figure in CompareStep.Figure.allCases {
      let name = figure.rawValue
      columns.append(Column(name, reals: standings.map { $0.figures[figure]?.mean }))
      labels[name] = figure == .precision ? "Prec." : figure.metric.label
      formats[name] = .fixed(4)
    }
    if standings.contains(where: { $0.error != nil }) {
      columns.append(Column("note", texts: standings.map(\.error)))
    }
    let folds = "Means over \(step.folds) stratified folds of "
    return TableExhibit(
      id: "\(workspace.stepName)-table",
      title: workspace.settings.title ?? "Algorithms by \(step.sort.metric.label)",
      caption: folds + NumberFormat.thousands(0).string(Double(rowCount))
        + " training rows (seed \(step.base.seed)); a row is called positive from "
        + "\(NumberFormat.significant(4).string(step.threshold)) on. "
        + "\(standings[best].name) was trained again on all of them and is the model "
        + "\(workspace.stepName).",
      table: Table(columns: columns), formats: formats, labels: labels, emphasized: [best])
  }

  private func intervals(_ standings: [Standing], best: Int) -> TableExhibit {
    let format = NumberFormat.fixed(3)
    let level = NumberFormat.significant(3).string(step.level * 100)
    var columns = [Column("algorithm", texts: standings.map(\.name))]
    var labels = ["algorithm": "Algorithm"]
    for figure in CompareStep.Figure.allCases {
      columns.append(
        Column(
          figure.rawValue,
          texts: standings.map { standing in
            standing.figures[figure]?.interval.map {
              "\(format.string($0.lowerBound))–\(format.string($0.upperBound))"
            }
          }))
      labels[figure.rawValue] = figure == .precision ? "Prec." : figure.metric.label
    }
    return TableExhibit(
      id: "\(workspace.stepName)-intervals", title: "\(level)% intervals over the folds",
      table: Table(columns: columns), labels: labels, emphasized: [best])
  }

  private func chart(_ standings: [Standing], best: Standing) -> ChartExhibit {
    ChartExhibit(
      id: workspace.stepName,
      chart: .comparison(
        ([best] + standings.filter { $0.name != best.name }).map { standing in
          let figures = standing.figures[step.sort]
          return ComparedFigure(
            name: standing.name, value: figures?.mean, interval: figures?.interval,
            isBaseline: standing.competitor == nil)
        }, label: step.sort.metric.label,
        title: "\(step.sort.metric.label) by algorithm",
        subtitle: "Mean and interval over \(step.folds) folds"))
  }

  // MARK: The engine's side

  private static let foldColumn = "\"washi fold\""

  private static func keys(
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

  private static func make(
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
}
