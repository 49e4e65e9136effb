#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What each of several machines must know to train one model of trees together, as a text that can
/// travel: everything but the rows.
///
/// For example: `try SharedTraining(training, of: target, classFactors: factors).text()`.
public struct SharedTraining: Sendable, Hashable {
  /// What is done.
  public var training: Training
  /// What is learned.
  public var target: Model.Target

  /// The training of a model on rows with these labels, which the machines share; the weights of
  /// classes become factors, for no machine can count the rows of all.
  ///
  /// Throws when nothing can be learned from the rows, and for what LightGBM does wrong on several
  /// machines without saying so.
  public init(
    _ training: Training, of target: Model.Target, train: RowLabels, validation: RowLabels?
  ) throws(LearningError) {
    try Self.check(training.parameters)
    guard training.parameters.algorithm.isOfTrees else {
      throw LearningError(
        .parameter("workers"),
        "`\(training.parameters.algorithm.rawValue)` is trained on one machine",
        solutions: ["use `lightgbm`, `random_forest` or `decision_tree`"])
    }
    self.training = training
    self.target = target
    try train.check(beside: validation, training.encoder, target)
    var trees = LightGBMTraining(training)
    trees.target = target
    try trees.checkSettings(hasValidation: validation != nil)
    guard target.task != .regression else { return }
    var sums = Array(repeating: 0.0, count: max(2, target.classes.count))
    for (row, label) in train.labels.enumerated() {
      sums[Int(label)] += train.weights.map { Double($0[row]) } ?? 1
    }
    self.training.classWeights = .factors(training.classWeights.factors(ofClassSums: sums))
  }

  /// Throws for a parameter that does something else on several machines than it says.
  public static func check(_ parameters: AlgorithmParameters) throws(LearningError) {
    for (name, value, reason) in alone where parameters[name] == value {
      throw LearningError(
        .parameter(name), "`\(name): \(value)` cannot be used with `workers`",
        explanation: reason, solutions: ["leave it out", "train on one machine"])
    }
  }

  /// As tried with LightGBM 4.7.
  private static let alone: [(name: String, value: String, reason: String)] = [
    ("linear_tree", "true", "each machine would train a model of its own rows"),
    ("use_quantized_grad", "true", "the trees come out wrong"),
    (
      "monotone_constraints_method", "intermediate",
      "LightGBM falls back to `basic` on several machines"
    ),
    (
      "monotone_constraints_method", "advanced",
      "LightGBM falls back to `basic` on several machines"
    ),
    ("tree_learner", "serial", "each machine would train a model of its own rows"),
  ]

  // MARK: As a text

  private struct Form: Codable {
    var algorithm: Model.Algorithm
    var encoder: FeatureEncoder
    var target: Model.Target
    var parameters: [String: String]
    var classFactors: [Double]?
    var monotone: [String: Int]
    var rounds: Int?
    var earlyStopping: Int?
    var seed: Int
  }

  /// The text.
  public func text() throws(LearningError) -> String {
    var factors: [Double]?
    if case .factors(let given) = training.classWeights { factors = given }
    return try Model.json(
      Form(
        algorithm: training.parameters.algorithm, encoder: training.encoder, target: target,
        parameters: Dictionary(
          uniqueKeysWithValues: training.parameters.all.map { ($0.name, $0.value) }),
        classFactors: factors, monotone: training.monotone, rounds: training.rounds,
        earlyStopping: training.earlyStopping, seed: training.seed))
  }

  /// A training read from its text, which may come from anybody: parameters that Washi does not know
  /// are refused.
  public init(text: String, threads: Int) throws(LearningError) {
    let form: Form
    do {
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
      form = try decoder.decode(Form.self, from: Data(text.utf8))
    } catch {
      throw LearningError(.bundle, "what shall be trained cannot be read")
    }
    let parameters = try AlgorithmParameters(of: form.algorithm, texts: form.parameters)
    try Self.check(parameters)
    guard form.algorithm.isOfTrees, (1...100_000).contains(form.rounds ?? 1),
      (1...100_000).contains(form.earlyStopping ?? 1),
      form.monotone.values.allSatisfy({ abs($0) == 1 }),
      form.classFactors?.allSatisfy({ $0 > 0 && $0.isFinite }) ?? true,
      form.target.task == .regression || (2...1000).contains(form.target.classes.count),
      form.encoder.featureCount > 0
    else {
      throw LearningError(.bundle, "what shall be trained makes no sense")
    }
    training = Training(
      encoder: form.encoder, parameters: parameters,
      classWeights: form.classFactors.map { .factors($0) } ?? .none, monotone: form.monotone,
      rounds: form.rounds, earlyStopping: form.earlyStopping, seed: form.seed, threads: threads)
    target = form.target
  }
}
