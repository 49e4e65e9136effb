internal import Learning
internal import Parsing
internal import Vocabulary

/// The figure of a search, which must be one of the task's.
extension TuneOptions {
  /// The metric that decides between the trials.
  func metric(for target: Model.Target) throws(StepFailure) -> TaskMetric {
    if let misfit = misfit(for: target.task, of: target.column) { throw StepFailure(misfit) }
    return objective.flatMap { TaskMetric($0.name, for: target.task) }
      ?? .standard(for: target.task)
  }

  /// What is wrong when the figure is that of another task; `column` is the target where its values
  /// say which task it is.
  func misfit(for task: Model.Task, of column: String?) -> Diagnostic? {
    guard let objective, TaskMetric(objective.name, for: task) == nil else { return nil }
    let judged =
      Model.Task.allCases.first { TaskMetric(objective.name, for: $0) != nil } ?? task
    let learned =
      column.map { "`\($0)` holds \(task.contents)" } ?? "`task: \(task.rawValue)` learns "
      + task.contents
    let names = TaskMetric.all(for: task).map(\.name)
    let near = TaskMetric.all(for: task).first { $0.name.hasPrefix("\(objective.name)_") }
    let proposed = near ?? .standard(for: task)
    return .error(
      "wrong-value",
      "`\(objective.key)` cannot be `\(objective.name)`, which judges \(judged.contents): "
        + learned, at: objective.range,
      explanation: "metrics of a \(task.rawValue) target are "
        + names.map { "`\($0)`" }.joined(separator: ", "),
      solutions: ["write `\(proposed.direction > 0 ? "maximize" : "minimize"): \(proposed.name)`"])
  }
}

extension Model.Task {
  /// What its targets hold, for a sentence.
  fileprivate var contents: String {
    switch self {
    case .binary: "two classes"
    case .multiclass: "several classes"
    case .regression: "numbers"
    }
  }
}
