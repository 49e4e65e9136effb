internal import Learning

extension StepAction {
  /// The names of the metrics that the step leaves, when its kind knows them before it runs; an
  /// expression that asks for another one is then a mistake that planning finds.
  ///
  /// A kind that learns a new metric learns its name here.
  public var metricNames: [String]? {
    switch self {
    case .sql, .table, .chart, .register, .export: []
    case .metric(let step): step.tiles.map(\.name)
    case .profile: ["rows", "columns"]
    case .validate: ["rows", "expectations", "passed", "failed", "warned"]
    case .split(let step):
      step.folds == nil ? Part.allCases.map { "\($0.rawValue)_rows" } : ["folds", "rows"]
    // What the model predicts decides which of them there are.
    case .evaluate(let step):
      EvaluateStep.metricNames
        + (step.costs == nil ? [] : ["cost", "best_threshold", "best_cost"])
        + step.otherNames.flatMap { name in
          Judgement.besides.map { "\(name)_\($0.rawValue)" }
        }
    case .compare(let step): step.metricNames
    case .explain: ["rows", "expected"]
    case .drift(let step): step.metricNames
    case .fairness(let step): step.metricNames
    case .gate: ["passed", "refused", "warned"]
    case .predict: PredictStep.metricNames
    case .process(let step): step.metrics.isEmpty ? nil : step.metrics.map(\.name)
    case .model: []
    // The planner knows them of the other notebook.
    case .notebook: nil
    // Which losses there are depends on the training.
    case .train: nil
    }
  }
}
