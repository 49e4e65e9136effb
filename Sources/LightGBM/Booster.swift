internal import CEngines

/// A model, in training or read back; freed when the last holder lets go.
@safe public final class Booster {
  let session: Session
  let handle: UnsafeMutableRawPointer
  /// LightGBM keeps pointers to the data it trains on.
  private var datasets: [Dataset]

  private init(
    taking handle: UnsafeMutableRawPointer?, _ session: Session, _ datasets: [Dataset]
  ) throws(LightGBMError) {
    guard let handle = unsafe handle else {
      throw LightGBMError(.engine, "LightGBM made no model")
    }
    self.session = session
    unsafe self.handle = unsafe handle
    self.datasets = datasets
  }

  deinit {
    _ = unsafe session.functions.BoosterFree(handle)
  }

  /// A model that will learn from `training`.
  public convenience init(
    _ session: Session, training: Dataset, parameters: Parameters
  ) throws(LightGBMError) {
    try session.checkThread()
    let settings = try parameters.text(for: session.library)
    var made: UnsafeMutableRawPointer?
    try session.call(parameters) {
      unsafe session.functions.BoosterCreate(training.handle, settings, &made)
    }
    try unsafe self.init(taking: made, session, [training])
  }

  /// A model read from LightGBM's text form.
  public convenience init(_ session: Session, model text: String) throws(LightGBMError) {
    try session.checkThread()
    try ModelText.check(text)
    var made: UnsafeMutableRawPointer?
    var iterations: CInt = 0
    try session.check(
      unsafe session.functions.BoosterLoadModelFromString(text, &iterations, &made))
    try unsafe self.init(taking: made, session, [])
  }

  /// Adds data on which `evaluation(of:)` measures; returns its number, from 1.
  @discardableResult
  public func addValidation(_ data: Dataset) throws(LightGBMError) -> Int {
    try session.checkThread()
    try session.check(unsafe session.functions.BoosterAddValidData(handle, data.handle))
    datasets.append(data)
    return datasets.count - 1
  }

  /// Trains one round. True when the round added an empty tree, which is no sign of convergence when
  /// rows or columns are sampled.
  @discardableResult
  public func update() throws(LightGBMError) -> Bool {
    try session.checkThread()
    guard !datasets.isEmpty else {
      throw LightGBMError(.shape, "a model that was read from text cannot be trained")
    }
    var isEmpty: CInt = 0
    try session.check(unsafe session.functions.BoosterUpdateOneIter(handle, &isEmpty))
    return isEmpty == 1
  }

  /// Changes parameters such as `learning_rate` between rounds.
  public func reset(_ parameters: Parameters) throws(LightGBMError) {
    try session.checkThread()
    let settings = try parameters.text(for: session.library)
    try session.call(parameters) {
      unsafe session.functions.BoosterResetParameter(handle, settings)
    }
  }

  /// The values of `metricNames` on the training data (0) or on the validation data added as `index`.
  public func evaluation(of index: Int) throws(LightGBMError) -> [Double] {
    try session.checkThread()
    var count: CInt = 0
    try session.check(unsafe session.functions.BoosterGetEvalCounts(handle, &count))
    var values = [Double](repeating: .nan, count: max(1, Int(count)))
    try session.check(
      unsafe session.functions.BoosterGetEval(handle, CInt(clamping: index), &count, &values))
    return Array(values.prefix(Int(count)))
  }

  /// The names of the metrics, such as `auc` and `binary_logloss`.
  public func metricNames() throws(LightGBMError) -> [String] {
    try unsafe names { unsafe session.functions.BoosterGetEvalNames(handle, $0, $1, $2, $3, $4) }
  }

  /// The features' names as LightGBM keeps them; see `FeatureNames`.
  public func featureNames() throws(LightGBMError) -> [String] {
    try unsafe names { unsafe session.functions.BoosterGetFeatureNames(handle, $0, $1, $2, $3, $4) }
  }

