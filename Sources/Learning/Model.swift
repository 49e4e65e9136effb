/// A trained model with everything needed to apply it: a value that is written to and read from a
/// folder of three files.
///
/// For example: `try Model(contentsOf: "artifacts/model").scores(of: rows, with: search)`.
public struct Model: Sendable, Hashable {
  /// How it was trained.
  public var algorithm: Algorithm
  /// What it has learned.
  public var core: Core
  /// What turns columns into the numbers that the model reads.
  public var encoder: FeatureEncoder
  /// What it predicts.
  public var target: Target
  /// The parameters by the library's name: those that the author or the tuner set, and those that
  /// make the algorithm what it is.
  public var parameters: AlgorithmParameters
  /// The number of rounds that the model holds.
  public var bestRound: Int
  /// The number of rounds that were trained.
  public var rounds: Int
  /// How it got better.
  public var curve: LossCurve
  /// How much each feature contributes, in the order of the encoder's features.
  public var importance: [FeatureImportance]
  /// Figures of the training, by name.
  public var metrics: [String: Double]

  /// The trees in LightGBM's text form, which Python's LightGBM reads; nil for other algorithms.
  public var text: String? {
    if case .trees(let text) = core { text } else { nil }
  }

  /// How much a feature contributes to a model's trees.
  public struct FeatureImportance: Sendable, Hashable, Codable {
    /// The feature, as the encoder names it.
    public var name: String
    /// The sum of the loss reductions of its splits.
    public var gain: Double
    /// How often it splits.
    public var splits: Int
  }

  /// A model of these parts.
  public init(
    algorithm: Algorithm, core: Core, encoder: FeatureEncoder, target: Target,
    parameters: AlgorithmParameters, bestRound: Int, rounds: Int, curve: LossCurve,
    importance: [FeatureImportance], metrics: [String: Double]
  ) {
    self.algorithm = algorithm
    self.core = core
    self.encoder = encoder
    self.target = target
    self.parameters = parameters
    self.bestRound = bestRound
    self.rounds = rounds
    self.curve = curve
    self.importance = importance
    self.metrics = metrics
  }
}
