import Parsing
import Planning
import Testing
import Vocabulary

struct DerivedTests {
  static let text = notebook(
    parameters: """
      before: { type: month, default: "{{ $last - INTERVAL 1 MONTH }}" }
      last: { type: month, default: "{{ $target - INTERVAL 1 MONTH }}" }
      target: { type: month, default: 2021-01 }
      months: { type: list, default: "{{ range($before, $target, INTERVAL 1 MONTH) }}" }
      name: "run-{{ strftime($target, '%Y%m') }}"
      half: { type: float, default: "{{ $n / 2 }}", min: 1 }
      n: 5
      """)

  @Test func evaluatesDefaultsAfterOverridesInOrderOfWhatTheyRead() throws {
    let plan = try plan(Self.text, with: arguments(("target", "2020-03")))
    #expect(
      plan.parameters.map(\.text).filter { !$0.hasPrefix("[") }
        == ["2020-01", "2020-02", "2020-03", "run-202003", "2.5", "5"])
    #expect(plan.parameters[0].origin == .derived)
    #expect(plan.parameters[0].value == .date(try #require(CalendarDate(parsing: "2020-01-01"))))
  }

  @Test func letsTheCallerOverrideDerivedValues() throws {
    let plan = try plan(Self.text, with: arguments(("last", "2019-06")))
    #expect(plan.parameters.map(\.text)[0...1] == ["2019-05", "2019-06"])
    #expect(plan.parameters[1].origin == .injected)
  }

  @Test func reportsCyclesAndBadResultsAtTheirPlace() throws {
    try expect(
      notebook(
        parameters: """
          1️⃣a: { type: int, default: "{{ $b + 1 }}" }
          b: { type: int, default: "{{ $a + 1 }}" }
          c: { type: int, default: "{{ 2️⃣1.5 }}" }
          d: { type: int, default: "{{ $c + 3️⃣$nix }}" }
          e: { type: month, default: "{{ 4️⃣DATE '2021-01-15' }}" }
          f: { type: int, default: "{{ 5️⃣foo + 1 }}", description: c }
          g: { type: int, default: "{{ 1 + 6️⃣) }}" }
          h: { type: int, default: "{{ (SELECT count(*) FROM 7️⃣t) }}" }
          i: { type: int, default: "{{ 8️⃣nosuchfunction(1) }}" }
          j: { type: int, default: "{{ 9️⃣now()::int }}" }
          """),
      [
        Finding(1, "parameter-cycle", "`a` → `b` → `a`"),
        Finding(2, "bad-default", "must be a whole number"),
        Finding(3, "unknown-parameter", "$nix"),
        Finding(4, "bad-default", "write 2021-01"),
        Finding(5, "unknown-column", "`foo` is no parameter"),
        Finding(6, "bad-expression"),
        Finding(7, "unknown-table"),
        Finding(8, "bad-expression", "nosuchfunction"),
        Finding(9, "impure-function", "run_date"),
      ], ignoring: ["unused-parameter"])
  }
}
