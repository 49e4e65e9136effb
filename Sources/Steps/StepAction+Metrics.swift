internal import Learning

extension StepAction {
  /// The names of the metrics that the step leaves, when its kind knows them before it runs; an
  /// expression that asks for another one is then a mistake that planning finds.
  ///
  /// A kind that learns a new metric learns its name here.
  public var metricNames: [String]? {
    switch self {
    case .sql, .table, .chart, .export: []
    case .metric(let step): step.tiles.map(\.name)
    case .profile: ["rows", "columns"]
    case .split: Part.allCases.map { "\($0.rawValue)_rows" }
    case .evaluate(let step):
      BinaryMetric.allCases.map(\.rawValue)
        + (step.costs == nil ? [] : ["cost", "best_threshold", "best_cost"])
        + step.otherNames.flatMap { name in
          Judgement.besides.map { "\(name)_\($0.rawValue)" }
        }
    case .compare(let step): step.metricNames
    case .explain: ["rows", "expected"]
    case .gate: ["passed", "refused", "warned"]
    case .predict: ["rows", "positives", "mean_score", "threshold"]
    case .process(let step): step.metrics.isEmpty ? nil : step.metrics.map(\.name)
    case .model: []
    // The planner knows them of the other notebook.
    case .notebook: nil
    // Which losses there are depends on the training.
    case .train: nil
    }
  }
}
