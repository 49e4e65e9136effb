#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The figures of one round of a trial, on rows whose labels stay.
struct RoundFigures {
  private let metric: TaskMetric
  private let target: Model.Target
  private let rows: JudgedRows
  /// The ranking of the positive class, or one for each of several.
  private var rankings: [RadixAUC]

  init(_ metric: TaskMetric, of target: Model.Target, on rows: JudgedRows) {
    self.metric = metric
    self.target = target
    self.rows = rows
    let labels = rows.labels
    switch metric {
    case .binary: rankings = rows.weights == nil ? [RadixAUC(labels: labels)] : []
    case .multiclass(.auc) where rows.weights == nil:
      rankings = target.classes.indices.map { label in
        RadixAUC(labels: labels.map { $0 == Float(label) ? 1 : 0 })
      }
    case .multiclass, .regression: rankings = []
    }
  }

  /// The loss, the AUC of two classes where it is at hand, and the figure asked for; nil where it is
  /// not defined.
  mutating func figures(of scores: [Double]) -> (loss: Double, auc: Double?, figure: Double?) {
    let loss = rows.loss(of: scores, target)
    switch metric {
    case .binary(.logLoss) where rows.factors == nil,
      .multiclass(.logLoss) where rows.factors == nil,
      .regression(.rmse) where rows.factors == nil:
      return (loss, nil, loss.isNaN ? nil : loss)
    case .binary(.auc) where rows.weights == nil, .binary(.gini) where rows.weights == nil:
      let auc = rankings[0].auc(of: scores)
      return (loss, auc, metric == .binary(.gini) ? auc.map { 2 * $0 - 1 } : auc)
    case .binary(let metric):
      let ranked = RankedScores(
        scores: scores, labels: rows.labels.map { $0 == 1 }, weights: rows.weights)
      let metrics = BinaryMetrics(of: ranked)
      return (loss, metrics[.auc], metrics[metric])
    case .multiclass(.auc) where rows.weights == nil: return (loss, nil, meanAUC(of: scores))
    case .multiclass, .regression:
      let figure = metric.value(
        of: scores, labels: rows.labels, weights: rows.weights, classCount: target.outputCount)
      return (loss, nil, figure)
    }
  }

  /// The mean over the classes of the AUC of each against all others.
  private mutating func meanAUC(of scores: [Double]) -> Double? {
    var sum = 0.0
    for label in rankings.indices {
      let own = stride(from: label, to: scores.count, by: rankings.count).map { scores[$0] }
      guard let auc = rankings[label].auc(of: own) else { return nil }
      sum += auc
    }
    return rankings.isEmpty ? nil : sum / Double(rankings.count)
  }
}

/// What figures and losses need to know of rows.
struct JudgedRows {
  /// The places of the classes, or the values.
  let labels: [Float]
  /// How much each row counts; nil when all count once.
  let weights: [Double]?
  /// The same times the factor of its class: how much it counts in the loss.
  let factors: [Double]?

  init(_ rows: TrainingRows, _ factors: RowFactors) {
    labels = rows.labels
    weights = rows.weights?.map(Double.init)
    self.factors = factors.weights(of: rows)
  }

  /// The loss of scores of these rows.
  func loss(of scores: [Double], _ target: Model.Target) -> Double {
    if target.task == .binary, factors == nil { return Self.logLoss(of: scores, labels) }
    return RoundLoss(target.task, labels: labels, weights: factors).value(of: scores)
  }

  /// LightGBM's `binary_logloss`: probabilities are kept 1e-15 away from 0 and 1. The logarithm of a
  /// product of sixteen is cheaper than sixteen logarithms, and 1e-240 is still a number.
  private static func logLoss(of scores: [Double], _ labels: [Float]) -> Double {
    guard !labels.isEmpty, scores.count == labels.count else { return .nan }
    var sum = 0.0
    var product = 1.0
    for index in scores.indices {
      product *= max(labels[index] == 1 ? scores[index] : 1 - scores[index], 1e-15)
      if index & 15 == 15 {
        sum -= log(product)
        product = 1
      }
    }
    return (sum - log(product)) / Double(labels.count)
  }
}
