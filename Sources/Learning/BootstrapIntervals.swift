internal import Dispatch
internal import Synchronization

/// Confidence intervals of metrics by resampling rows within their classes.
///
/// For example: `BootstrapIntervals(of: ranked, samples: 200, level: 0.95, seed: 0)[.auc]`.
///
/// Stratified percentile bootstrap (Efron and Tibshirani 1993, chapter 13): every sample draws as
/// many positives from the positives and negatives from the negatives, with replacement; the ends
/// are the quantiles (1 - level) / 2 and (1 + level) / 2 of the samples' values, interpolated
/// linearly as NumPy does. Rows are sorted once; a sample only counts how often each row was drawn.
/// Sample `i` uses stream `i` of the seed, so the result depends on nothing else, nor on how many
/// threads share the samples.
public struct BootstrapIntervals: Sendable, Hashable {
  /// The ends of an interval.
  public struct Interval: Sendable, Hashable {
    /// The lower end.
    public var low: Double
    /// The upper end.
    public var high: Double
  }

  /// The coverage aimed at.
  public let level: Double
  /// The number of samples.
  public let samples: Int
  private var intervals: [BinaryMetric: Interval] = [:]

  /// Intervals of every metric that is defined in at least half of the samples.
  ///
  /// `level` is kept between 0 and 1; with no samples or no rows there are no intervals.
  public init(
    of ranked: RankedScores, threshold: Double = 0.5, samples: Int = 200, level: Double = 0.95,
    seed: UInt64 = 0, threads: Int = 1
  ) {
    self.level = min(max(level, 0), 1)
    self.samples = max(0, samples)
    guard ranked.count > 0, samples > 0 else { return }
    let losses = RowLosses(of: ranked)
    let firstCount = ranked.count(atLeast: threshold)
    let workers = min(max(1, threads), samples)
    let found = Mutex([BinaryMetric: [Double]]())
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      var sampler = StratifiedSampler(ranked)
      for sample in stride(from: worker, to: samples, by: workers) {
        sampler.draw(seed: seed, stream: UInt64(sample))
        let metrics = sampler.metrics(ranked, losses, firstCount)
        found.withLock { found in
          for (metric, value) in metrics {
            if let value { found[metric, default: []].append(value) }
          }
        }
      }
    }
    let values = found.withLock { $0 }
    for (metric, values) in values where values.count * 2 >= samples {
      let sorted = values.sorted()
      intervals[metric] = Interval(
        low: Self.quantile(sorted, (1 - self.level) / 2),
        high: Self.quantile(sorted, (1 + self.level) / 2))
    }
  }

  /// The interval of a metric; nil when it has none.
  public subscript(metric: BinaryMetric) -> Interval? { intervals[metric] }

  static func quantile(_ sorted: [Double], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let index = min(max(0, Int(place)), sorted.count - 1)
    let next = min(index + 1, sorted.count - 1)
    return sorted[index] + (place - Double(index)) * (sorted[next] - sorted[index])
  }
}

/// Draws rows within their classes and counts them.
private struct StratifiedSampler {
  private let positives: [Int]
  private let negatives: [Int]
  private var counts: [Double]

  init(_ ranked: RankedScores) {
    positives = ranked.labels.indices.filter { ranked.labels[$0] }
    negatives = ranked.labels.indices.filter { !ranked.labels[$0] }
    counts = Array(repeating: 0, count: ranked.count)
  }

  mutating func draw(seed: UInt64, stream: UInt64) {
    var generator = RandomGenerator(seed: seed, stream: stream)
    for index in counts.indices { counts[index] = 0 }
    for _ in positives { counts[positives[generator.index(below: positives.count)]] += 1 }
    for _ in negatives { counts[negatives[generator.index(below: negatives.count)]] += 1 }
  }

  func metrics(
    _ ranked: RankedScores, _ losses: RowLosses?, _ firstCount: Int
  ) -> [(BinaryMetric, Double?)] {
    let counts = counts
    let weight =
      if let weights = ranked.weights {
        { (index: Int) in counts[index] * weights[index] }
      } else {
        { (index: Int) in counts[index] }
      }
    let ranks = RankStatistics(of: ranked, weight: weight)
    let confusion = ConfusionMatrix(of: ranked, firstCount: firstCount, weight: weight)
    return [
      (.auc, ranks.auc), (.gini, ranks.auc.map { 2 * $0 - 1 }), (.ks, ranks.ks),
      (.averagePrecision, ranks.averagePrecision),
      (.logLoss, losses.flatMap { $0.mean(of: $0.log, weight: weight) }),
      (.brier, losses.flatMap { $0.mean(of: $0.squared, weight: weight) }),
      (.accuracy, confusion.accuracy), (.precision, confusion.precision),
      (.recall, confusion.recall), (.f1, confusion.f1), (.mcc, confusion.mcc),
      (.kappa, confusion.kappa),
    ]
  }
}
