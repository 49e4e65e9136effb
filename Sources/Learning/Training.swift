public import Vocabulary

/// Where the libraries of the learning engine are looked for; each is opened when it is needed.
public struct LearningLibraries: Sendable, Hashable {
  /// Where LightGBM is looked for.
  public var lightGBM: LibrarySearch
  /// Where liblinear is looked for.
  public var liblinear: LibrarySearch
  /// Where OpenBLAS is looked for; a network trains without it too, several times slower.
  public var openBLAS: LibrarySearch

  /// Libraries in these places.
  public init(
    lightGBM: LibrarySearch = LibrarySearch(), liblinear: LibrarySearch = LibrarySearch(),
    openBLAS: LibrarySearch = LibrarySearch()
  ) {
    self.lightGBM = lightGBM
    self.liblinear = liblinear
    self.openBLAS = openBLAS
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
  /// The hidden layers of a network, from the inputs on; other algorithms have none.
  public var layers: [NetworkLayer]
  /// How much the rows of each class count, in training and in the losses.
  public var classWeights: ClassWeights
  /// The columns that may move the answer one way only: 1 up, -1 down; trees keep to it.
  public var monotone: [String: Int]
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
    encoder: FeatureEncoder, parameters: AlgorithmParameters,
    layers: [NetworkLayer] = NetworkLayer.standard, classWeights: ClassWeights = .none,
    monotone: [String: Int] = [:], rounds: Int? = nil, earlyStopping: Int? = nil, seed: Int = 0,
    threads: Int = 1
  ) {
    self.encoder = encoder
    self.parameters = parameters
    self.layers = layers
    self.classWeights = classWeights
    self.monotone = monotone
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
    try check(target)
    switch parameters.algorithm {
    case .logisticRegression, .svm:
      try train.check(beside: validation, encoder, target)
      return try LinearTraining(self, libraries.liblinear).model(
        of: target, train: train, validation: validation)
    case .mlp:
      try train.check(beside: validation, encoder, target)
      try check(validation)
      return try NetworkTraining(self, libraries.openBLAS).model(
        of: target, train: train, validation: validation, shouldContinue)
    case .lightgbm, .randomForest, .decisionTree:
      return try LightGBMTraining(self).model(
        of: target, train: train, validation: validation, with: libraries.lightGBM,
        shouldContinue: shouldContinue)
    }
  }

  private func check(_ target: Model.Target) throws(LearningError) {
    let algorithm = parameters.algorithm
    guard algorithm.tasks.contains(target.task) else {
      throw LearningError(
        .data, "`\(algorithm.rawValue)` tells classes apart and cannot learn numbers",
        solutions: ["use `svm`, `mlp` or one of the tree algorithms", "set `task: multiclass`"])
    }
    guard monotone.isEmpty || algorithm.isOfTrees else {
      throw LearningError(
        .parameter("monotone"), "`\(algorithm.rawValue)` takes no monotone constraints",
        solutions: ["use `lightgbm`, `random_forest` or `decision_tree`"])
    }
  }

  private func check(_ validation: TrainingRows?) throws(LearningError) {
    for layer in layers {
      guard (1...4096).contains(layer.units) else {
        throw LearningError(.parameter("layers"), "a layer must have 1 to 4,096 units")
      }
      guard (0..<1).contains(layer.dropout) else {
        throw LearningError(
          .parameter("layers"), "`dropout` must be at least 0 and below 1")
      }
    }
    guard rounds ?? 1 >= 1, earlyStopping ?? 1 >= 1 else {
      throw LearningError(
        .parameter("rounds"), "`rounds` and `early_stopping` must be at least 1")
    }
    guard earlyStopping == nil || validation != nil else {
      throw LearningError(
        .parameter("early_stopping"), "`early_stopping` needs validation rows",
        solutions: ["give `split` a `validation` share", "leave `early_stopping` out"])
    }
  }
}
