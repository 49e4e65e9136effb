import Parsing
import Planning
import Testing
import Vocabulary

struct DependencyTests {
  @Test func infersWhatStepsRead() throws {
    let plan = try plan(
      """
      ---
      catalog:
        initial: { path: "{{ $dir }}/initial.csv" }
        extra: { path: extra.parquet }
      ---
      ```yaml parameters
      dir: { type: path, default: data }
      limit: 0.5
      label: rows
      ```
      ```sql step training
      WITH initial2 AS (SELECT * FROM Initial) SELECT * FROM initial2 WHERE x > $limit
      ```
      ```yaml step model
      uses: train
      table: training
      target: y
      ```
      ```yaml step scores
      uses: predict
      model: model
      table: extra
      ```
      ```yaml step tile
      uses: metric
      value: "{{ (SELECT count(*) FROM scores) - model.auc }}"
      label: "{{ $label }}"
      needs: [training]
      ```
      """)
    let steps = Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.name, $0) })
    #expect(steps["training"]?.inputs == ["initial"])
    #expect(steps["training"]?.parameters == ["limit"])
    #expect(steps["model"]?.upstream == ["training"])
    #expect(steps["scores"]?.upstream == ["model"])
    #expect(steps["scores"]?.inputs == ["extra"])
    #expect(steps["tile"]?.upstream == ["training", "model", "scores"])
    #expect(steps["tile"]?.parameters == ["label"])
    #expect(plan.inputs.map(\.name) == ["initial", "extra"])
    #expect(plan.inputs[0].paths == ["data/initial.csv"])
    #expect(plan.inputs[0].parameters == ["dir"])
    #expect(plan.inputs[1].format == .parquet)
    #expect(plan.warnings.isEmpty)
    #expect(
      plan.dot() == """
        digraph plan {
          rankdir=LR;
          node [fontname="sans-serif", fontsize=11];
          "input initial" [shape=cylinder, label="initial\\ndata/initial.csv"];
          "input extra" [shape=cylinder, label="extra\\nextra.parquet"];
          "step training" [shape=box, label="training\\nsql"];
          "step model" [shape=box, label="model\\ntrain"];
          "step scores" [shape=box, label="scores\\npredict"];
          "step tile" [shape=box, label="tile\\nmetric"];
          "input initial" -> "step training";
          "step training" -> "step model";
          "input extra" -> "step scores";
          "step model" -> "step scores";
          "step training" -> "step tile";
          "step model" -> "step tile";
          "step scores" -> "step tile";
        }

        """)
  }

  @Test func pointsAtNamesThatStandForNothing() throws {
    try expect(
      """
      ---
      catalog:
        applications: { path: a.csv }
      ---
      ```yaml parameters
      target: 1
      ```
      ```sql step one
      SELECT *
      FROM 1️⃣aplications
      WHERE x = 2️⃣$targt AND '$no' <> $$ $neither $$
      ```
      ```sql step three
      SELECT 3️⃣$1 AS x
      ```
      ```yaml step two
      uses: table
      table: 4️⃣on
      needs: [5️⃣zero]
      ```
      Here {{ (SELECT count(*) FROM 6️⃣tow) }} and {{ 7️⃣evalation.auc }} and {{ 8️⃣two.auc }}
      and {{ 9️⃣$tagret }}.
      """,
      [
        Finding(1, "unknown-table", "did you mean `applications`?"),
        Finding(2, "unknown-parameter", "did you mean `$target`?"),
        Finding(3, "positional-parameter"),
        Finding(4, "unknown-table", "did you mean `one`?"),
        Finding(5, "unknown-step"),
        Finding(6, "unknown-table"),
        Finding(7, "unknown-metric"),
        Finding(8, "unknown-metric", "step `two` has no metric `auc`"),
        Finding(9, "unknown-parameter", "did you mean `$target`?"),
      ], ignoring: ["unused-parameter", "unused-entry"])
  }

  @Test func tellsOrderFromCycles() throws {
    try expect(
      """
      ```sql step a
      SELECT * FROM 1️⃣b
      ```
      ```sql step b
      SELECT 1
      ```
      ```sql step c
      SELECT * FROM 2️⃣e
      ```
      ```sql step d
      SELECT * FROM c
      ```
      ```sql step e
      SELECT * FROM d
      ```
      ```sql step f
      SELECT * FROM 3️⃣F
      ```
      ```sql step g
      WITH g AS (SELECT 1) SELECT * FROM g
      ```
      """,
      [
        Finding(1, "step-order", "move step `b` above step `a`"),
        Finding(2, "step-cycle", "`c` → `e` → `d` → `c`"),
        Finding(3, "self-reference"),
      ])
  }

  @Test func tellsTablesFromModels() throws {
    try expect(
      """
      ---
      catalog:
        t: { path: t.csv }
      ---
      ```yaml step model
      uses: train
      table: t
      target: y
      ```
      ```sql step s
      SELECT * FROM 1️⃣model
      ```
      ```yaml step p
      uses: predict
      model: 2️⃣t
      table: s
      ```
      ```yaml step q
      uses: predict
      model: 3️⃣s
      table: 4️⃣shown
      ```
      ```yaml step shown
      uses: table
      table: p
      ```
      ```yaml step again
      uses: table
      table: 5️⃣shown
      needs: [6️⃣t]
      ```
      """,
      [
        Finding(1, "wrong-kind", "is a model, not a table", "predict"),
        Finding(2, "wrong-kind", "a table of the catalog, not a model"),
        Finding(3, "wrong-kind", "makes no model"),
        Finding(4, "step-order"),
        Finding(5, "wrong-kind", "makes no table"),
        Finding(6, "wrong-kind"),
      ])
  }

  @Test func refusesWhatIsNoSELECT() throws {
    try expect(
      """
      ```sql step a
      1️⃣CREATE TABLE x AS SELECT 1
      ```
      ```sql step b
      2️⃣SELECT 1; SELECT 2
      ```
      ```sql step 3️⃣c
      -- nothing
      ```
      ```sql step d
      SELECT 1,
        2 FROM 4️⃣WHERE
      ```
      ```sql step e
      5️⃣COPY (SELECT 1) TO 'x.csv'
      ```
      ```sql step f
      SELECT 1;
      -- done
      ```
      """,
      [
        Finding(1, "not-a-select", "a CREATE"), Finding(2, "not-a-select", "2 statements"),
        Finding(3, "not-a-select", "is empty"), Finding(4, "sql-parser"),
        Finding(5, "not-a-select", "export"),
      ])
  }

  @Test func refusesClockChanceAndUndeclaredFiles() throws {
    try expect(
      """
      ---
      catalog:
        t: { path: t.csv }
      ---
      ```sql step a
      SELECT 1️⃣now(), 2️⃣current_date, 3️⃣random(), 4️⃣gen_random_uuid() FROM t
      ```
      ```sql step b
      SELECT * FROM 5️⃣read_csv('data/loans.csv')
      UNION ALL SELECT * FROM 6️⃣'data/loans.csv'
      UNION ALL SELECT * FROM 7️⃣'t'
      UNION ALL SELECT * FROM range(3)
      ```
      ```sql step c
      SELECT * FROM 8️⃣duckdb_settings(), 9️⃣information_schema.tables
      ```
      """,
      [
        Finding(1, "impure-function", "run_date"), Finding(2, "impure-function", "current_date"),
        Finding(3, "impure-function", "hash("), Finding(4, "impure-function"),
        Finding(5, "forbidden-table-function", "loans: { path: data/loans.csv }"),
        Finding(6, "file-in-sql", "loans: { path: data/loans.csv }"),
        Finding(7, "file-in-sql", "write `t` without quotes"),
        Finding(8, "forbidden-table-function"), Finding(9, "unknown-table", "information_schema"),
      ])
    try expect(
      "```sql step a\n1️⃣SELECT * FROM range(9) USING SAMPLE 10%\n```\n",
      [Finding(1, "impure-function", "REPEATABLE")])
    try expect(
      "```sql step a\nSELECT uuid, today, x.now FROM (SELECT 1 AS uuid, 2 AS today, 3 AS now) AS x\n```\n",
      [])
    try expect(
      "```sql step a\nSELECT * FROM range(9) TABLESAMPLE reservoir(3) REPEATABLE (1)\n```\n", [])
  }

  @Test func warnsOfWhatNothingUses() throws {
    try expect(
      """
      ---
      catalog:
        1️⃣t: { path: "{{ $dir }}/t.csv" }
        u: { path: u.csv }
      ---
      ```yaml parameters
      dir: data
      2️⃣unused: 1
      prose: 1
      3️⃣one: 1
      ```
      {{ $prose + (SELECT count(*) FROM u) }}

      ```sql step one
      SELECT $one AS x
      ```
      """,
      [
        Finding(1, "unused-entry"), Finding(2, "unused-parameter"), Finding(3, "name-shared"),
      ])
  }

  @Test func keepsStepNamesApart() throws {
    try expect(
      """
      ---
      catalog:
        t: { path: t.csv }
      ---
      ```sql step 1️⃣T
      SELECT 1
      ```
      ```sql step a
      SELECT * FROM t
      ```
      """, [Finding(1, "name-taken", "catalog entry")])
  }

  @Test func findsPlacesInQuotedAndIndentedSQL() throws {
    try expect(
      """
      > Quoted {{ 'ä' ||
      > (SELECT 1 FROM 1️⃣nix) }}

      - item {{ 1 +
          2️⃣$nix }}

      ```yaml step c
      uses: metric
      value: "{{ length('\\"') + 3️⃣$nope }}"
      label: >
        some {{ 1
          + 4️⃣$nope }}
      ```
      """,
      [
        Finding(1, "unknown-table"), Finding(2, "unknown-parameter"),
        Finding(3, "unknown-parameter"), Finding(4, "unknown-parameter"),
      ])
  }
}
