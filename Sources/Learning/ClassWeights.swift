/// How much the rows of each class count in training.
public enum ClassWeights: Sendable, Hashable {
  /// Every row counts once.
  case none
  /// Both classes count the same in sum: n / (2 n_class) for each row, as in scikit-learn.
  case balanced
  /// These factors.
  case given(negative: Double, positive: Double)

  /// The factors for rows with these labels.
  func factors(for labels: [Float]) -> (negative: Double, positive: Double) {
    switch self {
    case .none: return (1, 1)
    case .given(let negative, let positive): return (negative, positive)
    case .balanced:
      let positives = Double(labels.count { $0 == 1 })
      let negatives = Double(labels.count) - positives
      let half = Double(labels.count) / 2
      return (negatives > 0 ? half / negatives : 1, positives > 0 ? half / positives : 1)
    }
  }

  /// A factor for each row; nil when all rows count once.
  func weights(for labels: [Float]) -> [Float]? {
    if self == .none { return nil }
    let factors = factors(for: labels)
    return labels.map { Float($0 == 1 ? factors.positive : factors.negative) }
  }
}
