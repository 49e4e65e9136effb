public import LightGBM
public import Vocabulary

/// Trees of LightGBM: boosted with early stopping, a forest, or one.
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
  /// The columns that may move the answer one way only: 1 up, -1 down.
  public var monotone: [String: Int]
  /// What is learned; known when there are rows.
  var target = Model.Target(column: "", type: "", negative: "0", positive: "1")

  /// Rows with their classes or values.
  public typealias Rows = TrainingRows
  /// How far a training is.
  public typealias Progress = TrainingProgress

  /// A training with these settings.
  public init(
    encoder: FeatureEncoder, parameters: AlgorithmParameters = AlgorithmParameters(),
    rounds: Int = 100, earlyStopping: Int? = nil, seed: Int = 0, threads: Int = 1,
    classWeights: ClassWeights = .none, monotone: [String: Int] = [:]
  ) {
    self.encoder = encoder
    self.parameters = parameters.over(parameters.algorithm.presets)
    self.rounds = rounds
    self.earlyStopping = earlyStopping
    self.seed = seed
    self.threads = threads
    self.classWeights = classWeights
    self.monotone = monotone
  }

  /// The part of a training that LightGBM does.
  public init(_ training: Training) {
    self.init(
      encoder: training.encoder, parameters: training.parameters,
      rounds: training.rounds ?? training.parameters.algorithm.defaultRounds ?? 1,
      earlyStopping: training.earlyStopping, seed: training.seed, threads: training.threads,
      classWeights: training.classWeights, monotone: training.monotone)
  }

  /// Trains with the library that `search` finds; `shouldContinue` is asked after every round, on
  /// another thread, while this one waits.
  public func model(
    of target: Model.Target, train: Rows, validation: Rows?, with search: LibrarySearch,
    shouldContinue: (Progress) -> Bool = { _ in true }
  ) throws(LearningError) -> Model {
    var training = self
    training.target = target
    try training.check(train, validation)
    do throws(LightGBMError) {
      return try Session.run(Library.load(search)) { [training] session throws(LightGBMError) in
        var fit = try Fit(training, train, validation, in: session)
        try fit.run(shouldContinue)
        return try fit.model(of: target)
      }
    } catch {
      throw LearningError(lightGBM: error)
    }
  }

  /// Trains together with other machines: each calls this with its part of the rows, the same
  /// settings and the same target, and all get the same model.
  ///
  /// `bins` say how features are cut, the same for all: what `bins(of:sample:with:)` made of a sample of all
  /// rows. Left to itself, LightGBM would cut each feature by the rows of one machine, and the model
  /// would depend on which rows are where.
  ///
  /// `weights` of classes must be given as factors, and the rows of all machines together must have
  /// been checked, for no machine sees them all. `validation` is there on all machines or on none; it
  /// may have no rows on some.
  public func model(
    of target: Model.Target, train: Rows, validation: Rows?, with search: LibrarySearch,
    among collective: any Collective, bins: [UInt8],
    shouldContinue: (Progress) -> Bool = { _ in true }
  ) throws(LearningError) -> Model {
    var training = self
    training.target = target
    do throws(LightGBMError) {
      return try Session.run(Library.load(search)) { [training] session throws(LightGBMError) in
        let reference = try Dataset(session, bins: bins, parameters: training.arguments)
        guard reference.featureCount == training.encoder.featureCount else {
          throw LightGBMError(.shape, "the bins are not those of the features")
        }
        return try session.together(with: collective) { () throws(LightGBMError) in
          var fit = try Fit(
            training, train, validation, in: session, among: collective, bins: reference)
          try fit.run(shouldContinue)
          return try fit.model(of: target)
        }
      }
    } catch {
      throw LearningError(lightGBM: error)
    }
  }

  /// How features are cut into bins where rows are like these, for machines that train together.
  public func bins(
    of target: Model.Target, sample: ColumnStream, with search: LibrarySearch
  ) throws(LearningError) -> [UInt8] {
    var training = self
    training.target = target
    do throws(LightGBMError) {
      return try Session.run(Library.load(search)) { [training] session throws(LightGBMError) in
        try Dataset(
          session, stream: sample, parameters: training.arguments,
          categorical: training.categoricalNames
        ).bins()
      }
    } catch {
      throw LearningError(lightGBM: error)
    }
  }

  /// The names of the features that are codes of levels.
  var categoricalNames: [String] {
    zip(encoder.libraryNames, encoder.features).filter { $1.isCategorical }.map(\.0)
  }

  /// How many rows LightGBM looks at to find bins, unless the parameters say otherwise.
  public var binSampleSize: Int {
    parameters["bin_construct_sample_cnt"].flatMap { Int($0) } ?? 200_000
  }

  /// What LightGBM is told, for data and for training alike.
  var arguments: Parameters {
    var arguments = Parameters([
      ("objective", objective), ("metric", "none"), ("verbosity", "-1"),
    ]).merging(.deterministic(seed: seed, threads: max(1, threads)))
    if objective == "multiclass", !isOneForEachClass {
      arguments["num_class"] = String(target.classes.count)
    }
    for (name, value) in parameters.all where name != "metric" { arguments[name] = value }
    if !monotone.isEmpty {
      let columns = encoder.columns
      arguments["monotone_constraints"] =
        encoder.features
        .map { $0.level == nil && !$0.isCategorical ? monotone[columns[$0.column].name] ?? 0 : 0 }
        .map(String.init).joined(separator: ",")
    }
    return arguments
  }

  private var objective: String {
    switch target.task {
    case .binary: "binary"
    case .multiclass: "multiclass"
    case .regression: "regression"
    }
  }

  /// Whether there is one model of shares for each class: forests and single trees of several classes.
  var isOneForEachClass: Bool { target.task == .multiclass && algorithm != .lightgbm }

  /// The algorithm.
  public var algorithm: Model.Algorithm { parameters.algorithm }

  func check(_ train: Rows, _ validation: Rows?) throws(LearningError) {
    try train.check(beside: validation, encoder, target)
    try checkSettings(hasValidation: validation != nil)
  }

  /// Throws for settings that do not fit the target or each other.
  func checkSettings(hasValidation: Bool) throws(LearningError) {
    try parameters.checkMetric(for: target.task)
    try checkMonotone()
    guard rounds >= 1 else {
      throw LearningError(.parameter("rounds"), "`rounds` must be at least 1")
    }
    if let earlyStopping {
      guard earlyStopping >= 1 else {
        throw LearningError(.parameter("early_stopping"), "`early_stopping` must be at least 1")
      }
      guard hasValidation else {
        throw LearningError(
          .parameter("early_stopping"), "`early_stopping` needs validation rows",
          solutions: ["give `split` a `validation` share", "leave `early_stopping` out"])
      }
    }
  }

  private func checkMonotone() throws(LearningError) {
    for name in monotone.keys.sorted() {
      guard let column = encoder.columns.first(where: { $0.name == name }) else {
        throw LearningError(
          .column(name), "`monotone` names `\(name)`, which is no feature",
          solutions: solutions(forUnknown: name, among: encoder.columns.map(\.name)))
      }
      guard column.kind != .category else {
        throw LearningError(
          .column(name), "`\(name)` is text, whose values have no order to be monotone in",
          solutions: ["make a number of it in SQL", "leave it out of `monotone`"])
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
