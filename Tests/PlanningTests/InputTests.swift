import Parsing
import Planning
import Testing
import Vocabulary

struct InputTests {
  static func text(_ catalog: String, _ parameters: String = "x: 1") -> String {
    let lines = catalog.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
    return "---\ncatalog:\n\(lines)\n---\n" + notebook(parameters: parameters)
      + "```sql step s\nSELECT * FROM t\n```\n"
  }

  @Test func makesPathsOfParameters() throws {
    let plan = try plan(
      Self.text(
        """
        t:
          path: "{{ list_transform(range($first, $target, INTERVAL 1 MONTH), lambda d: strftime(d, $dir || '/%Y%m%d.csv')) }}"
          read: { delim: ";", header: true, nullstr: ["", NA], skip: "{{ $skip }}" }
          columns: { a: INTEGER, b: "DECIMAL(10, 2)" }
        """,
        """
        first: { type: month, default: 2020-10 }
        target: { type: month, default: 2021-01 }
        dir: { type: path, default: data/credit }
        skip: 2
        """))
    let input = try #require(plan.inputs.first)
    #expect(
      input.paths == [
        "data/credit/20201001.csv", "data/credit/20201101.csv", "data/credit/20201201.csv",
      ])
    #expect(input.parameters == ["dir", "first", "skip", "target"])
    #expect(input.format == .csv)
    #expect(
      input.read == [
        PlannedInput.Pair("delim", .text(";")), PlannedInput.Pair("header", .bool(true)),
        PlannedInput.Pair("nullstr", .list([.text(""), .text("NA")])),
        PlannedInput.Pair("skip", .int(2)),
      ])
    #expect(
      input.columns == [
        PlannedInput.Pair("a", .text("INTEGER")), PlannedInput.Pair("b", .text("DECIMAL(10, 2)")),
      ])
  }

  @Test func takesListsOfPathsAndTextsWithExpressions() throws {
    let plan = try plan(
      Self.text("t: { path: [\"{{ $x }}.csv\", \"a*.csv\", \"{{ ['b.csv', 'c.csv'] }}\"] }"))
    #expect(plan.inputs.first?.paths == ["1.csv", "a*.csv", "b.csv", "c.csv"])
  }

  @Test func readsTheProjectsEntriesUnlessReplaced() throws {
    let project = ProjectFile(parsing: [
      (
        path: "washi.yaml",
        text: "catalog:\n  t: { path: project.csv }\n  u: { path: \"{{ $nowhere }}\" }\n"
      )
    ])
    let text = "```sql step s\nSELECT * FROM t\n```\n"
    #expect(try plan(text, project: project).inputs.first?.paths == ["project.csv"])
    #expect(
      try plan(Self.text("t: { path: own.csv }"), project: project).inputs.first?.paths
        == ["own.csv"])
  }

  @Test func pointsAtEveryMistake() throws {
    try expect(
      """
      ---
      catalog:
        a: { path: 1️⃣noending }
        b: { path: 2️⃣"{{ 3️⃣$x }}" }
        c: { path: c.csv, read: { 4️⃣delimm: x } }
        d: { path: d.csv, columns: { y: 5️⃣INTGER } }
        e: { path: 6️⃣[a.csv, b.parquet] }
        f: { path: 7️⃣"http://example.com/x.csv" }
        g: { path: 8️⃣"{{ []::VARCHAR[] }}" }
      ---
      ```yaml parameters
      x: 1
      ```
      {{ (SELECT count(*) FROM a, b, c, d, e, f, g) }}
      """,
      [
        Finding(1, "unknown-format"), Finding(3, "bad-path", "$x is `1`"),
        Finding(4, "unknown-option", "did you mean `delim`?"),
        Finding(5, "bad-type", "did you mean `INTEGER`?"),
        Finding(6, "mixed-formats"), Finding(7, "bad-path"), Finding(8, "empty-path"),
      ])
  }
}
