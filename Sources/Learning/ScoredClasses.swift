/// Rows of known class with a probability for each class.
///
/// For example: `ScoredClasses(probabilities: [0.7, 0.2, 0.1], labels: [0], classCount: 3)`.
public struct ScoredClasses: Sendable, Hashable {
  /// How many classes the model tells apart.
  public let classCount: Int
  /// Row after row, one for each class.
  public let probabilities: [Double]
  /// The place of each row's class.
  public let labels: [Int]
  /// How much each row counts; nil when all count once.
  public let weights: [Double]?
  /// The most probable class of each row, the first of equals.
  public let predicted: [Int]
  /// Why nothing can be computed of these rows; nil when something can.
  public let problem: String?

  /// Rows with these probabilities. Arrays that do not fit together, a NaN probability, labels that
  /// are no class and negative, infinite or NaN weights leave a `problem` and no rows.
  public init(
    probabilities: [Double], labels: [Int], classCount: Int, weights: [Double]? = nil
  ) {
    self.classCount = max(2, classCount)
    let problem = Self.problem(probabilities, labels, self.classCount, weights)
    self.problem = problem
    self.probabilities = problem == nil ? probabilities : []
    self.labels = problem == nil ? labels : []
    self.weights = problem == nil ? weights : nil
    let width = self.classCount
    predicted = (problem == nil ? labels.indices : 0..<0).map { row in
      var best = row * width
      for place in row * width..<(row + 1) * width
      where probabilities[place] > probabilities[best] { best = place }
      return best - row * width
    }
  }

  /// How many rows there are.
  public var count: Int { labels.count }

  /// The rows as those of one class and all others, ranked by the probability of that class.
  public func ranked(for label: Int) -> RankedScores {
    RankedScores(
      scores: stride(from: label, to: probabilities.count, by: classCount).map {
        probabilities[$0]
      },
      labels: labels.map { $0 == label }, weights: weights)
  }

  func weight(_ row: Int) -> Double { weights?[row] ?? 1 }

  private static func problem(
    _ probabilities: [Double], _ labels: [Int], _ classCount: Int, _ weights: [Double]?
  ) -> String? {
    if probabilities.count != labels.count * classCount {
      return "there is not one probability for each row and class"
    }
    if let weights, weights.count != labels.count {
      return "labels and weights are not of equal number"
    }
    if labels.isEmpty { return "there are no rows" }
    if probabilities.contains(where: \.isNaN) { return "a probability is NaN" }
    if !labels.allSatisfy({ (0..<classCount).contains($0) }) { return "a label is no class" }
    if let weights, !weights.allSatisfy({ $0 >= 0 && $0.isFinite }) {
      return "a weight is negative or not finite"
    }
    return nil
  }
}
