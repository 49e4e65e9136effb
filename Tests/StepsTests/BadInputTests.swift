import DuckDB
import Learning
import Testing
import Vocabulary

@testable import Steps

/// Rows that teach little or nothing: every algorithm learns what there is, or says what is wrong and
/// where; none ends the process.
@Suite(.serialized) struct BadInputTests {
  /// An input, and what training on it says; nil when it learns.
  struct Odd: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var query: String
    var rule: String?

    init(_ name: String, _ query: String, _ rule: String? = nil) {
      testDescription = name
      self.query = query
      self.rule = rule
    }
  }

  static let odd = [
    Odd("an all-missing number", "SELECT NULL::DOUBLE AS a, i AS b, i % 2 AS y"),
    Odd("nothing but missing numbers", "SELECT NULL::DOUBLE AS a, i % 2 AS y"),
    Odd("an all-missing text", "SELECT NULL::VARCHAR AS a, i AS b, i % 2 AS y"),
    Odd("constant numbers and texts", "SELECT 3 AS a, 'x' AS b, i % 2 AS y"),
    Odd("huge and tiny numbers", "SELECT 1e308 * (i % 3 - 1) AS a, 1e-308 * i AS b, i % 2 AS y"),
    Odd(
      "infinite numbers",
      "SELECT CASE WHEN i % 2 = 0 THEN 'inf'::DOUBLE ELSE i END AS a, i % 2 AS y"),
    Odd("a number of huge scale", "SELECT i AS a, 1e300 * i + i % 7 AS y", "cannot-learn"),
    Odd("numbers of large scale", "SELECT i AS a, 1e30 * (i + i % 7) + .5 AS y"),
    Odd(
      "a class of one row", "SELECT i AS a, CASE i WHEN 7 THEN 'rare' ELSE 'k' || i % 2 END AS y"),
    Odd("one class only", "SELECT i AS a, 'k' AS y", "one-valued-target"),
    Odd("no class at all", "SELECT i AS a, NULL::INTEGER AS y", "one-valued-target"),
    Odd("no rows", "SELECT i AS a, i % 2 AS y WHERE false", "one-valued-target"),
    Odd("nothing but the target", "SELECT i % 2 AS y", "no-features"),
    Odd("a class for each row", "SELECT i AS a, 'k' || i AS y", "too-many-classes"),
    Odd("odd names of classes", "SELECT i AS a, ['A', 'a', 'it''s \"a\"'][1 + i % 3] AS y"),
    Odd("an empty text as a class", "SELECT i AS a, ['', 'x', 'y'][1 + i % 3] AS y"),
  ]

  @Test(arguments: Model.Algorithm.allCases, odd)
  func learnsOrSaysWhy(_ algorithm: Model.Algorithm, _ input: Odd) throws {
    let bench = try People.bench()
    try bench.make(
      "t",
      "\(input.query.replacing(" WHERE ", with: " FROM range(150) r(i) WHERE "))"
        + (input.query.contains(" WHERE ") ? "" : " FROM range(150) r(i)"))
    let train =
      "```yaml step m\nuses: train\ntable: t\ntarget: y\nalgorithm: \(algorithm.rawValue)\n"
      + (algorithm == .mlp ? "layers: [{ units: 4 }]\n" : "")
      + (algorithm.defaultRounds == nil ? "" : "rounds: 3\n") + "```"
    do {
      let found = try bench.check(train)
      if let first = found.first { throw StepFailure(first) }
      _ = try bench.run(train)
    } catch let failure as StepFailure {
      let rule = failure.diagnostic.rule
      #expect(failure.diagnostic.range != nil)
      // A logistic regression learns no numbers, whatever they are.
      #expect(rule == input.rule || rule == "cannot-learn" || rule == "no-library", "\(failure)")
      return
    }
    #expect(input.rule == nil || input.rule == "cannot-learn")
    _ = try bench.run("```yaml step p\nuses: predict\nmodel: m\ntable: t\n```")
    let judged = try bench.run(
      "```yaml step e\nuses: evaluate\nmodel: m\ntable: t\nintervals: off\n```")
    #expect(judged.metric("rows")?.value == 150)
    let nothing = try bench.workspace.rows(
      "SELECT count(*) FROM p WHERE \(judged.metric("rmse") == nil ? "score" : "prediction") IS NULL"
    )
    #expect(nothing.row(0) == [.int(0)])
  }

  @Test func takesTenThousandLevelsWhereItCan() throws {
    let bench = try People.bench()
    try bench.make(
      "t", "SELECT 'l' || i % 10000 AS x, i AS z, i % 3 = 0 AS y FROM range(20000) t(i)")
    let head = "```yaml step m\nuses: train\ntable: t\ntarget: y\n"
    for algorithm in ["lightgbm\nrounds: 3", "random_forest\nrounds: 3", "decision_tree"] {
      _ = try bench.run("\(head)algorithm: \(algorithm)\n```")
    }
    for algorithm in ["logistic_regression", "svm", "mlp"] {
      let error = #expect(throws: StepFailure.self) {
        try bench.run("\(head)algorithm: \(algorithm)\n```")
      }
      #expect(error?.diagnostic.rule == "too-many-levels")
      #expect(error?.diagnostic.solutions.isEmpty == false)
    }
  }

  @Test func namesTheColumnThatATableHasNot() throws {
    let (bench, _) = try People.trained()
    try bench.make("others", "SELECT person, minutes AS minuts, returns FROM people")
    for step in [
      "uses: predict\nmodel: model\ntable: others", "uses: evaluate\nmodel: model\ntable: others",
      "uses: explain\nmodel: model\ntable: others",
    ] {
      let error = #expect(throws: StepFailure.self) {
        try bench.run("```yaml step s\n\(step)\n```")
      }
      #expect(error?.diagnostic.rule.hasSuffix("column") ?? false, "\(step) \(error as Any)")
      let found = try bench.check("```yaml step s\n\(step)\n```")
      #expect(found.first?.solutions.first == "did you mean `minuts`?", "\(found)")
    }
  }

  @Test func saysThatAPartLacksAClass() throws {
    let bench = try People.bench()
    try bench.make(
      "t",
      """
      SELECT i AS x, i % 3 AS y, CASE WHEN i % 3 = 2 THEN 'test' ELSE 'train' END AS part
      FROM range(300) t(i)
      """)
    let head =
      "```yaml step m\nuses: train\ntable: t\ntarget: y\nsplit: { column: part }\nrounds: 2\n"
    let error = #expect(throws: StepFailure.self) { try bench.run(head + "```") }
    #expect(error?.diagnostic.summary == "the training rows hold no row of class `2`")
    // A level and a class that only the test has.
    try bench.make(
      "levels",
      """
      SELECT CASE WHEN i % 5 = 0 THEN 'new' ELSE 'old' END AS x, i AS z, i % 2 AS y,
        CASE WHEN i % 5 = 0 THEN 'test' ELSE 'train' END AS part FROM range(300) t(i)
      """)
    _ = try bench.run(head.replacing("table: t", with: "table: levels") + "```")
    let judged = try bench.run("```yaml step e\nuses: evaluate\nmodel: m\n```")
    #expect(judged.metric("rows")?.value == 60)
  }
}
