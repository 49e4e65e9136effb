import Learning
import Testing

@Suite struct BootstrapIntervalsTests {
  private static func sample(_ count: Int) -> RankedScores {
    var generator = RandomGenerator(seed: 5)
    let labels = (0..<count).map { _ in generator.index(below: 4) == 0 }
    let scores = labels.map { label in
      (Double(generator.index(below: 1000)) + (label ? 300 : 0)) / 1300
    }
    return RankedScores(scores: scores, labels: labels)
  }

  @Test func holdsTheEstimateAndRepeats() throws {
    let ranked = Self.sample(2000)
    let first = BootstrapIntervals(of: ranked, samples: 200, seed: 7)
    #expect(first == BootstrapIntervals(of: ranked, samples: 200, seed: 7))
    #expect(first == BootstrapIntervals(of: ranked, samples: 200, seed: 7, threads: 3))
    #expect(first != BootstrapIntervals(of: ranked, samples: 200, seed: 8))
    let metrics = BinaryMetrics(of: ranked)
    for metric in [BinaryMetric.auc, .ks, .averagePrecision, .logLoss, .brier, .accuracy, .f1] {
      let interval = try #require(first[metric])
      let value = try #require(metrics[metric])
      #expect(interval.low < value && value < interval.high, "\(metric)")
    }
    #expect(first[.rows] == nil)
  }

  // Hanley and McNeil (1982) give the standard error of an AUC.
  @Test func isAsWideAsTheoryWants() throws {
    let ranked = Self.sample(4000)
    let interval = try #require(BootstrapIntervals(of: ranked, samples: 500)[.auc])
    let metrics = BinaryMetrics(of: ranked)
    let auc = try #require(metrics[.auc])
    let positives = try #require(metrics[.positives])
    let negatives = 4000 - positives
    let (q1, q2) = (auc / (2 - auc), 2 * auc * auc / (1 + auc))
    let variance =
      (auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc))
      / (positives * negatives)
    let ratio = (interval.high - interval.low) / (2 * 1.96 * variance.squareRoot())
    #expect((0.8...1.2).contains(ratio), "\(ratio)")
  }

  @Test func hasNoIntervalWhereNothingIsDefined() {
    let positives = RankedScores(scores: [0.2, 0.4], labels: [true, true])
    #expect(BootstrapIntervals(of: positives)[.auc] == nil)
    #expect(BootstrapIntervals(of: RankedScores(scores: [], labels: []))[.auc] == nil)
    #expect(BootstrapIntervals(of: positives, samples: 0)[.accuracy] == nil)
  }
}
