/// How much the rows of each class count in training.
public enum ClassWeights: Sendable, Hashable {
  /// Every row counts once.
  case none
  /// All classes count the same in sum: n / (k n_class) for each row of k classes, as in
  /// scikit-learn.
  case balanced
  /// A factor for each class, in the order of the target's classes.
  case factors([Double])

  /// A factor for each of two classes.
  public static func given(negative: Double, positive: Double) -> ClassWeights {
    .factors([negative, positive])
  }

  /// The factors for rows with these labels, one for each class.
  func factors(for rows: TrainingRows, classes count: Int) -> [Double] {
    guard case .balanced = self else {
      return factors(ofClassSums: Array(repeating: 0, count: count))
    }
    var sums = Array(repeating: 0.0, count: count)
    for (index, label) in rows.labels.enumerated() {
      sums[Int(label)] += rows.weights.map { Double($0[index]) } ?? 1
    }
    return factors(ofClassSums: sums)
  }

  /// The factors, one for each class, where the rows of each class weigh so much together.
  func factors(ofClassSums sums: [Double]) -> [Double] {
    switch self {
    case .none: return sums.map { _ in 1 }
    case .factors(let factors):
      return sums.indices.map { factors.indices.contains($0) ? factors[$0] : 1 }
    case .balanced:
      let share = sums.reduce(0, +) / Double(max(1, sums.count))
      return sums.map { $0 > 0 ? share / $0 : 1 }
    }
  }
}

/// How much each row counts: its own weight times the factor of its class.
struct RowFactors {
  /// The factor of each class; empty for a regression.
  let classes: [Double]

  /// What these training rows say.
  init(_ weights: ClassWeights, _ rows: TrainingRows, _ target: Model.Target) {
    classes =
      target.task == .regression
      ? [] : weights.factors(for: rows, classes: max(2, target.classes.count))
  }

  /// A weight for each row; nil when all count once.
  func weights(of rows: TrainingRows) -> [Double]? {
    let isEven = classes.allSatisfy { $0 == 1 }
    guard !isEven || rows.weights != nil else { return nil }
    return rows.labels.indices.map { index in
      (rows.weights.map { Double($0[index]) } ?? 1)
        * (classes.isEmpty ? 1 : classes[Int(rows.labels[index])])
    }
  }
}
