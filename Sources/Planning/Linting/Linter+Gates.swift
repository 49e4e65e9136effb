internal import DuckDB
internal import Parsing
internal import Steps
internal import Vocabulary

/// Gates that chance alone can close.
extension Linter {
  mutating func findGatesWithoutTolerance() {
    for step in plan.steps {
      guard case .gate(let gate) = step.action else { continue }
      for rule in gate.rules where rule.tolerance == nil {
        guard let other = exactly(rule.condition) else { continue }
        let sql = rule.condition.whole.sql
        report(
          .gateWithoutTolerance, "`\(sql)` in gate `\(step.name)` compares with \(other) exactly",
          at: rule.range,
          explanation: "Figures move by chance alone, and the gate would refuse for no reason.",
          solutions: [
            "{ that: \"\(sql)\", tolerance: 0.01 }, or an allowance in the condition itself"
          ])
      }
    }
  }

  /// What a condition compares with although it is never met to the last digit; nil when it is
  /// sound.
  private func exactly(_ condition: GateCondition) -> String? {
    if let sides = condition.sides, sides.comparison == .equal,
      [sides.left, sides.right].contains(where: { Self.isFraction($0.sql) })
    {
      return "a fraction"
    }
    // Whoever calculates with the other figure has thought of it.
    guard !condition.whole.sql.contains(where: { "+-*/".contains($0) }) else { return nil }
    let names = Set(
      (analysis(of: condition.whole)?.freeColumns ?? []).map { $0.path[0].lowercased() })
    if names.contains("previous") { return "the edition before" }
    return names.contains("champion") ? "the champion" : nil
  }

  /// Whether a side is a number such as `0.75`.
  private static func isFraction(_ text: String) -> Bool {
    text.contains(".") && Double(text) != nil
  }
}
