import Charting
import DuckDB
import Learning
import Testing
import Vocabulary

@testable import Steps

/// Several classes and numbers from `train` to `explain`.
@Suite(.serialized) struct TaskStepsTests {
  /// 1,500 flowers of three kinds, with a size that depends on the rest, and weights.
  static let flowers = """
    SELECT i AS flower, (i * 7919 % 1000) / 100.0 AS petal, (i * 104729 % 997) / 50.0 AS stem,
      CASE WHEN i % 17 = 0 THEN NULL WHEN i % 2 = 0 THEN 'wet' ELSE 'dry' END AS soil,
      CASE WHEN i * 7919 % 1000 < 300 + i % 50 THEN 'aster' WHEN i * 104729 % 997 < 500 THEN 'iris'
        ELSE 'rose' END AS kind,
      (i * 7919 % 1000) / 50.0 + sqrt(i * 104729 % 997) + (i % 7) / 10.0 AS size,
      1 + i % 3 AS copies, i % 4 AS grade
    FROM range(1500) t(i)
    """

  static func trained(_ target: String, _ options: String = "") throws -> (Bench, StepResult) {
    let bench = try People.bench()
    try bench.make("flowers", flowers)
    let result = try bench.run(
      """
      ```yaml step model
      uses: train
      table: flowers
      target: \(target)
      features: [petal, stem, soil]
      id: flower
      split: { test: 0.3, validation: 0.2 }
      \(options)
      ```
      """)
    return (bench, result)
  }

  @Test(arguments: [
    "algorithm: lightgbm\nrounds: 40\nearly_stopping: 5", "algorithm: random_forest\nrounds: 20",
    "algorithm: decision_tree", "algorithm: logistic_regression", "algorithm: svm",
    "algorithm: svm\nweight: copies", "algorithm: logistic_regression\nweight: copies",
    "algorithm: mlp\nlayers: [{ units: 12 }]\nepochs: 30\nparams: { batch_size: 32 }",
    "rounds: 20\nclass_weight: balanced\nweight: copies",
    "rounds: 20\nclass_weight: { rose: 2 }\nencode: { categorical: one_hot }",
  ])
  func tellsSeveralClassesApart(_ options: String) throws {
    let (bench, training) = try Self.trained("kind", options)
    #expect(training.metric("train_loss")?.value ?? 9 < 0.8)
    #expect(training.metric("validation_auc") == nil)
    let judged = try bench.run(
      "```yaml step judged\nuses: evaluate\nmodel: model\nintervals: { samples: 20 }\n```")
    #expect(try #require(judged.metric("auc")?.value) > 0.85)
    #expect(judged.metric("classes")?.value == 3)
    #expect(judged.metric("accuracy")?.interval != nil)
    // Metrics, classes, confusion, ROC.
    #expect(judged.exhibits.count == 4)
    for case .chart(let exhibit) in judged.exhibits { #expect(!exhibit.chart.isEmpty) }
    _ = try bench.run(
      "```yaml step s\nuses: predict\nmodel: model\ntable: flowers\nkeep: [flower, kind]\n```")
    #expect(
      try bench.workspace.columns(of: "s").map(\.name) == [
        "flower", "kind", "score_aster", "score_iris", "score_rose", "score", "label",
      ])
    let odd = try bench.workspace.rows(
      """
      SELECT count(*) FILTER (abs(score_aster + score_iris + score_rose - 1) > 1e-9),
        count(*) FILTER (score <> greatest(score_aster, score_iris, score_rose)),
        count(*) FILTER (label = 'iris' AND score <> score_iris),
        avg((label = kind)::INT) > .6
      FROM s
      """)
    #expect(odd.row(0) == [.int(0), .int(0), .int(0), .bool(true)])
  }

