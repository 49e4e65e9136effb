internal import DuckDB
internal import Parsing
internal import Steps

/// Steps whose work nobody sees.
extension Linter {
  mutating func findUnusedSteps() {
    let read = namesRead
    for step in plan.steps where !read.contains(step.name.lowercased()) {
      let isShown = step.settings.show.map { $0 != .nothing } ?? false
      switch step.action {
      case .sql, .split, .predict:
        guard !isShown else { continue }
        report(
          .unusedStep, "nothing reads or shows table `\(step.name)`", at: step.source.nameRange,
          solutions: ["show it with `show=10`, use it, or remove the step"])
      case .train:
        report(
          .unusedStep, "nothing judges or applies model `\(step.name)`",
          at: step.source.nameRange,
          solutions: ["add an `evaluate` or a `predict` step, or remove the step"])
      default: continue
      }
    }
  }

  mutating func findHiddenSteps() {
    let read = namesRead
    for step in plan.steps where step.settings.show == .nothing {
      switch step.action {
      case .table, .metric, .chart, .profile, .evaluate:
        guard !read.contains(step.name.lowercased()) else { continue }
        report(
          .hiddenStep, "step `\(step.name)` is there to be shown, and says `show: none`",
          at: step.source.options["show"]?.range ?? step.source.nameRange,
          solutions: ["remove `show: none`, or the step"])
      default: continue
      }
    }
  }

  /// The steps that other steps or the prose read, in lower case.
  private var namesRead: Set<String> {
    var names = Set(plan.steps.flatMap(\.upstream).map { $0.lowercased() })
    for expression in plan.notebook.proseExpressions {
      guard let analysis = analysis(of: expression) else { continue }
      names.formUnion(analysis.tables.map { $0.name.lowercased() })
      names.formUnion(analysis.freeColumns.map { $0.path[0].lowercased() })
    }
    return names
  }
}
