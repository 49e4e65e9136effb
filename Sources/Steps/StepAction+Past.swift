extension StepAction {
  /// The metrics whose values in earlier editions the step or its place in the report uses, by
  /// their names within the step.
  ///
  /// A kind that looks back learns it here: only what is named is read, recorded and verified.
  public var pastMetrics: [String] {
    switch self {
    case .metric(let step): step.tiles.map(\.name)
    case .process(let step): step.metrics.map(\.name)
    case .validate(let step): step.rowChange == nil ? [] : ["rows"]
    case .sql, .table, .chart, .profile, .split, .train, .compare, .evaluate, .explain, .drift,
      .fairness, .gate, .register,
      .predict, .export, .model, .notebook:
      []
    }
  }
}
