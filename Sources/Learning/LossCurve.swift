/// How a model got better round by round.
public struct LossCurve: Sendable, Hashable, Codable {
  /// The figure, such as `binary_logloss`.
  public var metric: String
  /// Its value on the training rows after each round.
  public var train: [Double]
  /// Its value on the validation rows after each round; empty without validation rows.
  public var validation: [Double]
  /// AUC on the validation rows after each round; empty without validation rows of both classes.
  public var validationAUC: [Double]

  /// A curve of these values.
  public init(
    metric: String, train: [Double] = [], validation: [Double] = [], validationAUC: [Double] = []
  ) {
    self.metric = metric
    self.train = train
    self.validation = validation
    self.validationAUC = validationAUC
  }

  private enum CodingKeys: String, CodingKey {
    case metric, train, validation
    case validationAUC = "validation_auc"
  }
}