  /// How many rounds the model has.
  public func roundCount() throws(LightGBMError) -> Int {
    try unsafe number { unsafe session.functions.BoosterGetCurrentIteration(handle, $0) }
  }

  /// How many features the model takes.
  public func featureCount() throws(LightGBMError) -> Int {
    try unsafe number { unsafe session.functions.BoosterGetNumFeature(handle, $0) }
  }

  /// How many scores each row gets: 1, or the number of classes of a multiclass model.
  public func classCount() throws(LightGBMError) -> Int {
    try unsafe number { unsafe session.functions.BoosterGetNumClasses(handle, $0) }
  }

  /// How an importance is measured.
  public enum Importance: CInt, Sendable {
    /// The number of splits that use the feature.
    case split = 0
    /// The loss that its splits have saved.
    case gain = 1
  }

  /// The importance of each feature over the first `rounds` rounds, or over all of them.
  public func importance(
    _ kind: Importance, rounds: Int? = nil
  ) throws(LightGBMError) -> [Double] {
    var values = [Double](repeating: 0, count: try featureCount())
    try session.check(
      unsafe session.functions.BoosterFeatureImportance(
        handle, CInt(clamping: rounds ?? -1), kind.rawValue, &values))
    return values
  }

  /// LightGBM's text form of the first `rounds` rounds, or of all of them.
  public func modelText(rounds: Int? = nil) throws(LightGBMError) -> String {
    var buffer: [UInt8] = []
    let text = try text(from: 0, count: CInt(clamping: rounds ?? -1), in: &buffer)
    return String(decoding: text, as: UTF8.self)
  }

  /// The text form of one round, from 0, in a buffer that is kept from round to round.
  func text(
    ofRound round: Int, in buffer: inout [UInt8]
  ) throws(LightGBMError) -> ArraySlice<UInt8> {
    try text(from: CInt(clamping: round), count: 1, in: &buffer)
  }

  private func text(
    from start: CInt, count: CInt, in buffer: inout [UInt8]
  ) throws(LightGBMError) -> ArraySlice<UInt8> {
    try session.checkThread()
    if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: 1 << 18) }
    var length: Int64 = 0
    func save() -> CInt {
      unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe session.functions.BoosterSaveModelToString(
          handle, start, count, 0, Int64(bytes.count), &length,
          bytes.bindMemory(to: CChar.self).baseAddress)
      }
    }
    try session.check(save())
    if length > buffer.count {
      buffer = [UInt8](repeating: 0, count: Int(length))
      try session.check(save())
    }
    // The length counts the 0 at the end.
    return buffer[..<max(0, Int(length) - 1)]
  }

  private func number(
    _ get: (UnsafeMutablePointer<CInt>) -> CInt
  ) throws(LightGBMError) -> Int {
    try session.checkThread()
    var value: CInt = 0
    try session.check(unsafe get(&value))
    return Int(value)
  }

  /// Reads a list of names: first how many and how long, then the names.
  private func names(
    _ get: (
      CInt, UnsafeMutablePointer<CInt>, Int, UnsafeMutablePointer<Int>,
      UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) -> CInt
  ) throws(LightGBMError) -> [String] {
    try session.checkThread()
    var count: CInt = 0
    var size = 0
    var none: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
    try session.check(unsafe get(0, &count, 0, &size, &none))
    let length = max(1, size)
    var buffers = unsafe (0..<Int(count)).map { _ in
      let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: length)
      unsafe buffer.initialize(repeating: 0, count: length)
      return unsafe UnsafeMutablePointer<CChar>?(buffer)
    }
    defer { unsafe buffers.forEach { unsafe $0?.deallocate() } }
    guard count > 0 else { return [] }
    try session.check(unsafe get(count, &count, length, &size, &buffers))
    return unsafe buffers.compactMap { unsafe $0.map { unsafe String(cString: $0) } }
  }
}
