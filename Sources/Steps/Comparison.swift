internal import Charting
internal import DuckDB
internal import Learning
internal import Vocabulary

/// One run of a `compare` step: folds, models, figures, and the best model on all training rows.
struct Comparison {
  /// The name of the baseline that gives every row the same answer: the training rows' shares of the
  /// classes, or their mean.
  static let dummy = "dummy"

  private var step: CompareStep
  private let workspace: Workspace
  private let encoder: FeatureEncoder
  private let target: Model.Target
  private let classWeights: ClassWeights
  /// The training rows with their folds.
  private let rows: String
  private let rowCount: Int
  private let labels: [Float]
  /// The true values of a regression at full precision.
  private let values: [Double]
  private let weights: [Double]?
  private let foldOfRow: [Int]
  private let key: ComparedMetric
  private var remarks: [String]

  /// What one competitor reached.
  private struct Standing {
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

  /// Refuses more folds than the rarest class has rows.
  private static func check(
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

  // MARK: Judging

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

  // MARK: Showing

  private func metrics(of best: Standing, _ standings: [Standing]) -> [Metric] {
    func metric(
      _ name: String, _ label: String, _ figure: ComparedMetric, _ figures: FoldFigures?
    ) -> Metric {
      Metric(
        name, figures?.mean, label: label, format: figure.format,
        direction: figure.isHigher ? .higher : .lower,
        interval: figures?.interval.map {
          Metric.Interval(low: $0.lowerBound, high: $0.upperBound, level: step.level)
        })
    }
    let own = ComparedMetric.figures(of: target.task).map {
      metric($0.name, $0.name == "precision" ? "Precision" : $0.label, $0, best.figures[$0])
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
          "\(name)_\(key.name)", "\(key.label), \(name)", key,
          standings.first { $0.name == name }?.figures[key])
      }
  }

  private func table(_ standings: [Standing], best: Int) -> TableExhibit {
    var columns = [Column("algorithm", texts: standings.map(\.name))]
    var labels = ["algorithm": "Algorithm", "note": "Note"]
    var formats: [String: NumberFormat] = [:]
    for figure in ComparedMetric.figures(of: target.task) {
      columns.append(Column(figure.name, reals: standings.map { $0.figures[figure]?.mean }))
      labels[figure.name] = figure.label
      formats[figure.name] = figure.format
    }
    if standings.contains(where: { $0.error != nil }) {
      columns.append(Column("note", texts: standings.map(\.error)))
    }
    let isOfNumbers = target.task == .regression
    let kind = isOfNumbers || step.foldColumn != nil ? "" : "stratified "
    let named = step.foldColumn.map { " by `\($0.name)`" } ?? ""
    let folds = "Means over \(step.folds) \(kind)folds\(named) of "
    let threshold = NumberFormat.significant(4).string(step.threshold)
    let meaning =
      switch target.task {
      case .binary: "; a row is called positive from \(threshold) on"
      case .multiclass: "; recall, precision and F1 are means by how many rows a class has"
      case .regression: ""
      }
    return TableExhibit(
      id: "\(workspace.stepName)-table",
      title: workspace.settings.title ?? "Algorithms by \(key.label)",
      caption: folds + NumberFormat.thousands(0).string(Double(rowCount))
        + " training rows (seed \(step.base.seed))\(meaning). "
        + "\(standings[best].name) was trained again on all of them and is the model "
        + "\(workspace.stepName).",
      table: Table(columns: columns), formats: formats, labels: labels, emphasized: [best])
  }

  private func intervals(_ standings: [Standing], best: Int) -> TableExhibit {
    let level = NumberFormat.significant(3).string(step.level * 100)
    var columns = [Column("algorithm", texts: standings.map(\.name))]
    var labels = ["algorithm": "Algorithm"]
    for figure in ComparedMetric.figures(of: target.task) {
      let format = target.task == .regression ? figure.format : .fixed(3)
      columns.append(
        Column(
          figure.name,
          texts: standings.map { standing in
            standing.figures[figure]?.interval.map {
              "\(format.string($0.lowerBound))–\(format.string($0.upperBound))"
            }
          }))
      labels[figure.name] = figure.label
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
          let figures = standing.figures[key]
          return ComparedFigure(
            name: standing.name, value: figures?.mean, interval: figures?.interval,
            isBaseline: standing.competitor == nil)
        }, label: key.label, title: "\(key.label) by algorithm",
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

  /// The fold of each row, from 0, by the values of a column in their order.
  private static func folds(
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
