internal import Vocabulary

/// A metric of any task, by the name that reports use: what a search makes large or small.
///
/// For example: `TaskMetric("rmse", for: .regression)`.
public enum TaskMetric: Sendable, Hashable {
  /// A figure of two classes.
  case binary(BinaryMetric)
  /// A figure of several classes.
  case multiclass(ClassMetric)
  /// A figure of numbers.
  case regression(ValueMetric)

  /// The metric of this name; nil when the task has none, or when neither more nor less of it is
  /// better.
  public init?(_ name: String, for task: Model.Task) {
    guard let metric = Self.all(for: task).first(where: { $0.name == name }) else { return nil }
    self = metric
  }

  /// The metrics of a task of which more or less is better.
  public static func all(for task: Model.Task) -> [TaskMetric] {
    let metrics: [TaskMetric] =
      switch task {
      case .binary: BinaryMetric.allCases.map(TaskMetric.binary)
      case .multiclass: ClassMetric.allCases.map(TaskMetric.multiclass)
      case .regression: ValueMetric.allCases.map(TaskMetric.regression)
      }
    return metrics.filter { $0.direction != 0 }
  }

  /// The metric that decides when nobody names one: AUC of two classes, the log loss of several, the
  /// root mean squared error of numbers.
  public static func standard(for task: Model.Task) -> TaskMetric {
    switch task {
    case .binary: .binary(.auc)
    case .multiclass: .multiclass(.logLoss)
    case .regression: .regression(.rmse)
    }
  }

  /// The task that it judges.
  public var task: Model.Task {
    switch self {
    case .binary: .binary
    case .multiclass: .multiclass
    case .regression: .regression
    }
  }

  /// The name that reports and metrics use.
  public var name: String {
    switch self {
    case .binary(let metric): metric.rawValue
    case .multiclass(let metric): metric.rawValue
    case .regression(let metric): metric.rawValue
    }
  }

  /// What people call it.
  public var label: String {
    switch self {
    case .binary(let metric): metric.label
    case .multiclass(let metric): metric.label
    case .regression(let metric): metric.label
    }
  }

  /// Which way of it is good: +1 up, -1 down, 0 neither.
  public var direction: Int {
    switch self {
    case .binary(let metric): metric.direction
    case .multiclass(let metric): metric.direction
    case .regression(let metric): metric.direction
    }
  }

  /// Its value for scored rows; nil when it is not defined on them.
  ///
  /// `scores` stand row after row, for several classes `classCount` to a row; `labels` are those of
  /// `TrainingRows`.
  public func value(
    of scores: [Double], labels: [Float], weights: [Double]?, classCount: Int
  ) -> Double? {
    switch self {
    case .binary(let metric):
      let ranked = RankedScores(
        scores: scores, labels: labels.map { $0 == 1 }, weights: weights)
      return BinaryMetrics(of: ranked)[metric]
    case .multiclass(let metric):
      let scored = ScoredClasses(
        probabilities: scores, labels: labels.map { Int($0) }, classCount: classCount,
        weights: weights)
      guard metric != .auc, metric != .logLoss, scored.problem == nil else {
        return ClassMetrics(of: scored)[metric]
      }
      // Nothing needs to be ranked for the others.
      let unranked = Array(repeating: Double?.none, count: scored.classCount)
      return ClassMetrics(of: scored, unranked, nil) { scored.weight($0) }[metric]
    case .regression(let metric):
      return ValueMetrics(
        of: PredictedValues(
          predicted: scores, actual: labels.map(Double.init), weights: weights))[metric]
    }
  }
}

extension TaskMetric {
  /// The metric that decides on a target: the one asked for, or that of the task.
  static func deciding(
    _ metric: TaskMetric?, on target: Model.Target
  ) throws(LearningError) -> TaskMetric {
    guard let metric else { return standard(for: target.task) }
    guard metric.task == target.task else {
      throw LearningError(
        .parameter("metric"),
        "`\(metric.name)` of a \(metric.task.rawValue) target says nothing of a "
          + "\(target.task.rawValue) one",
        solutions: solutions(forUnknown: metric.name, among: all(for: target.task).map(\.name)))
    }
    return metric
  }
}