  @Test(arguments: [
    "rounds: 60\nearly_stopping: 5", "algorithm: random_forest\nrounds: 40",
    "algorithm: decision_tree", "algorithm: svm", "algorithm: svm\nweight: copies",
    "algorithm: mlp\nlayers: [{ units: 12 }]\nmax_rounds: 40\nparams: { batch_size: 32 }",
    "rounds: 40\nweight: copies\nmonotone: { petal: increasing, stem: +1 }",
  ])
  func learnsNumbers(_ options: String) throws {
    let (bench, training) = try Self.trained("size", options)
    #expect(training.metric("train_loss")?.label == "RMSE, train")
    let judged = try bench.run(
      "```yaml step judged\nuses: evaluate\nmodel: model\nintervals: { samples: 20 }\n```")
    #expect(try #require(judged.metric("r2")?.value) > 0.8)
    let rmse = try #require(judged.metric("rmse"))
    #expect(rmse.direction == .lower && rmse.interval != nil)
    #expect(judged.exhibits.count == 3)
    for case .chart(let exhibit) in judged.exhibits { #expect(!exhibit.chart.isEmpty) }
    let scored = try bench.run(
      "```yaml step s\nuses: predict\nmodel: model\ntable: flowers\nkeep: [flower, size]\n```")
    #expect(
      try bench.workspace.columns(of: "s").map(\.name) == ["flower", "size", "prediction"])
    #expect(scored.metric("mean_prediction")?.value != nil)
  }

  @Test func infersTheTaskFromTheTarget() throws {
    for (target, task, remark) in [
      ("kind", Model.Task.multiclass, ""),
      ("grade", .multiclass, "`grade` holds 4 whole numbers, which are taken for classes; "),
      ("size", .regression, ""), ("flower", .regression, ""),
      ("copies\ntask: regression", .regression, ""),
      ("soil", .binary, "`wet` of `soil` counts as 1."),
      ("soil\ntask: multiclass", .multiclass, ""),
    ] {
      let bench = try People.bench()
      try bench.make("flowers", Self.flowers)
      let result = try bench.run(
        "```yaml step m\nuses: train\ntable: flowers\ntarget: \(target)\nfeatures: [petal, stem]\n"
          + "rounds: 3\n```")
      #expect(bench.workspace.models["m"]?.model?.target.task == task, "\(target)")
      if !remark.isEmpty { #expect(result.remarks.first?.hasPrefix(remark) ?? false, "\(target)") }
    }
  }

  @Test func weighsAsRepeatedRowsWould() throws {
    let (bench, _) = try Self.trained("kind", "rounds: 5")
    let weighted = try bench.run(
      "```yaml step w\nuses: evaluate\nmodel: model\ntable: flowers\nweight: copies\n```")
    try bench.make(
      "repeated", "SELECT * FROM flowers, range(flowers.copies) AS again(n) ORDER BY flower")
    let repeated = try bench.run(
      "```yaml step r\nuses: evaluate\nmodel: model\ntable: repeated\n```")
    for name in ["auc", "accuracy", "f1_macro", "log_loss", "kappa", "mcc"] {
      let (one, other) = (weighted.metric(name)?.value, repeated.metric(name)?.value)
      #expect(abs((one ?? .nan) - (other ?? 0)) < 1e-12, "\(name)")
    }
    let missing = try bench.check(
      "```yaml step p\nuses: evaluate\nmodel: model\nweight: copies\n```")
    #expect(missing.first?.solutions == ["give the `train` step `weight: copies`"])
    try bench.make("negative", "SELECT * REPLACE (copies - 2 AS copies) FROM flowers")
    let error = #expect(throws: StepFailure.self) {
      try bench.run(
        "```yaml step n\nuses: evaluate\nmodel: model\ntable: negative\nweight: copies\n```")
    }
    #expect(error?.diagnostic.rule == "bad-weight")
  }

