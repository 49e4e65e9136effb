/// The threshold at which errors cost least.
///
/// For example: `CheapestThreshold(of: ranked, falsePositive: 1, falseNegative: 10)?.threshold`.
/// Every score that occurs is tried, and calling nothing positive; of equal costs the highest
/// threshold wins, which calls the fewest rows positive.
public struct CheapestThreshold: Sendable, Hashable {
  /// Rows with at least this score are called positive; infinite when calling none is cheapest.
  public let threshold: Double
  /// What the errors at that threshold cost together.
  public let cost: Double

  /// The cheapest threshold; nil without rows.
  public init?(of ranked: RankedScores, falsePositive: Double, falseNegative: Double) {
    let steps = CumulativeCounts(of: ranked).all
    guard let last = steps.last else { return nil }
    var best = (threshold: Double.infinity, cost: falseNegative * last.positives)
    for step in steps {
      let cost =
        falsePositive * step.negatives + falseNegative * (last.positives - step.positives)
      if cost < best.cost { best = (step.threshold, cost) }
    }
    threshold = best.threshold
    cost = best.cost
  }
}
