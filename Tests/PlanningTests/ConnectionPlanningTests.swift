import Parsing
import Planning
import Steps
import Testing
import Vocabulary

struct ConnectionPlanningTests {
  static let project = ProjectFile(parsing: [
    (
      "washi.yaml",
      """
      connections:
        warehouse: { driver: postgresql, uri: postgresql://h/d, version: s1 }
        other: { driver: postgresql, uri: postgresql://h/e, password: env:PW }
        anew: { driver: postgresql, uri: postgresql://h/f }
      """
    )
  ])

  @Test func tellsWhatStaysAndWhatComesOver() throws {
    let plan = try plan(
      """
      ```sql step base connection=warehouse
      SELECT * FROM loans WHERE day >= DATE '2021-01-01'
      ```
      ```sql step joint connection=warehouse
      SELECT id, sum(amount) AS amount FROM base GROUP BY id
      ```
      ```sql step shown connection=warehouse show=5
      SELECT * FROM Joint ORDER BY id
      ```
      ```sql step here
      SELECT count(*) AS n FROM joint
      ```
      ```sql step told connection=warehouse
      SELECT 1 AS a
      ```
      {{ (SELECT n FROM here) }} {{ (SELECT a FROM told) }}
      """, project: Self.project)
    let places = plan.steps.map(\.remote)
    #expect(places.map { $0?.isFetched } == [false, true, true, nil, true])
    #expect(places.map { $0?.isReadThere } == [true, true, false, nil, false])
    #expect(places.map { $0?.upstream } == [[], ["base"], ["joint"], nil, []])
    #expect(plan.steps.map(\.upstream) == [[], ["base"], ["joint"], ["joint"], []])
    #expect(plan.steps.map(\.settings.isCached) == [true, true, true, true, true])
  }

  @Test func doesNotFindAgainWhatHasNoVersion() throws {
    let plan = try plan(
      """
      ```sql step a connection=anew show=1
      SELECT 1 AS x ORDER BY x
      ```
      ```sql step b connection=anew version=v7 show=1
      SELECT 1 AS x ORDER BY x
      ```
      ```sql step c connection=anew version=v7 show=1
      SELECT * FROM a ORDER BY x
      ```
      """, project: Self.project)
    #expect(plan.steps.map(\.settings.isCached) == [false, true, false])
  }

  @Test func findsMistakes() throws {
    try expect(
      """
      ---
      catalog: { initial: { path: a.csv } }
      ---
      ```sql step here show=1
      SELECT 1 AS x FROM initial
      ```
      ```sql step a connection=1️⃣warehous
      SELECT 1
      ```
      ```sql step b connection=warehouse show=1
      SELECT * FROM 2️⃣here
      ```
      ```sql step c connection=warehouse show=1
      SELECT * FROM public.here JOIN 3️⃣initial USING (x) WHERE y = 4️⃣$nobody
      ```
      ```sql step d connection=warehouse show=1
      5️⃣DROP TABLE loans
      ```
      ```sql step e connection=anew show=1
      SELECT * FROM 6️⃣there WHERE x = 7️⃣$1
      ```
      ```sql step there connection=warehouse show=1
      SELECT 1
      ```
      ```sql step f version=8️⃣x show=1
      SELECT 1 AS x
      ```
      """,
      [
        Finding(1, "unknown-connection", "`warehouse`"), Finding(2, "table-is-here", "public.here"),
        Finding(3, "table-is-here", "catalog"), Finding(4, "unknown-parameter"),
        Finding(5, "not-a-select"), Finding(6, "step-order"), Finding(7, "positional-parameter"),
        Finding(8, "wrong-value"),
      ], project: Self.project)
  }

  @Test func asksForVariablesOfUsedConnections() throws {
    let text = "```sql step a connection=other show=1\nSELECT 1\n```\n"
    try expect(text, [Finding(0, "missing-variable", "`PW`")], project: Self.project)
    try expect(text, [], project: Self.project, environment: ["PW": "x"])
    var arguments = Arguments()
    arguments.isComplete = false
    let checked = try plan(text, with: arguments, project: Self.project)
    #expect(checked.warnings.map(\.severity) == [.warning])
  }

  @Test func keysFollowConnectionAndVersion() throws {
    func key(_ sql: String, identity: String = "1", version: String? = "v") throws -> Fingerprint {
      let plan = try plan(
        "```sql step a connection=warehouse show=1\n\(sql)\n```\n", project: Self.project)
      var context = Plan.KeyContext(files: [:], engines: [])
      context.connections["warehouse"] = .init(
        identity: Fingerprint(of: identity), version: version)
      return plan.key(of: plan.steps[0], after: [:], in: context).fingerprint
    }
    let first = try key("SELECT 1")
    #expect(try key("SELECT 1 ;\n-- what is behind it") == first)
    #expect(try key("SELECT  1") != first)
    #expect(try key("SELECT 1", identity: "2") != first)
    #expect(try key("SELECT 1", version: "w") != first)
  }

  @Test func warnsOfRowsInNoOrder() throws {
    let connection = try engine()
    func findings(_ sql: String, _ more: String = "") throws -> [String] {
      try plan(
        "```sql step a connection=warehouse show=5\n\(sql)\n```\n\(more)", project: Self.project,
        using: connection
      ).linted(using: connection).map(\.rule)
    }
    #expect(try findings("SELECT * FROM t") == ["unordered-table"])
    #expect(try findings("SELECT x::int FROM t ORDER BY x") == [])
    #expect(try findings("SELECT * FROM t LIMIT 5") == ["unordered-limit"])
    #expect(
      try findings("SELECT * FROM t ORDER BY x", "```sql step b show=5\nSELECT * FROM a\n```\n")
        == [])
  }
}
