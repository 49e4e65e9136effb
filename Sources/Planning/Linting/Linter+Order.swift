internal import DuckDB
internal import Parsing
internal import Steps

/// Rows in an order that nothing decides.
extension Linter {
  mutating func findUnorderedRows() {
    for step in plan.steps {
      switch step.action {
      case .sql:
        let isShown = step.settings.show.map { $0 != .nothing } ?? false
        let isLimited = analyses[step.name]?.isLimited ?? foreign(step)?.isLimited ?? false
        if isLimited, !isOrdered(step.name) {
          report(
            .unorderedLimit, "LIMIT keeps some rows of `\(step.name)`, and nothing decides which",
            at: step.source.nameRange,
            explanation: "Without ORDER BY another version of the engine may give other rows.",
            solutions: ["add ORDER BY, down to a column that tells rows apart"])
        } else if isShown, !isOrdered(step.name) {
          report(
            .unorderedTable, "table `\(step.name)` is shown without ORDER BY",
            at: step.source.nameRange, explanation: Self.reason,
            solutions: ["add ORDER BY to the SELECT"])
        }
      case .table(let table) where table.sort.isEmpty:
        guard !isOrdered(table.table.name) else { continue }
        report(
          .unorderedTable,
          "step `\(step.name)` shows table `\(table.table.name)`, whose rows have no order",
          at: table.table.range ?? step.source.nameRange, explanation: Self.reason,
          solutions: ["add ORDER BY to `\(table.table.name)`, or `sort:` to `\(step.name)`"])
      default: continue
      }
    }
  }

  private static let reason =
    "Joins, groups and sets come in any order, so two equal runs might differ."

  /// Whether a table's rows come in an order that the notebook or the files decide.
  private func isOrdered(_ name: String, depth: Int = 0) -> Bool {
    guard let step = step(name), depth < plan.steps.count else { return true }
    if let sql = foreign(step) { return sql.isOrdered }
    if let analysis = analyses[step.name] {
      switch analysis.rowOrder {
      case .stated: return true
      case .unstated: return false
      case .inherited(let tables):
        return tables.allSatisfy { isOrdered($0, depth: depth + 1) }
      }
    }
    // Other kinds keep the order of the table that they take.
    return step.action.kind.references.filter { $0.kind == .table }
      .allSatisfy { isOrdered($0.name, depth: depth + 1) }
  }

  /// The SQL of a step that another engine does, whose rows have no order but a stated one.
  private func foreign(_ step: PlannedStep) -> ForeignSQL? {
    guard case .sql(let sql) = step.action, let remote = step.remote else { return nil }
    return ForeignSQL(sql.sql, in: remote.connection.dialect)
  }
}
