/// Scores of rows whose class is known, sorted once for every metric and curve.
///
/// For example: `RankedScores(scores: [0.9, 0.2], labels: [true, false])`.
/// Rows stand in falling order of score, equal scores in their original order.
public struct RankedScores: Sendable, Hashable {
  /// The scores from high to low.
  public let scores: [Double]
  /// Whether each of them belongs to the positive class.
  let labels: [Bool]
  /// The weight of each of them; nil when all weigh 1.
  let weights: [Double]?
  /// Where each of them stood among the rows given.
  let rows: [Int]
  /// The end of every run of equal scores, so that ties are counted together.
  let tieEnds: [Int]
  /// Why nothing can be computed of these rows; nil when something can.
  public let problem: String?

  /// Sorts the rows. Arrays of different lengths, a NaN score and negative, infinite or NaN
  /// weights leave a `problem` and no rows.
  public init(scores: [Double], labels: [Bool], weights: [Double]? = nil) {
    let problem = Self.problem(scores, labels, weights)
    let order = problem == nil ? Self.fallingOrder(of: scores) : []
    self.problem = problem
    rows = order
    self.scores = order.map { scores[$0] }
    self.labels = order.map { labels[$0] }
    self.weights = weights.map { weights in order.map { weights[$0] } }
    var ends: [Int] = []
    for index in self.scores.indices
    where index + 1 == order.count || self.scores[index + 1] != self.scores[index] {
      ends.append(index + 1)
    }
    tieEnds = ends
  }

  /// How many rows there are.
  public var count: Int { scores.count }

  /// How many rows of the positive class there are.
  public var positiveCount: Int { labels.reduce(into: 0) { $0 += $1 ? 1 : 0 } }

  /// How many rows have a score of at least `threshold`: they are the first ones.
  func count(atLeast threshold: Double) -> Int {
    var low = 0
    var high = scores.count
    while low < high {
      let middle = (low + high) / 2
      if scores[middle] >= threshold { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func weight(_ index: Int) -> Double { weights?[index] ?? 1 }

  private static func problem(
    _ scores: [Double], _ labels: [Bool], _ weights: [Double]?
  ) -> String? {
    if scores.count != labels.count { return "scores and labels are not of equal number" }
    if let weights, weights.count != scores.count {
      return "scores and weights are not of equal number"
    }
    if scores.isEmpty { return "there are no rows" }
    if scores.contains(where: \.isNaN) { return "a score is NaN" }
    if let weights, !weights.allSatisfy({ $0 >= 0 && $0.isFinite }) {
      return "a weight is negative or not finite"
    }
    return nil
  }

  private static func fallingOrder(of scores: [Double]) -> [Int] {
    // Pairs are sorted, not indices: the comparison then touches no other array.
    scores.enumerated().map { (score: $0.element, row: $0.offset) }
      .sorted { $0.score != $1.score ? $0.score > $1.score : $0.row < $1.row }
      .map(\.row)
  }
}
