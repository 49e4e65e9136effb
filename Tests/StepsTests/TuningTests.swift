import Charting
import DuckDB
import Learning
import Parsing
import Testing
import Vocabulary

@testable import Steps

/// `tune:` of `uses: train`, on the engines themselves.
@Suite(.serialized) struct TuningTests {
  static let search = """
      search:
        num_leaves: { log_int: [2, 31] }
        min_data_in_leaf: { int: [5, 100] }
        lambda_l2: { log: [1e-8, 10] }
        feature_fraction: { float: [0.4, 1] }
    """

  static func tuned(
    _ tune: String, options: String = "early_stopping: 10", threads: Int = 1
  ) throws -> (Bench, StepResult) {
    let bench = try People.bench(threads: threads)
    try bench.make("people", People.rows)
    let result = try bench.run(notebook(tune, options: options))
    return (bench, result)
  }

  static func notebook(_ tune: String, options: String = "early_stopping: 10") -> String {
    """
    ```yaml step model
    uses: train
    table: people
    target: returns
    id: person
    split: { test: 0.2, validation: 0.2 }
    params: { learning_rate: 0.2 }
    rounds: 40
    show: table
    \(options)
    tune:
    \(tune)
    ```
    """
  }

  static func found(_ tune: String, options: String = "early_stopping: 10") throws -> [Diagnostic] {
    let bench = try People.bench()
    try bench.make("people", "SELECT * FROM (\(People.rows)) LIMIT 0")
    return try bench.check(notebook(tune, options: options))
  }

