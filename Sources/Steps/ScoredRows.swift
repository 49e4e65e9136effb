internal import Learning
internal import Parsing
internal import Vocabulary

/// Rows with what a model says of them and what is true, by the model's task.
enum ScoredRows {
  case ranked(RankedScores)
  case classes(ScoredClasses)
  case values(PredictedValues)

  /// Scores beside the places of classes, or beside values for a regression.
  init(
    _ scores: [Double], labels: [Float], values: [Double], weights: [Double]?,
    _ target: Model.Target
  ) {
    switch target.task {
    case .binary:
      self = .ranked(
        RankedScores(scores: scores, labels: labels.map { $0 == 1 }, weights: weights))
    case .multiclass:
      self = .classes(
        ScoredClasses(
          probabilities: scores, labels: labels.map { Int($0) }, classCount: target.outputCount,
          weights: weights))
    case .regression:
      self = .values(PredictedValues(predicted: scores, actual: values, weights: weights))
    }
  }

  /// How many rows there are.
  var count: Int {
    switch self {
    case .ranked(let rows): rows.count
    case .classes(let rows): rows.count
    case .values(let rows): rows.count
    }
  }
}

extension Model.Target {
  /// What is predicted, for a sentence.
  var sentence: String {
    switch task {
    case .binary: "`\(positive)` of `\(column)`"
    case .multiclass: "the \(classes.count) classes of `\(column)`"
    case .regression: "the number `\(column)`"
    }
  }
}

extension TrainedModel {
  /// Whether the frame of the model's rows has a column.
  func hasColumn(_ name: String) -> Bool {
    encoder.columns.contains { $0.name == name } || id == name || weight == name
      || target.column == name
  }
}
