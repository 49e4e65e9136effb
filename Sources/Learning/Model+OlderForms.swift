/// Reading what earlier versions of Washi wrote, where its meaning is clear: models of two classes
/// from before there were others.
///
/// Writing knows today's form only.
extension Model.Target {
  private enum Keys: String, CodingKey {
    case column, type, task, classes, negative, positive
  }

  /// Reads a target; one without `task` has two classes, `negative` and `positive`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    let column = try values.decode(String.self, forKey: .column)
    let type = try values.decode(String.self, forKey: .type)
    if !values.contains(.task), values.contains(.positive) {
      self.init(
        column: column, type: type,
        negative: try values.decode(String.self, forKey: .negative),
        positive: try values.decode(String.self, forKey: .positive))
      return
    }
    let task = try values.decode(Model.Task.self, forKey: .task)
    let classes = try values.decode([String].self, forKey: .classes)
    let isWhole =
      switch task {
      case .binary: classes.count == 2
      case .multiclass: classes.count >= 2
      case .regression: classes.isEmpty
      }
    guard isWhole else {
      throw DecodingError.dataCorruptedError(
        forKey: .classes, in: values,
        debugDescription: "\(classes.count) classes are no \(task.rawValue) target")
    }
    self.init(column: column, type: type, task: task, classes: classes)
  }
}

extension LossCurve {
  private enum Keys: String, CodingKey {
    case metric, train, validation
    case trainRounds = "train_rounds"
    case trainAUC = "train_auc"
    case validationAUC = "validation_auc"
  }

  /// Reads a curve; one without an AUC of the training rows was made before that was measured.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    self.init(
      metric: try values.decode(String.self, forKey: .metric),
      train: try values.decode([Double].self, forKey: .train),
      validation: try values.decode([Double].self, forKey: .validation),
      trainAUC: try values.decodeIfPresent([Double].self, forKey: .trainAUC) ?? [],
      validationAUC: try values.decode([Double].self, forKey: .validationAUC))
    trainRounds = try values.decodeIfPresent([Int].self, forKey: .trainRounds)
  }
}

extension LinearModel {
  private enum Keys: String, CodingKey {
    case standardizer, functions
  }

  /// Reads a linear model; one without `functions` is itself the function of two classes.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    let functions =
      values.contains(.functions)
      ? try values.decode([Function].self, forKey: .functions)
      : [try Function(from: decoder)]
    self.init(
      standardizer: try values.decode(Standardizer.self, forKey: .standardizer),
      functions: functions)
  }
}

extension Network {
  private enum Keys: String, CodingKey {
    case standardizer, layers, output
  }

  /// Reads a network; one without `output` gives the probability of the positive class.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Keys.self)
    standardizer = try values.decode(Standardizer.self, forKey: .standardizer)
    layers = try values.decode([Layer].self, forKey: .layers)
    output = try values.decodeIfPresent(Output.self, forKey: .output) ?? .probability
  }
}
