import Foundation
import Learning
import Testing

/// The expectations are scikit-learn's; `Expectations/metrics.py` makes them and names its version.
@Suite struct BinaryMetricsTests {
  struct Expectation: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var scores: [Double]
    var labels: [Int]
    var weights: [Double]?
    var threshold: Double
    var metrics: [String: Double?]
    var roc: [[Double?]]
    var pr: [[Double?]]

    var testDescription: String { name }

    var ranked: RankedScores {
      RankedScores(scores: scores, labels: labels.map { $0 == 1 }, weights: weights)
    }
  }

  struct Expectations: Decodable {
    var cases: [Expectation]
  }

  static func expectations() throws -> [Expectation] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Expectations/metrics.json")
    return try JSONDecoder().decode(Expectations.self, from: Data(contentsOf: url)).cases
  }

  @Test(arguments: try expectations())
  func agreesWithScikitLearn(_ expected: Expectation) throws {
    let metrics = BinaryMetrics(of: expected.ranked, threshold: expected.threshold)
    for (name, value) in expected.metrics.sorted(by: { $0.key < $1.key }) {
      let metric = try #require(BinaryMetric(rawValue: name))
      if let value {
        let ours = try #require(metrics[metric], "\(name)")
        #expect(abs(ours - value) <= 1e-12 * max(1, abs(value)), "\(name): \(ours), \(value)")
      } else {
        #expect(metrics[metric] == nil, "\(name)")
        #expect(metrics.reason(metric) != nil, "\(name)")
      }
    }
    if let auc = metrics[.auc] { #expect(metrics[.gini] == 2 * auc - 1) }
    #expect(metrics[.rows] == Double(expected.scores.count))
    #expect(metrics[.positives] == Double(expected.labels.reduce(0, +)))
  }

  @Test(arguments: try expectations())
  func drawsTheCurvesOfScikitLearn(_ expected: Expectation) {
    let roc = ROCCurve(of: expected.ranked).points
    #expect(roc.count == expected.roc.count)
    for (ours, theirs) in zip(roc, expected.roc) {
      #expect((ours.threshold.isFinite ? ours.threshold : nil) == theirs[0])
      #expect(abs(ours.falsePositiveRate - (theirs[1] ?? .nan)) <= 1e-12)
      #expect(abs(ours.truePositiveRate - (theirs[2] ?? .nan)) <= 1e-12)
    }
    let pr = PrecisionRecallCurve(of: expected.ranked).points
    #expect(pr.count == expected.pr.count)
    for (ours, theirs) in zip(pr, expected.pr) {
      #expect((ours.threshold.isFinite ? ours.threshold : nil) == theirs[0])
      #expect(abs(ours.recall - (theirs[1] ?? .nan)) <= 1e-12)
      #expect(abs(ours.precision - (theirs[2] ?? .nan)) <= 1e-12)
    }
  }

  @Test func givesReasonsWhenNothingCanBeComputed() {
    let empty = BinaryMetrics(of: RankedScores(scores: [], labels: []))
    #expect(empty[.auc] == nil)
    #expect(empty.reason(.auc) == "there are no rows")
    #expect(empty[.rows] == 0)
    let broken = BinaryMetrics(of: RankedScores(scores: [0.5, .nan], labels: [true, false]))
    #expect(broken[.accuracy] == nil)
    #expect(broken.reason(.accuracy) == "a score is NaN")
    let uneven = RankedScores(scores: [0.5], labels: [])
    #expect(uneven.problem == "scores and labels are not of equal number")
    let negative = RankedScores(scores: [0.5], labels: [true], weights: [-1])
    #expect(BinaryMetrics(of: negative).reason(.logLoss) == "a weight is negative or not finite")
    let infinite = BinaryMetrics(
      of: RankedScores(scores: [-.infinity, .infinity], labels: [false, true]))
    #expect(infinite[.auc] == 1)
    #expect(infinite.reason(.brier) == "the scores are no probabilities")
    let weightless = BinaryMetrics(
      of: RankedScores(scores: [0.1, 0.2], labels: [false, true], weights: [0, 0]))
    #expect(weightless[.auc] == nil && weightless[.accuracy] == nil)
  }

  @Test func thinsCurvesForPictures() {
    var generator = RandomGenerator(seed: 1)
    let scores = (0..<20_000).map { _ in Double(generator.index(below: 1_000_000)) / 1e6 }
    let labels = scores.map { Double(generator.index(below: 1000)) / 1e3 < $0 }
    let curve = ROCCurve(of: RankedScores(scores: scores, labels: labels))
    let thin = curve.thinned(to: 400)
    #expect(curve.points.count > 5000)
    #expect(thin.points.count <= 500)
    #expect(thin.points.first == curve.points.first && thin.points.last == curve.points.last)
  }
}
