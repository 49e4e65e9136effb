internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// Reads the columns that a `drift` step compares, one at a time, out of both tables.
struct DriftReading {
  /// A side of the comparison.
  struct Side {
    var place: NamedPlace
    /// The table read: the named one, or a copy of a view.
    var table: String
    var types: [String: String]
    var rows: Int
    /// The model's scores in row order, when they were needed.
    var scores: [Double]?
  }

  /// How the rows of a side ended, as far as it is known.
  struct Outcome {
    var name: String
    var rows: Int
    var labelled: Int
    var positives: Int
    /// The sum of the outcomes: of ones, or of numbers.
    var sum = 0.0
    /// The mean score of the rows with an outcome.
    var meanScore: Double?

    /// The share of positive outcomes, or the mean of numbers.
    var rate: Double? { labelled > 0 ? sum / Double(labelled) : nil }
    /// Observed over expected.
    var calibration: Double? {
      rate.flatMap { rate in meanScore.flatMap { $0 > 0 ? rate / $0 : nil } }
    }
  }

  /// How the rows of a side are divided among several classes.
  struct ClassOutcome {
    var name: String
    /// The rows of each class.
    var counts: [String: Int]
    /// The mean probability of each class over the rows with an outcome.
    var expected: [String: Double]

    var labelled: Int { counts.values.reduce(0, +) }
  }

  /// What outcomes are.
  enum OutcomeKind {
    /// 1 or 0, whose mean is a rate.
    case rate
    /// Numbers, whose mean is compared.
    case mean
    /// One of several classes.
    case classes
  }

  /// What the reader must know.
  var remarks: [String] = []
  let step: DriftStep
  let workspace: Workspace
  let trained: TrainedModel?
  var reference: Side
  var current: Side
  /// The columns compared, in order.
  private let columns: [String]

  var rows: (reference: Int, current: Int) { (reference.rows, current.rows) }

  init(_ step: DriftStep, in workspace: Workspace) throws(StepFailure) {
    self.step = step
    self.workspace = workspace
    trained = step.model.flatMap { workspace.models[$0.name] }
    let old = try workspace.columns(of: step.reference.name)
    let new = try workspace.columns(of: step.current.name)
    let target = step.target?.name ?? trained?.target.column
    (columns, remarks) = try Self.chosen(
      step, trained, target, old.map(\.name), new.map(\.name), workspace.words)
    let wanted =
      columns + (target.map { [$0] } ?? []) + (trained?.encoder.columns.map(\.name) ?? [])
    reference = try Self.side(step.reference, wanted, as: "reference", in: workspace)
    current = try Self.side(step.current, wanted, as: "current", in: workspace)
    if trained != nil {
      for side in [reference, current] { try check(side.types, at: side.place.range) }
    }
  }

  /// Finds what cannot be compared, without reading any rows.
  static func check(_ step: DriftStep, in workspace: Workspace) throws(StepFailure) {
    let trained = step.model.flatMap { workspace.models[$0.name] }
    let types = try [step.reference, step.current].map { place throws(StepFailure) in
      try workspace.types(of: place.name)
    }
    let names = try [step.reference, step.current].map { place throws(StepFailure) in
      try workspace.columns(of: place.name).map(\.name)
    }
    _ = try chosen(
      step, trained, step.target?.name ?? trained?.target.column, names[0], names[1],
      workspace.words)
    guard let trained else { return }
    for (place, types) in zip([step.reference, step.current], types) {
      _ = try workspace.learning(at: place.range) { () throws(LearningError) in
        try trained.encoder.selectList(for: types)
      }
    }
  }

  private func check(
    _ types: [String: String], at range: SourceRange?
  ) throws(StepFailure) {
    guard let trained else { return }
    _ = try workspace.learning(at: range) { () throws(LearningError) in
      try trained.encoder.selectList(for: types)
    }
  }

  private static func side(
    _ place: NamedPlace, _ wanted: [String], as role: String, in workspace: Workspace
  ) throws(StepFailure) -> Side {
    let there = Set(try workspace.columns(of: place.name).map(\.name))
    let table = try workspace.settled(
      place.name, columns: wanted.filter { there.contains($0) }, as: role)
    return Side(
      place: place, table: table, types: try workspace.types(of: table),
      rows: try workspace.rowCount(of: table))
  }

