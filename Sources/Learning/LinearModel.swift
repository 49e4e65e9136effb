internal import LinearAlgebra

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A linear function of standardised inputs, and the probability that belongs to its value.
///
/// Scoring needs no library: the value is the sum of coefficient times input, plus the intercept.
public struct LinearModel: Sendable, Hashable, Codable {
  /// What comes before the sum.
  public var standardizer: Standardizer
  /// One for each input: features in the encoder's order, then indicators of missing values.
  public var coefficients: [Double]
  /// The value where all inputs are 0.
  public var intercept: Double
  /// What makes a probability of the value: 1 / (1 + exp(-(slope * value + offset))).
  public var calibration: Calibration

  /// A sigmoid over the value of a linear function.
  public struct Calibration: Sendable, Hashable, Codable {
    /// How fast the probability grows with the value.
    public var slope: Double
    /// Where it is one half.
    public var offset: Double

    /// The sigmoid of a logistic regression.
    public static let logistic = Calibration(slope: 1, offset: 0)

    /// The probability of the positive class.
    func probability(of value: Double) -> Double { sigmoid(slope * value + offset) }
  }

  /// The probability of the positive class for each row of features.
  func scores(of matrix: DenseMatrix) throws(LearningError) -> [Double] {
    let inputs = try standardizer.inputs(of: matrix)
    guard coefficients.count == inputs.columnCount else {
      throw LearningError(
        .bundle,
        "the model has \(coefficients.count) coefficients for "
          + "\(inputs.columnCount) inputs")
    }
    return values(of: inputs).map { calibration.probability(of: $0) }
  }

  private func values(of inputs: DenseMatrix) -> [Double] {
    (0..<inputs.rowCount).map { row in
      var sum = intercept
      for (input, coefficient) in zip(inputs.row(row), coefficients) { sum += input * coefficient }
      return sum
    }
  }
}

/// 1 / (1 + exp(-value)), without overflow.
func sigmoid(_ value: Double) -> Double {
  if value >= 0 { return 1 / (1 + exp(-value)) }
  let power = exp(value)
  return power / (1 + power)
}

/// The mean log loss of probabilities kept 1e-15 away from 0 and 1, weighted.
func logLoss(_ scores: [Double], _ labels: [Float], _ weights: [Double]) -> Double {
  var sum = 0.0
  var total = 0.0
  for (index, score) in scores.enumerated() {
    let weight = weights[index]
    sum -= weight * log(max(labels[index] == 1 ? score : 1 - score, 1e-15))
    total += weight
  }
  return total > 0 ? sum / total : .nan
}
