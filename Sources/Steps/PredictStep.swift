internal import DuckDB
internal import Learning
public import Parsing
public import Vocabulary

/// Scores the rows of a table with a model.
///
/// The result has the kept columns and the answer, in the row order of the table: `score` (the
/// probability of the positive class) and `label` (the target's value by the threshold); of several
/// classes one `score_CLASS` each, `score` (the highest of them) and `label` (whose it is); of a
/// regression `prediction`.
public struct PredictStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "predict"
  /// One sentence for the documentation.
  public static let summary =
    "Applies a model to a table: kept columns, score, label or prediction."

  /// The model.
  public var model: NamedPlace
  /// The table scored.
  public var table: NamedPlace
  /// Columns of the table that the result keeps.
  public var keep: [NamedPlace]
  /// From this score on the label is the positive class.
  public var threshold: Double
  /// Where the threshold is written, when it is.
  public var thresholdRange: SourceRange?

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    model = options.requiredPlace("model")
    table = options.requiredPlace("table")
    keep = options.places("keep")
    threshold = options.double("threshold") ?? 0.5
    thresholdRange = options.has("threshold") ? options.range(of: "threshold") : nil
    for place in keep where ["score", "label"].contains(place.name.lowercased()) {
      options.reject(
        "keep", "cannot hold `\(place.name)`: the step makes a column of that name",
        at: place.range,
        solutions: ["give the column another name in SQL"])
    }
    var seen: Set<String> = []
    for place in keep where !seen.insert(place.name.lowercased()).inserted {
      options.reject("keep", "names `\(place.name)` twice", at: place.range)
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] {
    [
      Reference(model.name, .model, at: model.range),
      Reference(table.name, .table, at: table.range),
    ]
  }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    var findings = workspace.unknownColumns(keep.map { ($0.name, $0.range) }, of: table.name)
    guard let trained = workspace.models[model.name],
      let types = try? workspace.types(of: table.name)
    else { return findings }
    do throws(LearningError) {
      _ = try trained.encoder.selectList(for: types)
    } catch {
      findings.append(Diagnostic(error, at: table.range))
    }
    if let finding = misplaced(in: trained.task) { findings.append(finding) }
    guard findings.isEmpty else { return findings }
    // The names of several classes are known when there are rows, or a model that is read back.
    if trained.task == .multiclass, trained.target.classes.isEmpty {
      workspace.unknown.insert(workspace.stepName)
    }
    let columns =
      keep.map { SQLText.identifier($0.name) }
      + Self.answers(of: trained).map { "CAST(NULL AS \($0.type)) AS \($0.name)" }
    do throws(StepFailure) {
      try workspace.make(
        workspace.stepName, "CREATE TABLE",
        as: "SELECT \(columns.joined(separator: ", ")) FROM \(SQLText.identifier(table.name))",
        binding: [:], suffix: " WITH NO DATA", reporting: workspace.failure)
      return []
    } catch {
      return [error.diagnostic]
    }
  }

  /// The columns that are known before there are rows; where those decide between tasks, the columns
  /// of each of them that the target's type allows.
  private static func answers(of trained: TrainedModel) -> [(name: String, type: String)] {
    let classes = [("score", "DOUBLE"), ("label", trained.target.labelType)]
    let number = [("prediction", "DOUBLE")]
    switch trained.task {
    case .binary: return classes
    case .multiclass:
      return trained.target.scoreColumns.map { (SQLText.identifier($0), "DOUBLE") } + classes
    case .regression: return number
    case nil:
      let isNumber = FeatureColumn.Kind(typeName: trained.target.type) == .number
      return isNumber ? classes + number : classes
    }
  }

  /// What does nothing, or collides, for a task.
  private func misplaced(in task: Model.Task?) -> Diagnostic? {
    if let thresholdRange, let task, task != .binary {
      return .error(
        "wrong-value", "`threshold` does nothing for a \(task.rawValue) target", at: thresholdRange,
        solutions: ["leave it out"])
    }
    guard task == .regression else { return nil }
    return keep.first { $0.name.lowercased() == "prediction" }.map { place in
      .error(
        "wrong-value",
        "`keep` cannot hold `\(place.name)`: the step makes a column of that name", at: place.range,
        solutions: ["give the column another name in SQL"])
    }
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    guard let trained = workspace.models[model.name], let model = trained.model else {
      throw StepFailure(
        .error("no-model", "there is no model `\(model.name)`", at: model.range))
    }
    if let finding = misplaced(in: model.target.task) { throw StepFailure(finding) }
    var result = StepResult()
    let columns = try usedColumns(of: model, in: workspace)
    let settled = try workspace.settled(table.name, columns: columns)
    let (scores, remarks) = try score(model, settled, in: workspace)
    let helper = "\(workspace.stepName) scores"
    let answer = try Answer(
      of: scores, model.target, threshold: threshold, keep, workspace.words)
    try workspace.engine { engine throws(DuckDBError) in
      try engine.createTable(helper, columns: answer.columns, replacing: true)
    }
    let kept = keep.map { "source.\(SQLText.identifier($0.name))" }
    try workspace.make(
      workspace.stepName, "CREATE TABLE",
      as: """
        SELECT \((kept + answer.expressions).joined(separator: ",\n"))
        FROM \(SQLText.identifier(settled)) AS source
        POSITIONAL JOIN \(SQLText.identifier(helper)) AS scores
        """, binding: [:], reporting: workspace.failure)
    try workspace.engine { engine throws(DuckDBError) in
      try engine.execute("DROP TABLE \(SQLText.identifier(helper))")
    }
    try workspace.release(settled, of: table.name)
    result.rowsIn = answer.rowCount
    result.rowsOut = answer.rowCount
    result.remarks = remarks
    result.metrics = answer.metrics
    return result
  }

  /// The columns that the model and the result need; a missing one is a failure.
  private func usedColumns(
    of model: Model, in workspace: Workspace
  ) throws(StepFailure) -> [String] {
    let types = try workspace.types(of: table.name)
    _ = try workspace.learning(at: table.range) { () throws(LearningError) in
      try model.encoder.selectList(for: types)
    }
    return model.encoder.columns.map(\.name) + keep.map(\.name)
  }

  private func score(
    _ model: Model, _ settled: String, in workspace: Workspace
  ) throws(StepFailure) -> (scores: [Double], remarks: [String]) {
    let types = try workspace.types(of: settled)
    let source = SQLText.identifier(settled)
    let list = try workspace.learning(at: table.range) { () throws(LearningError) in
      try model.encoder.selectList(for: types)
    }
    let stream = try workspace.engine { engine throws(DuckDBError) in
      try engine.stream("SELECT \(list) FROM \(source)")
    }
    let scores = try workspace.learning(at: table.range) { () throws(LearningError) in
      try model.scores(of: stream, with: workspace.lightGBM, threads: workspace.threads)
    }
    return (scores, try workspace.unusableValues(of: model.encoder, in: source, types: types))
  }
}

