internal import LightGBM
public import Vocabulary

/// Trees of LightGBM that tell two classes apart: boosted with early stopping, a forest, or one.
///
/// For example: `try LightGBMTraining(encoder: encoder).model(of: target, train: rows, validation: nil, with: search)`.
///
/// Results depend on rows, parameters and seed only, not on threads: LightGBM runs with
/// `deterministic` and `force_row_wise`, and losses are summed here, in row order, because
/// LightGBM's own sums depend on how many threads share them.
public struct LightGBMTraining: Sendable, Hashable {
  /// What turns columns into features; LightGBM's names of them come from it.
  public var encoder: FeatureEncoder
  /// LightGBM's parameters; they say which algorithm it is.
  public var parameters: AlgorithmParameters
  /// The most rounds that are trained.
  public var rounds: Int
  /// Training stops after so many rounds without a better validation figure, and the model keeps
  /// the best round; nil trains all rounds and keeps them.
  public var earlyStopping: Int?
  /// What all random choices depend on, unless `parameters` says otherwise.
  public var seed: Int
  /// How many threads LightGBM uses.
  public var threads: Int
  /// How much the rows of each class count, in training and in the losses.
  public var classWeights: ClassWeights

  /// Rows with their classes.
  public typealias Rows = TrainingRows
  /// How far a training is.
  public typealias Progress = TrainingProgress

  /// A training with these settings.
  public init(
    encoder: FeatureEncoder, parameters: AlgorithmParameters = AlgorithmParameters(),
    rounds: Int = 100, earlyStopping: Int? = nil, seed: Int = 0, threads: Int = 1,
    classWeights: ClassWeights = .none
  ) {
    self.encoder = encoder
    self.parameters = parameters.over(parameters.algorithm.presets)
    self.rounds = rounds
    self.earlyStopping = earlyStopping
    self.seed = seed
    self.threads = threads
    self.classWeights = classWeights
  }

  /// The part of a training that LightGBM does.
  init(_ training: Training) {
    self.init(
      encoder: training.encoder, parameters: training.parameters,
      rounds: training.rounds ?? training.parameters.algorithm.defaultRounds ?? 1,
      earlyStopping: training.earlyStopping, seed: training.seed, threads: training.threads,
      classWeights: training.classWeights)
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

  /// The algorithm.
  public var algorithm: Model.Algorithm { parameters.algorithm }

  func check(_ train: Rows, _ validation: Rows?) throws(LearningError) {
    try train.check(beside: validation, encoder)
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
