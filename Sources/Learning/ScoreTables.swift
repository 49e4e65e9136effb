/// How often rows of a like score are positive: a reliability diagram's points.
///
/// For example: `CalibrationCurve(of: ranked, bins: 10).bins`.
public struct CalibrationCurve: Sendable, Hashable {
  /// Rows of a like score.
  public struct Bin: Sendable, Hashable {
    /// The rows in it.
    public var rows: Int
    /// Their mean score.
    public var meanScore: Double
    /// The share of positives among them.
    public var positiveRate: Double
  }

  /// The bins that hold rows, from low to high scores.
  public var bins: [Bin]
  /// Expected calibration error: mean distance of score and rate, weighted by rows.
  public var error: Double?

  /// Bins of equal row counts (scikit-learn's `strategy="quantile"`, ties kept together by order).
  public init(of ranked: RankedScores, bins count: Int = 10) {
    bins = ScoreBand.bands(of: ranked, count: count).reversed().map { band in
      Bin(rows: band.rows, meanScore: band.meanScore, positiveRate: band.positiveRate)
    }
    let rows = Double(ranked.count)
    error =
      bins.isEmpty
      ? nil
      : bins.reduce(0) { $0 + Double($1.rows) / rows * abs($1.meanScore - $1.positiveRate) }
  }
}

/// One of several equally large groups of rows, cut by falling score: a row of the decile table of
/// credit people, with lift, gain and KS.
public struct ScoreBand: Sendable, Hashable {
  /// 1 for the highest scores.
  public var number: Int
  /// The rows in it.
  public var rows: Int
  /// The positives in it.
  public var positives: Int
  /// The lowest score in it.
  public var lowestScore: Double
  /// The highest score in it.
  public var highestScore: Double
  /// The mean score in it.
  public var meanScore: Double
  /// The share of positives in it.
  public var positiveRate: Double
  /// The share of positives in it over that of all rows; nil without positives.
  public var lift: Double?
  /// The share of all positives in this band and those above.
  public var cumulativeGain: Double?
  /// The share of positives in this band and those above over that of all rows.
  public var cumulativeLift: Double?
  /// Cumulated share of positives minus cumulated share of negatives.
  public var separation: Double?

  /// So many bands of equal row counts, the larger ones first; fewer when there are fewer rows.
  public static func bands(of ranked: RankedScores, count: Int = 10) -> [ScoreBand] {
    let rows = ranked.count
    let bandCount = min(max(count, 1), rows)
    guard bandCount > 0 else { return [] }
    let allPositives = Double(ranked.positiveCount)
    let allNegatives = Double(rows) - allPositives
    var bands: [ScoreBand] = []
    var found = 0
    var start = 0
    for number in 1...bandCount {
      let end = start + rows / bandCount + (number <= rows % bandCount ? 1 : 0)
      let size = Double(end - start)
      let positives = ranked.labels[start..<end].reduce(into: 0) { $0 += $1 ? 1 : 0 }
      found += positives
      let gain = allPositives > 0 ? Double(found) / allPositives : nil
      let lost = allNegatives > 0 ? Double(end - found) / allNegatives : nil
      let base = allPositives / Double(rows)
      bands.append(
        ScoreBand(
          number: number, rows: end - start, positives: positives,
          lowestScore: ranked.scores[end - 1], highestScore: ranked.scores[start],
          meanScore: ranked.scores[start..<end].reduce(0, +) / size,
          positiveRate: Double(positives) / size,
          lift: base > 0 ? Double(positives) / size / base : nil,
          cumulativeGain: gain,
          cumulativeLift: gain.map { $0 / (Double(end) / Double(rows)) },
          separation: gain.flatMap { gain in lost.map { gain - $0 } }))
      start = end
    }
    return bands
  }
}

/// The cumulated shares of both classes over the score, and where they are furthest apart.
public struct KSCurve: Sendable, Hashable {
  /// Shares of the rows with at most this score.
  public struct Point: Sendable, Hashable {
    /// A score that occurs.
    public var score: Double
    /// Share of the positives with at most this score.
    public var positives: Double
    /// Share of the negatives with at most this score.
    public var negatives: Double
  }

  /// From the lowest score to the highest; empty when only one class is there.
  public var points: [Point]
  /// The point with the largest distance, which is the KS statistic.
  public var widest: Point?

  /// The curve of these rows.
  public init(of ranked: RankedScores) {
    points = []
    let steps = CumulativeCounts(of: ranked).all
    guard let last = steps.last, last.positives > 0, last.negatives > 0 else { return }
    for (index, step) in steps.enumerated().reversed() {
      let above = index > 0 ? steps[index - 1] : (step.threshold, 0, 0)
      points.append(
        Point(
          score: step.threshold, positives: 1 - above.1 / last.positives,
          negatives: 1 - above.2 / last.negatives))
    }
    widest = points.max { abs($0.positives - $0.negatives) < abs($1.positives - $1.negatives) }
  }
}

/// What happens at each of several thresholds.
public struct ThresholdTable: Sendable, Hashable {
  /// One threshold with its counts.
  public struct Row: Sendable, Hashable {
    /// Rows with at least this score are called positive.
    public var threshold: Double
    /// The counts.
    public var confusion: ConfusionMatrix
    /// The cost of all errors, when costs were given.
    public var cost: Double?
  }

  /// From low to high thresholds.
  public var rows: [Row]

  /// The counts at each threshold; `costs` are those of one false positive and one false negative.
  public init(
    of ranked: RankedScores, thresholds: [Double],
    costs: (falsePositive: Double, falseNegative: Double)? = nil
  ) {
    rows = thresholds.sorted().map { threshold in
      let confusion = ConfusionMatrix(of: ranked, threshold: threshold)
      return Row(
        threshold: threshold, confusion: confusion,
        cost: costs.map {
          $0.falsePositive * confusion.falsePositives + $0.falseNegative * confusion.falseNegatives
        })
    }
  }
}
