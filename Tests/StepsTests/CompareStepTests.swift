import Charting
import DuckDB
import Foundation
import Learning
import Testing
import Vocabulary

@testable import Steps

/// Comparing algorithms, and judging several models or parts at once.
@Suite(.serialized) struct CompareStepTests {
  @Test func ranksAlgorithmsAndLeavesTheBest() throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    let text = """
      ```yaml step best
      uses: compare
      table: people
      target: returns
      id: person
      split: { test: 0.2 }
      folds: 4
      algorithms:
        - decision_tree
        - { algorithm: lightgbm, name: quick, rounds: 20, params: { num_leaves: 7 } }
        - { algorithm: lightgbm, rounds: 1, params: { learning_rate: 0.001 } }
      ```
      """
    let result = try bench.run(text)
    let table = try #require(result.table)
    #expect(
      table.table.columns.map(\.name) == [
        "algorithm", "accuracy", "auc", "recall", "precision", "f1", "kappa", "mcc",
      ])
    #expect(table.table["algorithm"]?[0] == .text("quick"))
    #expect(table.table["algorithm"]?[3] == .text("dummy"))
    #expect(table.table["auc"]?[3] == .double(0.5))
    #expect(table.emphasized == [0])
    #expect(result.rowsIn == 1600)
    let auc = try #require(result.metric("auc"))
    #expect(auc.value == result.metric("quick_auc")?.value)
    #expect(auc.interval != nil)
    #expect(result.metric("dummy_auc")?.value == 0.5)
    // The model is the one that `train` makes of the same rows, and later steps can use it.
    _ = try bench.run(
      """
      ```yaml step alone
      uses: train
      table: people
      target: returns
      id: person
      split: { test: 0.2 }
      rounds: 20
      params: { num_leaves: 7 }
      ```
      """)
    #expect(bench.workspace.models["best"]?.model == bench.workspace.models["alone"]?.model)
    let judged = try bench.run(
      """
      ```yaml step judged
      uses: evaluate
      models: [best, alone]
      intervals: { samples: 20 }
      ```
      """)
    #expect(judged.metric("auc")?.value == judged.metric("alone_auc")?.value)
    #expect(judged.metric("alone_auc")?.interval != nil)
    #expect(try bench.run(text).metrics == result.metrics)
  }

  @Test func showsTheErrorOfOneAlgorithmInItsRow() throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    let result = try bench.run(
      """
      ```yaml step best
      uses: compare
      table: people
      target: returns
      features: [minutes]
      folds: 2
      algorithms:
        - algorithm: lightgbm
          name: wrong
          params: { data_sample_strategy: goss, top_rate: 0.9, other_rate: 0.9 }
        - { algorithm: lightgbm, rounds: 5 }
      ```
      """)
    let table = try #require(result.table?.table)
    #expect(table["algorithm"]?[0] == .text("lightgbm"))
    #expect(table["algorithm"]?[2] == .text("wrong"))
    #expect(table["note"]?[0] == .null)
    #expect(table["note"]?[2].isNull == false)
    #expect(result.metric("wrong_auc")?.value == nil)
  }

  @Test(arguments: [
    ("folds: 1", "wrong-value"), ("algorithm: lightgbm", "wrong-value"),
    ("algorithms: [lightgbm, boost]", "unknown-choice"), ("sort: speed", "unknown-choice"),
    ("algorithms: []", "wrong-value"), ("target: nothing", "unknown-column"),
    ("algorithms: [{ algorithm: lightgbm, params: { num_leafs: 3 } }]", "bad-parameter"),
    ("algorithms: [{ algorithm: lightgbm, parms: {} }]", "unknown-option"),
  ])
  func findsMistakesBeforeAnythingRuns(_ options: String, _ rule: String) throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    let target = options.hasPrefix("target") ? "" : "target: returns\n"
    let found = try bench.check(
      "```yaml step best\nuses: compare\ntable: people\n\(target)\(options)\n```")
    #expect(found.first?.rule == rule)
  }

  @Test func refusesMoreFoldsThanRowsOfAClass() throws {
    let bench = try People.bench()
    try bench.make("few", "SELECT i AS x, i < 4 AS y FROM range(40) t(i)")
    let error = #expect(throws: StepFailure.self) {
      try bench.run("```yaml step best\nuses: compare\ntable: few\ntarget: y\nfolds: 5\n```")
    }
    #expect(error?.diagnostic.rule == "too-few-rows")
  }

  /// PyCaret's published row for LightGBM on this data (10 folds) has accuracy .8202 and AUC .7842. The
  /// first is reached. The second is not, and Python's LightGBM 4.7.0 with scikit-learn 1.9.0's folds
  /// does not reach it either: .7779 on all 24,000 rows with every column a number as in the file,
  /// .7748 on the 15,960 rows that PyCaret's tutorial draws. So AUC is held against the first of them.
  @Test(.enabled(if: CompareStepTests.cards != nil))
  func reachesTheFiguresOfPyCaretAndPythonsLightGBM() throws {
    let bench = try People.bench(threads: 2)
    try bench.make(
      "cards", "SELECT * FROM read_csv(\(SQLText.literal(try #require(Self.cards))))")
    let result = try bench.run(
      """
      ```yaml step best
      uses: compare
      table: cards
      target: default
      algorithms: [lightgbm]
      ```
      """)
    #expect(result.rowsIn == 24_000)
    let (accuracy, auc) = (result.metric("accuracy")?.value, result.metric("auc")?.value)
    #expect(abs(try #require(accuracy) - 0.8202) < 0.003)
    #expect(abs(try #require(auc) - 0.7779) < 0.003)
  }

  private static var cards: String? {
    let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "shared/data/card_default.csv").path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}
