import Charting
import Learning
import Parsing
import Testing
import Vocabulary

@testable import Steps

/// `tune:` for several classes and for numbers.
@Suite(.serialized) struct TuningTaskTests {
  static func tuned(
    _ target: String, _ tune: String, _ options: String = "rounds: 25\nearly_stopping: 8",
    threads: Int = 1
  ) throws -> (Bench, StepResult) {
    let bench = try People.bench(threads: threads)
    try bench.make("flowers", TaskStepsTests.flowers)
    let text = notebook(target, tune, options)
    let found = try bench.check(text)
    #expect(found.isEmpty, "\(found)")
    return (bench, try bench.run(text))
  }

  static func notebook(_ target: String, _ tune: String, _ options: String = "") -> String {
    """
    ```yaml step model
    uses: train
    table: flowers
    target: \(target)
    features: [petal, stem, soil]
    id: flower
    split: { test: 0.3, validation: 0.2 }
    show: table
    \(options)
    tune: { trials: 6, \(tune) }
    ```
    """
  }

  static let leaves = "search: { num_leaves: { int: [2, 20] }, lambda_l2: { log: [1e-6, 10] } }"

  /// The figure of the best trial is that of its model, whatever the task, the metric and the weights.
  @Test(arguments: [
    ("kind", "log_loss", "minimize: log_loss, \(leaves)", "rounds: 25\nearly_stopping: 8"),
    ("kind", "log_loss", leaves, "rounds: 25\nearly_stopping: 8"),
    ("kind", "auc", "maximize: auc, pruner: median, \(leaves)", "rounds: 25"),
    ("kind", "f1_macro", "maximize: f1_macro, pruner: none, \(leaves)", "rounds: 15"),
    ("kind", "mcc", "maximize: mcc, \(leaves)", "rounds: 15\nclass_weight: balanced"),
    (
      "kind", "log_loss", "minimize: log_loss, \(leaves)",
      "algorithm: random_forest\nrounds: 12"
    ),
    ("kind", "accuracy", "maximize: accuracy, \(leaves)", "algorithm: decision_tree"),
    (
      "kind", "auc", "maximize: auc, search: { C: { log: [1e-3, 10] } }",
      "algorithm: logistic_regression"
    ),
    ("kind", "kappa", "maximize: kappa, search: { C: { log: [1e-3, 10] } }", "algorithm: svm"),
    (
      "kind", "log_loss", "search: { learning_rate: { log: [1e-3, 0.1] } }",
      "algorithm: mlp\nlayers: [{ units: 6 }]\nrounds: 8"
    ),
    ("size", "rmse", leaves, "rounds: 25\nearly_stopping: 8"),
    ("size", "mae", "minimize: mae, \(leaves)", "rounds: 25\nearly_stopping: 8"),
    ("size", "r2", "maximize: r2, pruner: none, \(leaves)", "algorithm: random_forest\nrounds: 12"),
    (
      "size", "median_absolute_error",
      "minimize: median_absolute_error, search: { C: { log: [1e-3, 10] } }", "algorithm: svm"
    ),
    (
      "size", "mse", "minimize: mse, search: { layers: { choice: [[4], [8]] } }",
      "algorithm: mlp\nrounds: 8"
    ),
  ])
  func keepsTheBestTrialsModel(
    _ target: String, _ metric: String, _ tune: String, _ options: String
  ) throws {
    let (bench, result) = try Self.tuned(target, tune, options)
    let trials = try #require(result.table?.table)
    #expect(trials.rowCount == 6)
    let best = try #require(result.metric("best_value"))
    let isLess = best.direction == .lower
    let values = zip(
      trials["state"]?.values.map(\.plainText) ?? [], trials["value"]?.values.map(\.number) ?? [])
    let whole = values.compactMap { $0 == "complete" ? $1 : nil }
    #expect(best.value == (isLess ? whole.min() : whole.max()))
    let judged = try bench.run(
      "```yaml step judged\nuses: evaluate\nmodel: model\non: validation\nintervals: off\n```")
    let figure = try #require(judged.metric(metric)?.value)
    // Labels are 32 bits wide in a search and 64 in an evaluation.
    let limit = target == "size" ? 1e-6 : 1e-9
    #expect(abs(figure - (best.value ?? .nan)) < limit * max(1, abs(figure)))
    let charts = result.exhibits.compactMap { exhibit -> Chart? in
      if case .chart(let chart) = exhibit { chart.chart } else { nil }
    }
    // The history of the trials; what learns in rounds has a curve of its loss, too.
    #expect(!charts.isEmpty && charts.allSatisfy { !$0.isEmpty })
  }