  @Test func keepsTheBestTrialsModel() throws {
    let (bench, result) = try Self.tuned(
      "  trials: 14\n  maximize: auc\n  charts: [history, importance, parallel, slice]\n\(Self.search)"
    )
    let trials = try #require(result.table?.table)
    #expect(trials.rowCount == 14)
    #expect(result.metric("trials")?.value == 14)
    let states = trials["state"]?.values.map(\.plainText) ?? []
    #expect(result.metric("pruned")?.value == Double(states.count { $0 == "pruned" }))
    #expect(states.contains("pruned") && states.contains("complete"))
    let values = zip(states, trials["value"]?.values.map(\.number) ?? [])
    let best = try #require(values.compactMap { $0 == "complete" ? $1 : nil }.max())
    #expect(result.metric("best_value")?.value == best)
    // What the model scores on the validation rows is what its trial had: nothing was trained again.
    let judged = try bench.run(
      "```yaml step judged\nuses: evaluate\nmodel: model\non: validation\n```")
    let auc = try #require(judged.metric("auc")?.value)
    #expect(abs(auc - best) < 1e-12)
    let model = try #require(bench.workspace.models["model"]?.model)
    let number = try #require(result.metric("best_trial")?.value)
    let row = trials.row(Int(number) - 1)
    #expect(model.parameters["num_leaves"] == row[4].plainText)
    #expect(model.parameters["learning_rate"] == "0.2")
    let charts = result.exhibits.compactMap { exhibit -> String? in
      if case .chart(let chart) = exhibit { chart.chart.isEmpty ? nil : chart.id } else { nil }
    }
    #expect(
      charts == ["model", "model-history", "model-importance", "model-parallel", "model-slice"])
    #expect(result.remarks.contains { $0.hasPrefix("Trial \(Int(number)) of 14 is the best") })
  }

  @Test func doesNotDependOnThreads() throws {
    let tune = "  trials: 12\n  maximize: auc\n  pruner: median\n  parallel: 3\n\(Self.search)"
    let (first, alone) = try Self.tuned(tune)
    for threads in [2, 4] {
      let (bench, together) = try Self.tuned(tune, threads: threads)
      #expect(together == alone)
      #expect(bench.workspace.models["model"] == first.workspace.models["model"])
    }
  }

  @Test func waitsLessForATrialThatLiesBehind() throws {
    // The median of five trials decides; with four of them nothing is pruned.
    let search =
      "  sampler: grid\n  parallel: 1\n  search: { num_leaves: { choice: [4, 2, 24, 31] } }"
    let options = "early_stopping: 9"
    let (patient, all) = try Self.tuned(
      "  trials: 4\n  maximize: auc\n  pruner: none\n\(search)", options: options)
    let (brief, some) = try Self.tuned(
      "  trials: 4\n  maximize: auc\n  pruner: median\n\(search)", options: options)
    let (whole, short) = (try #require(all.table?.table), try #require(some.table?.table))
    #expect(short["state"]?.values.allSatisfy { $0 == .text("complete") } == true)
    var best = -Double.infinity
    var saved = 0.0
    for row in 0..<4 {
      let value = try #require(whole["value"]?[row].number)
      let rounds = try #require(whole["rounds"]?[row].number)
      let fewer = try #require(short["rounds"]?[row].number)
      if value > best {
        #expect(short.row(row) == whole.row(row))
        best = value
      } else {
        #expect(fewer <= rounds && fewer >= 3)
        saved += rounds - fewer
      }
    }
    #expect(saved > 0)
    #expect(brief.workspace.models["model"] == patient.workspace.models["model"])
  }

  @Test func trainsEachTrialAsATrainingOfItsOwn() throws {
    let (_, tuned) = try Self.tuned(
      "  trials: 3\n  minimize: log_loss\n  pruner: none\n  sampler: random\n\(Self.search)")
    let trials = try #require(tuned.table?.table)
    for row in 0..<3 {
      let values = trials.row(row)
      let bench = try People.bench()
      try bench.make("people", People.rows)
      let single = try bench.run(
        """
        ```yaml step model
        uses: train
        table: people
        target: returns
        id: person
        split: { test: 0.2, validation: 0.2 }
        params:
          learning_rate: 0.2
          num_leaves: \(values[4].plainText)
          min_data_in_leaf: \(values[5].plainText)
          lambda_l2: \(values[6].plainText)
          feature_fraction: \(values[7].plainText)
        rounds: 40
        early_stopping: 10
        ```
        """)
      let loss = try #require(single.metric("validation_loss")?.value)
      #expect(abs(loss - (values[2].number ?? .nan)) < 1e-9)
      #expect(single.metric("rounds")?.value == values[3].number)
    }
  }

  @Test func binsAnewForParametersThatAsk() throws {
    let (bench, result) = try Self.tuned(
      "  trials: 9\n  maximize: auc\n  sampler: grid\n  pruner: none\n"
        + "  search: { max_bin: { choice: [7, 31, 255] }, boosting: { choice: [gbdt, dart] } }",
      options: "")
    #expect(result.table?.table.rowCount == 6)
    let best = try #require(result.metric("best_value")?.value)
    let judged = try bench.run(
      "```yaml step judged\nuses: evaluate\nmodel: model\non: validation\n```")
    #expect(abs((judged.metric("auc")?.value ?? .nan) - best) < 1e-12)
  }

  @Test func beginsWithTheTrialsOfTheAuthor() throws {
    let first = "{ num_leaves: 9, min_data_in_leaf: 20, lambda_l2: 1, feature_fraction: 0.5 }"
    let (_, result) = try Self.tuned(
      "  trials: 2\n  maximize: ks\n  first: [\(first)]\n\(Self.search)")
    #expect(
      result.table?.table.row(0).suffix(4).map(\.plainText) == ["9", "20", "1", "0.5"])
  }

  @Test func endsInItsTimeWithWhatThereIs() throws {
    let (_, result) = try Self.tuned(
      "  trials: 100000\n  maximize: auc\n  timeout: 1s\n\(Self.search)", options: "")
    let count = try #require(result.metric("trials")?.value)
    #expect(count >= 1 && count < 100_000)
    #expect(result.metric("best_value")?.value != nil)
    #expect(result.remarks.contains { $0.contains("depends on the machine") })
  }

  @Test func makesOneTrialHoweverShortTheTime() throws {
    let (bench, result) = try Self.tuned(
      "  trials: 5\n  maximize: auc\n  timeout: 0\n\(Self.search)")
    let trials = try #require(result.table?.table)
    #expect(trials.rowCount == 1)
    #expect(trials["state"]?[0] == .text("cut"))
    #expect(trials["rounds"]?[0] == .int(5))
    #expect(bench.workspace.models["model"]?.model?.bestRound ?? 0 >= 1)
  }

  @Test func drawsTheTrainingLossOfTheBestTrial() throws {
    let (bench, result) = try Self.tuned(
      "  trials: 3\n  maximize: auc\n  pruner: none\n\(Self.search)", options: "")
    let model = try #require(bench.workspace.models["model"]?.model)
    #expect(model.curve.trainRounds == [1, 10, 20, 30, 40])
    #expect(model.curve.train.count == 5)
    #expect(model.curve.train[4] < model.curve.train[0])
    // The chart's data has them where they were measured.
    let chart = result.exhibits.compactMap { exhibit -> Chart? in
      if case .chart(let chart) = exhibit, chart.id == "model" { chart.chart } else { nil }
    }.first
    let data = try #require(chart?.data)
    #expect(data["train"]?[9] == .double(model.curve.train[1]))
    #expect(data["train"]?[10] == .null)
    #expect(data["validation"]?.count == model.rounds)
    let files = try model.files()
    #expect(try Model(files: files) == model)
  }

  static let branches = """
      search:
        boosting: { choice: [gbdt, dart] }
        drop_rate: { float: [0.05, 0.5], when: { boosting: dart } }
        max_drop: { int: [5, 50], when: { boosting: [dart] } }
        num_leaves: { int: [2, 15] }
    """

  @Test func searchesAParameterOnlyWhenAnotherHasAValue() throws {
    let (bench, result) = try Self.tuned(
      "  trials: 12\n  maximize: auc\n  pruner: none\n  charts: [history, importance, parallel, slice]\n"
        + "  first: [{ boosting: gbdt, num_leaves: 5 }]\n" + Self.branches, options: "")
    let trials = try #require(result.table?.table)
    var kinds: Set<String> = []
    for row in 0..<trials.rowCount {
      let values = trials.row(row).suffix(4).map { $0 }
      kinds.insert(values[0].plainText)
      let isDart = values[0] == .text("dart")
      #expect(values[1].isNull == !isDart && values[2].isNull == !isDart && !values[3].isNull)
    }
    #expect(kinds == ["gbdt", "dart"])
    let number = try #require(result.metric("best_trial")?.value)
    let best = trials.row(Int(number) - 1)
    let model = try #require(bench.workspace.models["model"]?.model)
    #expect((model.parameters["drop_rate"] == nil) == best[5].isNull)
  }

  @Test func findsWrongConditions() throws {
    for (condition, words) in [
      ("{ bosting: dart }", "is no parameter that stands before"),
      ("{ boosting: goss }", "is never `goss`"), ("{ num_leaves: 3 }", "stands before"),
      ("{ lambda_l2: 1 }", "has no single values"),
    ] {
      let found = try Self.found(
        """
          trials: 5
          search:
            boosting: { choice: [gbdt, dart] }
            lambda_l2: { log: [1e-3, 1] }
            drop_rate: { float: [0.05, 0.5], when: \(condition) }
            num_leaves: { int: [2, 9] }
        """)
      #expect(found.map(\.rule) == ["unknown-condition"], "\(found)")
      #expect(found.first?.summary.contains(words) == true, "\(found)")
      #expect(found.first?.range != nil)
    }
  }

  @Test func beginsWithWhatAnEarlierSearchFound() throws {
    let (_, before) = try Self.tuned("  trials: 12\n  maximize: auc\n\(Self.search)")
    let earlier = try #require(before.table?.table)
    let best = try #require(before.metric("best_trial")?.value)
    let bench = try People.bench()
    try bench.make("people", People.rows)
    try bench.workspace.connection.createTable("earlier", from: earlier)
    try bench.workspace.connection.execute(
      "INSERT INTO earlier SELECT * REPLACE (500 AS num_leaves) FROM earlier LIMIT 1")
    let tune =
      "  trials: 4\n  maximize: auc\n  pruner: none\n  warm_start: { from: earlier, again: 1 }\n\(Self.search)"
    let found = try bench.check(Self.notebook(tune))
    #expect(found.isEmpty, "\(found)")
    let result = try bench.run(Self.notebook(tune))
    let trials = try #require(result.table?.table)
    #expect(trials.row(0).suffix(4) == earlier.row(Int(best) - 1).suffix(4))
    #expect(result.metric("best_value")?.value ?? 0 >= before.metric("best_value")?.value ?? 1)
    let remarks = result.remarks.joined(separator: " ")
    #expect(remarks.contains("began with the best 1 of them"), "\(remarks)")
    #expect(remarks.contains("1 earlier trials of `earlier` lie outside"), "\(remarks)")
    // Without the earlier trials the next ones are drawn at random, with them they are not.
    let (_, alone) = try Self.tuned("  trials: 4\n  maximize: auc\n  pruner: none\n\(Self.search)")
    #expect(alone.table?.table.row(3) != trials.row(3))

    try bench.make("other", "SELECT 1 AS value, 'complete' AS state")
    let missing = try bench.check(
      Self.notebook("  trials: 4\n  warm_start: { from: other }\n\(Self.search)"))
    #expect(missing.map(\.rule).allSatisfy { $0 == "unknown-column" } && missing.count == 5)
  }

  @Test(arguments: [
    ("logistic_regression", "C: { log: [1e-3, 100] }, penalty: { choice: [l1, l2] }"),
    ("svm", "C: { log: [1e-3, 10] }"),
    (
      "mlp",
      "learning_rate: { log: [1e-4, 0.1] }, layers: { choice: [[8], [16, 8], []] }, dropout: { float: [0, 0.3] }"
    ),
    ("random_forest", "num_leaves: { int: [2, 40] }"),
  ])
  func searchesForEveryAlgorithm(_ algorithm: String, _ search: String) throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    let text = """
      ```yaml step model
      uses: train
      table: people
      target: returns
      id: person
      split: { test: 0.2, validation: 0.2 }
      algorithm: \(algorithm)
      \(["mlp", "random_forest"].contains(algorithm) ? "rounds: 6" : "")
      show: table
      tune: { trials: 5, maximize: auc, search: { \(search) } }
      ```
      """
    let found = try bench.check(text)
    #expect(found.isEmpty, "\(found)")
    let result = try bench.run(text)
    let best = try #require(result.metric("best_value")?.value)
    #expect(result.table?.table.rowCount == 5)
    let judged = try bench.run(
      "```yaml step judged\nuses: evaluate\nmodel: model\non: validation\n```")
    #expect(abs((judged.metric("auc")?.value ?? .nan) - best) < 1e-12)
    #expect(best > 0.6)
  }

  @Test func saysWhatOtherAlgorithmsCannotSearch() throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    for (algorithm, tune, words) in [
      ("svm", "search: { num_leaves: { int: [2, 9] } }", "no parameter `num_leaves`"),
      ("mlp", "search: { layers: { choice: [8] } }", "must be a list of units"),
      ("mlp", "search: { layers: { choice: [[0]] } }", "whole numbers from 1"),
      ("mlp", "search: { dropout: { float: [0, 1.5] } }", "from 0 to 0.99"),
      ("svm", "pruner: halving, search: { C: { log: [0.1, 1] } }", "does nothing for `svm`"),
    ] {
      let found = try bench.check(
        """
        ```yaml step model
        uses: train
        table: people
        target: returns
        split: { validation: 0.2 }
        algorithm: \(algorithm)
        tune: { trials: 2, \(tune) }
        ```
        """)
      #expect(found.count == 1 && found[0].summary.contains(words), "\(found)")
    }
  }

  @Test func saysThatTheTrainingRowsChose() throws {
    let tune = "  trials: 2\n  maximize: auc\n  on: train\n\(Self.search)"
    let found = try Self.found(tune)
    #expect(found.map(\.rule) == ["tunes-on-training"])
    #expect(found.map(\.severity) == [.warning])
  }

  @Test(arguments: [
    ("trials: 0", "search: { num_leaves: { int: [2, 9] } }", "wrong-value"),
    ("trials: 5", "search: {}", "wrong-value"),
    ("trials: 5", "search: { num_leaves: { int: [9, 2] } }", "wrong-value"),
    ("trials: 5", "search: { lambda_l1: { log: [0, 2] } }", "wrong-value"),
    ("trials: 5", "search: { num_leaves: { log_int: [-1, 2] } }", "wrong-value"),
    ("trials: 5", "search: { num_leaves: { int: [1, 9] } }", "bad-parameter"),
    ("trials: 5", "search: { num_leafs: { int: [2, 9] } }", "bad-parameter"),
    ("trials: 5", "search: { learning_rate: { float: [0.1, 1] } }", "bad-parameter"),
    ("trials: 5", "search: { num_leaves: { int: [2] } }", "wrong-value"),
    ("trials: 5", "search: { num_leaves: { whole: [2, 9] } }", "bad-search"),
    ("trials: 5", "search: { num_leaves: 9 }", "wrong-type"),
    ("trials: 5", "search: { boosting: { choice: [] } }", "wrong-value"),
    ("maximize: log_loss\n  trials: 5", "search: { num_leaves: { int: [2, 9] } }", "wrong-value"),
    ("maximize: acu\n  trials: 5", "search: { num_leaves: { int: [2, 9] } }", "unknown-choice"),
    ("smapler: tpe\n  trials: 5", "search: { num_leaves: { int: [2, 9] } }", "unknown-option"),
    (
      "trials: 5\n  first: [{ num_leaves: 99 }]", "search: { num_leaves: { int: [2, 9] } }",
      "wrong-value"
    ),
  ])
  func findsMistakes(_ head: String, _ search: String, _ rule: String) throws {
    let found = try Self.found("  \(head)\n  \(search)")
    #expect(found.first?.rule == rule, "\(found)")
    #expect(found.allSatisfy { $0.range != nil })
  }

  @Test func needsValidationRows() throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    let found = try bench.check(
      """
      ```yaml step model
      uses: train
      table: people
      target: returns
      split: { test: 0.2 }
      tune: { trials: 2, maximize: auc, search: { num_leaves: { int: [2, 9] } } }
      ```
      """)
    #expect(found.map(\.rule) == ["no-validation"])
  }
}