extension PredictStep {
  /// The names of the step's metrics, whatever the model's task.
  static let metricNames = ["rows", "positives", "mean_score", "threshold", "mean_prediction"]

  /// What a model's scores become: columns of a helping table, and expressions over it.
  private struct Answer {
    private(set) var columns: [(name: String, source: ColumnSource)]
    private(set) var expressions: [String]
    private(set) var metrics: [Metric]
    let rowCount: Int

    init(
      of scores: [Double], _ target: Model.Target, threshold: Double, _ keep: [NamedPlace],
      _ words: Words
    ) throws(StepFailure) {
      let count = NumberFormat.thousands(0)
      let mean = scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
      switch target.task {
      case .binary:
        rowCount = scores.count
        columns = [(name: "score", source: .doubles(scores))]
        let limit = "CAST('\(shortestText(threshold))' AS DOUBLE)"
        let label = target.classSQL(of: "CASE WHEN scores.score >= \(limit) THEN 1 ELSE 0 END")
        expressions = ["scores.score", "\(label) AS label"]
        let positives = scores.count { $0 >= threshold }
        metrics = [
          Metric("positives", Double(positives), label: words.calledPositive, format: count),
          Metric("mean_score", mean, label: words.meanScore, format: .fixed(4)),
          Metric("threshold", threshold, label: words.threshold, format: .significant(4)),
        ]
      case .multiclass:
        let width = target.outputCount
        let names = target.scoreColumns
        rowCount = scores.count / max(1, width)
        if let place = keep.first(where: { kept in
          names.contains { $0.lowercased() == kept.name.lowercased() }
        }) {
          throw StepFailure(
            .error(
              "wrong-value",
              "`keep` cannot hold `\(place.name)`: the step makes a column of that name",
              at: place.range, solutions: ["give the column another name in SQL"]))
        }
        let scored = ScoredClasses(
          probabilities: scores, labels: Array(repeating: 0, count: rowCount), classCount: width)
        let best = scored.predicted.enumerated().map { scores[$0 * width + $1] }
        columns = (0..<width).map { label in
          (
            name: "c\(label)",
            source: .doubles(stride(from: label, to: scores.count, by: width).map { scores[$0] })
          )
        }
        columns += [
          (name: "score", source: .doubles(best)),
          (name: "label", source: .integers32(scored.predicted.map { Int32(clamping: $0) })),
        ]
        expressions =
          names.enumerated().map { "scores.c\($0) AS \(SQLText.identifier($1))" }
          + ["scores.score", "\(target.classSQL(of: "scores.label")) AS label"]
        let sure = best.isEmpty ? nil : best.reduce(0, +) / Double(best.count)
        metrics = [
          Metric(
            "mean_score", sure, label: words("Mean of the highest", "最大スコアの平均"),
            format: .fixed(4))
        ]
      case .regression:
        rowCount = scores.count
        columns = [(name: "prediction", source: .doubles(scores))]
        expressions = ["scores.prediction"]
        metrics = [
          Metric(
            "mean_prediction", mean, label: words("Mean prediction", "平均予測値"),
            format: .significant(4))
        ]
      }
      metrics.insert(Metric("rows", Double(rowCount), label: words.rows, format: count), at: 0)
    }
  }
}
