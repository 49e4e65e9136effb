import Charting
import DuckDB
import Learning
import Testing
import Vocabulary

@testable import Steps

/// From rows to scores, odd rows included.
@Suite(.serialized) struct PredictStepTests {
  @Test func trainsJudgesAndPredicts() throws {
    let (bench, training) = try People.trained()
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

  @Test func countsLevelsThatTrainingDidNotSee() throws {
    let (bench, _) = try People.trained("features: [minutes, \"fav \\\"x\\\"\"]")
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
    let bench = try People.bench()
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
    let (bench, _) = try People.trained()
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
}
