import Charting
import DuckDB
import Foundation
import Learning
import Parsing
import Testing
import Vocabulary

@testable import Steps

/// The kinds that split, train, judge and score, on the engines themselves.
@Suite(.serialized) struct MachineLearningStepsTests {
  static func bench(threads: Int = 1) throws -> Bench {
    let bench = try Bench(threads: threads)
    let package = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    bench.workspace.lightGBM = LibrarySearch(
      explicit: ProcessInfo.processInfo.environment["WASHI_LIGHTGBM"],
      folders: [package.appending(path: ".deps/lib").path])
    return bench
  }

  /// 2,000 people with numbers, dates, texts and missing values; `returns` depends on them.
  static let people = #"""
    SELECT i AS person, (i * 7919 % 1000) / 10.0 AS minutes, (i * 104729 % 97)::HUGEINT AS visits,
      CASE i * 31 % 4 WHEN 0 THEN 'red' WHEN 1 THEN 'it''s' WHEN 2 THEN 'blue' END AS "fav ""x""",
      DATE '2020-01-01' + (i % 400)::INTEGER AS "select",
      CASE WHEN i * 7919 % 1000 + (i * 15485863 % 499) + 150 * (i * 31 % 4 % 2) > 900
        THEN 'yes' ELSE 'no' END AS returns
    FROM range(2000) t(i)
    """#

  static func trained(_ options: String = "", threads: Int = 1) throws -> (Bench, StepResult) {
    let bench = try bench(threads: threads)
    try bench.make("people", people)
    let result = try bench.run(
      """
      ```yaml step model
      uses: train
      table: people
      target: returns
      id: person
      split: { test: 0.2, validation: 0.2 }
      params: { learning_rate: 0.2, num_leaves: 7 }
      rounds: 60
      early_stopping: 10
      \(options)
      ```
      """)
    return (bench, result)
  }

  @Test func splitsInExactSharesOfEachClass() throws {
    let bench = try Self.bench()
    try bench.make("people", Self.people)
    let result = try bench.run(
      """
      ```yaml step parts
      uses: split
      table: people
      stratify: returns
      id: person
      test: 0.25
      validation: 0.25
      seed: 7
      show: table
      ```
      """)
    #expect(result.metric("train_rows")?.value == 1000)
    #expect(result.metric("test_rows")?.value == 500)
    let wrong = try bench.workspace.rows(
      """
      SELECT returns FROM parts GROUP BY returns
      HAVING abs(count(*) FILTER (part = 'test') - count(*) / 4.0) > 1
      """)
    #expect(wrong.rowCount == 0)
    // Every row keeps its own values and its place.
    let order = try bench.workspace.rows(
      "SELECT count(*) FROM (SELECT person, row_number() OVER () - 1 AS i FROM parts) WHERE person = i"
    )
    #expect(order.row(0) == [.int(2000)])
    #expect(result.exhibits.count == 2)
  }

  @Test func splitsByGroupAndByTime() throws {
    let bench = try Self.bench()
    try bench.make(
      "visits",
      """
      SELECT i AS visit, 'c' || i % 40 AS client, DATE '2020-01-01' + (i * 7 % 365)::INTEGER AS day
      FROM range(1000) t(i)
      """)
    _ = try bench.run(
      "```yaml step grouped\nuses: split\ntable: visits\ngroup: client\ntest: 0.3\n```")
    let torn = try bench.workspace.rows(
      "SELECT client FROM grouped GROUP BY client HAVING count(DISTINCT part) > 1")
    #expect(torn.rowCount == 0)
    let timed = try bench.run(
      "```yaml step timed\nuses: split\ntable: visits\ntime: day\ntest: 0.3\nvalidation: 0.1\n```")
    #expect((290...310).contains(timed.metric("test_rows")?.value ?? 0))
    let late = try bench.workspace.rows(
      """
      SELECT max(day) FILTER (part = 'train') < min(day) FILTER (part = 'validation'),
        max(day) FILTER (part = 'validation') < min(day) FILTER (part = 'test')
      FROM timed
      """)
    #expect(late.row(0) == [.bool(true), .bool(true)])
    try bench.make("undated", "SELECT 1 AS x, NULL::DATE AS day")
    let error = #expect(throws: StepFailure.self) {
      try bench.run("```yaml step u\nuses: split\ntable: undated\ntime: day\n```")
    }
    #expect(error?.diagnostic.rule == "missing-time")
  }

  @Test(arguments: [
    ("stratify: retuns", "unknown-column"), ("method: stratified", "wrong-value"),
    ("method: random\ngroup: person", "wrong-value"), ("test: 1", "bad-parameter"),
    ("test: 1.5", "wrong-value"), ("methd: time", "unknown-option"),
  ])
  func findsMistakesOfASplit(_ options: String, _ rule: String) throws {
    let bench = try Self.bench()
    try bench.make("people", "SELECT * FROM (\(Self.people)) LIMIT 0")
    let found = try bench.check("```yaml step s\nuses: split\ntable: people\n\(options)\n```")
    #expect(found.map(\.rule) == [rule])
    try bench.make("parted", "SELECT 1 AS part")
    let twice = try bench.check("```yaml step s\nuses: split\ntable: parted\n```")
    #expect(twice.map(\.rule) == ["column-exists"])
  }

  @Test func trainsJudgesAndPredicts() throws {
    let (bench, training) = try Self.trained()
    #expect(training.metric("train_rows")?.value == 1200)
    #expect(training.metric("validation_rows")?.value == 400)
    #expect(training.remarks == ["`yes` of `returns` counts as 1."])
    let best = try #require(training.metric("best_round")?.value)
    #expect(best >= 1 && best <= 60)
    guard case .chart(let loss) = training.exhibits.first else {
      Issue.record("no loss chart")
      return
    }
    #expect(!loss.chart.isEmpty)

    let judged = try bench.run(
      """
      ```yaml step judged
      uses: evaluate
      model: model
      charts: [roc, pr, calibration, lift, gain, ks, confusion, threshold]
      intervals: { samples: 50, level: 0.9 }
      show: table
      ```
      """)
    #expect(
      judged.metrics.map(\.name) == [
        "auc", "gini", "ks", "average_precision", "log_loss", "brier", "accuracy", "precision",
        "recall", "f1", "mcc", "kappa", "rows", "positives", "threshold",
      ])
    let auc = try #require(judged.metric("auc"))
    let value = try #require(auc.value)
    let interval = try #require(auc.interval)
    #expect(value > 0.9 && interval.low < value && value < interval.high && interval.level == 0.9)
    #expect(judged.metric("log_loss")?.direction == .lower)
    #expect(judged.metric("rows")?.value == 400)
    #expect(judged.exhibits.count == 9)
    for case .chart(let exhibit) in judged.exhibits { #expect(!exhibit.chart.isEmpty) }

    let scored = try bench.run(
      """
      ```yaml step scores
      uses: predict
      model: model
      table: people
      keep: [person, select]
      ```
      """)
    #expect(scored.rowsOut == 2000)
    let table = try bench.workspace.rows("SELECT * FROM scores")
    #expect(table.columns.map(\.name) == ["person", "select", "score", "label"])
    #expect(table["person"]?.values == (0..<2000).map { .int(Int64($0)) })
    let odd = try bench.workspace.rows(
      "SELECT count(*) FROM scores WHERE (score >= 0.5) <> (label = 'yes')")
    #expect(odd.row(0) == [.int(0)])
    // The same rows one by one, without the engine.
    let model = try #require(bench.workspace.models["model"]?.model)
    let first = try bench.workspace.rows("SELECT * FROM people LIMIT 50")
    let alone = try model.scores(of: first, with: bench.workspace.lightGBM)
    #expect(table["score"]?.values.prefix(50).map(\.number) == alone.map { Optional($0) })
  }

  @Test func readsAViewAsItReadsATable() throws {
    let (bench, _) = try Self.trained()
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
    let (one, _) = try Self.trained()
    let (two, _) = try Self.trained(threads: 2)
    #expect(one.workspace.models["model"]?.content == two.workspace.models["model"]?.content)
    #expect(one.workspace.models["model"]?.content != nil)
  }

  @Test(arguments: [
    "encode: { categorical: one_hot, missing: { number: -999, text: NAN } }",
    "encode: { categorical: one_hot, drop_first: true, missing: native }",
    "features: [minutes, \"fav \\\"x\\\"\"]", "positive: \"no\"",
  ])
  func takesEveryEncoding(_ options: String) throws {
    let (bench, _) = try Self.trained(options)
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
    let bench = try Self.bench()
    try bench.make("people", Self.people)
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
    let (bench, _) = try Self.trained()
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

  @Test func countsLevelsThatTrainingDidNotSee() throws {
    let (bench, _) = try Self.trained("features: [minutes, \"fav \\\"x\\\"\"]")
    try bench.make(
      "newcomers", "SELECT '1.5' AS minutes, 'teal' AS \"fav \"\"x\"\"\" FROM range(3)")
    let result = try bench.run(
      "```yaml step s\nuses: predict\nmodel: model\ntable: newcomers\n```")
    #expect(
      result.remarks == ["3 values of `fav \"x\"` are not seen in training and count as missing."])
    #expect(result.rowsOut == 3)
    try bench.make("nobody", "SELECT * FROM people WHERE false")
    let none = try bench.run("```yaml step t\nuses: predict\nmodel: model\ntable: nobody\n```")
    #expect(none.rowsOut == 0)
    #expect(none.metric("mean_score")?.value == nil)
  }

  @Test(arguments: [
    ("target: retuns", "unknown-column", "did you mean `returns`?"),
    ("features: [minuts]", "unknown-column", "did you mean `minutes`?"),
    ("features: [minutes, returns]", "feature-is-target", "leave it out of `features`"),
    ("features: [minutes, minutes]", "repeated-feature", ""),
    ("params: { num_leafs: 7 }", "bad-parameter", "did you mean `num_leaf`?"),
    ("params: { num_leaves: many }", "bad-parameter", ""),
    ("algorithm: mlp\nlayers: [{ units: 0 }]", "wrong-value", ""),
    ("algorithm: mlp\nlayers: [{ units: 4, activation: rulu }]", "unknown-choice", ""),
    ("algorithm: svm\nencode: { categorical: native }", "wrong-value", ""),
    ("algorithm: svm\nparams: { c: 1 }", "bad-parameter", "did you mean `C`?"),
    ("algorithm: svm\nlayers: [{ units: 4 }]", "wrong-value", ""),
    ("class_weight: balance", "wrong-value", ""), ("class_weight: { yes: 0 }", "wrong-value", ""),
    ("epochs: 5", "wrong-value", ""),
    ("algorithm: decision_tree\nrounds: 5", "wrong-value", ""),
    ("algorithm: random_forest\nsplit: { validation: 0.2 }\nearly_stopping: 5", "wrong-value", ""),
    ("algorithm: random_forest\nparams: { boosting: dart }", "bad-parameter", ""),
    ("algorithm: lightgmb", "unknown-choice", "did you mean `lightgbm`?"),
    ("tune: { trials: 3 }", "wrong-value", "write `search: { num_leaves: { int: [2, 256] } }`"),
    ("early_stopping: 5", "no-validation", "give `split` a `validation` share"),
    ("split: { test: 0.8, validation: 0.3 }", "bad-parameter", ""),
    ("split: { column: prt }", "unknown-column", ""),
    ("features: [listed]", "unusable-feature", "make numbers or text of it in SQL"),
    ("encode: { categorical: onehot }", "unknown-choice", "did you mean `one_hot`?"),
  ])
  func findsMistakesBeforeAnythingRuns(_ options: String, _ rule: String, _ advice: String) throws {
    let bench = try Self.bench()
    try bench.make("people", "SELECT *, [1, 2] AS listed FROM (\(Self.people)) LIMIT 0")
    let target = options.hasPrefix("target") ? "" : "target: returns\n"
    let found = try bench.check(
      "```yaml step model\nuses: train\ntable: people\n\(target)\(options)\n```")
    let finding = try #require(found.first)
    #expect(finding.rule == rule, "\(finding)")
    #expect(finding.range != nil)
    if !advice.isEmpty { #expect(finding.solutions.first == advice, "\(finding)") }
  }

  @Test func checksLaterStepsOnAModelThatIsNotTrained() throws {
    let bench = try Self.bench()
    try bench.make("people", "SELECT * FROM (\(Self.people)) LIMIT 0")
    try bench.make("others", "SELECT person, minutes, visits FROM people")
    let train = "```yaml step model\nuses: train\ntable: people\ntarget: returns\nid: person\n```"
    #expect(try bench.check(train).isEmpty)
    let predict = "```yaml step s\nuses: predict\nmodel: model\ntable:"
    #expect(try bench.check("\(predict) people\nkeep: [person]\n```").isEmpty)
    #expect(try bench.workspace.columns(of: "s").map(\.name) == ["person", "score", "label"])
    let missing = try bench.check("\(predict) others\n```")
    #expect(missing.map(\.rule) == ["bad-column"])
    let kept = try bench.check("\(predict) people\nkeep: [prson]\n```")
    #expect(kept.first?.solutions == ["did you mean `person`?"])
    let chart = try bench.check(
      "```yaml step e\nuses: evaluate\nmodel: model\ncharts: [rok]\n```")
    #expect(chart.first?.solutions.first == "did you mean `roc`?")
    let part = try bench.check("```yaml step e\nuses: evaluate\nmodel: model\non: test\n```")
    #expect(part.map(\.rule) == ["no-rows"])
    let table = try bench.check(
      "```yaml step e\nuses: evaluate\nmodel: model\ntable: others\n```")
    #expect(!table.isEmpty)
  }

  @Test(arguments: [
    ("SELECT i AS x, 1 AS y FROM range(50) t(i)", "target-not-binary"),
    ("SELECT i AS x, NULL::INTEGER AS y FROM range(50) t(i)", "target-not-binary"),
    ("SELECT i AS x, i % 3 AS y FROM range(50) t(i)", "target-not-binary"),
    ("SELECT i AS x, i % 2 AS y FROM range(50) t(i) WHERE false", "target-not-binary"),
    ("SELECT 'id' || i AS x, i % 2 AS y FROM range(60000) t(i)", "too-many-levels"),
    ("SELECT NULL::VARCHAR AS x, i % 2 AS y FROM range(50) t(i)", "cannot-learn"),
  ])
  func failsWithAReasonOnRowsThatTeachNothing(_ query: String, _ rule: String) throws {
    let bench = try Self.bench()
    try bench.make("t", query)
    let error = #expect(throws: StepFailure.self) {
      try bench.run(
        "```yaml step m\nuses: train\ntable: t\ntarget: y\nrounds: 5\n"
          + "encode: { categorical: one_hot }\n```")
    }
    #expect(error?.diagnostic.rule == rule)
    #expect(error?.diagnostic.range != nil)
  }

  @Test(arguments: [
    "NULL::DOUBLE AS x", "NULL AS x", "3 AS x", "'a' AS x", "NULL::VARCHAR AS x",
    "CASE i % 3 WHEN 0 THEN 'infinity'::DOUBLE WHEN 1 THEN '-infinity'::DOUBLE ELSE i END AS x",
    "'NaN'::DOUBLE AS x", "(i * 1.5)::DECIMAL(38, 10) AS x", "(i % 7)::UHUGEINT AS x",
    "(i % 2 = 0) AS x", "DATE '2020-01-01' + (i % 50)::INTEGER AS x", "now()::TIMESTAMP AS x",
    "('k' || i % 3)::ENUM('k0', 'k1', 'k2') AS x", "uuid() AS x",
    "i % 7 AS \"select\", i AS \"a b\", i AS \"a_b\", 'é' || i % 2 AS \"漢\"\"字\", i AS \"A B\"\"\"",
    "'l' || (i * 7919 % 10000) AS x", "INTERVAL (i) HOUR AS x, TIME '10:00:00' AS z",
    "TIMESTAMPTZ '2020-01-01 00:00:00+00' + INTERVAL (i) HOUR AS x", "1e308 * (i % 3) AS x",
  ])
  func survivesOddColumns(_ columns: String) throws {
    let bench = try Self.bench()
    try bench.make("t", "SELECT \(columns), i % 5 = 0 AS y FROM range(20000) t(i)")
    // One column per level is too much for identifiers, and nothing for a column without texts.
    let many = ["10000", "uuid", "NULL::VARCHAR"].contains { columns.contains($0) }
    for encode in many ? ["native"] : ["native", "one_hot"] {
      _ = try bench.run(
        """
        ```yaml step m_\(encode)
        uses: train
        table: t
        target: y
        split: { test: 0.3 }
        encode: { categorical: \(encode) }
        rounds: 3
        ```
        """)
      let judged = try bench.run(
        "```yaml step e_\(encode)\nuses: evaluate\nmodel: m_\(encode)\nintervals: off\n```")
      #expect(judged.metric("auc")?.value != nil)
      let scored = try bench.run(
        "```yaml step p_\(encode)\nuses: predict\nmodel: m_\(encode)\ntable: t\n```")
      #expect(scored.rowsOut == 20000)
      #expect(try bench.workspace.columns(of: "p_\(encode)").last?.engineType == "BOOLEAN")
    }
  }

  @Test func saysWhatIsNotDefinedOnOneClass() throws {
    let (bench, _) = try Self.trained()
    try bench.make("yeses", "SELECT * FROM people WHERE returns = 'yes'")
    let result = try bench.run(
      "```yaml step e\nuses: evaluate\nmodel: model\ntable: yeses\n```")
    #expect(result.metric("auc")?.value == nil)
    #expect(result.metric("recall")?.value != nil)
    #expect(result.remarks.contains { $0.hasPrefix("Not defined, because only one class") })
    try bench.make("others", "SELECT * REPLACE ('maybe' AS returns) FROM people")
    let error = #expect(throws: StepFailure.self) {
      try bench.run("```yaml step f\nuses: evaluate\nmodel: model\ntable: others\n```")
    }
    #expect(error?.diagnostic.rule == "unknown-class")
  }

  @Test func stopsWhenTheRunShallStop() throws {
    let bench = try Self.bench()
    try bench.make("people", Self.people)
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
    let bench = try Self.bench()
    try bench.make(
      "t", "SELECT i AS x, CASE WHEN i % 10 < 9 THEN i % 2 END AS y FROM range(1000) t(i)")
    let result = try bench.run(
      "```yaml step m\nuses: train\ntable: t\ntarget: y\nsplit: { test: 0.5 }\nrounds: 3\n```")
    #expect(result.remarks == ["100 rows have no `y` and are left out."])
    #expect(result.metric("train_rows")?.value == 450)
    #expect(result.metric("test_rows")?.value == 450)
  }
}
