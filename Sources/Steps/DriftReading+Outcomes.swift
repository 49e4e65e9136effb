internal import DuckDB
internal import Learning
internal import Parsing
internal import Vocabulary

/// How the rows of both sides ended, as far as it is known.
extension DriftReading {
  /// What the outcomes are, by the model and what the author says of them.
  var outcomeKind: OutcomeKind {
    if step.positive != nil { return .rate }
    return switch trained?.target.task {
    case .regression: .mean
    case .multiclass: .classes
    case .binary, nil: .rate
    }
  }

  /// The column of outcomes, when both sides have it.
  private var outcomeColumn: String? {
    guard let target = step.target?.name ?? trained?.target.column,
      reference.types[target] != nil, current.types[target] != nil
    else { return nil }
    return target
  }

  /// How both sides ended among several classes; nil when the current side has no outcomes, or others.
  mutating func classOutcomes() throws(StepFailure) -> [ClassOutcome]? {
    guard case .classes = outcomeKind, let target = outcomeColumn else { return nil }
    let both = [
      try classOutcome(of: &reference, target), try classOutcome(of: &current, target),
    ]
    return both[1].labelled > 0 && both[0].labelled > 0 ? both : nil
  }

  private func classOutcome(
    of side: inout Side, _ target: String
  ) throws(StepFailure) -> ClassOutcome {
    let name = SQLText.identifier(target)
    let values = try workspace.rows(
      "SELECT CAST(\(name) AS VARCHAR) AS v FROM \(SQLText.identifier(side.table))")
    let labels = values.columns[0].values
    let scores = try self.scores(of: &side)
    let classes = trained?.target.classes ?? []
    var outcome = ClassOutcome(name: side.place.name, counts: [:], expected: [:])
    var sums = [Double](repeating: 0, count: classes.count)
    for (row, label) in labels.enumerated() where !label.isNull {
      outcome.counts[label.plainText, default: 0] += 1
      for index in classes.indices { sums[index] += scores[row * classes.count + index] }
    }
    for (name, sum) in zip(classes, sums) where outcome.labelled > 0 {
      outcome.expected[name] = sum / Double(outcome.labelled)
    }
    return outcome
  }

  /// How both sides ended; empty when the current side has no outcomes, or several classes.
  mutating func outcomes() throws(StepFailure) -> [Outcome] {
    guard let target = outcomeColumn else { return [] }
    if case .classes = outcomeKind { return [] }
    let both = [
      try outcome(of: &reference, target), try outcome(of: &current, target),
    ]
    for outcome in both where outcome.labelled < outcome.rows && outcome.labelled > 0 {
      remarks.append(
        workspace.words(
          "\(workspace.words.count(outcome.rows - outcome.labelled)) rows of "
            + "`\(outcome.name)` have no `\(target)` and are left out of rates.",
          "`\(outcome.name)`のうち`\(target)`のない\(workspace.words.count(outcome.rows - outcome.labelled))行は"
            + "実績率の計算から除きました。"))
    }
    guard both[1].labelled > 0 else {
      remarks.append(
        workspace.words(
          "`\(both[1].name)` has no `\(target)` yet: outcomes are not compared.",
          "`\(both[1].name)`にはまだ`\(target)`がないため、実績は比較していません。"))
      return []
    }
    return both
  }

  private func outcome(of side: inout Side, _ target: String) throws(StepFailure) -> Outcome {
    let labels = try labels(of: side, target)
    var outcome = Outcome(name: side.place.name, rows: side.rows, labelled: 0, positives: 0)
    let scores = try expectations(of: &side)
    var sum = 0.0
    for (index, label) in labels.enumerated() where !label.isNaN {
      outcome.labelled += 1
      outcome.positives += label == 1 ? 1 : 0
      outcome.sum += label
      sum += scores?[index] ?? 0
    }
    if scores != nil, outcome.labelled > 0 { outcome.meanScore = sum / Double(outcome.labelled) }
    return outcome
  }

  /// What the model expects of each row: its score, or the probability of the class that counts as 1.
  private func expectations(of side: inout Side) throws(StepFailure) -> [Double]? {
    guard let target = trained?.target else { return nil }
    let scores = try self.scores(of: &side)
    guard let positive = step.positive, target.task != .regression else { return scores }
    guard let place = target.classes.firstIndex(of: positive) else {
      throw StepFailure(
        .error(
          "unknown-class", "the model knows no class `\(positive)` of `\(target.column)`",
          at: step.model?.range, solutions: solutions(forUnknown: positive, among: target.classes))
      )
    }
    if target.task == .binary { return place == 1 ? scores : scores.map { 1 - $0 } }
    return stride(from: place, to: scores.count, by: target.outputCount).map { scores[$0] }
  }

  /// 1, 0, or NaN where the outcome is not known; numbers as they are.
  private func labels(of side: Side, _ target: String) throws(StepFailure) -> [Double] {
    let name = SQLText.identifier(target)
    let isNumber = if case .mean = outcomeKind { true } else { false }
    let positive =
      step.positive ?? (step.target == nil && !isNumber ? trained?.target.positive : nil)
    let kind = FeatureColumn.Kind(typeName: side.types[target] ?? "")
    let value: String
    if let positive {
      value =
        "CASE WHEN \(name) IS NULL THEN NULL "
        + "WHEN CAST(\(name) AS VARCHAR) = \(SQLText.literal(positive)) THEN 1 ELSE 0 END"
    } else if kind == .number || kind == .boolean {
      value = "CAST(\(name) AS DOUBLE)"
    } else {
      throw StepFailure(
        .error(
          "target-not-binary", "`\(target)` of `\(side.place.name)` is no number",
          at: step.target?.range, solutions: ["say which value counts as 1 with `positive:`"]))
    }
    let table = SQLText.identifier(side.table)
    let labels = try workspace.engine { engine throws(DuckDBError) in
      try engine.doubles("SELECT CAST(\(value) AS DOUBLE) FROM \(table)")
    }
    // A number that is not finite is no outcome.
    if isNumber { return labels.map { $0.isFinite ? $0 : .nan } }
    guard labels.allSatisfy({ $0.isNaN || $0 == 0 || $0 == 1 }) else {
      throw StepFailure(
        .error(
          "target-not-binary", "`\(target)` of `\(side.place.name)` holds more than 0 and 1",
          at: step.target?.range ?? side.place.range,
          solutions: ["say which value counts as 1 with `positive:`"]))
    }
    return labels
  }
}
