/// Percentile intervals of any figures, by the samples of a bootstrap.
///
/// For example: `SampledIntervals(of: scored, samples: 200, level: 0.95, seed: 0)[.accuracy]`.
/// Sample `i` uses stream `i` of the seed; see `BootstrapIntervals`. Rows of several classes are
/// drawn within their classes, rows with numbers from all.
public struct SampledIntervals<Metric: Hashable & Sendable>: Sendable, Hashable {
  /// The coverage aimed at.
  public let level: Double
  /// The ends by metric.
  private var intervals: [Metric: BootstrapIntervals.Interval] = [:]

  /// The interval of a metric; nil when it has none.
  public subscript(metric: Metric) -> BootstrapIntervals.Interval? { intervals[metric] }

  /// Draws within `groups`, which hold row numbers below `count`, and asks for the figures.
  private init(
    drawing groups: [[Int]], of count: Int, samples: Int, level: Double, seed: UInt64,
    _ figures: (_ counts: [Double]) -> [(Metric, Double?)]
  ) {
    self.level = min(max(level, 0), 1)
    guard count > 0, samples > 0 else { return }
    var values: [Metric: [Double]] = [:]
    var counts = Array(repeating: 0.0, count: count)
    for sample in 0..<samples {
      var generator = RandomGenerator(seed: seed, stream: UInt64(sample))
      for index in counts.indices { counts[index] = 0 }
      for group in groups {
        for _ in group { counts[group[generator.index(below: group.count)]] += 1 }
      }
      for (metric, value) in figures(counts) {
        if let value { values[metric, default: []].append(value) }
      }
    }
    for (metric, values) in values where values.count * 2 >= samples {
      let sorted = values.sorted()
      intervals[metric] = BootstrapIntervals.Interval(
        low: BootstrapIntervals.quantile(sorted, (1 - self.level) / 2),
        high: BootstrapIntervals.quantile(sorted, (1 + self.level) / 2))
    }
  }
}

extension SampledIntervals<ClassMetric> {
  /// Intervals of the figures of several classes.
  public init(
    of scored: ScoredClasses, samples: Int = 200, level: Double = 0.95, seed: UInt64 = 0
  ) {
    let groups = (0..<scored.classCount).map { label in
      scored.labels.indices.filter { scored.labels[$0] == label }
    }
    let rankings = (0..<scored.classCount).map { scored.ranked(for: $0) }
    let losses = RowClassLosses(of: scored)
    self.init(drawing: groups, of: scored.count, samples: samples, level: level, seed: seed) {
      counts in
      func weight(_ row: Int) -> Double { counts[row] * scored.weight(row) }
      let aucs = rankings.map { ranked in
        RankStatistics(of: ranked) { weight(ranked.rows[$0]) }.auc
      }
      let metrics = ClassMetrics(of: scored, aucs, losses, weight: weight)
      return ClassMetric.allCases.map { ($0, metrics[$0]) }
    }
  }
}

extension SampledIntervals<ValueMetric> {
  /// Intervals of the figures of predicted numbers.
  public init(
    of rows: PredictedValues, samples: Int = 200, level: Double = 0.95, seed: UInt64 = 0
  ) {
    self.init(
      drawing: [Array(rows.actual.indices)], of: rows.count, samples: samples, level: level,
      seed: seed
    ) { counts in
      let metrics = ValueMetrics(of: rows) { counts[$0] * rows.weight($0) }
      return ValueMetric.allCases.map { ($0, metrics[$0]) }
    }
  }
}
