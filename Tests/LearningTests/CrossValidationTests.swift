import Learning
import Testing

/// Folds and intervals; the figures are those of SciPy 1.17.1 (`scipy.stats.t.ppf`,
/// `binomtest(...).proportion_ci(method="wilson")`).
@Suite struct CrossValidationTests {
  @Test func dealsEachClassEvenlyWhateverTheOrder() {
    let labels = (0..<103).map { $0 % 9 == 0 ? 1 : 0 }
    let ids = (0..<103).map { "row \($0)" }
    let folds = StratifiedFolds(10, seed: 5).assigned(to: labels, RowKeys(ids: ids))
    for label in [0, 1] {
      let sizes = (0..<10).map { fold in
        labels.indices.count { labels[$0] == label && folds[$0] == fold }
      }
      #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
    }
    let sizes = (0..<10).map { fold in folds.count { $0 == fold } }
    #expect(sizes.max() == 11 && sizes.min() == 10)
    let reversed = StratifiedFolds(10, seed: 5)
      .assigned(to: labels.reversed(), RowKeys(ids: ids.reversed()))
    #expect(Array(reversed.reversed()) == folds)
    #expect(StratifiedFolds(10, seed: 6).assigned(to: labels, RowKeys(ids: ids)) != folds)
  }

  @Test(arguments: [
    ([0.78, 0.80, 0.79], 0.95, 0.79, 0.010000000000000009, 0.7651586228824967, 0.8148413771175034),
    (
      [0.7, 0.71, 0.69, 0.75, 0.72, 0.73, 0.70, 0.71, 0.74, 0.72], 0.95, 0.717,
      0.018885620632287076, 0.7034900408571513, 0.7305099591428484
    ),
    ([0.5, 0.6], 0.9, 0.55, 0.07071067811865474, 0.23431242426624826, 0.8656875757337519),
    (
      [0.1, 0.4, 0.2, 0.35, 0.3], 0.8, 0.27, 0.12041594578792296, 0.1874343153085995,
      0.3525656846914004
    ),
  ])
  func findsStudentsInterval(
    _ values: [Double], _ level: Double, _ mean: Double, _ deviation: Double, _ low: Double,
    _ high: Double
  ) throws {
    let figures = try #require(FoldFigures(values, level: level))
    let interval = try #require(figures.interval)
    #expect(abs(figures.mean - mean) < 1e-12)
    #expect(abs((figures.deviation ?? .nan) - deviation) < 1e-12)
    #expect(abs(interval.lowerBound - low) < 1e-12 && abs(interval.upperBound - high) < 1e-12)
  }

  @Test func hasNoIntervalOfOneFold() {
    #expect(FoldFigures([0.5], level: 0.95)?.interval == nil)
    #expect(FoldFigures([], level: 0.95) == nil)
    #expect(FoldFigures([.nan, 1], level: 0.95) == nil)
  }

  @Test(arguments: [
    (8.0, 100.0, 0.95, 0.04109346148438061, 0.14998107700948735),
    (0, 30, 0.95, 0, 0.11351339317396875), (30, 30, 0.95, 0.8864866068260312, 1),
    (1, 7, 0.95, 0.02567962434474358, 0.5131278292743189),
    (450, 1000, 0.99, 0.4099386939039589, 0.4907204225863818),
  ])
  func findsWilsonsInterval(
    _ count: Double, _ total: Double, _ level: Double, _ low: Double, _ high: Double
  ) throws {
    let interval = try #require(ProportionInterval(of: count, in: total, level: level))
    #expect(abs(interval.low - low) < 1e-12 && abs(interval.high - high) < 1e-12)
  }

  @Test func knowsNoShareOfNothing() {
    #expect(ProportionInterval(of: 0, in: 0, level: 0.95) == nil)
    #expect(ProportionInterval(of: 2, in: 1, level: 0.95) == nil)
  }

  @Test func findsTheThresholdThatCostsLeast() throws {
    let scores = (0..<60).map { Double($0 * 37 % 60) / 60 }
    let labels = (0..<60).map { $0 * 37 % 60 + $0 % 23 > 48 }
    let ranked = RankedScores(scores: scores, labels: labels)
    let best = try #require(CheapestThreshold(of: ranked, falsePositive: 1, falseNegative: 4))
    let table = ThresholdTable(
      of: ranked, thresholds: scores + [2], costs: (falsePositive: 1, falseNegative: 4))
    let costs = table.rows.compactMap(\.cost)
    #expect(best.cost == costs.min())
    #expect(table.rows.last { $0.cost == best.cost }?.threshold == best.threshold)
    // When errors of one kind cost nothing, everything or nothing is called positive.
    let nothing = CheapestThreshold(of: ranked, falsePositive: 1, falseNegative: 0)
    #expect(nothing?.threshold == .infinity)
    #expect(CheapestThreshold(of: ranked, falsePositive: 0, falseNegative: 1)?.cost == 0)
    let nobody = RankedScores(scores: [], labels: [])
    #expect(CheapestThreshold(of: nobody, falsePositive: 1, falseNegative: 1) == nil)
  }
}
