import Testing

@testable import Learning

/// The AUC of followed scores counts pairs as looking at every pair does, to the last bit.
@Suite struct RadixAUCTests {
  /// The AUC by looking at every pair.
  private func area(_ scores: [Double], _ labels: [Float]) -> Double {
    let positives = scores.indices.filter { labels[$0] == 1 }.map { scores[$0] }
    let negatives = scores.indices.filter { labels[$0] != 1 }.map { scores[$0] }
    var halves = 0
    for positive in positives {
      for negative in negatives {
        halves += positive > negative ? 2 : positive == negative ? 1 : 0
      }
    }
    return Double(halves) / 2 / Double(positives.count) / Double(negatives.count)
  }

  private static let kinds: [@Sendable (Double) -> Double] = [
    { $0 },
    // Probabilities of what is rare, ties, one score, two of them.
    { 1 / (1 + (6 * $0).rounded() + 30 * (1 - $0)) }, { ($0 * 20).rounded() / 20 }, { _ in 0.25 },
    { $0 < 0.9 ? 0.1 : 0.2 },
    // Both signs, both zeros, numbers next to each other, very small and very large ones.
    { $0 - 0.5 }, { $0 < 0.5 ? -0.0 : 0 }, { $0 < 0.7 ? 1 : (1.0).nextUp },
    { ($0 - 0.5) * .leastNormalMagnitude }, { ($0 - 0.5) * .greatestFiniteMagnitude },
    { $0 < 0.1 ? -.infinity : $0 > 0.8 ? .infinity : $0 },
    // Nearly all on one step of the table.
    { $0 < 0.01 ? -1e300 : $0 > 0.99 ? 1e300 : 0.5 + $0 * 1e-12 },
  ]

  @Test(arguments: kinds.indices, [0.02, 0.3, 0.5, 0.97])
  func countEveryPair(kind: Int, share: Double) {
    var generator = RandomGenerator(seed: UInt64(kind), stream: 7)
    var labels = (0..<400).map { _ in
      Float(Double.random(in: 0..<1, using: &generator) < share ? 1 : 0)
    }
    labels.replaceSubrange(0..<2, with: [0, 1])
    var ranking = RadixAUC(labels: labels)
    // What one round leaves behind must not be seen in the next.
    for _ in 0..<3 {
      let scores = labels.map { label in
        Self.kinds[kind](min(1, Double.random(in: 0..<1, using: &generator) + Double(label) / 8))
      }
      #expect(ranking.auc(of: scores) == area(scores, labels))
    }
  }

  @Test func haveNoFigureWithoutBothClassesOrWithWhatIsNoNumber() {
    var ranking = RadixAUC(labels: [1, 0, 0])
    #expect(ranking.auc(of: [0.5, 0.5]) == nil)
    for place in 0..<3 {
      for wrong in [Double.nan, -.nan] {
        var scores = [0.1, 0.2, 0.3]
        scores[place] = wrong
        #expect(ranking.auc(of: scores) == nil)
      }
    }
    #expect(ranking.auc(of: [0.3, 0.1, 0.2]) == 1)
    var single = RadixAUC(labels: [1, 1])
    #expect(single.auc(of: [0.1, 0.2]) == nil)
    var none = RadixAUC(labels: [])
    #expect(none.auc(of: []) == nil)
  }
}