  @Test func countsRowsByTheirWeights() throws {
    for (target, metric) in [("kind", "auc"), ("kind", "log_loss"), ("size", "rmse")] {
      let key = metric == "auc" ? "maximize" : "minimize"
      let (bench, result) = try Self.tuned(
        target, "\(key): \(metric), pruner: none, \(Self.leaves)", "rounds: 10\nweight: copies")
      let judged = try bench.run(
        "```yaml step judged\nuses: evaluate\nmodel: model\non: validation\nweight: copies\n"
          + "intervals: off\n```")
      let best = try #require(result.metric("best_value")?.value)
      let figure = try #require(judged.metric(metric)?.value)
      #expect(abs(figure - best) < 1e-6 * max(1, abs(figure)), "\(target) \(metric)")
    }
  }

  @Test(arguments: [
    ("kind", "algorithm: lightgbm\nrounds: 25"), ("size", "rounds: 25"),
    ("kind", "algorithm: random_forest\nrounds: 8"),
  ])
  func doesNotDependOnThreads(_ target: String, _ options: String) throws {
    let tune = "parallel: 3, \(Self.leaves)"
    let (first, alone) = try Self.tuned(target, tune, options)
    let (bench, together) = try Self.tuned(target, tune, options, threads: 3)
    #expect(together == alone)
    #expect(bench.workspace.models["model"] == first.workspace.models["model"])
  }

  @Test(arguments: [
    ("kind\ntask: multiclass", "minimize: rmse", "`task: multiclass` learns several classes"),
    ("size\ntask: regression", "maximize: auc", "`task: regression` learns numbers"),
    ("soil\ntask: binary", "maximize: f1_macro", "`task: binary` learns two classes"),
  ])
  func findsAMetricOfAnotherTask(
    _ target: String, _ objective: String, _ words: String
  ) throws {
    let bench = try People.bench()
    try bench.make("flowers", "SELECT * FROM (\(TaskStepsTests.flowers)) LIMIT 0")
    let found = try bench.check(Self.notebook(target, "\(objective), \(Self.leaves)"))
    #expect(found.map(\.rule) == ["wrong-value"], "\(found)")
    #expect(found.first?.summary.hasSuffix(words) == true, "\(found)")
    #expect(found.first?.range != nil && found.first?.solutions.isEmpty == false)
  }

  @Test(arguments: [
    (
      "size", "maximize: auc",
      "`maximize` cannot be `auc`, which judges two classes: `size` holds numbers",
      "write `minimize: rmse`"
    ),
    (
      "kind", "maximize: r2",
      "`maximize` cannot be `r2`, which judges numbers: `kind` holds several classes",
      "write `minimize: log_loss`"
    ),
    (
      "kind", "maximize: f1",
      "`maximize` cannot be `f1`, which judges two classes: `kind` holds several classes",
      "write `maximize: f1_macro`"
    ),
    (
      "soil", "minimize: mae",
      "`minimize` cannot be `mae`, which judges numbers: `soil` holds two classes",
      "write `maximize: auc`"
    ),
  ])
  func saysWhenTheRowsDoNotFitTheMetric(
    _ target: String, _ objective: String, _ summary: String, _ solution: String
  ) throws {
    let error = #expect(throws: StepFailure.self) {
      let features = target == "soil" ? "\(target)\n" : target
      let bench = try People.bench()
      try bench.make("flowers", TaskStepsTests.flowers)
      return try bench.run(
        Self.notebook(features, "\(objective), \(Self.leaves)")
          .replacing(", soil]", with: "]"))
    }
    #expect(error?.diagnostic.summary == summary)
    #expect(error?.diagnostic.solutions == [solution])
    #expect(error?.diagnostic.range != nil)
  }
}
