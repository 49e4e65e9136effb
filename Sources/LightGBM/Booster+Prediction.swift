internal import CEngines
public import Vocabulary

extension Booster {
  /// What is computed for each row.
  public enum Prediction: CInt, Sendable {
    /// The answer: a probability for each class, or the value of a regression.
    case normal = 0
    /// The sum of the trees, before the objective's transformation.
    case raw = 1
    /// The leaf that the row falls into, one for each tree.
    case leaves = 2
    /// SHAP values: one for each feature and last the expected value, for each class.
    case contributions = 3
  }

  /// The predictions for the stream's rows, row after row, by the first `rounds` rounds or by all.
  ///
  /// Each row has `outputCount(of:rounds:)` numbers. The stream's columns must be those of the
  /// training data, in the same order. `parameters` may hold `num_threads`.
  public func predict(
    _ stream: ColumnStream, _ kind: Prediction = .normal, rounds: Int? = nil,
    parameters: Parameters = [:]
  ) throws(LightGBMError) -> [Double] {
    try session.checkThread()
    try ColumnCheck.check(stream.fields)
    try checkColumns(stream.fields.count)
    let source = try unsafe stream.unconsumed()
    let settings = try parameters.text(for: session.library)
    let width = try outputCount(of: kind, rounds: rounds)
    var predictions: [Double] = []
    while let batch = try unsafe ArrowBatch(of: source, limit: 1 << 16) {
      var part = [Double](repeating: .nan, count: batch.rowCount * width)
      var length: Int64 = 0
      try session.call(parameters) {
        unsafe batch.withStream { stream in
          unsafe session.functions.BoosterPredictForArrowStream(
            handle, stream, kind.rawValue, 0, CInt(clamping: rounds ?? -1), settings, &length,
            &part)
        }
      }
      predictions += part
    }
    if let failure = stream.failure { throw LightGBMError(.source, "\(failure)") }
    return predictions
  }

  /// The predictions for a dense matrix that is stored row after row; NaN is a missing value.
  public func predict(
    matrix: [Double], _ kind: Prediction = .normal, rounds: Int? = nil,
    parameters: Parameters = [:]
  ) throws(LightGBMError) -> [Double] {
    try session.checkThread()
    let columns = try featureCount()
    let rows = try DenseShape.rows(of: matrix, columns: columns)
    guard rows > 0 else { return [] }
    let settings = try parameters.text(for: session.library)
    let width = try outputCount(of: kind, rounds: rounds)
    var predictions = [Double](repeating: .nan, count: Int(rows) * width)
    var length: Int64 = 0
    try session.call(parameters) {
      // 1 is float64, then row-major.
      unsafe session.functions.BoosterPredictForMat(
        handle, matrix, 1, rows, CInt(clamping: columns), 1, kind.rawValue, 0,
        CInt(clamping: rounds ?? -1), settings, &length, &predictions)
    }
    return predictions
  }

  /// How many numbers a prediction gives for each row.
  public func outputCount(of kind: Prediction, rounds: Int? = nil) throws(LightGBMError) -> Int {
    try session.checkThread()
    var count: Int64 = 0
    try session.check(
      unsafe session.functions.BoosterCalcNumPredict(
        handle, 1, kind.rawValue, 0, CInt(clamping: rounds ?? -1), &count))
    return Int(count)
  }

  private func checkColumns(_ count: Int) throws(LightGBMError) {
    let wanted = try featureCount()
    guard count == wanted else {
      throw LightGBMError(.shape, "the model takes \(wanted) columns, and there are \(count)")
    }
  }
}
