internal import Charting
internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// One run of an `explain` step: takes a sample of rows, has the model explain them, draws.
struct Explanation {
  private let step: ExplainStep
  private let model: Model
  private let workspace: Workspace
  /// The column that tells rows apart, when the rows have it.
  private let id: NamedPlace?
  /// The place among the sampled rows of the one to take apart.
  private let chosen: Int?
  /// The sampled rows: the columns that the model reads, as they are, and `labelColumn`.
  private let table: Table
  /// The contributions to the score, or to that of the class that is explained.
  private let contributions: Contributions?
  /// The mean absolute contribution of each column, of several classes added up.
  private let meanAbsolute: [Double]
  /// The place of the class that is explained.
  private let label: Int?
  private var remarks: [String] = []

  init(
    by step: ExplainStep, of model: Model, _ trained: TrainedModel, in workspace: Workspace
  ) throws(StepFailure) {
    self.model = model
    self.workspace = workspace
    var step = step
    if model.target.task == .multiclass, step.classOf == nil, !step.namesCharts, step.row == nil {
      step.charts = [.importance, .meanShap]
    }
    self.step = step
    label = try Self.label(of: step, model)
    var id = step.id ?? trained.id.map { NamedPlace($0, at: nil) }
    var columns = model.encoder.columns.map(\.name)
    let needsLabels = step.charts.contains(.permutation) || !model.hasContributions
    if needsLabels { columns.append(model.target.column) }
    let source: String
    var settled: (name: String, of: String)?
    switch step.rows {
    case .part(let part):
      source = ScoredSource(frame: trained.frame, part: part, model.encoder, model.target).source
    case .table(let place):
      let missing = workspace.unknownColumns(columns.map { ($0, place.range) }, of: place.name)
      if let first = missing.first { throw StepFailure(first) }
      let known = try workspace.columns(of: place.name).map(\.name)
      if step.id == nil, let name = id?.name, !known.contains(name) { id = nil }
      if let id, step.row != nil { columns.append(id.name) }
      let name = try workspace.settled(place.name, columns: columns)
      settled = (name, place.name)
      source = SQLText.identifier(name)
    }
    self.id = id
    let count = try workspace.engine { engine throws(DuckDBError) in
      try engine.count("SELECT count(*) FROM \(source)")
    }
    guard count > 0 else { throw StepFailure(step.noRows) }
    let sample = SystematicSample(
      of: count, limit: step.rowLimit, seed: UInt64(bitPattern: Int64(step.seed)))
    var rows = sample.rows
    if let wanted = step.row {
      let row = try Self.place(of: wanted, id, from: source, count, step, workspace)
      let place = rows.firstIndex { $0 >= row } ?? rows.count
      if place == rows.count || rows[place] != row { rows.insert(row, at: place) }
      chosen = place
    } else {
      chosen = nil
    }
    let name = "\(workspace.stepName) sample"
    let truth = needsLabels ? Self.label(of: model.target) : nil
    try Self.make(
      name, of: rows, from: source, model.encoder.columns.map(\.name), truth, workspace)
    table = try workspace.rows("SELECT * FROM \(SQLText.identifier(name))")
    workspace.report("\(table.rowCount) rows to explain")
    let all = model.hasContributions ? try Self.contributions(of: model, on: name, workspace) : []
    contributions = all.isEmpty ? nil : all[label ?? 0]
    var sums = all.first?.meanAbsolute ?? []
    for other in all.dropFirst() {
      for (index, mean) in other.meanAbsolute.enumerated() { sums[index] += mean }
    }
    meanAbsolute = sums
    try workspace.engine { engine throws(DuckDBError) in
      try engine.execute("DROP TABLE \(SQLText.identifier(name))")
    }
    if let settled { try workspace.release(settled.name, of: settled.of) }
    if sample.isPartial {
      let format = NumberFormat.thousands(0)
      remarks.append(
        "Explained on \(format.string(Double(table.rowCount))) of "
          + "\(format.string(Double(count))) rows, taken at even steps (seed \(step.seed)).")
    }
  }

  /// The step's charts and tables.
  mutating func result() throws(StepFailure) -> StepResult {
    var result = StepResult()
    result.rowsIn = table.rowCount
    let permutation =
      contributions == nil || step.charts.contains(.permutation)
      ? try permutationImportance() : nil
    var missing: [String] = []
    for picture in step.charts {
      try workspace.checkCancellation()
      if let chart = try chart(picture, permutation) {
        result.exhibits.append(
          .chart(ChartExhibit(id: "\(workspace.stepName)-\(picture.rawValue)", chart: chart)))
      } else {
        missing.append(picture.rawValue)
      }
    }
    if !missing.isEmpty {
      remarks.append(
        "`\(model.algorithm.rawValue)` has no SHAP values here; instead of "
          + "\(missing.joined(separator: ", ")) the table ranks columns by permutation importance.")
    }
    result.exhibits.append(.table(ranking(permutation)))
    result.metrics = [
      Metric("rows", Double(table.rowCount), label: "Rows", format: .thousands(0)),
      Metric("expected", contributions?.expected, label: "Expected raw score", format: .fixed(4)),
    ]
    result.remarks = remarks
    return result
  }

