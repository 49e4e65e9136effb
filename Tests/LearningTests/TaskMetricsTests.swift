import Foundation
import Learning
import Testing

/// The expectations are scikit-learn's; `Expectations/tasks.py` makes them and names its version.
@Suite struct TaskMetricsTests {
  struct Classes: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var classes: Int
    var probabilities: [Double]
    var labels: [Int]
    var weights: [Double]?
    var metrics: [String: Double]
    var confusion: [[Double]]

    var testDescription: String { name }

    var scored: ScoredClasses {
      ScoredClasses(
        probabilities: probabilities, labels: labels, classCount: classes, weights: weights)
    }
  }

  struct Values: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var predicted: [Double]
    var actual: [Double]
    var weights: [Double]?
    var metrics: [String: Double]

    var testDescription: String { name }

    var rows: PredictedValues {
      PredictedValues(predicted: predicted, actual: actual, weights: weights)
    }
  }

  struct Expectations: Decodable {
    var classes: [Classes]
    var values: [Values]
  }

  static func expectations() throws -> Expectations {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Expectations/tasks.json")
    return try JSONDecoder().decode(Expectations.self, from: Data(contentsOf: url))
  }

  @Test(arguments: try expectations().classes)
  func agreesWithScikitLearnOnClasses(_ expected: Classes) throws {
    let metrics = ClassMetrics(of: expected.scored)
    for (name, value) in expected.metrics.sorted(by: { $0.key < $1.key }) {
      let metric = try #require(ClassMetric(rawValue: name))
      let reason = metrics.reason(metric)
      guard let ours = metrics[metric] else {
        // scikit-learn says 0 of what is not defined.
        #expect(value == 0 && metric == .mcc && reason != nil, "\(name)")
        continue
      }
      #expect(abs(ours - value) <= 1e-12 * max(1, abs(value)), "\(name): \(ours), \(value)")
    }
    #expect((metrics[.auc] != nil) == (expected.metrics["auc"] != nil))
    for (ours, theirs) in zip(metrics.confusion.flatMap(\.self), expected.confusion.flatMap(\.self))
    {
      #expect(abs(ours - theirs) <= 1e-12 * max(1, theirs))
    }
    #expect(metrics[.rows] == Double(expected.labels.count))
    let sum = metrics.perClass.reduce(0) { $0 + $1.rows }
    #expect(abs(sum - (expected.weights?.reduce(0, +) ?? Double(expected.labels.count))) < 1e-9)
  }

  @Test(arguments: try expectations().values)
  func agreesWithScikitLearnOnNumbers(_ expected: Values) throws {
    let metrics = ValueMetrics(of: expected.rows)
    for (name, value) in expected.metrics.sorted(by: { $0.key < $1.key }) {
      let metric = try #require(ValueMetric(rawValue: name))
      let ours = try #require(metrics[metric], "\(name)")
      #expect(abs(ours - value) <= 1e-12 * max(1, abs(value)), "\(name): \(ours), \(value)")
    }
    #expect((metrics[.r2] != nil) == (expected.metrics["r2"] != nil))
    #expect(metrics[.r2] != nil || metrics.reason(.r2) != nil)
  }

  @Test func saysWhatIsNotDefined() {
    let none = ClassMetrics(of: ScoredClasses(probabilities: [], labels: [], classCount: 3))
    #expect(none[.accuracy] == nil && none.reason(.accuracy) == "there are no rows")
    #expect(none[.rows] == 0)
    let odd = ScoredClasses(probabilities: [0.5, 0.2], labels: [0], classCount: 3)
    #expect(odd.problem == "there is not one probability for each row and class")
    let unknown = ScoredClasses(probabilities: [0.5, 0.5, 0], labels: [3], classCount: 3)
    #expect(unknown.problem == "a label is no class")
    let raw = ClassMetrics(
      of: ScoredClasses(probabilities: [3, -1, 0], labels: [0], classCount: 3))
    #expect(raw[.accuracy] == 1 && raw.reason(.logLoss) == "the scores are no probabilities")
    #expect(ValueMetrics(of: PredictedValues(predicted: [], actual: []))[.rmse] == nil)
    let infinite = PredictedValues(predicted: [.infinity], actual: [1])
    #expect(ValueMetrics(of: infinite).reason(.rmse) == "a value is not finite")
    let weightless = PredictedValues(predicted: [1], actual: [1], weights: [0])
    #expect(ValueMetrics(of: weightless).reason(.mae) == "all weights are zero")
  }

  @Test func drawsIntervalsAroundTheFigures() throws {
    let expected = try Self.expectations()
    let scored = expected.classes[0].scored
    let intervals = SampledIntervals<ClassMetric>(of: scored, samples: 100, level: 0.9, seed: 1)
    let accuracy = try #require(intervals[.accuracy])
    let value = try #require(ClassMetrics(of: scored)[.accuracy])
    #expect(accuracy.low < value && value < accuracy.high)
    // About the binomial's, 1.645 standard deviations to either side.
    let half = 1.645 * (value * (1 - value) / Double(scored.count)).squareRoot()
    #expect(abs((accuracy.high - accuracy.low) / 2 / half - 1) < 0.35)
    #expect(intervals[.rows] == nil)
    let again = SampledIntervals<ClassMetric>(of: scored, samples: 100, level: 0.9, seed: 1)
    #expect(again == intervals)
    let rows = expected.values[0].rows
    let errors = SampledIntervals<ValueMetric>(of: rows, samples: 100, level: 0.9, seed: 1)
    let rmse = try #require(errors[.rmse])
    let mid = try #require(ValueMetrics(of: rows)[.rmse])
    #expect(rmse.low < mid && mid < rmse.high)
  }
}
