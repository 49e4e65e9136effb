import DuckDB
import Parsing
import Planning
import Testing
import Vocabulary

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct LintTests {
  @Test func findsStepsThatNobodyReads() throws {
    try expectLint(
      """
      ```sql step 1️⃣alone
      SELECT 1 AS a
      ```

      ```sql step read
      SELECT 1 AS a
      ```

      ```sql step shown show=1
      SELECT * FROM read
      ```

      ```sql step told
      SELECT 1 AS a
      ```

      {{ (SELECT a FROM told) }}

      ```yaml step hidden show=2️⃣none
      uses: profile
      table: read
      ```
      """, [(1, "unused-step"), (2, "hidden-step")])
  }

  @Test func findsTablesInNoOrder() throws {
    let head = """
      ```sql step rowset
      SELECT i % 3 AS a, i AS b FROM range(9) AS t(i)
      ```


      """
    func step(_ sql: String) -> String { "\(head)```sql step 1️⃣shown show=5\n\(sql)\n```\n" }
    let unordered = [
      "SELECT a, count(*) AS n FROM rowset GROUP BY a", "SELECT DISTINCT a FROM rowset",
      "SELECT * FROM rowset JOIN (SELECT 1 AS a) USING (a)",
      "SELECT a FROM rowset UNION SELECT b FROM rowset",
      "WITH g AS (SELECT a FROM rowset GROUP BY a) SELECT * FROM g",
      "SELECT a, sum(b) OVER (PARTITION BY a) AS s FROM rowset",
    ]
    for sql in unordered { try expectLint(step(sql), [(1, "unordered-table")]) }
    let ordered = [
      "SELECT a, count(*) AS n FROM rowset GROUP BY a ORDER BY a",
      "SELECT * FROM rowset WHERE b > 2",
      "SELECT count(*) AS n FROM rowset", "SELECT a FROM rowset UNION ALL SELECT b FROM rowset",
      "SELECT * FROM (SELECT a FROM rowset GROUP BY a ORDER BY a)",
      "SELECT b, b / (SELECT sum(b) FROM rowset GROUP BY a LIMIT 1) AS s FROM rowset LIMIT 3",
    ]
    for sql in ordered { try expectLint(step(sql), []) }
    try expectLint(
      step("SELECT a, count(*) AS n FROM rowset GROUP BY a LIMIT 2"), [(1, "unordered-limit")])
  }

  @Test func findsTheOrderOfATableStepWhereItsTableIsMade() throws {
    try expectLint(
      """
      ```sql step rowset
      SELECT i % 3 AS a FROM range(9) AS t(i)
      ```

      ```sql step grouped
      SELECT a, count(*) AS n FROM rowset GROUP BY a
      ```

      ```sql step chosen
      SELECT * FROM grouped WHERE n > 1
      ```

      ```yaml step first
      uses: table
      table: 1️⃣chosen
      ```

      ```yaml step second
      uses: table
      table: chosen
      sort: a
      ```
      """, [(1, "unordered-table")])
  }

  private let people = """
    ```sql step raw
    SELECT i AS id, i % 2 AS bad, i % 7 AS x FROM range(100) AS t(i)
    ```


    """

  @Test func findsTheTargetUnderAnotherName() throws {
    func steps(_ features: String) -> String {
      people + """
        ```sql step renamed
        SELECT id, bad, x, 1️⃣bad AS worse FROM raw
        ```

        ```yaml step model
        uses: train
        table: renamed
        target: bad
        id: id
        \(features)
        split: { test: 0.2, seed: 1 }
        ```

        {{ model.rounds }} {{ (SELECT 1 FROM raw LIMIT 1) }}

        ```yaml step judged
        { uses: evaluate, model: model, on: test }
        ```
        """
    }
    try expectLint(steps(""), [(1, "target-leak")])
    try expectLint(steps("features: [x]"), [])
    try expectLint(steps("features: [x, 2️⃣worse]"), [(2, "target-leak")])
  }

  @Test func findsSearchesOnTrainingRows() throws {
    func steps(_ silence: String, _ on: String) -> String {
      people + silence + """
        ```yaml step model
        uses: train
        table: raw
        target: bad
        id: id
        split: { test: 0.2, validation: 0.2, seed: 1 }
        tune: { trials: 3, maximize: auc, on: \(on), search: { num_leaves: { int: [2, 8] } } }
        ```

        ```yaml step judged
        { uses: evaluate, model: model, on: test }
        ```
        """
    }
    try expectLint(steps("", "1️⃣train"), [(1, "tunes-on-training")])
    try expectLint(steps("<!-- washi-ignore: tunes-on-training -->\n", "train"), [])
    try expectLint(steps("", "validation"), [])
  }

  @Test func asksForSeeds() throws {
    try expectLint(
      people + """
        ```yaml step 1️⃣parts show=table
        { uses: split, table: raw, stratify: bad, test: 0.2 }
        ```

        ```yaml step later show=table
        { uses: split, table: raw, time: id, test: 0.2 }
        ```

        ```yaml step 2️⃣model
        { uses: train, table: raw, target: bad, id: id, split: { test: 0.2 } }
        ```

        ```yaml step judged
        { uses: evaluate, model: model, on: test }
        ```
        """, [(1, "missing-seed"), (2, "missing-seed")])
  }

  @Test func findsPathsAndDatesInSQL() throws {
    try expectLint(
      """
      ---
      catalog:
        far: { path: 3️⃣/srv/far.csv }
      ---

      ```sql step a show=1
      SELECT 1️⃣'2021-01-31'::DATE AS day, 2️⃣'data/x.csv' AS file, '1970-01-01' AS epoch, '12345678' AS id,
        'a/b' AS share, '%Y-%m-%d' AS form, count(*) AS n FROM far -- '2021-01-01'
      ```

      {{ (SELECT n FROM a WHERE day < 4️⃣'2021-02') }}
      """,
      [
        (1, "hard-coded-date"), (2, "hard-coded-path"), (3, "hard-coded-path"),
        (4, "hard-coded-date"),
      ])
  }

  @Test func findsSecretsAndLeavesPlaceholders() throws {
    // Made of parts, so that no scanner takes this file for a leak.
    let token = "gh" + "p_" + "16C7e42F292c6912E7710c838347Ae178B4a"
    try expectLint(
      """
      Use 1️⃣\(token) or `postgres://ann:2️⃣hunter2@db/x`, with password: 3️⃣s3cr3tPassw0rd.

      Not ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, `postgres://ann:$PASSWORD@db/x`, token: env:REPORT_TOKEN,
      nor the digest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.

      ```sql step a show=1
      SELECT 1 AS a
      ```
      """, [(1, "secret-in-text"), (2, "secret-in-text"), (3, "secret-in-text")])
  }

  @Test(arguments: [
    "The AUC is 1️⃣0.83 on unseen rows.", "About 1️⃣8.1% of the loans default.",
    "- an accuracy of 1️⃣0.9", "# 1️⃣12% more",
  ])
  func findsFiguresThatNobodyComputes(_ prose: String) throws {
    try expectLint(
      "\(prose)\n\n```sql step a show=1\nSELECT 1 AS a\n```\n", [(1, "promised-number")])
  }

  @Test(arguments: [
    "An AUC above 0.7 is good.", "With a 95% confidence interval.", "Intervals of 0.1.",
    "All of it, 100% of it.", "Computed: {{ 1 }}, which is 8.1%.", "`8.1%` is code.",
    "The threshold is a recall of at least 0.5.", "In 2021 there were 12 of them.",
  ])
  func leavesLimitsAndSettings(_ prose: String) throws {
    try expectLint("\(prose)\n\n```sql step a show=1\nSELECT 1 AS a\n```\n", [])
  }

  // MARK: - Silence

  @Test func isSilencedByACommentBefore() throws {
    try expectLint(
      """
      <!-- washi-ignore: promised-number -->
      The AUC is 0.83.

      <!-- washi-ignore: unused-step, 1️⃣missing-seed -->
      ```sql step alone
      SELECT 1 AS a
      ```

      <!-- washi-ignore: unused-parameter -->
      ```yaml parameters
      days: 3
      ```

      ```sql step 2️⃣other
      SELECT 1 AS a
      ```

      <!-- washi-ignore: 3️⃣unused-step -->
      """, [(1, "unused-ignore"), (2, "unused-step"), (3, "unused-ignore")])
  }

  @Test func findsGatesThatAllowNothing() throws {
    func gate(_ expectation: String) -> String {
      """
      ```sql step rowset
      SELECT 1 AS n
      ```

      ```yaml step key
      uses: metric
      metrics: { n: { value: "{{ (SELECT n FROM rowset) }}" } }
      ```

      ```yaml step quality
      uses: gate
      expect:
        - 1️⃣\(expectation)
      ```

      """
    }
    for wrong in [
      "key.n >= previous.key.n", "key.n = 0.75", "key.n > 0 AND key.n < Previous.key.n",
      "{ that: \"key.n >= previous.key.n\" }",
    ] {
      try expectLint(gate(wrong), [(1, "gate-without-tolerance")])
    }
    for right in [
      "key.n >= previous.key.n - 0.01", "key.n >= 0.7", "key.n = 3",
      "{ that: \"key.n >= previous.key.n\", tolerance: 0.01 }", "key.n >= 0.98 * previous.key.n",
    ] {
      try expectLint(gate(right), [])
    }
  }

  @Test func takesRulesAsSevereAsItIsTold() throws {
    let step = "```sql step alone\nSELECT '2021-01-01' AS a\n```\n"
    func severities(_ front: String, _ project: String) throws -> [String] {
      let plan = try plan(
        front + step, project: ProjectFile(parsing: [("washi.yaml", project)]))
      return try plan.linted(using: engine()).map { "\($0.rule) \($0.severity)" }
    }
    #expect(
      try severities("", "lint: { unused-step: error }")
        == ["unused-step error", "hard-coded-date warning"])
    #expect(
      try severities(
        "---\nlint: { unused-step: off }\n---\n",
        "lint: { unused-step: error, hard-coded-date: error }") == ["hard-coded-date error"])
  }

  @Test func refusesUnknownRules() throws {
    try expect(
      """
      ---
      lint:
        1️⃣unused-stp: off
        unused-step: 2️⃣of
      ---
      <!-- washi-ignore: 3️⃣hidden-steps -->
      """,
      [
        Finding(1, "unknown-rule", "did you mean `unused-step`?"),
        Finding(2, "wrong-value", "did you mean `off`?"),
        Finding(3, "unknown-rule", "did you mean `hidden-step`?"),
      ])
  }

  @Test func everyRuleIsExplained() throws {
    let text = try String(contentsOfFile: "\(packageRoot)/docs/rules.md", encoding: .utf8)
    for rule in LintRule.allCases {
      #expect(text.contains("## \(rule.rawValue)\n"), "docs/rules.md says nothing of it")
    }
  }

  /// Plans a marked notebook and expects exactly these rules to find something, each at its marker.
  private func expectLint(
    _ marked: String, _ expected: [(Int, String)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let source = Marked(marked)
    do {
      let found = try plan(source.text).linted(using: engine()).map { finding in
        "\(finding.rule) \(finding.range?.start.line ?? 0):\(finding.range?.start.column ?? 0)"
      }
      let wanted = expected.map { marker, rule in
        "\(rule) \(source.places[marker]?.line ?? 0):\(source.places[marker]?.column ?? 0)"
      }
      #expect(found.sorted() == wanted.sorted(), "\(source.text)", sourceLocation: sourceLocation)
    } catch let refusal as Refusal {
      Issue.record(
        "\(refusal.diagnostics.map { "\($0.range?.description ?? "") \($0.summary)" })",
        sourceLocation: sourceLocation)
    }
  }
}
