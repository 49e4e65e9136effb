import Parsing
import Planning
import Steps
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

  @Test(arguments: [
    "list_transform($l, lambda x: x + $n)", "[x * 2 for x in $l if x > 1]", "({'a': 1}).a",
    "list_reduce($l, lambda a, b: a + b)", "EXTRACT(year FROM $day)", "date_part('month', $day)",
    "CASE WHEN $n > 1 THEN 'a' ELSE \"upper\"('b') END", "$l[1]", "$l[-1:]", "[$n, $n + 1]",
    "(SELECT max(x) FROM unnest($l) AS t(x))", "trim(BOTH ' ' FROM 'x')", "$n::VARCHAR || ' €'",
    "CAST($n AS DOUBLE)", "$n IN (1, 2)", "$day BETWEEN DATE '2020-01-01' AND $day",
    "struct_pack(a := $n).a", "(SELECT count(*) FROM range($n))", "NOT ($n > 1)",
    "(WITH t AS (SELECT 1 AS a) SELECT t.a FROM t)", "map {'a': 1}['a']", "'{{ }}'", "$$a$$",
    "list_transform($l, lambda x: list_transform([x], lambda y: y + x))",
  ])
  func understandsSQLExpressions(_ sql: String) throws {
    let plan = try plan(
      """
      ```yaml parameters
      l: [1, 2, 3]
      n: 5
      day: { type: date, default: 2021-01-01 }
      ```
      ```yaml step m
      uses: metric
      value: 1
      label: >-
        {{ $l[1] + $n + year($day) }} {{ \(sql) }}
      ```
      """)
    #expect(plan.warnings.isEmpty)
    guard case .metric(let step)? = plan.steps.first?.action else { return }
    #expect(step.tiles[0].label?.hasPrefix("2027 ") == true)
  }

  @Test(arguments: [
    "DATE '290000-01-01'", "'infinity'::DATE", "'-infinity'::TIMESTAMP", "1e300",
    "-1::UTINYINT::INT",
    "repeat('x', 100000)", "NULL", "[]", "{'a': 1}", "'infinity'::TIMESTAMP",
    "170141183460469231731687303715884105727", "error('no')", "1/0", "chr(0)", "INTERVAL 1 DAY",
  ])
  func survivesEveryValue(_ sql: String) throws {
    for type in ParameterType.allCases where type != .secret {
      let text = notebook(parameters: "x: { type: \(type.rawValue), default: \"{{ \(sql) }}\" }")
      do {
        let plan = try plan(text)
        #expect(plan.parameters[0].text.utf8.count < 200_000)
      } catch let refusal as Refusal {
        #expect(refusal.diagnostics.contains { $0.severity == .error })
      }
    }
  }
}
