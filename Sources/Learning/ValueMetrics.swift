#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Predicted numbers beside the true ones.
///
/// For example: `PredictedValues(predicted: [1.5, 2], actual: [1, 2])`.
public struct PredictedValues: Sendable, Hashable {
  /// The predicted numbers.
  public let predicted: [Double]
  /// The true ones, in the same row order.
  public let actual: [Double]
  /// How much each row counts; nil when all count once.
  public let weights: [Double]?
  /// Why nothing can be computed of these rows; nil when something can.
  public let problem: String?
  /// The rows by rising absolute error.
  let byError: [Int]

  /// Rows with these numbers. Arrays that do not fit together, numbers that are not finite and
  /// negative or infinite weights leave a `problem` and no rows.
  public init(predicted: [Double], actual: [Double], weights: [Double]? = nil) {
    var problem: String?
    if predicted.count != actual.count || weights.map({ $0.count != actual.count }) ?? false {
      problem = "predicted and true values are not of equal number"
    } else if actual.isEmpty {
      problem = "there are no rows"
    } else if !(predicted + actual).allSatisfy(\.isFinite) {
      problem = "a value is not finite"
    } else if let weights, !weights.allSatisfy({ $0 >= 0 && $0.isFinite }) {
      problem = "a weight is negative or not finite"
    }
    self.problem = problem
    self.predicted = problem == nil ? predicted : []
    self.actual = problem == nil ? actual : []
    self.weights = problem == nil ? weights : nil
    let errors = zip(self.predicted, self.actual).map { abs($0 - $1) }
    byError = errors.indices.sorted {
      errors[$0] != errors[$1] ? errors[$0] < errors[$1] : $0 < $1
    }
  }

  /// How many rows there are.
  public var count: Int { actual.count }

  func weight(_ row: Int) -> Double { weights?[row] ?? 1 }
}

/// The figures of predicted numbers; what is not defined is missing, with its reason.
///
/// For example: `ValueMetrics(of: values)[.rmse]`. Values agree with scikit-learn's.
public struct ValueMetrics: Sendable, Hashable {
  private var values: [ValueMetric: Double] = [:]
  private var reasons: [ValueMetric: String] = [:]

  /// All metrics of `rows`.
  public init(of rows: PredictedValues) {
    self.init(of: rows) { rows.weight($0) }
    values[.rows] = Double(rows.count)
    if let problem = rows.problem {
      for metric in ValueMetric.allCases where values[metric] == nil { reasons[metric] = problem }
    }
  }

  /// With another weight per row: how a bootstrap sample counts the rows.
  init(of rows: PredictedValues, weight: (Int) -> Double) {
    guard rows.count > 0 else { return }
    var total = CompensatedSum()
    for row in rows.actual.indices { total.add(weight(row)) }
    guard total.value > 0 else {
      for metric in ValueMetric.allCases { reasons[metric] = "all weights are zero" }
      return
    }
    func mean(_ value: (Double, Double) -> Double) -> Double {
      var sum = CompensatedSum()
      for row in rows.actual.indices {
        sum.add(weight(row) * value(rows.predicted[row], rows.actual[row]))
      }
      return sum.value / total.value
    }
    let squared = mean { ($0 - $1) * ($0 - $1) }
    values[.mse] = squared
    values[.rmse] = squared.squareRoot()
    values[.mae] = mean { abs($0 - $1) }
    values[.mape] = mean { abs($0 - $1) / max(abs($1), Double.ulpOfOne) }
    values[.meanError] = mean { $0 - $1 }
    values[.medianAbsoluteError] = Self.median(of: rows, weight)
    let middle = mean { _, actual in actual }
    let variance = mean { ($1 - middle) * ($1 - middle) }
    values[.r2] = variance > 0 ? 1 - squared / variance : nil
    if variance <= 0 { reasons[.r2] = "all true values are equal" }
    if rows.predicted.allSatisfy({ $0 > -1 }), rows.actual.allSatisfy({ $0 > -1 }) {
      values[.rmsle] = mean {
        let gap = log1p($0) - log1p($1)
        return gap * gap
      }.squareRoot()
    } else {
      reasons[.rmsle] = "a value is -1 or less"
    }
  }

  /// The value of a metric; nil when it is not defined.
  public subscript(metric: ValueMetric) -> Double? { values[metric] }

  /// Why a metric is not defined; nil when it is.
  public func reason(_ metric: ValueMetric) -> String? {
    values[metric] == nil ? reasons[metric] : nil
  }

  /// The weighted median of the absolute errors, the mean of both where the half falls between two.
  ///
  /// Source: R. Hyndman and Y. Fan, "Sample quantiles in statistical packages" (1996), definition 2.
  private static func median(
    of rows: PredictedValues, _ weight: (Int) -> Double
  ) -> Double? {
    let order = rows.byError.filter { weight($0) > 0 }
    let half = order.reduce(0) { $0 + weight($1) } / 2
    var sum = 0.0
    for (place, row) in order.enumerated() {
      sum += weight(row)
      guard sum >= half else { continue }
      let error = abs(rows.predicted[row] - rows.actual[row])
      guard sum - half <= Double.ulpOfOne, place + 1 < order.count else { return error }
      let next = order[place + 1]
      return (error + abs(rows.predicted[next] - rows.actual[next])) / 2
    }
    return nil
  }
}
