/// A figure that says how well probabilities tell several classes apart, by the name that reports use.
///
/// "Macro" is the plain mean over the classes, "weighted" the mean by how many rows each has.
public enum ClassMetric: String, Sendable, Hashable, CaseIterable {
  /// The mean over the classes of the AUC of each against all others.
  case auc
  /// Share of rows whose most probable class is theirs.
  case accuracy
  /// Mean share of right calls among the calls of a class.
  case precisionMacro = "precision_macro"
  /// Mean share of a class's rows that are called so: balanced accuracy.
  case recallMacro = "recall_macro"
  /// Mean of the harmonic means of both.
  case f1Macro = "f1_macro"
  /// The same by rows.
  case precisionWeighted = "precision_weighted"
  /// The same by rows: the accuracy.
  case recallWeighted = "recall_weighted"
  /// The same by rows.
  case f1Weighted = "f1_weighted"
  /// Mean negative log likelihood; probabilities are kept 2.2e-16 away from 0 and 1.
  case logLoss = "log_loss"
  /// Cohen's agreement beyond chance.
  case kappa
  /// Matthews' correlation for several classes (Gorodkin 2004).
  case mcc
  /// How many rows there are.
  case rows
  /// How many classes the model tells apart.
  case classes

  /// Which way of a metric is good: +1 up, -1 down, 0 neither.
  public var direction: Int {
    switch self {
    case .logLoss: -1
    case .rows, .classes: 0
    default: 1
    }
  }

  /// What people call it.
  public var label: String {
    switch self {
    case .auc: "AUC, one against the rest"
    case .accuracy: "Accuracy"
    case .precisionMacro: "Precision, macro"
    case .recallMacro: "Recall, macro"
    case .f1Macro: "F1, macro"
    case .precisionWeighted: "Precision, weighted"
    case .recallWeighted: "Recall, weighted"
    case .f1Weighted: "F1, weighted"
    case .logLoss: "Log loss"
    case .kappa: "Kappa"
    case .mcc: "MCC"
    case .rows: "Rows"
    case .classes: "Classes"
    }
  }
}