  @Test(arguments: ["kind", "size"])
  func comparesAlgorithms(_ target: String) throws {
    let bench = try People.bench()
    try bench.make("flowers", Self.flowers)
    let result = try bench.run(
      """
      ```yaml step best
      uses: compare
      table: flowers
      target: \(target)
      features: [petal, stem, soil]
      id: flower
      split: { test: 0.3 }
      folds: 3
      algorithms: [{ algorithm: lightgbm, rounds: 30 }, decision_tree, logistic_regression, svm]
      ```
      """)
    let table = try #require(result.table).table
    let names = table["algorithm"]?.values.map(\.plainText) ?? []
    #expect(names.count == 5)
    if target == "size" {
      #expect(
        table.columns.map(\.name) == [
          "algorithm", "mae", "mse", "rmse", "r2", "rmsle", "mape", "note",
        ])
      // A logistic regression cannot; that is its own line's matter.
      let place = try #require(names.firstIndex(of: "logistic_regression"))
      #expect(table["r2"]?[place].isNull ?? false)
      #expect(table["note"]?[place].plainText.contains("cannot learn numbers") ?? false)
      #expect(abs(result.metric("dummy_r2")?.value ?? 1) < 0.1)
      #expect(try #require(result.metric("r2")?.value) > 0.9)
    } else {
      #expect(result.metric("dummy_auc")?.value == 0.5)
      #expect(try #require(result.metric("auc")?.value) > 0.85)
    }
    let judged = try bench.run("```yaml step j\nuses: evaluate\nmodel: best\nintervals: off\n```")
    #expect(!judged.metrics.isEmpty)
  }

  @Test func explainsClassesAndNumbers() throws {
    let (bench, _) = try Self.trained("kind", "rounds: 10")
    let all = try bench.run("```yaml step e\nuses: explain\nmodel: model\n```")
    #expect(all.exhibits.count == 3)
    let ranking = try #require(all.table).table
    #expect(ranking["column"]?[2] == .text("soil"))
    let one = try bench.run(
      """
      ```yaml step one
      uses: explain
      model: model
      class: rose
      charts: [shap, dependence, waterfall, permutation]
      table: flowers
      row: 7
      ```
      """)
    #expect(one.exhibits.count == 5)
    let vague = #expect(throws: StepFailure.self) {
      try bench.run("```yaml step v\nuses: explain\nmodel: model\ncharts: [shap]\n```")
    }
    #expect(vague?.diagnostic.solutions.first == "add `class: aster`")
    let wrong = #expect(throws: StepFailure.self) {
      try bench.run("```yaml step w\nuses: explain\nmodel: model\nclass: roze\n```")
    }
    #expect(wrong?.diagnostic.solutions == ["did you mean `rose`?"])

    for options in ["rounds: 10", "algorithm: svm"] {
      let (numbers, _) = try Self.trained("size", options)
      let result = try numbers.run(
        "```yaml step e\nuses: explain\nmodel: model\ncharts: [importance, permutation]\n```")
      let table = try #require(result.table).table
      #expect(table["r2_drop"]?[0].number ?? 0 > 0.1)
      for case .chart(let exhibit) in result.exhibits { #expect(!exhibit.chart.isEmpty) }
    }
  }

  @Test(arguments: [
    ("target: size\nalgorithm: logistic_regression\ntask: regression", "wrong-value"),
    ("target: kind\ntask: regression", "target-is-no-number"),
    ("target: kind\ntask: multiclass\npositive: rose", "wrong-value"),
    ("target: size\ntask: regression\nclass_weight: balanced", "wrong-value"),
    ("target: size\ntask: numbers", "unknown-choice"),
    ("target: kind\nmonotone: { soil: increasing }", "bad-monotone"),
    ("target: kind\nmonotone: { pettal: increasing }", "bad-monotone"),
    ("target: kind\nmonotone: { petal: up }", "wrong-value"),
    ("target: kind\nalgorithm: svm\nmonotone: { petal: 1 }", "wrong-value"),
    ("target: kind\nalgorithm: svm\nweight: copies\nparams: { loss: hinge }", "bad-parameter"),
    (
      "target: kind\nalgorithm: logistic_regression\nweight: copies\nparams: { penalty: l1 }",
      "bad-parameter"
    ),
    ("target: kind\nweight: copys", "unknown-column"),
    ("target: kind\nfeatures: [copies, petal]\nweight: copies", "feature-is-weight"),
    ("target: kind\nrounds: 5\nmax_rounds: 6", "wrong-value"),
    ("target: kind\nparams: { monotone_constraints: 1 }", "bad-parameter"),
  ])
  func findsMistakesBeforeAnythingRuns(_ options: String, _ rule: String) throws {
    let bench = try People.bench()
    try bench.make("flowers", "SELECT * FROM (\(Self.flowers)) LIMIT 0")
    let found = try bench.check("```yaml step m\nuses: train\ntable: flowers\n\(options)\n```")
    #expect(found.map(\.rule) == [rule], "\(found)")
    #expect(found.allSatisfy { $0.range != nil })
  }

  @Test(arguments: [
    ("kind", "task: binary", "too-many-classes"), ("size", "class_weight: balanced", "wrong-value"),
    ("size", "positive: 3", "wrong-value"), ("kind", "class_weight: { rouse: 2 }", "unknown-class"),
    ("size", "algorithm: logistic_regression", "cannot-learn"),
    ("kind", "params: { metric: auc }", "bad-parameter"),
    ("size", "algorithm: svm\nparams: { loss: hinge }", "bad-parameter"),
  ])
  func saysWhatDoesNotFitTheTarget(_ target: String, _ options: String, _ rule: String) throws {
    let error = #expect(throws: StepFailure.self) { try Self.trained(target, options) }
    #expect(error?.diagnostic.rule == rule)
    #expect(error?.diagnostic.range != nil)
  }

  @Test func saysWhatDoesNotFitTheModel() throws {
    let (bench, _) = try Self.trained("size", "rounds: 3")
    for (step, rule) in [
      ("uses: evaluate\nmodel: model\ncharts: [roc]", "wrong-value"),
      ("uses: evaluate\nmodel: model\nthreshold: 0.3", "wrong-value"),
      ("uses: evaluate\nmodel: model\ntables: [deciles]", "wrong-value"),
      ("uses: predict\nmodel: model\ntable: flowers\nthreshold: 0.3", "wrong-value"),
      ("uses: explain\nmodel: model\nclass: rose", "wrong-value"),
      ("uses: compare\ntable: flowers\ntarget: size\nsort: auc\nalgorithms: [svm]", "wrong-value"),
      (
        "uses: compare\ntable: flowers\ntarget: size\nthreshold: 1\nalgorithms: [svm]",
        "wrong-value"
      ),
    ] {
      let error = #expect(throws: StepFailure.self) {
        try bench.run("```yaml step s\n\(step)\n```")
      }
      #expect(error?.diagnostic.rule == rule, "\(step)")
    }
  }

  /// What later SQL may read is known before there are rows, as far as the target's type says it.
  @Test func rehearsesTheColumnsOfEachTask() throws {
    let bench = try People.bench()
    try bench.make("flowers", "SELECT * FROM (\(Self.flowers)) LIMIT 0")
    for (options, expected) in [
      ("target: kind", ["score", "label"]), ("target: size", ["score", "label", "prediction"]),
      ("target: size\ntask: regression", ["prediction"]),
      ("target: grade\ntask: binary", ["score", "label"]),
    ] {
      _ = try bench.check("```yaml step m\nuses: train\ntable: flowers\n\(options)\n```")
      try bench.workspace.connection.execute("DROP TABLE IF EXISTS s")
      #expect(try bench.check("```yaml step s\nuses: predict\nmodel: m\ntable: flowers\n```") == [])
      #expect(try bench.workspace.columns(of: "s").map(\.name) == expected)
      #expect(bench.workspace.unknown.isEmpty)
    }
    _ = try bench.check(
      "```yaml step m\nuses: train\ntable: flowers\ntarget: kind\ntask: multiclass\n```")
    _ = try bench.check("```yaml step u\nuses: predict\nmodel: m\ntable: flowers\n```")
    #expect(bench.workspace.unknown == ["u"])
  }

  @Test func comparesSeveralClassesThenAndNow() throws {
    let (bench, _) = try Self.trained("kind", "rounds: 20")
    try bench.make(
      "later",
      "SELECT * REPLACE (petal + 2 AS petal, 'rose' AS kind) FROM flowers WHERE flower < 400")
    let result = try bench.run(
      """
      ```yaml step moved
      { uses: drift, reference: flowers, current: later, model: model, charts: [] }
      ```
      """)
    let table = try #require(result.table).table
    #expect(table["column"]?[0] == .text("predicted class"))
    #expect(try #require(result.metric("score_psi")?.value) > 0.05)
    // All outcomes are of one class now: shares of zero count as 0.0001.
    #expect(try #require(result.metric("outcome_psi")?.value) > 3)
    #expect(result.metric("reference_rate") == nil && result.metric("current_calibration") == nil)
    guard case .table(let outcomes)? = result.exhibits.last else {
      Issue.record("no outcomes")
      return
    }
    #expect(outcomes.table["class"]?.values == [.text("aster"), .text("iris"), .text("rose")])
    #expect(outcomes.table["now"]?.values == [.double(0), .double(0), .double(1)])
    let then = (outcomes.table["then"]?.values ?? []).compactMap(\.number)
    #expect(abs(then.reduce(0, +) - 1) < 1e-12)
    let expected = (outcomes.table["expected_now"]?.values ?? []).compactMap(\.number)
    #expect(abs(expected.reduce(0, +) - 1) < 1e-9)

    // One class against the rest is a rate again, with the probability of that class beside it.
    let rose = try bench.run(
      """
      ```yaml step moved
      { uses: drift, reference: flowers, current: later, model: model, positive: rose, charts: [] }
      ```
      """)
    #expect(rose.metric("current_rate")?.value == 1)
    let calibration = try #require(rose.metric("current_calibration")?.value)
    #expect(abs(calibration - 1 / (try #require(expected.last))) < 1e-9)
  }

  @Test func comparesNumbersThenAndNow() throws {
    let (bench, _) = try Self.trained("size", "rounds: 40")
    try bench.make(
      "later",
      """
      SELECT * REPLACE (CASE WHEN flower % 5 = 0 THEN NULL WHEN flower % 50 = 1 THEN 'inf'::DOUBLE
        ELSE size + 10 END AS size) FROM flowers
      """)
    let result = try bench.run(
      """
      ```yaml step moved
      { uses: drift, reference: flowers, current: later, model: model, charts: [] }
      ```
      """)
    #expect(try #require(result.table).table["column"]?[0] == .text("prediction"))
    let means = try bench.workspace.rows(
      "SELECT avg(size), (SELECT avg(size) FROM later WHERE isfinite(size)) FROM flowers"
    ).row(0)
    let then = try #require(result.metric("reference_rate"))
    let now = try #require(result.metric("current_rate")?.value)
    #expect(abs(try #require(then.value) - (try #require(means[0].number))) < 1e-9)
    #expect(abs(now - (try #require(means[1].number))) < 1e-9)
    #expect(then.label == "Mean outcome then")
    let calibration = try #require(result.metric("reference_calibration")?.value)
    #expect(abs(calibration - 1) < 0.02)
    #expect(result.remarks.contains { $0.contains("have no `size`") })
  }

  @Test func treatsGroupsByAClassThatIsNamed() throws {
    let (bench, _) = try Self.trained("kind", "rounds: 20")
    let text = """
      ```yaml step fair
      { uses: fairness, model: model, table: flowers, groups: [soil], positive: rose, threshold: 0.4,
        intervals: { samples: 0 } }
      ```
      """
    #expect(try bench.check(text).isEmpty)
    let result = try bench.run(text)
    let table = try #require(result.table).table
    let roses = try bench.workspace.rows(
      "SELECT count(*) FROM flowers WHERE kind = 'rose' GROUP BY soil ORDER BY soil NULLS FIRST")
    #expect(
      table["positives"]?.values.prefix(3).map(\.number) == roses.columns[0].values.map(\.number))
    let predicted = try bench.run(
      "```yaml step s\nuses: predict\nmodel: model\ntable: flowers\nkeep: [soil]\n```")
    #expect(predicted.rowsOut == 1500)
    let rates = try bench.workspace.rows(
      "SELECT avg((score_rose >= 0.4)::INT) FROM s GROUP BY soil ORDER BY soil NULLS FIRST")
    #expect(
      table["selection_rate"]?.values.prefix(3).map(\.number)
        == rates.columns[0].values.map(\.number))
    #expect(result.table?.caption?.hasPrefix("Positive is rose. Called positive from") == true)
  }

  @Test(arguments: [
    ("kind", "", "nothing says which counts as positive"),
    ("kind", "positive: rsoe", "did you mean `rose`?"),
    ("size", "", "which is no decision"),
  ])
  func saysWhatFairnessNeeds(_ target: String, _ options: String, _ message: String) throws {
    let (bench, _) = try Self.trained(target, "rounds: 10")
    let text =
      "```yaml step fair\nuses: fairness\nmodel: model\ntable: flowers\ngroups: [soil]\n\(options)\n```"
    let failure = #expect(throws: StepFailure.self) { try bench.run(text) }
    let words = [failure?.diagnostic.summary ?? ""] + (failure?.diagnostic.solutions ?? [])
    #expect(words.joined(separator: " ").contains(message))
    #expect(try bench.check(text).map(\.rule) == failure.map { [$0.diagnostic.rule] })
  }
}
