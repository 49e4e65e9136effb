internal import LinearAlgebra

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Linear functions of standardised inputs, and the probabilities that belong to their values.
///
/// Scoring needs no library: a value is the sum of coefficient times input, plus the intercept.
public struct LinearModel: Sendable, Hashable, Codable {
  /// What comes before the sums.
  public var standardizer: Standardizer
  /// One, or for each of several classes one that tells it from the others.
  public var functions: [Function]

  /// A sum and what is made of it.
  public struct Function: Sendable, Hashable, Codable {
    /// One for each input: features in the encoder's order, then indicators of missing values.
    public var coefficients: [Double]
    /// The value where all inputs are 0.
    public var intercept: Double
    /// What makes a probability of the value: 1 / (1 + exp(-(slope * value + offset))); nil for a
    /// regression, whose answer is the value itself.
    public var calibration: Calibration?
  }

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

  /// The scores of each row of features: of several classes one for each, which add up to 1.
  func scores(of matrix: DenseMatrix) throws(LearningError) -> [Double] {
    let inputs = try standardizer.inputs(of: matrix)
    for function in functions where function.coefficients.count != inputs.columnCount {
      throw LearningError(
        .bundle,
        "the model has \(function.coefficients.count) coefficients for "
          + "\(inputs.columnCount) inputs")
    }
    var scores: [Double] = []
    scores.reserveCapacity(inputs.rowCount * functions.count)
    for row in 0..<inputs.rowCount {
      let values = inputs.row(row)
      for function in functions { scores.append(function.score(of: values)) }
    }
    return functions.count > 1 ? Model.normalized(scores, functions.count) : scores
  }
}

extension LinearModel.Function {
  /// The sum over a row of standardised inputs.
  func value(of inputs: ArraySlice<Double>) -> Double {
    var sum = intercept
    for (input, coefficient) in zip(inputs, coefficients) { sum += input * coefficient }
    return sum
  }

  fileprivate func score(of inputs: ArraySlice<Double>) -> Double {
    let value = value(of: inputs)
    return calibration.map { $0.probability(of: value) } ?? value
  }
}

/// 1 / (1 + exp(-value)), without overflow.
func sigmoid(_ value: Double) -> Double {
  if value >= 0 { return 1 / (1 + exp(-value)) }
  let power = exp(value)
  return power / (1 + power)
}
