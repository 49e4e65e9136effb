internal import LightGBM
public import Vocabulary

/// Gradient boosting of trees that tell two classes apart, with early stopping.
///
/// For example: `try LightGBMTraining(encoder: encoder).model(of: target, train: rows, validation: nil, with: search)`.
///
/// Results depend on rows, parameters and seed only, not on threads: LightGBM runs with
/// `deterministic` and `force_row_wise`, and losses are summed here, in row order, because
/// LightGBM's own sums depend on how many threads share them.
public struct LightGBMTraining: Sendable, Hashable {
  /// What turns columns into features; LightGBM's names of them come from it.
  public var encoder: FeatureEncoder
  /// LightGBM's parameters.
  public var parameters: LightGBMParameters
  /// The most rounds that are trained.
  public var rounds: Int
  /// Training stops after so many rounds without a better validation figure, and the model keeps
  /// the best round; nil trains all rounds and keeps them.
  public var earlyStopping: Int?
  /// What all random choices depend on, unless `parameters` says otherwise.
  public var seed: Int
  /// How many threads LightGBM uses.
  public var threads: Int

  /// Rows with their classes.
  public struct Rows {
    /// The encoded features, in the order of the encoder.
    public var features: ColumnStream
    /// 1 for the positive class, 0 for the other, in the same row order.
    public var labels: [Float]

    /// Rows with their classes.
    public init(features: ColumnStream, labels: [Float]) {
      self.features = features
      self.labels = labels
    }
  }

  /// How far a training is.
  public struct Progress: Sendable, Hashable {
    /// The rounds done.
    public var round: Int
    /// The most rounds there can be.
    public var rounds: Int
    /// The figure on the validation rows, or on the training rows when there are no others.
    public var loss: Double
  }

  /// A training with these settings.
  public init(
    encoder: FeatureEncoder, parameters: LightGBMParameters = LightGBMParameters(),
    rounds: Int = 100, earlyStopping: Int? = nil, seed: Int = 0, threads: Int = 1
  ) {
    self.encoder = encoder
    self.parameters = parameters
    self.rounds = rounds
    self.earlyStopping = earlyStopping
    self.seed = seed
    self.threads = threads
  }

  /// Trains with the library that `search` finds; `shouldContinue` is asked after every round, on
  /// another thread, while this one waits.
  public func model(
    of target: Model.Target, train: Rows, validation: Rows?, with search: LibrarySearch,
    shouldContinue: (Progress) -> Bool = { _ in true }
  ) throws(LearningError) -> Model {
    try check(train, validation)
    do throws(LightGBMError) {
      return try Session.run(Library.load(search)) { session throws(LightGBMError) in
        var fit = try Fit(self, train, validation, in: session)
        try fit.run(shouldContinue)
        return try fit.model(of: target)
      }
    } catch {
      throw LearningError(lightGBM: error)
    }
  }

  /// What LightGBM is told, for data and for training alike.
  var arguments: Parameters {
    var arguments = Parameters([
      ("objective", "binary"), ("metric", "none"), ("verbosity", "-1"),
    ]).merging(.deterministic(seed: seed, threads: max(1, threads)))
    for (name, value) in parameters.all where name != "metric" { arguments[name] = value }
    return arguments
  }

  private func check(_ train: Rows, _ validation: Rows?) throws(LearningError) {
    guard encoder.featureCount > 0 else {
      throw LearningError(.data, "there is no feature to learn from")
    }
    guard !train.labels.isEmpty else {
      throw LearningError(.data, "there are no rows to learn from")
    }
    for label in [Float(0), 1] where !train.labels.contains(label) {
      throw LearningError(
        .data, "the training rows hold one class only",
        explanation: "none of \(train.labels.count) rows has label \(Int(label))")
    }
    guard (train.labels + (validation?.labels ?? [])).allSatisfy({ $0 == 0 || $0 == 1 }) else {
      throw LearningError(.data, "a label is neither 0 nor 1")
    }
    guard rounds >= 1 else {
      throw LearningError(.parameter("rounds"), "`rounds` must be at least 1")
    }
    if let earlyStopping {
      guard earlyStopping >= 1 else {
        throw LearningError(.parameter("early_stopping"), "`early_stopping` must be at least 1")
      }
      guard validation != nil else {
        throw LearningError(
          .parameter("early_stopping"), "`early_stopping` needs validation rows",
          solutions: ["give `split` a `validation` share", "leave `early_stopping` out"])
      }
    }
  }
}

extension LearningError {
  /// What LightGBM said, as an error of this module.
  init(lightGBM error: LightGBMError) {
    let kind: Kind =
      switch error.kind {
      case .parameter: .parameter(error.name ?? "")
      case .column: .column(error.name ?? "")
      case .source: .data
      case .library, .shape, .engine: error.message == Fit.stopped ? .cancelled : .library
      }
    self.init(kind, error.message, solutions: error.solutions)
  }
}
