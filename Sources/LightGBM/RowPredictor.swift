internal import CEngines

/// Predicts single rows with everything made ready before: what a server needs.
///
/// For example: `let scores = try RowPredictor(of: booster).prediction(for: row)`.
@safe public final class RowPredictor {
  private let booster: Booster
  private let handle: UnsafeMutableRawPointer
  private let featureCount: Int
  /// LightGBM writes here; one number for each class.
  private var output: [Double]

  /// Makes a booster ready for rows of its features, on one thread.
  public init(of booster: Booster) throws(LightGBMError) {
    let session = booster.session
    try session.checkThread()
    let (features, width) = (try booster.featureCount(), try booster.outputCount(of: .normal))
    var made: UnsafeMutableRawPointer?
    try session.call(["num_threads": "1"]) {
      // 1 is float64.
      unsafe session.functions.BoosterPredictForMatSingleRowFastInit(
        booster.handle, Booster.Prediction.normal.rawValue, 0, -1, 1, Int32(clamping: features),
        "num_threads=1", &made)
    }
    guard let made = unsafe made else {
      throw LightGBMError(.engine, "LightGBM made nothing without saying why")
    }
    self.booster = booster
    unsafe handle = unsafe made
    featureCount = features
    output = [Double](repeating: .nan, count: width)
  }

  deinit {
    _ = unsafe booster.session.functions.FastConfigFree(handle)
  }

  /// The prediction for one row of features, NaN where a value is missing.
  public func prediction(for row: [Double]) throws(LightGBMError) -> [Double] {
    try booster.session.checkThread()
    guard row.count == featureCount else {
      throw LightGBMError(
        .shape, "the model takes \(featureCount) columns, and there are \(row.count)")
    }
    var length: Int64 = 0
    try booster.session.check(
      unsafe booster.session.functions.BoosterPredictForMatSingleRowFast(
        handle, row, &length, &output))
    return output
  }
}
