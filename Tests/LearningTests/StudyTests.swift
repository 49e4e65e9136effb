import Synchronization
import Testing

@testable import Learning

@Suite struct StudyTests {
  static let space = SearchSpace([.init("x", .real(-5...5)), .init("n", .whole(1...9))])

  /// A trial that gets better step by step towards the value of its point.
  @Sendable static func descend(_ trial: Study.Attempt) -> Study.Outcome {
    let goal = trial.point[0] * trial.point[0] + trial.point[1]
    for step in 1...16 {
      let loss = goal + 10 / Double(step)
      guard trial.goesOn(at: step, loss: loss) else { return .pruned(loss: loss, steps: step) }
    }
    return .complete(loss: goal + 10 / 16, steps: 16)
  }

  @Test(arguments: [
    Pruner.none, .median(startupTrials: 5, warmupSteps: 0), .halving(first: 2, factor: 2),
  ])
  func isTheSameWithAnyNumberOfWorkers(_ pruner: Pruner) {
    let study = Study(Self.space, trials: 40, pruner: pruner, seed: 4, width: 3)
    let alone = study.run(workers: 1, Self.descend)
    for workers in [2, 3, 8] {
      #expect(study.run(workers: workers, Self.descend) == alone)
    }
    #expect(alone.count == 40)
    #expect(alone.contains { $0.state == .pruned } == (pruner != .none))
    #expect(Study(Self.space, trials: 40, pruner: pruner, seed: 5).run(Self.descend) != alone)
  }

  @Test func waitsOnlyWhereTrialsLearnFromOthers() {
    func learning(_ study: Study) -> [Bool] { (0..<14).map(study.learns) }
    let study = Study(Self.space, trials: 14, width: 3)
    // The first ten that have ended are drawn at random, and two more may be on their way.
    #expect(learning(study) == (0..<14).map { $0 >= 12 })
    #expect(learning(Study(Self.space, trials: 14, sampler: .random)).allSatisfy { !$0 })
    let known = (0..<9).map { Observation(point: [4, Double($0 % 9 + 1)], loss: Double($0)) }
    let warm = Study(Self.space, trials: 14, first: [[0, 1], [1, 2], [2, 2]], known: known)
    #expect(learning(warm) == (0..<14).map { $0 >= 3 })
  }

  @Test func knowsTheBestOfThoseBefore() {
    let seen = Mutex([Int: Double]())
    let study = Study(Self.space, trials: 8, sampler: .random, seed: 3, width: 2)
    let trials = study.run(workers: 2) { trial in
      let best = trial.bestBefore()
      seen.withLock { $0[trial.number] = best }
      return trial.number == 1 ? .failed("no") : .complete(loss: trial.point[0], steps: 1)
    }
    for number in 0..<8 {
      let known = trials.prefix(max(0, number - 1)).filter { $0.number != 1 }.compactMap(\.loss)
      #expect(seen.withLock { $0[number] } == known.min() ?? .infinity)
    }
  }

  static func course(_ losses: (Int, Double)...) -> Pruner.Course {
    losses.map { Study.Trial.Step(step: $0.0, loss: $0.1) }
  }

  @Test func prunesWhatIsWorseThanTheMedian() {
    let pruner = Pruner.median(startupTrials: 2, warmupSteps: 1)
    let others = [
      (course: Self.course((1, 5), (2, 4)), isComplete: true),
      (course: Self.course((1, 3), (2, 2)), isComplete: true),
      (course: Self.course((1, 9), (2, 9)), isComplete: false),
    ]
    #expect(!pruner.stops(Self.course((1, 100)), among: others))
    #expect(pruner.stops(Self.course((1, 100), (2, 3.5)), among: others))
    #expect(!pruner.stops(Self.course((1, 100), (2, 3)), among: others))
    #expect(!pruner.stops(Self.course((1, 1), (2, 100)), among: others))
    #expect(!pruner.stops(Self.course((1, 100), (2, 100)), among: Array(others.dropFirst())))
    #expect(pruner.stops(Self.course((1, .nan)), among: []))
    // Those that ended before keep their last figures.
    #expect(pruner.stops(Self.course((1, 100), (7, 3.5)), among: others))
  }

