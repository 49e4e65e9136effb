import Learning
import Testing

@Suite struct ScoreTablesTests {
  private let ranked = RankedScores(
    scores: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05],
    labels: [true, true, false, true, false, false, false, true, false, false])

  @Test func cutsBandsOfEqualSize() throws {
    let bands = ScoreBand.bands(of: ranked, count: 5)
    #expect(bands.map(\.rows) == [2, 2, 2, 2, 2])
    #expect(bands.map(\.positives) == [2, 1, 0, 1, 0])
    #expect(bands[0].lift == 2.5)
    #expect(bands.map(\.cumulativeGain) == [0.5, 0.75, 0.75, 1, 1])
    #expect(bands[1].cumulativeLift == 0.75 / 0.4)
    // Two of four positives and none of six negatives are above 0.8.
    #expect(bands[0].separation == 0.5)
    #expect(ScoreBand.bands(of: RankedScores(scores: [], labels: [])).isEmpty)
    #expect(ScoreBand.bands(of: ranked, count: 100).count == 10)
  }

  @Test func findsWhereClassesAreFurthestApart() throws {
    let curve = KSCurve(of: ranked)
    let metrics = BinaryMetrics(of: ranked)
    let widest = try #require(curve.widest)
    #expect(abs(abs(widest.positives - widest.negatives) - (metrics[.ks] ?? 0)) < 1e-12)
    #expect(curve.points.last?.positives == 1 && curve.points.last?.negatives == 1)
  }

  @Test func comparesScoresWithRates() {
    let curve = CalibrationCurve(of: ranked, bins: 2)
    #expect(curve.bins.map(\.rows) == [5, 5])
    #expect(curve.bins.map(\.positiveRate) == [0.2, 0.6])
    #expect(abs(curve.bins[1].meanScore - 0.7) < 1e-12)
  }

  @Test func weighsErrorsByTheirCost() {
    let table = ThresholdTable(of: ranked, thresholds: [0.65, 0.25], costs: (1, 5))
    #expect(table.rows.map(\.threshold) == [0.25, 0.65])
    #expect(table.rows.map(\.confusion.falsePositives) == [4, 1])
    #expect(table.rows.map(\.cost) == [9, 11])
  }
}
