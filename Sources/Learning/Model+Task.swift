extension Model {
  /// What kind of answer a model gives.
  public enum Task: String, Sendable, Hashable, Codable, CaseIterable {
    /// Which of two classes a row belongs to: one score, the probability of the positive class.
    case binary
    /// Which of three or more classes a row belongs to: one probability for each class.
    case multiclass
    /// A number.
    case regression
  }

  /// What a model predicts.
  public struct Target: Sendable, Hashable, Codable {
    /// The column's name.
    public var column: String
    /// The engine's type of the column.
    public var type: String
    /// What kind of answer is learned.
    public var task: Task
    /// The texts of the classes, their places being their labels: of two the second one is the
    /// positive one, whose probability is the score. None for a regression.
    public var classes: [String]

    /// A column of two classes.
    public init(column: String, type: String, negative: String, positive: String) {
      self.init(column: column, type: type, task: .binary, classes: [negative, positive])
    }

    /// A column that holds one of `classes`, or numbers.
    public init(column: String, type: String, task: Task, classes: [String] = []) {
      self.column = column
      self.type = type
      self.task = task
      self.classes = classes
    }

    /// The text of the value that counts as 0.
    public var negative: String { classes.first ?? "" }

    /// The text of the value that counts as 1, and whose probability is the score.
    public var positive: String { classes.last ?? "" }

    /// How many numbers a model gives for each row: 1, or one for each of several classes.
    public var outputCount: Int { task == .multiclass ? classes.count : 1 }
  }
}

extension Model.Algorithm {
  /// What the algorithm can learn. A logistic regression tells classes apart, whatever its name says.
  public var tasks: [Model.Task] {
    self == .logisticRegression ? [.binary, .multiclass] : Model.Task.allCases
  }
}
