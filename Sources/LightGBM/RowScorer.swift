internal import CEngines
internal import Synchronization

/// Scores single rows on whichever thread asks, with everything made ready before: what a server
/// needs that must not wait for another thread.
///
/// Reading a model is the one thing that LightGBM lets several threads do at the same time, as long
/// as each has a predictor of its own; so there are some, and a row takes the next free one.
///
/// For example: `let scorer = try RowScorer(library, model: text, predictors: 2)`.
public final class RowScorer: Sendable {
  private let predictors: [Predictor]
  private let turn = Atomic<Int>(0)
  /// How many features a row has.
  public let featureCount: Int
  /// How many numbers a score is: 1, or one for each class.
  public let outputCount: Int

  // The handle is set before the value is shared, and reading a model changes nothing in it.
  @safe private final class Model: @unchecked Sendable {
    let handle: UnsafeMutableRawPointer
    let library: Library

    init(_ text: String, in session: Session) throws(LightGBMError) {
      try ModelText.check(text)
      var made: UnsafeMutableRawPointer?
      var iterations: CInt = 0
      try session.check(
        unsafe session.functions.BoosterLoadModelFromString(text, &iterations, &made))
      guard let made = unsafe made else {
        throw LightGBMError(.engine, "LightGBM made no model")
      }
      unsafe handle = unsafe made
      library = session.library
    }

    deinit { _ = unsafe library.functions.BoosterFree(handle) }
  }

  // LightGBM's predictor for rows of one shape, used by one thread at a time.
  @safe private final class Predictor: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer
    let model: Model
    private let isBusy = Mutex(())

    init(of model: Model, _ features: CInt, in session: Session) throws(LightGBMError) {
      var made: UnsafeMutableRawPointer?
      try session.call(["num_threads": "1"]) {
        // 1 is float64.
        unsafe session.functions.BoosterPredictForMatSingleRowFastInit(
          model.handle, Booster.Prediction.normal.rawValue, 0, -1, 1, features, "num_threads=1",
          &made)
      }
      guard let made = unsafe made else {
        throw LightGBMError(.engine, "LightGBM made nothing without saying why")
      }
      unsafe handle = unsafe made
      self.model = model
    }

    deinit { _ = unsafe model.library.functions.FastConfigFree(handle) }

    func score(_ row: [Double], _ output: inout [Double]) -> CInt {
      isBusy.withLock { _ in predict(row, &output) }
    }

    /// Nil when another thread is using it.
    func scoreIfFree(_ row: [Double], _ output: inout [Double]) -> CInt? {
      isBusy.withLockIfAvailable { _ in predict(row, &output) }
    }

    private func predict(_ row: [Double], _ output: inout [Double]) -> CInt {
      var length: Int64 = 0
      return unsafe model.library.functions.BoosterPredictForMatSingleRowFast(
        handle, row, &length, &output)
    }
  }

  /// Reads a model from LightGBM's text form and makes `predictors` ready, at least one.
  public init(
    _ library: Library, model text: String, predictors count: Int
  ) throws(LightGBMError) {
    // What LightGBM logs while it reads goes to the session; afterwards it is silent.
    let made = try Session.run(library) { session throws(LightGBMError) in
      let model = try Model(text, in: session)
      var features: CInt = 0
      try session.check(unsafe session.functions.BoosterGetNumFeature(model.handle, &features))
      var width: Int64 = 0
      try session.check(
        unsafe session.functions.BoosterCalcNumPredict(
          model.handle, 1, Booster.Prediction.normal.rawValue, 0, -1, &width))
      var predictors: [Predictor] = []
      for _ in 0..<max(1, count) {
        predictors.append(try Predictor(of: model, features, in: session))
      }
      return (predictors: predictors, features: Int(features), width: Int(width))
    }
    predictors = made.predictors
    featureCount = made.features
    outputCount = made.width
  }

  /// The prediction for one row of features, NaN where a value is missing.
  public func prediction(for row: [Double]) throws(LightGBMError) -> [Double] {
    guard row.count == featureCount else {
      throw LightGBMError(
        .shape, "the model takes \(featureCount) columns, and there are \(row.count)")
    }
    var output = [Double](repeating: .nan, count: outputCount)
    let first = turn.wrappingAdd(1, ordering: .relaxed).oldValue & Int.max
    var status: CInt?
    for offset in predictors.indices where status == nil {
      status = predictors[(first &+ offset) % predictors.count].scoreIfFree(row, &output)
    }
    let ended = status ?? predictors[first % predictors.count].score(row, &output)
    guard ended == 0 else {
      let functions = predictors[0].model.library.functions
      let words = unsafe functions.GetLastError().map { unsafe String(cString: $0) }
      throw LightGBMError(.engine, words ?? "LightGBM failed without a word")
    }
    return output
  }
}
