import Foundation
import Learning
import Testing
import Vocabulary

/// SHAP values against their definition; `Expectations/contributions.py` computes them from the trees
/// of LightGBM 4.7.0 over all subsets of the features.
@Suite(.serialized) struct ContributionsTests {
  private struct Expectation: Decodable {
    var rows: [[Double]]
  }

  @Test func areShapleyValues() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Expectations/contributions.json")
    let expected = try JSONDecoder().decode(Expectation.self, from: Data(contentsOf: url)).rows
    let training = try LightGBMTrainingTests.Expectation.read()
    let model = try LightGBMTrainingTests.train(training)
    let test = training.part.indices.filter { training.part[$0] == "test" }
    let rows = training.table.taking(Array(test.prefix(expected.count)))
    let ours = try model.contributions(of: rows, with: Engines.lightGBM)
    #expect(ours.features == ["amount", "age", "colour", "owner"])
    #expect(ours.rowCount == expected.count)
    for (index, row) in expected.enumerated() {
      for (mine, theirs) in zip(ours.row(index) + [ours.expected], row) {
        #expect(abs(mine - theirs) < 1e-10)
      }
    }
    let sizes = ours.meanAbsolute
    let first = expected.reduce(0) { $0 + abs($1[0]) } / Double(expected.count)
    #expect(abs(sizes[0] - first) < 1e-10)
  }

  @Test func samplesAtEvenStepsFromASeededStart() {
    let sample = SystematicSample(of: 10_000, limit: 100, seed: 3)
    #expect(sample.rows.count == 100 && sample.isPartial)
    #expect(sample == SystematicSample(of: 10_000, limit: 100, seed: 3))
    #expect(sample != SystematicSample(of: 10_000, limit: 100, seed: 4))
    #expect(zip(sample.rows, sample.rows.dropFirst()).allSatisfy { $1 - $0 == 100 })
    #expect(SystematicSample(of: 5, limit: 10, seed: 0).rows == [0, 1, 2, 3, 4])
    #expect(SystematicSample(of: 0, limit: 10, seed: 0).rows.isEmpty)
    #expect(SystematicSample(of: 7, limit: 3, seed: 1).rows.allSatisfy { (0..<7).contains($0) })
  }

  @Test func measuresWhatShufflingCosts() throws {
    // The score is the first column; the second says nothing.
    let scores = (0..<200).map { Double($0) / 200 }
    let labels = (0..<200).map { $0 * 7919 % 200 < $0 }
    let importance = try #require(
      PermutationImportance(of: ["x", "noise"], rows: 200, repeats: 4, seed: 1) { shuffled in
        let order = shuffled.map { $0.column == 0 ? $0.order : Array(0..<200) }
        let drawn = order.map { order in order.map { scores[$0] } } ?? scores
        return BinaryMetrics(of: RankedScores(scores: drawn, labels: labels))[.auc]
      })
    #expect(importance.columns.map(\.name) == ["x", "noise"])
    #expect(importance.columns[1].mean == 0)
    #expect(importance.columns[0].mean > 0.2)
    #expect(importance.columns[0].range.contains(importance.columns[0].mean))
    for order in PermutationImportance.shuffles(rows: 50, repeats: 3, seed: 0) {
      #expect(order.sorted() == Array(0..<50))
    }
  }
}
