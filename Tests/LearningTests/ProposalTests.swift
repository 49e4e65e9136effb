import Foundation
import Testing

@testable import Learning

/// What a point promises after a history, beside Optuna 5.0.0; `Expectations/proposals.py` makes the
/// expectations.
@Suite struct ProposalTests {
  struct Case: Decodable {
    struct Trial: Decodable {
      var point: [Double]
      var loss: Double
      var steps: Int?
    }
    var history: [Trial]
    var pending: [[Double]]
    var asked: [[Double]]
    var gains: [Double]
  }

  static let space = SearchSpace([
    .init("real", .real(-1...3)),
    .init("log", .real(1e-8...10, isLogarithmic: true)),
    .init("whole", .whole(2...90)),
    .init("log_whole", .whole(1...300, isLogarithmic: true)),
    .init("choice", .choice(count: 3)),
  ])

  @Test func promisesWhatOptunaDoes() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Expectations/proposals.json")
    let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
    #expect(cases.map(\.history.count) == [10, 11, 25, 47, 80])
    #expect(cases.map(\.pending.count) == [0, 1, 0, 2, 3])
    for given in cases {
      let densities = TPESampler.Densities(
        in: Self.space,
        after: given.history.map {
          Observation(point: $0.point, loss: $0.loss, lastStep: $0.steps)
        }, beside: given.pending)
      for (point, expected) in zip(given.asked, given.gains) {
        #expect(abs(densities.gain(at: point) - expected) < 1e-9)
      }
    }
  }
}
