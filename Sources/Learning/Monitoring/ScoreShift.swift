/// How the scores of one model differ from those of another on the same rows.
///
/// For example: `ScoreShift(old: champion, new: challenger)?.rankCorrelation`.
public struct ScoreShift: Sendable, Hashable {
  /// The scores of the model that is replaced, by row.
  public let old: [Double]
  /// The scores of the model that replaces it, by row.
  public let new: [Double]

  /// Scores of the same rows; nil when there are none, or not equally many.
  public init?(old: [Double], new: [Double]) {
    guard old.count == new.count, !old.isEmpty else { return nil }
    self.old = old
    self.new = new
  }

  /// How many rows there are.
  public var rowCount: Int { old.count }

  /// The new score less the old one, by row.
  public var differences: [Double] { zip(old, new).map { $1 - $0 } }

  /// The shares at which distributions are looked at: ends, tails, quartiles.
  public static let shares = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]

  /// The quantiles of values at `shares`, interpolated linearly as NumPy does; `values` has one at
  /// least.
  public static func quantiles(of values: [Double], at shares: [Double] = shares) -> [Double] {
    let sorted = values.sorted()
    return shares.map { share in
      let place = share * Double(sorted.count - 1)
      let low = min(Int(place), sorted.count - 1)
      let high = min(low + 1, sorted.count - 1)
      let rest = place - Double(low)
      let difference = sorted[high] - sorted[low]
      return rest < 0.5
        ? sorted[low] + difference * rest : sorted[high] - difference * (1 - rest)
    }
  }

  /// Ranks from 1 for the smallest; equal values share the mean of their ranks.
  public static func ranks(of values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
      for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
      start = end + 1
    }
    return ranks
  }

  /// Spearman's rank correlation, SciPy's `spearmanr`; nil when a model gives all rows one score.
  public var rankCorrelation: Double? {
    let (x, y) = (Self.ranks(of: old), Self.ranks(of: new))
    // Ranks always sum up to the same.
    let middle = Double(rowCount + 1) / 2
    var (products, squares) = (0.0, (x: 0.0, y: 0.0))
    for (a, b) in zip(x, y) {
      products += (a - middle) * (b - middle)
      squares.x += (a - middle) * (a - middle)
      squares.y += (b - middle) * (b - middle)
    }
    guard squares.x > 0, squares.y > 0 else { return nil }
    return min(1, max(-1, products / (squares.x * squares.y).squareRoot()))
  }

  /// How many of the rows with the highest scores both models have in common.
  public struct Overlap: Sendable, Hashable {
    /// How many rows of each model are looked at.
    public var rows: Int
    /// How many of them are the same.
    public var shared: Int

    /// So many rows, and how many of them are the same.
    public init(rows: Int, shared: Int) {
      self.rows = rows
      self.shared = shared
    }

    /// The share of rows in common.
    public var share: Double { Double(shared) / Double(rows) }
  }

  /// The overlap of the highest `share` of all rows, rounded up to whole rows; among equal scores
  /// earlier rows count as higher.
  public func overlap(ofHighest share: Double = 0.1) -> Overlap {
    let count = min(rowCount, max(1, Int((share * Double(rowCount)).rounded(.up))))
    func highest(_ scores: [Double]) -> Set<Int> {
      Set(
        scores.indices.sorted {
          scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1]
        }.prefix(count))
    }
    return Overlap(rows: count, shared: highest(old).intersection(highest(new)).count)
  }

  /// Which way a row goes over a threshold.
  public enum Crossing: String, Sendable, Hashable, Codable, CaseIterable {
    /// From below to at least the threshold.
    case up
    /// From at least the threshold to below.
    case down
  }

  /// Which way each row goes; nil for one that stays on its side. A score at the threshold is above.
  public func crossings(of threshold: Double) -> [Crossing?] {
    zip(old, new).map { old, new in
      switch (old >= threshold, new >= threshold) {
      case (false, true): .up
      case (true, false): .down
      default: nil
      }
    }
  }
}
