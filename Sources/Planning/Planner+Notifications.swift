internal import DuckDB
internal import Parsing
internal import Steps
internal import Vocabulary

extension Planner {
  /// Checks the notebook's notifications: their texts are evaluated when the run is over, over its
  /// parameters and metrics; tables are gone then, and other figures would become inputs of the report.
  mutating func checkNotifications() {
    let rules = notebook.frontMatter.notify ?? []
    diagnostics += NotifyRule.findings(in: rules, allowsProcesses: project.allowsProcesses)
    for rule in rules {
      for expression in rule.expressions {
        let count = diagnostics.count
        let reads = examine(expression, for: .prose).reads
        guard diagnostics.count == count else { continue }
        let analysis = try? analysis(of: ExpressionQuery.text(of: expression))
        let readsTables = analysis.map { !$0.tables.isEmpty || !$0.tableFunctions.isEmpty } ?? false
        if readsTables || reads.readsGiven {
          report(
            "not-known-then", "a notification can only read parameters and metrics of its run",
            at: expression.range,
            solutions: ["let a `metric` step make a figure of it, and name that"])
        }
      }
      for figure in rule.figures ?? [] {
        let path = figure.name.split(separator: ".").map(String.init)
        if case .step(let index)? = scope[path[0]] {
          if path.count == 2 { checkMetric(path[1], of: index, at: figure.range) }
        } else {
          report(
            "unknown-metric",
            "`\(figure.name)` is no metric: there is no step `\(path[0])`", at: figure.range,
            solutions: solutions(forUnknown: path[0], among: scope.stepNames))
        }
      }
    }
  }
}