  @Test func keepsTheBestShareAtEachRung() {
    let pruner = Pruner.halving(first: 2, factor: 3)
    let others = (1...5).map {
      (course: Self.course((2, Double($0)), (6, Double($0))), isComplete: true)
    }
    #expect(pruner.stops(Self.course((2, 2.5)), among: others))
    #expect(!pruner.stops(Self.course((2, 1.5)), among: others))
    #expect(pruner.stops(Self.course((6, 2.5)), among: others))
    #expect(!pruner.stops(Self.course((5, 2.5)), among: others))
    #expect(!pruner.stops(Self.course((2, 9)), among: []))
  }

  @Test func takesATrialForWhereItIsHeading() {
    let pruner = Pruner.halving(first: 20, factor: 2)
    // Two that have nearly got to where they will be, and one that has ended before.
    let others = [
      (course: Self.course((10, 5.1), (20, 5)), isComplete: false),
      (course: Self.course((10, 5.3), (20, 5.2)), isComplete: false),
      (course: Self.course((5, 4.85), (10, 4.8)), isComplete: true),
    ]
    // Heading for 4.8; for 4.9; for 5.1 where two others are heading for 4.9 and 4.8.
    #expect(!pruner.stops(Self.course((5, 9), (10, 7.2), (20, 6)), among: others))
    #expect(!pruner.stops(Self.course((10, 7.1), (20, 6)), among: Array(others.dropLast())))
    #expect(pruner.stops(Self.course((10, 6.9), (20, 6)), among: others))
    // What has no figure at the half is taken for what it is.
    #expect(pruner.stops(Self.course((10, .infinity), (20, 6)), among: others))
    #expect(pruner.stops(Self.course((20, 6)), among: others))
    #expect(!pruner.stops(Self.course((20, 4.9)), among: others))
  }

  @Test func triesNoPointTwice() {
    let space = SearchSpace([.init("way", .choice(count: 3))])
    let runs = Mutex(0)
    let trials = Study(space, trials: 30, seed: 1).run { trial in
      runs.withLock { $0 += 1 }
      return .complete(loss: trial.point[0], steps: 1)
    }
    #expect(runs.withLock { $0 } == 3)
    #expect(trials.count == 30)
    #expect(trials.allSatisfy { $0.loss == $0.point[0] })
    #expect(Study.best(of: trials).map { trials[$0].point } == [0])
  }

  @Test func beginsWithWhatIsGivenAndKnown() {
    let known = (0..<12).map { Observation(point: [4, Double($0 % 9 + 1)], loss: Double($0)) }
    let study = Study(Self.space, trials: 5, seed: 1, first: [[0, 1], [1, 2]], known: known)
    let trials = study.run(Self.descend)
    #expect(trials.map(\.point).prefix(2) == [[0, 1], [1, 2]])
    // With twelve known trials the sampler draws near the best of them from the start.
    #expect(trials[2].point != Study(Self.space, trials: 5, seed: 1).run(Self.descend)[2].point)
  }

  @Test func endsWhenTheTimeIsOver() {
    let runs = Mutex(0)
    let trials = Study(Self.space, trials: 50).run(isOver: { runs.withLock { $0 } >= 3 }) { trial in
      runs.withLock { $0 += 1 }
      return .complete(loss: trial.point[0], steps: 1)
    }
    #expect(trials.count == 3)
  }

  @Test func survivesTrialsThatFail() {
    let trials = Study(Self.space, trials: 20, seed: 2).run { trial in
      trial.number % 2 == 0 ? .failed("no") : .complete(loss: .nan, steps: 1)
    }
    #expect(trials.count == 20)
    #expect(Study.best(of: trials) == nil)
    #expect(Study(Self.space, trials: 0).run(Self.descend).isEmpty)
  }
}
