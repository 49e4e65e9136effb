import DuckDB
import Parsing
import Planning
import Steps
import Testing
import Vocabulary

struct ExpressionTests {
  static let text = """
    ```yaml parameters
    limit: { type: float, default: 0.7 }
    day: { type: month, default: 2021-01 }
    token: { type: secret, required: false }
    ```
    ```yaml step evaluation
    uses: evaluate
    model: model
    ```
    """

  /// A plan whose steps are named as metrics need them.
  static func plan() throws -> Plan {
    try PlanningTests.plan(
      """
      ```yaml parameters
      limit: { type: float, default: 0.7 }
      day: { type: month, default: 2021-01 }
      metric_1: 5
      ```
      ```sql step scores
      SELECT range AS id, range / 10 AS score FROM range(10)
      ```
      ```yaml step evaluation
      uses: metric
      metrics: { auc: { value: 0.75 }, none: { value: 1 } }
      ```
      ```yaml step skipped
      uses: metric
      value: 1
      ```
      """)
  }

  static let metrics: [String: [Metric]] = [
    "evaluation": [Metric("auc", 0.75), Metric("none", nil)]
  ]

  static func expression(_ sql: String) -> Expression {
    Expression(
      sql: sql,
      range: SourceRange(
        file: "elsewhere.md", start: SourcePosition(line: 7, column: 4),
        end: SourcePosition(line: 9, column: 80)))
  }

  @Test(arguments: [
    ("$limit", Value.double(0.7)),
    ("evaluation.auc", .double(0.75)),
    ("Evaluation.AUC > $limit", .bool(true)),
    ("evaluation.none", .null),
    ("coalesce(skipped.value, -1)", .double(-1)),
    ("(SELECT count(*) FROM scores)", .int(10)),
    ("(SELECT count(*) FROM scores WHERE score > evaluation.auc)", .int(2)),
    ("(SELECT max(scores.score) FROM scores)", .double(0.9)),
    ("format('{:.3f}', evaluation.auc) || strftime($day, ' %Y')", .text("0.750 2021")),
    ("evaluation.auc + $metric_1", .double(5.75)),
    ("[1, 2]", .list([.int(1), .int(2)])),
    ("[$day]", .list([.date(CalendarDate(daysSinceEpoch: 18628))])),
    ("'[x]'", .text("[x]")),
    ("1 -- a comment", .int(1)),
    (
      "$day - INTERVAL 1 MONTH",
      .timestamp(Timestamp(microsecondsSinceEpoch: 1_606_780_800_000_000))
    ),
    ("NULL", .null),
  ])
  func evaluatesParametersMetricsAndTables(_ sql: String, _ value: Value) throws {
    let connection = try engine()
    try connection.execute(
      "CREATE TABLE scores AS SELECT range AS id, range / 10 AS score FROM range(10)")
    #expect(
      try Self.plan().value(
        of: Self.expression(sql), metrics: Self.metrics, using: connection) == value)
  }

  @Test(arguments: [
    ("1 + )", 7, 8), ("evaluation.auk", 7, 4), ("1 +\n  nix(2)", 8, 3), ("'é' || nox", 7, 11),
    ("(SELECT 1 FROM nowhere)", 7, 19), ("1 +", 7, 4),
  ])
  func placesErrorsWhereTheyAre(_ sql: String, _ line: Int, _ column: Int) throws {
    let connection = try engine()
    let failure = #expect(throws: StepFailure.self) {
      try Self.plan().value(
        of: Self.expression(sql), metrics: Self.metrics, using: connection)
    }
    #expect(failure?.diagnostic.range?.start == SourcePosition(line: line, column: column))
    #expect(failure?.diagnostic.summary.contains("metric_") == false)
  }

  @Test func saysWhichMetricsThereAre() throws {
    let connection = try engine()
    let failure = #expect(throws: StepFailure.self) {
      try Self.plan().value(
        of: Self.expression("evaluation.acu"), metrics: Self.metrics, using: connection)
    }
    #expect(failure?.diagnostic.solutions.first?.contains("auc") == true)
  }

  @Test func resolvesOptionsBeforeAStepRuns() throws {
    let connection = try engine()
    let plan = try PlanningTests.plan(
      """
      ```sql step t
      SELECT 1 AS a
      ```
      ```yaml step p
      uses: profile
      table: t
      ```
      ```yaml step m
      uses: metric
      value: "{{ (SELECT a FROM t) }}"
      label: "{{ 1 + 1 }} of \\\\{{ {{ p.rows }}"
      ```
      """)
    guard case .metric(let pending) = plan.steps[2].action else {
      Issue.record("no metric step")
      return
    }
    #expect(pending.tiles.first?.value == nil)
    try connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    let options = try plan.options(
      of: plan.steps[2], metrics: ["p": [Metric("rows", 3)]], using: connection)
    #expect(options["value"]?.content == .value(.int(1)))
    #expect(
      options["label"]?.content == .scalar(YAMLScalar("2 of {{ 3", isPlain: false)))
  }

  @Test func decodesOptionsThatNeedOnlyParametersWhilePlanning() throws {
    let plan = try PlanningTests.plan(
      """
      ```yaml parameters
      n: 7
      ```
      ```sql step t
      SELECT 1 AS a
      ```
      ```yaml step shown
      uses: table
      table: "{{ 't' }}"
      rows: "{{ $n * 2 }}"
      when: "{{ $n > 10 }}"
      ```
      """)
    guard case .table(let step) = plan.steps[1].action else {
      Issue.record("no table step")
      return
    }
    #expect(step.rows == 14)
    #expect(step.table.name == "t")
    #expect(plan.steps[1].settings.when == .fails)
    #expect(plan.steps[1].upstream == ["t"])
  }
}
