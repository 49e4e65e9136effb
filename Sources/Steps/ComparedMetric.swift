internal import Learning
internal import Vocabulary

/// A column of the table of compared algorithms.
struct ComparedMetric: Sendable, Hashable {
  /// The name that metrics and `sort` use.
  let name: String
  /// What people call it.
  let label: String
  /// Whether more of it is better.
  let isHigher: Bool
  /// How it is written.
  let format: NumberFormat

  private init(_ metric: BinaryMetric, label: String? = nil) {
    name = metric.rawValue
    self.label = label ?? metric.label
    isHigher = metric.direction > 0
    format = .fixed(4)
  }

  private init(_ metric: ClassMetric, name: String, label: String) {
    self.name = name
    self.label = label
    isHigher = metric.direction > 0
    format = .fixed(4)
  }

  private init(_ metric: ValueMetric, label: String) {
    name = metric.rawValue
    self.label = label
    isHigher = metric.direction > 0
    format = metric == .r2 || metric == .rmsle || metric == .mape ? .fixed(4) : .significant(5)
  }

  private static let binary: [(ComparedMetric, BinaryMetric)] = [
    (.init(.accuracy), .accuracy), (.init(.auc), .auc), (.init(.recall), .recall),
    (.init(.precision, label: "Prec."), .precision), (.init(.f1), .f1), (.init(.kappa), .kappa),
    (.init(.mcc), .mcc),
  ]

  /// PyCaret's figures for several classes: means by how many rows each class has.
  private static let multiclass: [(ComparedMetric, ClassMetric)] = [
    (.init(.accuracy, name: "accuracy", label: "Accuracy"), .accuracy),
    (.init(.auc, name: "auc", label: "AUC"), .auc),
    (.init(.recallWeighted, name: "recall", label: "Recall"), .recallWeighted),
    (.init(.precisionWeighted, name: "precision", label: "Prec."), .precisionWeighted),
    (.init(.f1Weighted, name: "f1", label: "F1"), .f1Weighted),
    (.init(.kappa, name: "kappa", label: "Kappa"), .kappa),
    (.init(.mcc, name: "mcc", label: "MCC"), .mcc),
  ]

  private static let regression: [(ComparedMetric, ValueMetric)] = [
    (.init(.mae, label: "MAE"), .mae), (.init(.mse, label: "MSE"), .mse),
    (.init(.rmse, label: "RMSE"), .rmse), (.init(.r2, label: "R²"), .r2),
    (.init(.rmsle, label: "RMSLE"), .rmsle), (.init(.mape, label: "MAPE"), .mape),
  ]

  /// What people call it in the language of the report.
  func label(_ words: Words) -> String {
    guard words == .japanese else { return label }
    return switch name {
    case "accuracy": words.label(BinaryMetric.accuracy)
    case "recall": words.label(BinaryMetric.recall)
    case "precision": words.label(BinaryMetric.precision)
    case "kappa": words.label(BinaryMetric.kappa)
    default: label
    }
  }

  /// The columns for a task, in the order that PyCaret made known.
  static func figures(of task: Model.Task) -> [ComparedMetric] {
    switch task {
    case .binary: binary.map(\.0)
    case .multiclass: multiclass.map(\.0)
    case .regression: regression.map(\.0)
    }
  }

  /// All columns there are.
  static let all: [ComparedMetric] = Model.Task.allCases.flatMap(figures)

  /// The figure that decides when the author names none.
  static func key(of task: Model.Task) -> ComparedMetric {
    figures(of: task).first { $0.name == (task == .regression ? "r2" : "auc") }
      ?? figures(of: task)[0]
  }

  /// The figures of scored rows.
  static func values(
    of rows: ScoredRows, threshold: Double
  ) -> [(figure: ComparedMetric, value: Double?)] {
    switch rows {
    case .ranked(let ranked):
      let metrics = BinaryMetrics(of: ranked, threshold: threshold)
      return binary.map { ($0.0, metrics[$0.1]) }
    case .classes(let scored):
      let metrics = ClassMetrics(of: scored)
      return multiclass.map { ($0.0, metrics[$0.1]) }
    case .values(let values):
      let metrics = ValueMetrics(of: values)
      return regression.map { ($0.0, metrics[$0.1]) }
    }
  }
}