  // MARK: Pictures

  private func chart(
    _ picture: ExplainStep.Picture, _ permutation: PermutationImportance?
  ) throws(StepFailure) -> Chart? {
    var chart: Chart?
    switch picture {
    case .importance:
      chart =
        contributions == nil
        ? permutation.map(permutationChart)
        : .importance(
          importance.map { Charting.FeatureImportance(name: $0.name, value: $0.gain) },
          label: "Gain: loss saved by the splits on it, in training", maximum: step.features,
          title: "Importance in training")
    case .permutation: chart = permutation.map(permutationChart)
    case .meanShap:
      chart = contributions.map { contributions in
        .importance(
          zip(contributions.features, meanAbsolute).map {
            Charting.FeatureImportance(name: $0, value: $1)
          }, label: "Mean absolute SHAP value", maximum: step.features,
          title: "Mean absolute SHAP values",
          subtitle: label == nil ? population : "\(rows); sums over the classes")
      }
    case .shap:
      chart = effects.map {
        .shapSummary($0, maximum: step.features, title: "SHAP values", subtitle: population)
      }
    case .dependence:
      chart = effects.map {
        .shapDependence(
          $0, maximum: min(6, step.features), title: "SHAP value by column", subtitle: population)
      }
    case .waterfall: chart = try waterfall()
    }
    guard var chart else { return nil }
    if let title = workspace.settings.title {
      chart.subtitle = chart.subtitle.map { "\(title) · \($0)" } ?? title
    }
    return chart
  }

  /// What the raw score of the model is.
  private var unit: String {
    let target = model.target
    let name = label.map { target.classes[$0] } ?? target.positive
    switch (target.task, model.algorithm) {
    case (.regression, _): return "units of \(target.column)"
    case (.binary, .lightgbm): return "log odds of \(target.column) = \(name)"
    case (.multiclass, .lightgbm):
      return "log probability of \(target.column) = \(name), plus a constant"
    default: return "probability of \(target.column) = \(name)"
    }
  }

  private var rows: String {
    "\(NumberFormat.thousands(0).string(Double(table.rowCount))) rows of \(step.subject)"
  }

  private var population: String { "\(rows); SHAP values in \(unit)" }

  /// The figure that shuffling lessens.
  private var figure: String { model.target.task == .regression ? "R²" : "AUC" }

  private func permutationChart(_ permutation: PermutationImportance) -> Chart {
    .importance(
      permutation.columns.map {
        Charting.FeatureImportance(name: $0.name, value: $0.mean, interval: $0.range)
      }, label: "Drop of \(figure == "AUC" ? "the AUC" : figure) when the column is shuffled",
      maximum: step.features,
      format: .fixed(4), title: "Permutation importance",
      subtitle: "\(step.repeats) shuffles each, whiskers from the least to the most; \(figure) "
        + NumberFormat.fixed(3).string(permutation.baseline) + " unshuffled")
  }

  private func waterfall() throws(StepFailure) -> Chart? {
    guard let contributions, let wanted = step.row, let index = chosen else { return nil }
    let names = contributions.features.enumerated().map { column, name in
      "\(name) = \(text(of: table[name]?[index] ?? .null, in: column))"
    }
    let steps = zip(names, contributions.row(index)).map { ScoreStep(name: $0, effect: $1) }
    let scores = try workspace.learning(at: wanted.range) { () throws(LearningError) in
      try model.scores(of: table.taking([index]), with: workspace.lightGBM)
    }
    let score = scores.indices.contains(label ?? 0) ? scores[label ?? 0] : .nan
    let isNumber = model.target.task == .regression
    let written = (isNumber ? NumberFormat.significant(4) : .percent(1)).string(score)
    let answer =
      isNumber
      ? "prediction \(written)"
      : "score \(written)" + (label.map { " for \(model.target.classes[$0])" } ?? "")
    let key = id.map { "\($0.name) \(wanted.name)" } ?? "Row \(wanted.name)"
    return .waterfall(
      from: contributions.expected, by: steps, maximum: step.features,
      title: "\(key): \(answer)",
      subtitle: "From the expected raw score to this row's, in \(unit)")
  }

  private func text(of value: Value, in column: Int) -> String {
    if value.isNull { return "missing" }
    return value.number.map { NumberFormat.significant(4).string($0) } ?? value.plainText
  }

  // MARK: Figures

  /// SHAP values by column with the columns' own values.
  private var effects: [FeatureEffects]? {
    contributions.map { contributions in
      contributions.features.enumerated().map { index, name in
        FeatureEffects(
          name: name, effects: contributions.feature(index),
          values: table[name]?.values ?? [])
      }
    }
  }