  /// The columns to compare, and what is said of those left out.
  private static func chosen(
    _ step: DriftStep, _ trained: TrainedModel?, _ target: String?, _ old: [String],
    _ new: [String], _ words: Words
  ) throws(StepFailure) -> ([String], [String]) {
    let excluded = Set(step.exclude.map(\.name))
    if !step.columns.isEmpty {
      return (step.columns.map(\.name).filter { !excluded.contains($0) }, [])
    }
    let isThere = Set(new)
    let known = Set(old)
    let wanted = trained?.encoder.columns.map(\.name) ?? old
    let both = wanted.filter {
      isThere.contains($0) && known.contains($0) && $0 != target && !excluded.contains($0)
    }
    guard !both.isEmpty else {
      throw StepFailure(
        .error(
          "no-common-column",
          "`\(step.reference.name)` and `\(step.current.name)` have no column in common",
          at: step.current.range,
          explanation: "`\(step.reference.name)` has \(listed(old)); "
            + "`\(step.current.name)` has \(listed(new))."))
    }
    guard trained == nil else { return (both, []) }
    let lost = old.filter { !isThere.contains($0) && $0 != target && !excluded.contains($0) }
    let added = new.filter { !known.contains($0) && $0 != target }
    var remarks: [String] = []
    if !lost.isEmpty {
      remarks.append(
        words(
          "Only in `\(step.reference.name)`, not compared: \(listed(lost)).",
          "`\(step.reference.name)`にだけあるため比較していない列：\(words.shortList(code: lost))。"))
    }
    if !added.isEmpty {
      remarks.append(
        words(
          "Only in `\(step.current.name)`, not compared: \(listed(added)).",
          "`\(step.current.name)`にだけあるため比較していない列：\(words.shortList(code: added))。"))
    }
    return (both, remarks)
  }

  private static func listed(_ names: [String]) -> String {
    let shown = names.prefix(6).map { "`\($0)`" }.joined(separator: ", ")
    return names.count > 6 ? "\(shown) and \(names.count - 6) more" : shown
  }

  /// The columns' drift, and that of the scores first when there is a model.
  mutating func drifts() throws(StepFailure) -> [ColumnDrift] {
    for side in [reference, current] where side.rows == 0 {
      throw StepFailure(
        .error("no-rows", "table `\(side.place.name)` has no rows to compare", at: side.place.range)
      )
    }
    var drifts: [ColumnDrift] = []
    if let trained { drifts.append(try scoreDrift(trained.target)) }
    for (index, column) in columns.enumerated() {
      try workspace.checkCancellation()
      if let drift = try drift(of: column) { drifts.append(drift) }
      workspace.report("\(index + 1) of \(columns.count) columns")
    }
    return drifts
  }

  /// The drift of what the model says: a probability, a number, or the likeliest of several classes.
  private mutating func scoreDrift(
    _ target: Model.Target
  ) throws(StepFailure) -> ColumnDrift {
    let (old, new) = (try scores(of: &reference), try scores(of: &current))
    switch target.task {
    case .binary: return ColumnDrift("score", reference: old, current: new, bins: step.bins)
    case .regression:
      return ColumnDrift("prediction", reference: old, current: new, bins: step.bins)
    case .multiclass:
      func counts(_ scores: [Double]) -> [String?: Int] {
        var counts: [String?: Int] = [:]
        let width = target.outputCount
        for start in stride(from: 0, to: scores.count - width + 1, by: width) {
          let best = (0..<width).max { scores[start + $0] < scores[start + $1] } ?? 0
          counts[target.classes[best], default: 0] += 1
        }
        return counts
      }
      return ColumnDrift("predicted class", reference: counts(old), current: counts(new))
    }
  }

