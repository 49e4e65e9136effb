internal import Charting
internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// One run of an `explain` step: takes a sample of rows, has the model explain them, draws.
struct Explanation {
  let step: ExplainStep
  let model: Model
  let workspace: Workspace
  /// The column that tells rows apart, when the rows have it.
  let id: NamedPlace?
  /// The place among the sampled rows of the one to take apart.
  let chosen: Int?
  /// The sampled rows: the columns that the model reads, as they are, and `labelColumn`.
  let table: Table
  /// The contributions to the score, or to that of the class that is explained.
  let contributions: Contributions?
  /// The mean absolute contribution of each column, of several classes added up.
  let meanAbsolute: [Double]
  /// The place of the class that is explained.
  let label: Int?
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
        workspace.words(
          "Explained on \(format.string(Double(table.rowCount))) of "
            + "\(format.string(Double(count))) rows, taken at even steps (seed \(step.seed)).",
          "\(format.string(Double(count)))行のうち等間隔に選んだ\(format.string(Double(table.rowCount)))行で"
            + "説明しています（シード\(step.seed)）。"))
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
        words(
          "`\(model.algorithm.rawValue)` has no SHAP values here; instead of "
            + "\(words.list(missing)) the table ranks columns by permutation importance.",
          "`\(model.algorithm.rawValue)`ではSHAP値を計算できません。\(words.list(missing))の代わりに、"
            + "並べ替え重要度の順に列を示します。"))
    }
    result.exhibits.append(.table(ranking(permutation)))
    result.metrics = [
      Metric("rows", Double(table.rowCount), label: words.rows, format: .thousands(0)),
      Metric(
        "expected", contributions?.expected, label: words("Expected raw score", "生スコアの期待値"),
        format: .fixed(4)),
    ]
    result.remarks = remarks
    return result
  }
}
