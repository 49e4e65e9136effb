import Foundation
import Testing

/// A real data set with published figures; skipped where the data is not there.
@Suite struct RealDataTests {
  static let data = Workshop.package.deletingLastPathComponent()
    .appending(path: "shared/data/card_default.csv")

  /// LightGBM 4.7.0 in Python on the same rows and parameters, scored by scikit-learn.
  static let expected = [
    "evaluation.auc": 0.802304, "evaluation.ks": 0.465804, "evaluation.average_precision": 0.575999,
    "evaluation.log_loss": 0.414116, "evaluation.brier": 0.129684,
  ]

  @Test(.enabled(if: FileManager.default.fileExists(atPath: data.path)))
  func reproducesTheFiguresOfThePythonPackage() throws {
    let shop = try Workshop()
    try shop.write("data/card_default.csv", try Data(contentsOf: Self.data))
    try shop.write(
      "notebooks/card.md",
      """
      ---
      title: Card default
      edition: real
      catalog: { card: { path: data/card_default.csv } }
      ---

      ```sql step rows
      SELECT *, CASE WHEN (row_number() OVER () - 1) % 5 = 0 THEN 'test' ELSE 'train' END AS part
      FROM card
      ```

      ```yaml step model
      uses: train
      table: rows
      target: default
      split: { column: part }
      algorithm: lightgbm
      params: { learning_rate: 0.05, num_leaves: 15, min_data_in_leaf: 20, seed: 7 }
      rounds: 200
      ```

      ```yaml step evaluation
      uses: evaluate
      model: model
      on: test
      charts: [roc, pr]
      ```
      """)
    let run = try shop.washi("run", "notebooks/card.md")
    #expect(run.status == 0, "\(run.errors)")
    let text = try shop.read("output/card/real/v1/report.json")
    for (name, value) in Self.expected {
      let found = try #require(metric(name, in: text), "\(name)")
      #expect(abs(found - value) < 5e-7, "\(name) is \(found)")
    }
  }

  /// The full-precision value of a metric in a report.json.
  private func metric(_ name: String, in text: String) -> Double? {
    guard
      let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
      let metrics = object["metrics"] as? [String: [String: Any]]
    else { return nil }
    return metrics[name]?["value"] as? Double
  }
}