  private mutating func drift(of column: String) throws(StepFailure) -> ColumnDrift? {
    let kinds = [reference, current].map { FeatureColumn.Kind(typeName: $0.types[column] ?? "") }
    guard let first = kinds[0], let second = kinds[1] else {
      remarks.append(
        workspace.words(
          "`\(column)` is of a nested type and not compared.", "`\(column)`は入れ子の型のため比較していません。"))
      return nil
    }
    func isNumber(_ kind: FeatureColumn.Kind) -> Bool { kind != .category && kind != .boolean }
    if isNumber(first), isNumber(second), (first == .number) == (second == .number) {
      return ColumnDrift(
        column, reference: try numbers(column, first, of: reference),
        current: try numbers(column, second, of: current), bins: step.bins,
        isDays: first == .date && second == .date)
    }
    if isNumber(first) || isNumber(second) {
      remarks.append(
        workspace.words(
          "`\(column)` is \(reference.types[column] ?? "") then and \(current.types[column] ?? "") "
            + "now: compared as text.",
          "`\(column)`の型は基準が\(reference.types[column] ?? "")、現在が\(current.types[column] ?? "")のため、"
            + "文字列として比較しました。"))
    }
    let old = try categories(column, of: reference)
    let new = try categories(column, of: current)
    let known = old.count - (old[nil] == nil ? 0 : 1)
    guard known <= 1000 || known * 2 <= reference.rows else {
      remarks.append(
        workspace.words(
          "`\(column)` has \(workspace.words.count(known)) different values and is not compared.",
          "`\(column)`は異なる値が\(workspace.words.count(known))種類あるため比較していません。"))
      return nil
    }
    return ColumnDrift(column, reference: old, current: new)
  }

  /// The column as numbers; NaN where there is none, or none that is finite.
  private mutating func numbers(
    _ column: String, _ kind: FeatureColumn.Kind, of side: Side
  ) throws(StepFailure) -> [Double] {
    let name = SQLText.identifier(column)
    let value =
      switch kind {
      case .date: "epoch(\(name)) / 86400"
      case .time: "epoch(\(name))"
      default: "CAST(\(name) AS DOUBLE)"
      }
    let values = try workspace.engine { engine throws(DuckDBError) in
      try engine.doubles(
        "SELECT CAST(\(value) AS DOUBLE) FROM \(SQLText.identifier(side.table))")
    }
    let infinite = values.count(where: \.isInfinite)
    if infinite > 0 {
      remarks.append(
        workspace.words(
          "\(workspace.words.count(infinite)) infinite values of `\(column)` in "
            + "`\(side.place.name)` count as missing.",
          "`\(side.place.name)`の`\(column)`にある無限大\(workspace.words.count(infinite))件は欠損として"
            + "扱いました。"))
    }
    return values
  }

  private func categories(
    _ column: String, of side: Side
  ) throws(StepFailure) -> [String?: Int] {
    let name = SQLText.identifier(column)
    let table = try workspace.rows(
      """
      SELECT CAST(\(name) AS VARCHAR) AS value, count(*) AS rows
      FROM \(SQLText.identifier(side.table)) GROUP BY value
      """)
    var counts: [String?: Int] = [:]
    for index in 0..<table.rowCount {
      let row = table.row(index)
      counts[row[0].isNull ? nil : row[0].plainText] = row[1].number.map { Int($0) } ?? 0
    }
    return counts
  }

  func scores(of side: inout Side) throws(StepFailure) -> [Double] {
    if let scores = side.scores { return scores }
    guard let model = trained?.model else {
      throw StepFailure(
        .error("no-model", "there is no model `\(step.model?.name ?? "")`", at: step.model?.range))
    }
    let (types, table) = (side.types, SQLText.identifier(side.table))
    let list = try workspace.learning(at: side.place.range) { () throws(LearningError) in
      try model.encoder.selectList(for: types)
    }
    let stream = try workspace.engine { engine throws(DuckDBError) in
      try engine.stream("SELECT \(list) FROM \(table)")
    }
    let scores = try workspace.learning(at: side.place.range) { () throws(LearningError) in
      try model.scores(of: stream, with: workspace.lightGBM, threads: workspace.threads)
    }
    side.scores = scores
    return scores
  }

  /// Drops copies of views.
  func end() throws(StepFailure) {
    try workspace.release(reference.table, of: reference.place.name)
    try workspace.release(current.table, of: current.place.name)
  }
}
