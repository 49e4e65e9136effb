import Foundation
import Testing

@testable import Learning

/// The expectations are those of Optuna 5.0.0; `Expectations/parzen.py` makes them.
@Suite struct ParzenEstimatorTests {
  struct Case: Decodable {
    var points: [[Double]]
    var asked: [[Double]]
    var logDensity: [Double]
  }

  static let space = SearchSpace([
    .init("real", .real(-1...3)),
    .init("log", .real(1e-8...10, isLogarithmic: true)),
    .init("whole", .whole(2...40)),
    .init("log_whole", .whole(1...300, isLogarithmic: true)),
    .init("choice", .choice(count: 3)),
  ])
  static let axes = space.dimensions.map { SearchAxis($0.domain) }

  @Test func hasTheDensitiesOfOptuna() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Expectations/parzen.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let cases = try decoder.decode([Case].self, from: Data(contentsOf: url))
    #expect(cases.map(\.points.count) == [0, 1, 2, 7, 38])
    for given in cases {
      let estimator = ParzenEstimator(of: given.points, on: Self.axes)
      for (point, expected) in zip(given.asked, given.logDensity) {
        #expect(abs(estimator.logDensity(at: point) - expected) < 1e-9)
      }
    }
  }

  @Test func drawsWhatItsDensitySays() {
    let axes = [SearchAxis(.whole(1...4)), SearchAxis(.choice(count: 2))]
    let estimator = ParzenEstimator(of: [[2, 1], [4, 1], [4, 0]], on: axes)
    var generator = RandomGenerator(seed: 5)
    var counts: [[Double]: Int] = [:]
    let draws = 20_000
    for _ in 0..<draws { counts[estimator.sample(using: &generator), default: 0] += 1 }
    var total = 0.0
    for first in 1...4 {
      for second in 0...1 {
        let point = [Double(first), Double(second)]
        let expected = exp(estimator.logDensity(at: point))
        total += expected
        // Four standard errors of a share.
        let error = 4 * (expected * (1 - expected) / Double(draws)).squareRoot()
        #expect(abs(Double(counts[point] ?? 0) / Double(draws) - expected) < error)
      }
    }
    #expect(abs(total - 1) < 1e-12)
  }

  @Test func staysInsideTheSpace() {
    var generator = RandomGenerator(seed: 1)
    let sampler = TPESampler(startupTrials: 3)
    var trials: [Observation] = []
    for number in 0..<30 {
      let point = sampler.point(in: Self.space, after: trials, using: &generator)
      #expect(Self.space.contains(point), "\(point)")
      trials.append(Observation(point: point, loss: number % 7 == 3 ? .nan : Double(number % 5)))
    }
  }

  @Test func survivesSpacesOfOneValue() {
    let space = SearchSpace([
      .init("a", .real(2...2)), .init("b", .whole(3...3)), .init("c", .choice(count: 1)),
      .init("d", .real(1...1, isLogarithmic: true)),
    ])
    let trials = (0..<20).map { Observation(point: [2, 3, 0, 1], loss: Double($0)) }
    var generator = RandomGenerator(seed: 1)
    #expect(TPESampler().point(in: space, after: trials, using: &generator) == [2, 3, 0, 1])
  }
}
