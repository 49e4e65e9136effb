public import Vocabulary

/// Rows with their classes.
public struct TrainingRows {
  /// The encoded features, in the order of the encoder.
  public var features: ColumnStream
  /// 1 for the positive class, 0 for the other, in the same row order.
  public var labels: [Float]

  /// Rows with their classes.
  public init(features: ColumnStream, labels: [Float]) {
    self.features = features
    self.labels = labels
  }

  /// Throws when nothing can be learned from these rows and judged on `validation`.
  func check(
    beside validation: TrainingRows?, _ encoder: FeatureEncoder
  ) throws(LearningError) {
    guard encoder.featureCount > 0 else {
      throw LearningError(.data, "there is no feature to learn from")
    }
    guard !labels.isEmpty else {
      throw LearningError(.data, "there are no rows to learn from")
    }
    for label in [Float(0), 1] where !labels.contains(label) {
      throw LearningError(
        .data, "the training rows hold one class only",
        explanation: "none of \(labels.count) rows has label \(Int(label))")
    }
    guard (labels + (validation?.labels ?? [])).allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw LearningError(.data, "a label is neither 0 nor 1")
    }
  }
}

/// How far a training is.
public struct TrainingProgress: Sendable, Hashable {
  /// The rounds or epochs done.
  public var round: Int
  /// The most rounds there can be.
  public var rounds: Int
  /// The figure on the validation rows, or on the training rows when there are no others.
  public var loss: Double
}
