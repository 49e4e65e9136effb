import DuckDB
import Foundation
import Learning
import Testing
import Vocabulary

@testable import Steps

/// Training on the engines themselves.
@Suite(.serialized) struct TrainStepTests {
  @Test func readsAViewAsItReadsATable() throws {
    let (bench, _) = try People.trained()
    try bench.workspace.connection.execute("CREATE VIEW seen AS SELECT * FROM people")
    _ = try bench.run(
      """
      ```yaml step again
      uses: train
      table: seen
      target: returns
      id: person
      split: { test: 0.2, validation: 0.2 }
      early_stopping: 10
      params: { learning_rate: 0.2, num_leaves: 7 }
      rounds: 60
      ```
      """)
    let models = bench.workspace.models
    #expect(models["again"]?.model == models["model"]?.model)
    for (name, table) in [("a", "seen"), ("b", "people")] {
      _ = try bench.run(
        "```yaml step \(name)\nuses: predict\nmodel: again\ntable: \(table)\nkeep: [person]\n```")
      _ = try bench.run(
        "```yaml step e\(name)\nuses: evaluate\nmodel: model\ntable: \(table)\n```")
    }
    let different = try bench.workspace.rows("SELECT * FROM a EXCEPT ALL SELECT * FROM b")
    #expect(different.rowCount == 0)
  }

  @Test func givesTheSameModelWithAnyNumberOfThreads() throws {
    let (one, _) = try People.trained()
    let (two, _) = try People.trained(threads: 2)
    #expect(one.workspace.models["model"]?.content == two.workspace.models["model"]?.content)
    #expect(one.workspace.models["model"]?.content != nil)
  }

  @Test(arguments: [
    "encode: { categorical: one_hot, missing: { number: -999, text: NAN } }",
    "encode: { categorical: one_hot, drop_first: true, missing: native }",
    "features: [minutes, \"fav \\\"x\\\"\"]", "positive: \"no\"",
  ])
  func takesEveryEncoding(_ options: String) throws {
    let (bench, _) = try People.trained(options)
    let result = try bench.run("```yaml step j\nuses: evaluate\nmodel: model\nintervals: off\n```")
    #expect(try #require(result.metric("auc")?.value) > 0.85)
    #expect(result.metric("auc")?.interval == nil)
  }

  @Test(arguments: [
    "random_forest", "decision_tree", "logistic_regression", "svm",
    "mlp\nlayers: [{ units: 16, activation: tanh, dropout: 0.1 }, { units: 8 }]\nepochs: 30"
      + "\nearly_stopping: 5\nparams: { batch_size: 32 }\nclass_weight: balanced",
    "lightgbm\nclass_weight: { yes: 3 }",
  ])
  func takesEveryAlgorithm(_ algorithm: String) throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    let result = try bench.run(
      """
      ```yaml step model
      uses: train
      table: people
      target: returns
      id: person
      split: { test: 0.2, validation: 0.2 }
      algorithm: \(algorithm)
      ```
      """)
    #expect(try #require(result.metric("validation_auc")?.value) > 0.85)
    #expect(
      (result.chart == nil)
        == ["decision_tree", "logistic_regression", "svm"].contains(algorithm))
    let judged = try bench.run("```yaml step j\nuses: evaluate\nmodel: model\n```")
    #expect(try #require(judged.metric("auc")?.value) > 0.85)
    _ = try bench.run("```yaml step s\nuses: predict\nmodel: model\ntable: people\n```")
    let odd = try bench.workspace.rows("SELECT count(*) FROM s WHERE score NOT BETWEEN 0 AND 1")
    #expect(odd.row(0) == [.int(0)])
  }

  @Test func exportsAModelThatIsReadBack() throws {
    let (bench, _) = try People.trained()
    let result = try bench.run(
      "```yaml step bundle\nuses: export\nmodel: model\npath: models/returns\n```")
    #expect(
      result.artifacts.map(\.path) == [
        "models/returns/encoder.json", "models/returns/model.json", "models/returns/model.txt",
      ])
    let read = try Model(contentsOf: "\(bench.folder.path)/bundle.model")
    #expect(read == bench.workspace.models["model"]?.model)
    _ = try bench.run(
      "```yaml step kept\nuses: export\nmodel: model\npath: models/kept\nto: project\n```")
    #expect(try Model(contentsOf: "\(bench.folder.path)/models/kept") == read)
    let found = try bench.check(
      "```yaml step b\nuses: export\nmodel: model\npath: ../m\nformat: csv\n```")
    #expect(Set(found.map(\.rule)) == ["bad-path", "wrong-value"])
  }

  @Test(arguments: [
    ("SELECT i AS x, 1 AS y FROM range(50) t(i)", "one-valued-target"),
    ("SELECT i AS x, NULL::INTEGER AS y FROM range(50) t(i)", "one-valued-target"),
    ("SELECT i AS x, i % 2 AS y FROM range(50) t(i) WHERE false", "one-valued-target"),
    ("SELECT i AS x, 'k' || i % 101 AS y FROM range(500) t(i)", "too-many-classes"),
    ("SELECT i AS x, 1.5 AS y FROM range(50) t(i)", "one-valued-target"),
    ("SELECT i AS x, 'NaN'::DOUBLE AS y FROM range(50) t(i)", "one-valued-target"),
    ("SELECT 'id' || i AS x, i % 2 AS y FROM range(60000) t(i)", "too-many-levels"),
    ("SELECT NULL::VARCHAR AS x, i % 2 AS y FROM range(50) t(i)", "cannot-learn"),
  ])
  func failsWithAReasonOnRowsThatTeachNothing(_ query: String, _ rule: String) throws {
    let bench = try People.bench()
    try bench.make("t", query)
    let error = #expect(throws: StepFailure.self) {
      try bench.run(
        "```yaml step m\nuses: train\ntable: t\ntarget: y\nrounds: 5\n"
          + "encode: { categorical: one_hot }\n```")
    }
    #expect(error?.diagnostic.rule == rule)
    #expect(error?.diagnostic.range != nil)
  }

  @Test func stopsWhenTheRunShallStop() throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    bench.workspace.report = { text in
      if text.hasPrefix("round 10") { bench.workspace.cancellation.cancel(.interrupted) }
    }
    let error = #expect(throws: StepFailure.self) {
      try bench.run(
        "```yaml step m\nuses: train\ntable: people\ntarget: returns\nrounds: 100000\n```")
    }
    #expect(error?.diagnostic.rule == "interrupted")
  }

  @Test func leavesOutRowsWithoutTarget() throws {
    let bench = try People.bench()
    try bench.make(
      "t", "SELECT i AS x, CASE WHEN i % 10 < 9 THEN i % 2 END AS y FROM range(1000) t(i)")
    let result = try bench.run(
      "```yaml step m\nuses: train\ntable: t\ntarget: y\nsplit: { test: 0.5 }\nrounds: 3\n```")
    #expect(result.remarks == ["100 rows have no `y` and are left out."])
    #expect(result.metric("train_rows")?.value == 450)
    #expect(result.metric("test_rows")?.value == 450)
  }
}
