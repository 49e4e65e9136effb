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
    let error = #expect(throws: StepFailure.self) {
      try Self.tuned("  trials: 5\n  maximize: auc\n  timeout: 0\n\(Self.search)")
    }
    #expect(error?.diagnostic.rule == "cannot-learn")
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
