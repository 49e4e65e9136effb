/// A figure that says how well scores tell two classes apart, by the name that reports use.
public enum BinaryMetric: String, Sendable, Hashable, CaseIterable {
  /// Area under the ROC curve: the chance that a positive scores above a negative, ties half.
  case auc
  /// 2 AUC - 1.
  case gini
  /// Kolmogorov-Smirnov: the largest distance between the score distributions of the classes.
  case ks
  /// Average precision, the step-wise area under the precision-recall curve.
  case averagePrecision = "average_precision"
  /// Mean negative log likelihood; scores are kept 2.2e-16 away from 0 and 1.
  case logLoss = "log_loss"
  /// Mean squared error of the probability.
  case brier
  /// Share of rows on the right side of the threshold.
  case accuracy
  /// Share of positives among the rows called positive.
  case precision
  /// Share of the positives that are called positive.
  case recall
  /// Harmonic mean of precision and recall.
  case f1
  /// Matthews' correlation of prediction and truth.
  case mcc
  /// Cohen's agreement beyond chance.
  case kappa
  /// How many rows there are.
  case rows
  /// How many of them are positive.
  case positives
  /// The score from which on a row is called positive.
  case threshold

  /// Which way of a metric is good: +1 up, -1 down, 0 neither.
  public var direction: Int {
    switch self {
    case .logLoss, .brier: -1
    case .rows, .positives, .threshold: 0
    default: 1
    }
  }

  /// What people call it.
  public var label: String {
    switch self {
    case .auc: "AUC"
    case .gini: "Gini"
    case .ks: "KS"
    case .averagePrecision: "Average precision"
    case .logLoss: "Log loss"
    case .brier: "Brier score"
    case .accuracy: "Accuracy"
    case .precision: "Precision"
    case .recall: "Recall"
    case .f1: "F1"
    case .mcc: "MCC"
    case .kappa: "Kappa"
    case .rows: "Rows"
    case .positives: "Positives"
    case .threshold: "Threshold"
    }
  }
}
