#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The loss that is followed from round to round, on rows whose labels stay.
///
/// `binary_logloss` and `multi_logloss` as LightGBM has them (probabilities are kept 1e-15 away from
/// 0), `rmse` for numbers; weighted means, summed in row order.
struct RoundLoss {
  private let task: Model.Task
  private let labels: [Float]
  private let weights: [Double]?

  init(_ task: Model.Task, labels: [Float], weights: [Double]?) {
    self.task = task
    self.labels = labels
    self.weights = weights
  }

  /// The name of a task's loss.
  static func name(of task: Model.Task) -> String {
    switch task {
    case .binary: "binary_logloss"
    case .multiclass: "multi_logloss"
    case .regression: "rmse"
    }
  }

  /// The loss of these scores: row after row, for several classes one for each.
  func value(of scores: [Double]) -> Double {
    Self.value(sums(of: scores), task)
  }

  /// The loss that the sums of some rows, or of the parts of them, come to.
  static func value(_ sums: [Double], _ task: Model.Task) -> Double {
    let (sum, total) = (sums[0], sums[1])
    guard total > 0 else { return .nan }
    return task == .regression ? (sum / total).squareRoot() : sum / total
  }

  /// The weighted sum of the rows' losses, and that of their weights.
  func sums(of scores: [Double]) -> [Double] {
    let width = labels.isEmpty ? 1 : max(1, scores.count / labels.count)
    guard scores.count == labels.count * width else { return [.nan, 0] }
    var sum = 0.0
    var total = 0.0
    for (row, label) in labels.enumerated() {
      let weight = weights?[row] ?? 1
      switch task {
      case .binary:
        let score = scores[row]
        sum -= weight * log(max(label == 1 ? score : 1 - score, 1e-15))
      case .multiclass:
        sum -= weight * log(max(scores[row * width + Int(label)], 1e-15))
      case .regression:
        let gap = scores[row] - Double(label)
        sum += weight * gap * gap
      }
      total += weight
    }
    return [sum, total]
  }
}
