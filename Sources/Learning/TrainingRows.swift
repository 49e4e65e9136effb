public import Vocabulary

/// Rows with what is to be predicted of them.
public struct TrainingRows {
  /// The encoded features, in the order of the encoder.
  public var features: ColumnStream
  /// The place of each row's class among the target's classes (of two, 1 is the positive one), or
  /// its value, in the same row order.
  public var labels: [Float]
  /// How much each row counts, at least 0; nil when all count once.
  public var weights: [Float]?

  /// Rows with their classes or values.
  public init(features: ColumnStream, labels: [Float], weights: [Float]? = nil) {
    self.features = features
    self.labels = labels
    self.weights = weights
  }

  /// Throws when nothing can be learned from these rows and judged on `validation`.
  func check(
    beside validation: TrainingRows?, _ encoder: FeatureEncoder, _ target: Model.Target
  ) throws(LearningError) {
    try judgement.check(beside: validation?.judgement, encoder, target)
  }

  private var judgement: RowLabels { RowLabels(labels: labels, weights: weights) }
}

/// What is to be predicted of rows, without the rows.
public struct RowLabels: Sendable, Hashable {
  /// The place of each row's class, or its value.
  public var labels: [Float]
  /// How much each row counts; nil when all count once.
  public var weights: [Float]?

  /// Classes or values of rows.
  public init(labels: [Float], weights: [Float]?) {
    self.labels = labels
    self.weights = weights
  }

  /// Throws when nothing can be learned from rows with these labels and judged on `validation`.
  func check(
    beside validation: RowLabels?, _ encoder: FeatureEncoder, _ target: Model.Target
  ) throws(LearningError) {
    guard encoder.featureCount > 0 else {
      throw LearningError(.data, "there is no feature to learn from")
    }
    guard !labels.isEmpty else {
      throw LearningError(.data, "there are no rows to learn from")
    }
    try checkWeights()
    try validation?.checkWeights()
    let all = labels + (validation?.labels ?? [])
    guard target.task != .regression else {
      guard all.allSatisfy(\.isFinite) else {
        throw LearningError(
          .data, "a value of the target is not finite, or beyond what 32 bits hold")
      }
      guard labels.contains(where: { $0 != labels[0] }) else {
        throw LearningError(.data, "the target has one value only in the training rows")
      }
      return
    }
    let names = target.classes.count < 2 ? ["0", "1"] : target.classes
    var counts = Array(repeating: 0, count: names.count)
    for label in all {
      guard label >= 0, label < Float(names.count), label == label.rounded() else {
        throw LearningError(
          .data, "a label is none of " + names.indices.map(String.init).joined(separator: ", "))
      }
    }
    for label in labels { counts[Int(label)] += 1 }
    if let missing = counts.firstIndex(of: 0) {
      let isSingle = counts.count { $0 > 0 } == 1
      throw LearningError(
        .data,
        isSingle
          ? "the training rows hold one class only"
          : "the training rows hold no row of class `\(names[missing])`",
        explanation: isSingle
          ? "none of \(labels.count) rows is of class `\(names[missing])`" : nil,
        solutions: isSingle ? [] : ["give rare classes enough rows, or put them together in SQL"])
    }
  }

  private func checkWeights() throws(LearningError) {
    guard let weights else { return }
    guard weights.count == labels.count else {
      throw LearningError(.data, "there are \(weights.count) weights for \(labels.count) rows")
    }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw LearningError(.data, "a weight is negative or not finite")
    }
    guard weights.contains(where: { $0 > 0 }) else {
      throw LearningError(.data, "all rows weigh 0")
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
