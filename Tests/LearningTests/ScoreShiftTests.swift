import Learning
import Testing

/// Figures of NumPy 2.4.6 (`quantile`, `lexsort`) and SciPy 1.17.1 (`spearmanr`, `rankdata`).
@Suite struct ScoreShiftTests {
  /// 200 rows with many equal scores.
  private static let shift: ScoreShift? = {
    let rows = Array(0..<200)
    let old = rows.map { (row: Int) -> Double in Double(row * 37 % 101) / 101 }
    let new = rows.map { (row: Int) -> Double in
      let points = row * 37 % 101 + row * 13 % 17 - 8
      return min(1, max(0, Double(points) / 120))
    }
    return ScoreShift(old: old, new: new)
  }()

  private func isClose(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-14 }
  }

  @Test func looksAtTheDistributionsOfScoresAndOfTheirDifferences() throws {
    let shift = try #require(Self.shift)
    #expect(
      isClose(
        ScoreShift.quantiles(of: shift.old),
        [
          0, 0.009801980198019802, 0.049009900990099026, 0.24504950495049505, 0.49504950495049505,
          0.745049504950495, 0.9410891089108908, 0.9802970297029702, 0.9900990099009901,
        ]))
    #expect(
      isClose(
        ScoreShift.quantiles(of: shift.new),
        [
          0, 0, 0.03291666666666668, 0.20625, 0.4166666666666667, 0.6270833333333333,
          0.7920833333333331, 0.8668333333333332, 0.9,
        ]))
    #expect(
      isClose(
        ScoreShift.quantiles(of: shift.differences),
        [
          -0.21196369636963697, -0.20525495049504947, -0.17784240924092418, -0.1198226072607261,
          -0.07974422442244228, -0.03067244224422444, 0.0187293729372937, 0.040650990099009854,
          0.0603960396039604,
        ]))
  }

  @Test func comparesTheOrderOfRows() throws {
    let shift = try #require(Self.shift)
    #expect(ScoreShift.ranks(of: shift.old).prefix(6) == [1.5, 74.5, 147.5, 21.5, 94.5, 167.5])
    #expect(ScoreShift.ranks(of: shift.new).prefix(6) == [3.5, 85, 149, 16.5, 80.5, 180])
    #expect(abs(try #require(shift.rankCorrelation) - 0.9870379403989658) < 1e-14)
    #expect(shift.overlap() == ScoreShift.Overlap(rows: 20, shared: 14))
    #expect(shift.overlap(ofHighest: 1).share == 1)
  }

  @Test func saysWhichRowsCrossAThreshold() throws {
    let shift = try #require(Self.shift)
    let crossings = shift.crossings(of: 0.5)
    #expect(
      crossings.indices.filter { crossings[$0] != nil } == [
        7, 29, 37, 56, 59, 67, 86, 89, 97, 108, 119, 127, 138, 157, 168, 187, 190, 198,
      ])
    #expect(crossings.allSatisfy { $0 != .up })
    let edge = try #require(ScoreShift(old: [0.2, 0.5, 0.5], new: [0.5, 0.2, 0.7]))
    #expect(edge.crossings(of: 0.5) == [.up, .down, nil])
  }

  @Test func hasAnAnswerForEveryOddInput() {
    #expect(ScoreShift(old: [], new: []) == nil)
    #expect(ScoreShift(old: [1], new: [1, 2]) == nil)
    let one = ScoreShift(old: [0.4], new: [0.6])
    #expect(one?.rankCorrelation == nil)
    #expect(one?.overlap() == ScoreShift.Overlap(rows: 1, shared: 1))
    #expect(ScoreShift.quantiles(of: [3]) == Array(repeating: 3, count: 9))
    let flat = ScoreShift(old: [1, 1, 1], new: [1, 2, 3])
    #expect(flat?.rankCorrelation == nil)
    #expect(ScoreShift(old: [1, 2, 3], new: [3, 2, 1])?.rankCorrelation == -1)
  }
}