  /// Gain and splits by column: those of a category's levels added up.
  private var importance: [(name: String, gain: Double, splits: Int)] {
    let sources = model.encoder.features.map(\.column)
    var sums = model.encoder.columns.map { (name: $0.name, gain: 0.0, splits: 0) }
    for (column, feature) in zip(sources, model.importance) {
      sums[column].gain += feature.gain
      sums[column].splits += feature.splits
    }
    return sums
  }

  /// The columns by rank, with every measure there is.
  private func ranking(_ permutation: PermutationImportance?) -> TableExhibit {
    var names = model.encoder.columns.map(\.name)
    let drops = Dictionary(
      (permutation?.columns ?? []).map { ($0.name, $0.mean) }, uniquingKeysWith: { one, _ in one })
    let means = contributions.map { contributions in
      Dictionary(
        zip(contributions.features, meanAbsolute), uniquingKeysWith: { one, _ in one })
    }
    let key = means ?? drops
    names.sort { left, right in
      let (first, second) = (key[left] ?? 0, key[right] ?? 0)
      return first == second ? left < right : first > second
    }
    let drop = model.target.task == .regression ? "r2_drop" : "auc_drop"
    var columns = [
      Column("rank", integers: names.indices.map { Int64($0 + 1) }), Column("column", texts: names),
    ]
    var bars: [String] = []
    if let means {
      let splits = Dictionary(
        importance.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one })
      columns.append(Column("mean_shap", reals: names.map { means[$0] }))
      columns.append(Column("gain", reals: names.map { splits[$0]?.gain }))
      columns.append(Column("splits", integers: names.map { splits[$0].map { Int64($0.splits) } }))
      bars = ["mean_shap"]
    }
    if permutation != nil {
      columns.append(Column(drop, reals: names.map { drops[$0] }))
      if means == nil { bars = [drop] }
    }
    return TableExhibit(
      id: "\(workspace.stepName)-ranking", table: Table(columns: columns),
      shownRows: min(step.features, names.count),
      formats: [
        "mean_shap": .fixed(4), "gain": .thousands(0), "splits": .thousands(0),
        drop: .fixed(4),
      ],
      labels: [
        "rank": "Rank", "column": "Column", "mean_shap": "Mean |SHAP|", "gain": "Gain",
        "splits": "Splits", drop: "\(figure) drop, shuffled",
      ], bars: bars)
  }

  private func permutationImportance() throws(StepFailure) -> PermutationImportance? {
    guard let label = table[Self.labelColumn] else { return nil }
    let known = (0..<table.rowCount).filter { !label[$0].isNull }
    let truth = known.map { label[$0].number ?? .nan }
    let rows = table.taking(known)
    let measured = try workspace.learning(at: step.model.range) { () throws(LearningError) in
      try PermutationImportance(
        of: model.encoder.columns.map(\.name), rows: known.count, repeats: step.repeats,
        seed: UInt64(bitPattern: Int64(step.seed))
      ) { shuffled throws(LearningError) in
        if let reason = workspace.cancellation.reason {
          throw LearningError(.cancelled, reason.sentence)
        }
        var table = rows
        if let shuffled,
          let place = table.columns.firstIndex(where: {
            $0.name == model.encoder.columns[shuffled.column].name
          })
        {
          table.columns[place] = table.columns[place].taking(shuffled.order)
        }
        let scores = try model.scores(
          of: table, with: workspace.lightGBM, threads: workspace.threads)
        return Self.figure(of: scores, truth, model.target)
      }
    }
    guard let measured else {
      throw StepFailure(
        .error(
          "one-class",
          model.target.task == .regression
            ? "permutation importance needs rows of different `\(model.target.column)`"
            : "permutation importance needs rows of \(model.target.classes.count == 2 ? "both" : "all") "
              + "classes", at: step.model.range))
    }
    return measured
  }

  // MARK: The engine's side

  /// Holds 1 for the positive class and 0 for the other; the space keeps it apart from the names of
  /// ordinary columns.
  private static let labelColumn = "washi label"

  private static func label(of target: Model.Target) -> String {
    "\(target.labelSQL()) AS \(SQLText.identifier(labelColumn))"
  }

  /// The AUC of scores beside the places of classes, or R² beside numbers.
  private static func figure(
    of scores: [Double], _ truth: [Double], _ target: Model.Target
  ) -> Double? {
    let rows = ScoredRows(
      scores, labels: target.task == .regression ? [] : truth.map(Float.init), values: truth,
      weights: nil, target)
    switch rows {
    case .ranked(let ranked): return BinaryMetrics(of: ranked)[.auc]
    case .classes(let scored): return ClassMetrics(of: scored)[.auc]
    case .values(let values): return ValueMetrics(of: values)[.r2]
    }
  }

  /// The class that is explained: nil for models without several. The pictures of single rows need
  /// one to be named.
  private static func label(
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
  private static func place(
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

  private static func make(
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

  private static func contributions(
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
