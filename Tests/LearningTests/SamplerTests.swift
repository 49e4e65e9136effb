import Testing

@testable import Learning

@Suite struct SamplerTests {
  @Test(arguments: TestFunction.allCases)
  func findsBetterPointsThanChance(_ function: TestFunction) {
    let bests = (0..<3).map { seed -> Double in
      Study(function.space, trials: 100, seed: UInt64(seed)).run { trial in
        .complete(loss: function(trial.point), steps: 1)
      }.compactMap(\.loss).min() ?? .infinity
    }.sorted()
    #expect(bests[1] < function.randomMedian)
  }

  @Test func learnsWhichChoiceIsBest() {
    let space = SearchSpace([.init("which", .choice(count: 5)), .init("x", .whole(0...50))])
    let trials = Study(space, trials: 60, seed: 3).run { trial in
      .complete(loss: trial.point[0] == 2 ? trial.point[1] : 100 + trial.point[1], steps: 1)
    }
    let late = trials.suffix(30).count { $0.point[0] == 2 }
    // Chance would take it 6 times.
    #expect(late >= 12)
    #expect(Study.best(of: trials).map { trials[$0].point[0] } == 2)
  }

  @Test func coversAGridWithTheTrialsThereAre() {
    let space = SearchSpace([
      .init("eta", .real(0.01...1, isLogarithmic: true)), .init("way", .choice(count: 2)),
      .init("leaves", .whole(4...5)),
    ])
    let grid = GridSampler(space, trials: 12)
    #expect(grid.count == 12)
    let points = (0..<12).map(grid.point)
    #expect(Set(points).count == 12)
    #expect(points[0] == [0.01, 0, 4] && points[11] == [1, 1, 5])
    #expect(abs(points[4][0] - 0.1) < 1e-12)
    #expect(Study(space, trials: 1000, sampler: .grid).run { _ in .failed("no") }.count <= 1000)
  }

  @Test func saysWhatIsWrongWithADomain() {
    #expect(SearchSpace.Domain.real(0...1, isLogarithmic: true).problem != nil)
    #expect(SearchSpace.Domain.whole(0...9, isLogarithmic: true).problem != nil)
    #expect(SearchSpace.Domain.choice(count: 0).problem != nil)
    #expect(SearchSpace.Domain.real(-Double.infinity...1).problem != nil)
    #expect(SearchSpace.Domain.real(0...1).problem == nil)
    #expect(SearchSpace.Domain.whole(.min ... .max).problem != nil)
  }
}
