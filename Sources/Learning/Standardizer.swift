public import LinearAlgebra

/// What linear models and networks need before their sums: no missing values, and all features on one
/// scale; fitted on the training rows.
///
/// A missing or infinite number becomes the median of the training rows, and a feature that is missing
/// in some of them gets an indicator (0 or 1) behind all features. Then every input is shifted by its
/// mean and divided by its standard deviation (with n, as scikit-learn's `StandardScaler`); one that
/// never changes becomes 0.
public struct Standardizer: Sendable, Hashable, Codable {
  /// What stands for a missing value, for each feature.
  public let fills: [Double]
  /// The features that have an indicator.
  public let indicators: [Int]
  /// The mean of each input: features, then indicators.
  public let means: [Double]
  /// What each input is divided by.
  public let scales: [Double]

  /// How many inputs there are.
  public var inputCount: Int { fills.count + indicators.count }

  /// What these training rows say; with weights, means and deviations are those of rows that are
  /// repeated so often.
  public init(fitting matrix: DenseMatrix, weights: [Double]? = nil) {
    let count = matrix.columnCount
    var fills: [Double] = []
    var indicators: [Int] = []
    for column in 0..<count {
      let present = stride(from: column, to: matrix.values.count, by: count)
        .map { matrix.values[$0] }.filter(\.isFinite)
      if present.count < matrix.rowCount { indicators.append(column) }
      fills.append(Self.median(present))
    }
    self.fills = fills
    self.indicators = indicators
    let inputs = Self.filled(matrix, fills, indicators)
    var means: [Double] = []
    var scales: [Double] = []
    for column in 0..<inputs.columnCount {
      let places = stride(from: column, to: inputs.values.count, by: inputs.columnCount)
      let (mean, variance) = Self.moments(places.lazy.map { inputs.values[$0] }, weights)
      let deviation = variance.squareRoot()
      // Rounding leaves a little of a constant; dividing by it would blow it up.
      let isConstant = deviation <= 10 * Double.ulpOfOne * abs(mean)
      means.append(mean)
      scales.append(isConstant || !deviation.isFinite ? 1 : deviation)
    }
    self.means = means
    self.scales = scales
  }

  /// The inputs of these rows, which have the features that the fitted ones had.
  public func inputs(of matrix: DenseMatrix) throws(LearningError) -> DenseMatrix {
    guard matrix.columnCount == fills.count, means.count == inputCount, scales.count == inputCount,
      indicators.allSatisfy(fills.indices.contains)
    else {
      throw LearningError(
        .bundle, "the model takes \(fills.count) features, and there are \(matrix.columnCount)")
    }
    var inputs = Self.filled(matrix, fills, indicators)
    var place = 0
    for _ in 0..<inputs.rowCount {
      for column in 0..<inputCount {
        inputs.values[place] = (inputs.values[place] - means[column]) / scales[column]
        place += 1
      }
    }
    return inputs
  }

  /// The mean and the variance (with n) of a column.
  private static func moments(
    _ values: some Sequence<Double>, _ weights: [Double]?
  ) -> (mean: Double, variance: Double) {
    let total = max(1, weights?.reduce(0, +) ?? Double(values.reduce(0) { count, _ in count + 1 }))
    var sum = CompensatedSum()
    for (row, value) in values.enumerated() { sum.add((weights?[row] ?? 1) * value / total) }
    let mean = sum.value
    var squares = CompensatedSum()
    for (row, value) in values.enumerated() {
      let gap = value - mean
      squares.add((weights?[row] ?? 1) * gap * gap / total)
    }
    return (mean, squares.value)
  }

  private static func filled(
    _ matrix: DenseMatrix, _ fills: [Double], _ indicators: [Int]
  ) -> DenseMatrix {
    var values: [Double] = []
    values.reserveCapacity(matrix.rowCount * (fills.count + indicators.count))
    for row in 0..<matrix.rowCount {
      let start = row * matrix.columnCount
      for column in fills.indices {
        let value = matrix.values[start + column]
        values.append(value.isFinite ? value : fills[column])
      }
      for column in indicators { values.append(matrix.values[start + column].isFinite ? 0 : 1) }
    }
    return DenseMatrix(columnCount: fills.count + indicators.count, values: values)
  }

  /// The middle of the values, the mean of the two middle ones; 0 when there are none.
  private static func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2
  }
}
