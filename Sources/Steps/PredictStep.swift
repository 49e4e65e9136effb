internal import DuckDB
internal import Learning
public import Parsing
public import Vocabulary

/// Scores the rows of a table with a model.
///
/// The result has the kept columns, `score` (the probability of the positive class) and `label` (the
/// target's value by the threshold), in the row order of the table.
public struct PredictStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "predict"
  /// One sentence for the documentation.
  public static let summary = "Applies a model to a table: kept columns, score, label."

  /// The model.
  public var model: NamedPlace
  /// The table scored.
  public var table: NamedPlace
  /// Columns of the table that the result keeps.
  public var keep: [NamedPlace]
  /// From this score on the label is the positive class.
  public var threshold: Double

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    model = options.requiredPlace("model")
    table = options.requiredPlace("table")
    keep = options.places("keep")
    threshold = options.double("threshold") ?? 0.5
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
    guard findings.isEmpty else { return findings }
    let type = labelType(of: trained.target)
    let columns =
      keep.map { SQLText.identifier($0.name) }
      + ["CAST(NULL AS DOUBLE) AS score", "CAST(NULL AS \(type)) AS label"]
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

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    guard let trained = workspace.models[model.name], let model = trained.model else {
      throw StepFailure(
        .error("no-model", "there is no model `\(model.name)`", at: model.range))
    }
    var result = StepResult()
    let columns = try usedColumns(of: model, in: workspace)
    let settled = try workspace.settled(table.name, columns: columns)
    let (scores, remarks) = try score(model, settled, in: workspace)
    let helper = "\(workspace.stepName) scores"
    try workspace.engine { engine throws(DuckDBError) in
      try engine.createTable(helper, columns: [("score", .doubles(scores))], replacing: true)
    }
    let kept = keep.map { "source.\(SQLText.identifier($0.name)), " }.joined()
    let type = labelType(of: model.target)
    try workspace.make(
      workspace.stepName, "CREATE TABLE",
      as: """
        SELECT \(kept)scores.score,
          CASE WHEN scores.score >= CAST('\(shortestText(threshold))' AS DOUBLE)
            THEN CAST(\(SQLText.literal(model.target.positive)) AS \(type))
            ELSE CAST(\(SQLText.literal(model.target.negative)) AS \(type)) END AS label
        FROM \(SQLText.identifier(settled)) AS source
        POSITIONAL JOIN \(SQLText.identifier(helper)) AS scores
        """, binding: [:], reporting: workspace.failure)
    try workspace.engine { engine throws(DuckDBError) in
      try engine.execute("DROP TABLE \(SQLText.identifier(helper))")
    }
    try workspace.release(settled, of: table.name)
    result.rowsIn = scores.count
    result.rowsOut = scores.count
    result.remarks = remarks
    result.metrics = metrics(of: scores)
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

  private func metrics(of scores: [Double]) -> [Metric] {
    let positives = scores.reduce(into: 0) { $0 += $1 >= threshold ? 1 : 0 }
    let mean = scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
    return [
      Metric("rows", Double(scores.count), label: "Rows", format: .thousands(0)),
      Metric(
        "positives", Double(positives), label: "Called positive", format: .thousands(0)),
      Metric("mean_score", mean, label: "Mean score", format: .fixed(4)),
      Metric("threshold", threshold, label: "Threshold", format: .significant(4)),
    ]
  }

  /// The target's own type; an ENUM's values stay text.
  private func labelType(of target: Model.Target) -> String {
    switch FeatureColumn.Kind(typeName: target.type) {
    case .category, nil: "VARCHAR"
    default: target.type
    }
  }
}
