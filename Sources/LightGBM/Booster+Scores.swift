internal import CEngines

extension Booster {
  /// The model's current predictions for the training data (0) or the validation data added as
  /// `index`: probabilities for a classification, values for a regression. LightGBM keeps the scores
  /// while it trains, so this costs no walk through the trees.
  public func scores(of index: Int) throws(LightGBMError) -> [Double] {
    try session.checkThread()
    var count: Int64 = 0
    try session.check(
      unsafe session.functions.BoosterGetNumPredict(handle, CInt(clamping: index), &count))
    var scores = [Double](repeating: .nan, count: Int(clamping: count))
    try session.check(
      unsafe session.functions.BoosterGetPredict(handle, CInt(clamping: index), &count, &scores))
    return scores
  }
}
