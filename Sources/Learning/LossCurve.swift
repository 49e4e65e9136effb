/// How a model got better round by round.
public struct LossCurve: Sendable, Hashable, Codable {
  /// The figure, such as `binary_logloss`.
  public var metric: String
  /// Its value on the training rows after each round, or after those of `trainRounds`.
  public var train: [Double]
  /// The rounds after which it was measured on the training rows; nil when after each.
  public var trainRounds: [Int]?
  /// Its value on the validation rows after each round; empty without validation rows.
  public var validation: [Double]
  /// AUC on the training rows after each round, where it is measured.
  public var trainAUC: [Double]
  /// AUC on the validation rows after each round; empty without validation rows of both classes.
  public var validationAUC: [Double]

  /// A curve of these values.
  public init(
    metric: String, train: [Double] = [], validation: [Double] = [], trainAUC: [Double] = [],
    validationAUC: [Double] = []
  ) {
    self.metric = metric
    self.train = train
    self.validation = validation
    self.trainAUC = trainAUC
    self.validationAUC = validationAUC
  }

  private enum CodingKeys: String, CodingKey {
    case metric, train, validation
    case trainRounds = "train_rounds"
    case trainAUC = "train_auc"
    case validationAUC = "validation_auc"
  }
}
