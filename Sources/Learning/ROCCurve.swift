/// The share of positives found against the share of negatives called positive, as the threshold
/// falls.
///
/// For example: `ROCCurve(of: ranked).points`.
/// The points are those of scikit-learn's `roc_curve`: ties are one step, points on a straight line
/// between their neighbours are dropped, and the first point calls nothing positive.
public struct ROCCurve: Sendable, Hashable {
  /// A threshold and its rates.
  public struct Point: Sendable, Hashable {
    /// Rows with at least this score are called positive; infinite at the first point.
    public var threshold: Double
    /// Share of the negatives called positive.
    public var falsePositiveRate: Double
    /// Share of the positives called positive.
    public var truePositiveRate: Double

    /// A point of the curve.
    public init(threshold: Double, falsePositiveRate: Double, truePositiveRate: Double) {
      self.threshold = threshold
      self.falsePositiveRate = falsePositiveRate
      self.truePositiveRate = truePositiveRate
    }
  }

  /// From (0, 0) to (1, 1); empty when only one class is there.
  public var points: [Point]

  /// The curve of these rows.
  public init(of ranked: RankedScores, keepsCollinear: Bool = false) {
    let steps = CumulativeCounts(of: ranked)
    points = []
    guard let last = steps.all.last, last.positives > 0, last.negatives > 0 else { return }
    points.append(Point(threshold: .infinity, falsePositiveRate: 0, truePositiveRate: 0))
    for (index, step) in steps.all.enumerated() {
      if !keepsCollinear, index > 0, index + 1 < steps.all.count {
        let before = steps.all[index - 1]
        let after = steps.all[index + 1]
        // scikit-learn keeps a point where either count's second difference is not zero.
        if before.positives + after.positives == 2 * step.positives,
          before.negatives + after.negatives == 2 * step.negatives
        {
          continue
        }
      }
      points.append(
        Point(
          threshold: step.threshold, falsePositiveRate: step.negatives / last.negatives,
          truePositiveRate: step.positives / last.positives))
    }
  }

  /// At most about `limit` of the points, none further than 2 / `limit` from its neighbours: what
  /// a picture needs.
  public func thinned(to limit: Int) -> ROCCurve {
    var copy = self
    copy.points = thinnedPath(points, limit) { ($0.falsePositiveRate, $0.truePositiveRate) }
    return copy
  }
}

/// Precision against recall, as the threshold falls.
///
/// For example: `PrecisionRecallCurve(of: ranked).points`.
/// The points are those of scikit-learn's `precision_recall_curve`, in falling order of threshold.
public struct PrecisionRecallCurve: Sendable, Hashable {
  /// A threshold and what is found with it.
  public struct Point: Sendable, Hashable {
    /// Rows with at least this score are called positive; infinite at the first point.
    public var threshold: Double
    /// Share of the positives called positive.
    public var recall: Double
    /// Share of positives among the rows called positive; 1 at the first point, by convention.
    public var precision: Double

    /// A point of the curve.
    public init(threshold: Double, recall: Double, precision: Double) {
      self.threshold = threshold
      self.recall = recall
      self.precision = precision
    }
  }

  /// From recall 0 to recall 1; empty when there are no positives.
  public var points: [Point]

  /// The curve of these rows.
  public init(of ranked: RankedScores) {
    let steps = CumulativeCounts(of: ranked)
    points = []
    guard let last = steps.all.last, last.positives > 0 else { return }
    points.append(Point(threshold: .infinity, recall: 0, precision: 1))
    for step in steps.all where step.positives + step.negatives > 0 {
      points.append(
        Point(
          threshold: step.threshold, recall: step.positives / last.positives,
          precision: step.positives / (step.positives + step.negatives)))
    }
  }

  /// At most about `limit` of the points: what a picture needs.
  public func thinned(to limit: Int) -> PrecisionRecallCurve {
    var copy = self
    copy.points = thinnedPath(points, limit) { ($0.recall, $0.precision) }
    return copy
  }
}

/// The weight of positives and negatives with at least each of the scores that occur.
struct CumulativeCounts {
  var all: [(threshold: Double, positives: Double, negatives: Double)] = []

  init(of ranked: RankedScores) {
    var positives = CompensatedSum()
    var negatives = CompensatedSum()
    var start = 0
    all.reserveCapacity(ranked.tieEnds.count)
    for end in ranked.tieEnds {
      var weighs = false
      for index in start..<end {
        let weight = ranked.weight(index)
        weighs = weighs || weight > 0
        if ranked.labels[index] { positives.add(weight) } else { negatives.add(weight) }
      }
      // A score that only rows of weight 0 have is no threshold.
      if weighs { all.append((ranked.scores[start], positives.value, negatives.value)) }
      start = end
    }
  }
}

/// Every point that lies at least 2 / `limit` from the last one kept, measured along both axes,
/// and the last point.
private func thinnedPath<Point>(
  _ points: [Point], _ limit: Int, _ place: (Point) -> (Double, Double)
) -> [Point] {
  guard points.count > limit, limit > 1, let first = points.first, let last = points.last else {
    return points
  }
  var kept = [first]
  var (x, y) = place(first)
  for point in points.dropFirst().dropLast() {
    let (nextX, nextY) = place(point)
    if abs(nextX - x) + abs(nextY - y) >= 2 / Double(limit) {
      kept.append(point)
      (x, y) = (nextX, nextY)
    }
  }
  return kept + [last]
}
