import Foundation
import Synchronization
import Testing

@testable import Learning

/// Parameters that mean something only when others have certain values.
@Suite struct ConditionalSpaceTests {
  /// A choice, a number that only its first value has, and a choice below that number.
  static let space = SearchSpace([
    .init("kind", .choice(count: 3)),
    .init("depth", .whole(1...4), when: [.init(0, [0, 2])]),
    .init("rate", .real(0...1), when: [.init(0, [1])]),
    .init("detail", .choice(count: 2), when: [.init(1, [4])]),
  ])

  @Test func knowsWhatMeansSomething() {
    let space = Self.space
    #expect(space.activity(at: [0, 4, 0.3, 1]) == [true, true, false, true])
    #expect(space.activity(at: [1, 4, 0.3, 1]) == [true, false, true, false])
    #expect(space.canonical([1, 4, 0.3, 1]) == [1, 1, 0.3, 0])
    #expect(space.canonical([2, 3, 0.3, 1]) == [2, 3, 0, 0])
  }

  @Test func hasADensityThatSumsToOne() {
    let space = SearchSpace([
      .init("kind", .choice(count: 3)), .init("depth", .whole(1...4), when: [.init(0, [0, 2])]),
      .init("detail", .choice(count: 2), when: [.init(1, [4])]),
    ])
    let seen = [[0.0, 4, 1], [1, 1, 0], [0, 2, 0], [2, 4, 0], [1, 1, 0], [0, 4, 1]]
    let estimator = ParzenEstimator(
      of: seen, on: space.dimensions.map { SearchAxis($0.domain) },
      activity: seen.map { space.activity(at: $0) })
    var points: Set<[Double]> = []
    for kind in 0..<3 {
      for depth in 1...4 {
        for detail in 0..<2 {
          points.insert(space.canonical([Double(kind), Double(depth), Double(detail)]))
        }
      }
    }
    #expect(points.count == 11)
    let total = points.sorted { $0.lexicographicallyPrecedes($1) }.reduce(0.0) { sum, point in
      sum + exp(estimator.logDensity(at: point, activity: space.activity(at: point)))
    }
    #expect(abs(total - 1) < 1e-12)
  }

  /// Best at kind 1 with rate .7; the other kinds are good only far down.
  static func loss(_ point: [Double]) -> Double {
    switch point[0] {
    case 1: abs(point[2] - 0.7)
    case 2: 0.5 + abs(point[1] - 3)
    default: 0.3 + abs(point[1] - 4) + (1 - point[3]) / 4
    }
  }

  @Test func findsTheBestBranch() {
    func best(_ sampler: Study.Sampler, _ seed: UInt64) -> Double {
      let study = Study(Self.space, trials: 60, sampler: sampler, seed: seed)
      let trials = study.run { .complete(loss: Self.loss($0.point), steps: 1) }
      for trial in trials {
        #expect(Self.space.canonical(trial.point) == trial.point)
        #expect(Self.space.contains(trial.point))
      }
      return trials.compactMap(\.loss).min() ?? .nan
    }
    let seeds = Array(0..<20 as Range<UInt64>)
    let (tpe, chance) = (
      seeds.map { best(.tpe, $0) }.sorted(), seeds.map { best(.random, $0) }.sorted()
    )
    #expect(tpe[10] < chance[10] / 2)
    #expect(tpe[10] < 0.01)
  }

  @Test func coversAGridWithoutLikePoints() {
    let grid = GridSampler(Self.space, trials: 100)
    let points = (0..<grid.count).map { grid.point($0) }
    #expect(Set(points).count == points.count)
    #expect(points.allSatisfy { Self.space.canonical($0) == $0 })
    // Two kinds with four depths, of which the deepest has two details, and one kind with rates.
    #expect(points.count { $0[0] == 0 } == 5)
    #expect(points.count { $0[0] == 1 } > 1)
  }

  @Test func triesNoPointTwiceSideBySide() {
    let space = SearchSpace([.init("kind", .choice(count: 2))])
    let calls = Mutex(0)
    let trials = Study(space, trials: 30, sampler: .random, seed: 3, width: 4).run(workers: 4) {
      trial in
      calls.withLock { $0 += 1 }
      return .complete(loss: trial.point[0], steps: 1)
    }
    #expect(calls.withLock { $0 } == 2)
    #expect(trials.count == 30)
    #expect(trials.allSatisfy { $0.loss == $0.point[0] })
  }

  @Test func whatWasPrunedIsPrunedAgainUntried() {
    let space = SearchSpace([.init("kind", .choice(count: 1))])
    let calls = Mutex(0)
    let trials = Study(space, trials: 5, sampler: .random).run { _ in
      calls.withLock { $0 += 1 }
      return .pruned(loss: 1, steps: 3)
    }
    #expect(calls.withLock { $0 } == 1)
    #expect(trials.map(\.state) == Array(repeating: .pruned, count: 5))
    #expect(Study.best(of: trials) == nil)
  }

  @Test func beginsOneTrialWhateverTheTime() {
    let study = Study(Self.space, trials: 5)
    let trials = study.run(isOver: { true }) { _ in .cut(loss: 1, steps: 5) }
    #expect(trials.map(\.state) == [.cut])
  }

  @Test func movesWhatIsKnownByWhatIsTriedAgain() {
    // The earlier rows made all losses larger by 10; unmoved, they would all count as bad.
    let space = SearchSpace([.init("x", .real(0...1))])
    @Sendable func loss(_ x: Double) -> Double { (x - 0.3) * (x - 0.3) }
    let known = (0...20).map { number -> Observation in
      let x = Double(number) / 20
      return Observation(point: [x], loss: loss(x) + 10)
    }
    let again = Study(space, trials: 12, seed: 4, first: [[0.3]], known: known)
    let trials = again.run { .complete(loss: loss($0.point[0]), steps: 1) }
    #expect(trials[0].point == [0.3])
    // From its first own point on the search looks where the earlier one found the best.
    let distances = trials.dropFirst().map { abs($0.point[0] - 0.3) }.sorted()
    #expect(distances[5] < 0.1, "\(distances)")
  }
}
