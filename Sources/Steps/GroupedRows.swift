internal import DuckDB
internal import Learning
internal import Vocabulary

/// Rows whose outcome is known, with their scores and the groups that they belong to.
struct GroupedRows {
  /// Whether each row is positive.
  let labels: [Bool]
  /// The model's scores.
  let scores: [Double]
  /// For each column of groups the place of each row's group among its names.
  let members: [[Int]]
  /// For each column the names of its groups, sorted; missing values are a group.
  let names: [[String]]
  /// What the reader must know.
  let remarks: [String]

  /// The group of rows without a value, by which notebooks name it.
  static let missing = "(missing)"

  /// The same as the report names it.
  static func missing(_ words: Words) -> String { words(missing, "（欠損）") }

  init(of step: FairnessStep, in workspace: Workspace) throws(StepFailure) {
    guard let trained = workspace.models[step.model.name], let model = trained.model else {
      throw StepFailure(
        .error("no-model", "there is no model `\(step.model.name)`", at: step.model.range))
    }
    let positive = try step.positiveClass(of: model.target)
    let columns =
      model.encoder.columns.map(\.name) + [model.target.column] + step.groups.map(\.name)
    let settled = try workspace.settled(step.table.name, columns: columns)
    let source = ScoredSource(table: settled, model.encoder, model.target)
    let rowCount = try workspace.rowCount(of: settled)
    let training = try source.labelled(in: workspace)
    guard !training.labels.isEmpty else {
      throw StepFailure(
        .error(
          "no-rows", "table `\(step.table.name)` has no rows with an outcome to judge on",
          at: step.table.range))
    }
    labels = training.labels.map { $0 == Float(positive) }
    let all = try workspace.learning(at: step.table.range) { () throws(LearningError) in
      try model.scores(
        of: training.features, with: workspace.lightGBM, threads: workspace.threads)
    }
    scores =
      switch model.target.task {
      case .multiclass:
        stride(from: positive, to: all.count, by: model.target.outputCount).map { all[$0] }
      case .binary, .regression: positive == 1 ? all : all.map { 1 - $0 }
      }
    var members: [[Int]] = []
    var names: [[String]] = []
    for place in step.groups {
      let name = SQLText.identifier(place.name)
      let values = try workspace.rows("SELECT CAST(\(name) AS VARCHAR) AS v FROM \(source.source)")
        .columns[0].values.map { $0.isNull ? Self.missing(workspace.words) : $0.plainText }
      let found = Set(values).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      guard found.count <= 100 else {
        throw StepFailure(
          .error(
            "too-many-groups",
            "`\(place.name)` makes \(found.count) groups; 100 are the most", at: place.range,
            solutions: ["make bands of it in SQL"]))
      }
      let places = Dictionary(
        found.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      members.append(values.map { places[$0] ?? 0 })
      names.append(found)
    }
    self.members = members
    self.names = names
    let left = rowCount - labels.count
    remarks =
      left == 0
      ? []
      : [
        workspace.words(
          "\(workspace.words.count(left)) rows have no `\(model.target.column)` and are left out.",
          "`\(model.target.column)`のない\(workspace.words.count(left))行は除きました。")
      ]
    try workspace.release(settled, of: step.table.name)
  }
}
