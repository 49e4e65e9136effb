import DuckDB
import LightGBM
import Testing
import Vocabulary

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite struct CardDefaultTests {
  /// LightGBM 4.7.0's own Python package gives these figures on this data with these settings.
  @Test(.enabled(if: cardDefault != nil, "the real data is not beside the repository"))
  func reproducesThePublishedFiguresThroughAllThreeEngines() throws {
    let path = try #require(cardDefault)
    let connection = try connection()
    try connection.execute(
      """
      CREATE TABLE card AS SELECT row_number() OVER () - 1 AS part_row, *
      FROM read_csv($path)
      """, binding: ["path": .text(path)])
    let columns = try connection.columns(of: "SELECT * EXCLUDE (part_row) FROM card").map(\.name)
    let target = try #require(columns.last)
    let features = columns.filter { $0 != target }.map(SQLText.identifier).joined(separator: ", ")
    func rows(_ select: String, test: Bool) -> String {
      "SELECT \(select) FROM card WHERE part_row % 5 \(test ? "=" : "<>") 0 ORDER BY part_row"
    }
    let stream = try connection.stream(rows(features, test: false))
    let labels = try connection.floats(rows(SQLText.identifier(target), test: false))
    let testStream = try connection.stream(rows(features, test: true))
    let testLabels = try connection.doubles(rows(SQLText.identifier(target), test: true))

    let parameters = Parameters([
      ("objective", "binary"), ("learning_rate", "0.05"), ("num_leaves", "15"),
      ("min_data_in_leaf", "20"), ("verbosity", "-1"),
    ]).merging(.deterministic(seed: 7, threads: 1))
    let predictions = try Session.run(lightGBM()) { session throws(LightGBMError) in
      let training = try Dataset(session, stream: stream, label: labels, parameters: parameters)
      let booster = try Booster(session, training: training, parameters: parameters)
      for _ in 0..<200 { try booster.update() }
      return try booster.predict(testStream, parameters: ["num_threads": "1"])
    }
    #expect(predictions.count == 4800)
    let auc = areaUnderCurve(predictions, testLabels)
    let loss =
      zip(predictions, testLabels).map { $1 == 1 ? -log($0) : -log(1 - $0) }.reduce(0, +)
      / Double(predictions.count)
    #expect(abs(auc - 0.802304) < 5e-7, "AUC \(auc)")
    #expect(abs(loss - 0.414116) < 5e-7, "log loss \(loss)")
  }
}
