internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// One run of a `train` step: makes the frame of its rows, fits the encoder, trains.
struct Trainer {
  private let step: TrainStep
  private let workspace: Workspace
  private let columns: [ColumnDescription]
  private(set) var encoder: FeatureEncoder
  let target: Model.Target
  /// The table that the frame looks at.
  private let source: String
  /// The columns that the frame has, beside the part.
  private let needed: [String]
  /// What the reader must know.
  private(set) var remarks: [String] = []
  /// How many rows each part has.
  private(set) var partSizes: [Part: Int] = [:]
  /// How many rows the table has.
  private(set) var rowCount = 0
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
        "Left out, because no model can read them: "
          + chosen.left.map { "`\($0)`" }.joined(separator: ", ") + ".")
    }
    needed =
      chosen.columns.map(\.name)
      + [step.target.name, step.id?.name, step.split.columnName].compactMap { $0 }
    source = try workspace.settled(step.table.name, columns: needed)
    let classes = try TargetClasses(of: step, in: source, columns, workspace)
    target = classes.target
    remarks += classes.remarks
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
      classWeights: try classWeights(), rounds: step.rounds,
      earlyStopping: step.earlyStopping?.count, seed: step.seed, threads: workspace.threads)
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
        parts: step.split.parts, id: step.id?.name)
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
      id: step.id?.name)
  }

  /// The factors that the author gave, for the classes that the target has.
  func classWeights() throws(StepFailure) -> ClassWeights {
    switch step.classWeight {
    case .none: return .none
    case .balanced: return .balanced
    case .factors(let factors):
      var (negative, positive) = (1.0, 1.0)
      for factor in factors {
        switch factor.value.name {
        case target.positive: positive = factor.factor
        case target.negative: negative = factor.factor
        default:
          throw StepFailure(
            .error(
              "unknown-class", "`\(step.target.name)` is never `\(factor.value.name)`",
              at: factor.value.range,
              solutions: solutions(
                forUnknown: factor.value.name, among: [target.negative, target.positive])))
        }
      }
      return .given(negative: negative, positive: positive)
    }
  }

  /// The encoded features and labels of one part, in row order.
  private func rows(_ part: Part, of frame: String) throws(StepFailure) -> TrainingRows {
    try ScoredSource(frame: frame, part: part, encoder, target).labelled(in: workspace)
  }

  /// Makes the frame: only the needed columns, and for each row what it is for.
  private mutating func makeFrame(_ frame: String) throws(StepFailure) {
    var seen: Set<String> = []
    let list = needed.filter { seen.insert($0).inserted }
      .map { "source.\(SQLText.identifier($0))" }.joined(separator: ", ")
    rowCount = try workspace.rowCount(of: source)
    guard rowCount > 0 else {
      throw StepFailure(
        .error("cannot-learn", "table `\(step.table.name)` has no rows", at: step.table.range))
    }
    let part = SQLText.identifier(TrainedModel.partColumn)
    let code = "CASE WHEN source.\(SQLText.identifier(step.target.name)) IS NOT NULL THEN"
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
    let target = "source.\(SQLText.identifier(step.target.name))"
    let positive = SQLText.literal(self.target.positive)
    let labels = try workspace.engine { engine throws(DuckDBError) in
      try engine.floats(
        """
        SELECT CASE WHEN \(target) IS NULL THEN NULL
          WHEN CAST(\(target) AS VARCHAR) = \(positive) THEN 1 ELSE 0 END \(source)
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
        let number = NumberFormat.thousands(0).string(Double(keys.repeatedCount))
        remarks.append(
          "\(number) rows share their `\(id.name)` with another row; the order of the rows decides "
            + "between them.")
      }
    } else {
      keys = RowKeys(count: labelled.count)
    }
    let parts =
      stratified
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
