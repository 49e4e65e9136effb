internal import Parsing
internal import Vocabulary

/// An expectation of a gate beside what was observed.
struct JudgedRule {
  /// What became of an expectation.
  enum Outcome: Sendable, Hashable {
    case held
    case refused
    case warned
    /// There is nothing to compare with: no edition before, no champion.
    case notCompared(String)
  }

  let rule: GateStep.Rule
  private(set) var outcome: Outcome
  private var observed: Value
  private var limit: Value?
  private var tolerance: Double?
  /// How the observed figure is printed elsewhere in the report.
  private var format: NumberFormat

  init(_ rule: GateStep.Rule, in workspace: Workspace) throws(StepFailure) {
    self.rule = rule
    outcome = .held
    observed = .null
    format = .automatic
    for (relation, reason) in workspace.missingRelations where rule.condition.reads(relation) {
      outcome = .notCompared(reason)
    }
    if let sides = rule.condition.sides {
      format = Self.format(of: sides.left.sql, in: workspace)
      observed = try workspace.evaluate(sides.left)
      let limit = try workspace.evaluate(sides.right)
      self.limit = limit
      tolerance = limit.number.flatMap { rule.tolerance?.amount(of: $0) }
      guard outcome == .held else { return }
      if limit.isNull, !observed.isNull, workspace.readsGiven(rule.condition) {
        outcome = .notCompared("no figure to compare with")
        return
      }
      if let left = observed.number, let right = limit.number {
        let isKept = sides.comparison.holds(left, right, tolerance: tolerance ?? 0)
        if !isKept { outcome = missed }
        return
      }
    } else {
      observed = try workspace.evaluate(rule.condition.whole)
    }
    // Days and texts are compared by the engine.
    if outcome == .held, try workspace.evaluate(rule.condition.whole) != .bool(true) {
      outcome = missed
    }
  }

  private var missed: Outcome { rule.severity == .fail ? .refused : .warned }

  /// The format of the metric that the text names.
  private static func format(of text: String, in workspace: Workspace) -> NumberFormat {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2,
      let metric = workspace.metrics[String(parts[0])]?.first(where: { $0.name == parts[1] })
    else { return .automatic }
    return metric.format
  }

  var name: String { rule.label ?? rule.condition.whole.sql }

  /// Why the rule is not kept: `evaluation.auc >= 0.7: 0.655 was observed`.
  func sentence(_ words: Words) -> String {
    let isPlain = rule.condition.sides.map { isLiteral($0.right.sql) } ?? true
    let limit = limitText ?? words.missing
    if observed.isNull { return words("`\(name)`: there is no value", "`\(name)`：値がありません") }
    return words(
      "`\(name)`: observed \(observedText ?? "")" + (isPlain ? "" : ", the limit is \(limit)"),
      "`\(name)`：実測値は\(observedText ?? "")" + (isPlain ? "" : "、基準は\(limit)"))
  }

  /// Two figures that are told apart by the rule are told apart in the table too.
  private var shown: (observed: String?, limit: String?) {
    guard let left = observed.number, rule.condition.sides != nil else {
      return (observed.isNull ? nil : observed.plainText, nil)
    }
    guard let right = limit?.number else { return (format.string(left), nil) }
    var texts = (format.string(left), format.string(right))
    if texts.0 == texts.1, left != right { texts = (shortestText(left), shortestText(right)) }
    return texts
  }

  var observedText: String? { shown.observed }
  var limitText: String? { shown.limit }

  var toleranceText: String? {
    switch rule.tolerance {
    case .absolute(let amount): shortestText(amount)
    case .relative(let share):
      NumberFormat.significant(4).string(share * 100) + "%"
        + (tolerance.map { " (\(NumberFormat.significant(3).string($0)))" } ?? "")
    case nil: nil
    }
  }

  func verdictText(_ words: Words) -> String {
    switch outcome {
    case .held: words.held
    case .refused: words.refused
    case .warned: words.warned
    case .notCompared(let reason): words.notCompared(reason)
    }
  }

  private func isLiteral(_ text: String) -> Bool {
    YAMLScalar(text, isPlain: true).value.number != nil
  }
}
