public import Vocabulary

/// Where the libraries of the learning engine are looked for; each is opened when it is needed.
public struct LearningLibraries: Sendable, Hashable {
  /// Where LightGBM is looked for.
  public var lightGBM: LibrarySearch

  /// Libraries in these places.
  public init(lightGBM: LibrarySearch = LibrarySearch()) {
    self.lightGBM = lightGBM
  }
}

/// One training by any of the algorithms: the same rows in, a `Model` out.
///
/// For example:
///
///     let training = Training(encoder: encoder, parameters: AlgorithmParameters(of: .randomForest))
///     let model = try training.model(of: target, train: rows, validation: nil, with: libraries)
///
/// Results depend on rows, parameters and seed only, not on threads.
public struct Training: Sendable, Hashable {
  /// What turns columns into features.
  public var encoder: FeatureEncoder
  /// The algorithm and its parameters.
  public var parameters: AlgorithmParameters
  /// The most rounds, trees or epochs; the algorithm's own number when nil.
  public var rounds: Int?
  /// Training stops after so many rounds without a better validation figure; nil trains them all.
  public var earlyStopping: Int?
  /// What all random choices depend on.
  public var seed: Int
  /// How many threads may work.
  public var threads: Int

  /// A training with these settings.
  public init(
    encoder: FeatureEncoder, parameters: AlgorithmParameters, rounds: Int? = nil,
    earlyStopping: Int? = nil, seed: Int = 0, threads: Int = 1
  ) {
    self.encoder = encoder
    self.parameters = parameters
    self.rounds = rounds
    self.earlyStopping = earlyStopping
    self.seed = seed
    self.threads = threads
  }

  /// Trains; `shouldContinue` is asked after every round, perhaps on another thread, while this one
  /// waits.
  public func model(
    of target: Model.Target, train: TrainingRows, validation: TrainingRows?,
    with libraries: LearningLibraries,
    shouldContinue: (TrainingProgress) -> Bool = { _ in true }
  ) throws(LearningError) -> Model {
    switch parameters.algorithm {
    case .lightgbm, .randomForest, .decisionTree:
      return try LightGBMTraining(
        encoder: encoder, parameters: parameters,
        rounds: rounds ?? parameters.algorithm.defaultRounds ?? 1, earlyStopping: earlyStopping,
        seed: seed, threads: threads
      ).model(
        of: target, train: train, validation: validation, with: libraries.lightGBM,
        shouldContinue: shouldContinue)
    }
  }
}
