/// How many rows, or how much weight, fall on which side of a threshold.
public struct ConfusionMatrix: Sendable, Hashable {
  /// Positives called positive.
  public var truePositives: Double
  /// Negatives called positive.
  public var falsePositives: Double
  /// Positives called negative.
  public var falseNegatives: Double
  /// Negatives called negative.
  public var trueNegatives: Double

  /// The four counts.
  public init(
    truePositives: Double, falsePositives: Double, falseNegatives: Double, trueNegatives: Double
  ) {
    self.truePositives = truePositives
    self.falsePositives = falsePositives
    self.falseNegatives = falseNegatives
    self.trueNegatives = trueNegatives
  }

  /// The counts of rows called positive from `threshold` on.
  public init(of ranked: RankedScores, threshold: Double) {
    self.init(of: ranked, firstCount: ranked.count(atLeast: threshold)) { ranked.weight($0) }
  }

  init(of ranked: RankedScores, firstCount: Int, weight: (Int) -> Double) {
    self.init(truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0)
    for index in 0..<firstCount {
      if ranked.labels[index] {
        truePositives += weight(index)
      } else {
        falsePositives += weight(index)
      }
    }
    for index in firstCount..<max(firstCount, ranked.count) {
      if ranked.labels[index] {
        falseNegatives += weight(index)
      } else {
        trueNegatives += weight(index)
      }
    }
  }

  /// The sum of all four.
  public var total: Double { truePositives + falsePositives + falseNegatives + trueNegatives }

  /// Positives and negatives by truth.
  var actual: (positives: Double, negatives: Double) {
    (truePositives + falseNegatives, falsePositives + trueNegatives)
  }

  /// Positives and negatives by prediction.
  var called: (positives: Double, negatives: Double) {
    (truePositives + falsePositives, falseNegatives + trueNegatives)
  }

  /// Share of rows on the right side; nil without rows.
  public var accuracy: Double? { ratio(truePositives + trueNegatives, total) }

  /// Share of positives among the rows called positive; nil when none is.
  public var precision: Double? { ratio(truePositives, called.positives) }

  /// Share of the positives that are called positive; nil without positives.
  public var recall: Double? { ratio(truePositives, actual.positives) }

  /// Share of the negatives that are called positive; nil without negatives.
  public var falsePositiveRate: Double? { ratio(falsePositives, actual.negatives) }

  /// Harmonic mean of precision and recall; nil when there are no positives, called or true.
  public var f1: Double? {
    ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives)
  }

  /// Matthews' correlation; nil when a class is missing in truth or prediction.
  public var mcc: Double? {
    // Products of square roots: products of four counts could overflow nothing but precision.
    let scale =
      (actual.positives.squareRoot() * actual.negatives.squareRoot())
      * (called.positives.squareRoot() * called.negatives.squareRoot())
    return ratio(truePositives * trueNegatives - falsePositives * falseNegatives, scale)
  }

  /// Cohen's kappa; nil when truth and prediction hold one and the same class only.
  public var kappa: Double? {
    let agreement = actual.positives * called.positives + actual.negatives * called.negatives
    return ratio(
      (truePositives + trueNegatives) * total - agreement, total * total - agreement)
  }

  private func ratio(_ part: Double, _ whole: Double) -> Double? {
    whole > 0 ? part / whole : nil
  }
}
