import Parsing
import Planning
import Testing
import Vocabulary

struct EditionTests {
  static func text(
    _ edition: String, _ parameters: String = "day: { type: month, default: 2021-01 }"
  )
    -> String
  {
    "---\nedition: \(edition)\n---\n" + notebook(parameters: parameters)
  }

  @Test func evaluatesTheFrontMatter() throws {
    let plan = try plan(Self.text("\"{{ strftime($day, '%Y-%m') }}\""))
    #expect(plan.edition == "2021-01")
    #expect(
      try Planning.Plan(
        for: Notebook(parsing: Self.text("\"m {{ $day }}\""), at: "n.md"), using: engine()
      ).edition == "m 2021-01-01")
  }

  @Test(arguments: [
    "a/b", "..", "../x", ".hidden", "a\\\\b", "", "a\\tb", "latest", "a:b", "x ", "v3", "a@b",
    "\\u202Ea",
  ])
  func refusesWhatIsNoSafeFolderName(_ name: String) throws {
    let text = Self.text("\"{{ $name }}\"", "name: { type: string, default: \"\(name)\" }")
    let refusal = #expect(throws: Refusal.self) { try plan(text) }
    #expect(refusal?.diagnostics.map(\.rule) == ["bad-edition"])
    #expect(refusal?.diagnostics.first?.range?.start == SourcePosition(line: 2, column: 14))
  }

  @Test func refusesLongNames() throws {
    let text = Self.text("\"{{ repeat('x', $n) }}\"", "n: 100")
    #expect(try plan(text).edition.count == 100)
    #expect(throws: Refusal.self) { try plan(text, with: arguments(("n", "101"))) }
  }

  @Test func hashesTheParametersThatDiffer() throws {
    let text = notebook(
      parameters:
        "a: 1\nb: x\nc: { type: int, default: \"{{ $a }}\" }\ns: { type: secret, required: false }")
    #expect(try plan(text).edition == "default")
    #expect(try plan(text, with: arguments(("a", "1"))).edition == "default")
    #expect(try plan(text, with: arguments(("s", "hush"))).edition == "default")
    let two = try plan(text, with: arguments(("a", "2"))).edition
    #expect(two.count == 10 && two != "default")
    #expect(try plan(text, with: arguments(("b", "x"), ("a", "2"))).edition == two)
    #expect(try plan(text, with: arguments(("b", "y"))).edition != two)
  }

  @Test func readsNothingButParameters() throws {
    try expect(
      """
      ---
      edition: "{{ (SELECT count(*) FROM 1️⃣s) }}-{{ 2️⃣s.rows }}"
      ---
      ```sql step s
      SELECT 1
      ```
      """,
      [Finding(1, "unknown-table"), Finding(2, "unknown-metric")])
  }
}
