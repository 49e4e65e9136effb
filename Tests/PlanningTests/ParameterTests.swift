import Parsing
import Planning
import Testing
import Vocabulary

struct ParameterTests {
  /// A value given on the command line for a parameter of a type.
  struct Case: Sendable {
    var declaration: String
    var text: String
    var value: Value?
  }

  static let day = CalendarDate(year: 2021, month: 1, day: 1) ?? CalendarDate(daysSinceEpoch: 0)
  static let midnight =
    Timestamp(parsing: "2021-01-01 00:00:00")
    ?? Timestamp(microsecondsSinceEpoch: 0)
  static let evening =
    Timestamp(parsing: "2021-01-01 18:30:05.25")
    ?? Timestamp(microsecondsSinceEpoch: 0)

  static let given: [Case] = [
    // What papermill turns into numbers, times and booleans stays text.
    Case(declaration: "string", text: "007", value: .text("007")),
    Case(declaration: "string", text: "12e4567", value: .text("12e4567")),
    Case(declaration: "string", text: "1:30", value: .text("1:30")),
    Case(declaration: "string", text: "yes", value: .text("yes")),
    Case(declaration: "string", text: "017", value: .text("017")),
    Case(declaration: "string", text: "20250815_123413", value: .text("20250815_123413")),
    Case(declaration: "string", text: "true", value: .text("true")),
    Case(declaration: "string", text: "null", value: .text("null")),
    Case(declaration: "string", text: "", value: .text("")),
    Case(declaration: "string", text: " a ", value: .text(" a ")),
    Case(declaration: "string", text: "{{ $x }}", value: .text("{{ $x }}")),
    Case(declaration: "int", text: "42", value: .int(42)),
    Case(declaration: "int", text: "-7", value: .int(-7)),
    Case(declaration: "int", text: "017", value: .int(17)),
    Case(declaration: "int", text: "9223372036854775807", value: .int(.max)),
    Case(declaration: "int", text: "9223372036854775808", value: nil),
    Case(declaration: "int", text: "1.5", value: nil),
    Case(declaration: "int", text: "1e3", value: nil),
    Case(declaration: "int", text: "1_000", value: nil),
    Case(declaration: "int", text: "", value: nil),
    Case(declaration: "int", text: " 1", value: nil),
    Case(declaration: "int", text: "true", value: nil),
    Case(declaration: "float", text: "0.25", value: .double(0.25)),
    Case(declaration: "float", text: "3", value: .double(3)),
    Case(declaration: "float", text: "-1e-3", value: .double(-0.001)),
    Case(declaration: "float", text: ".inf", value: .double(.infinity)),
    Case(declaration: "float", text: "12e4567", value: nil),
    Case(declaration: "float", text: "inf", value: nil),
    Case(declaration: "float", text: "0x1p3", value: nil),
    Case(declaration: "float", text: "1,5", value: nil),
    Case(declaration: "bool", text: "true", value: .bool(true)),
    Case(declaration: "bool", text: "False", value: .bool(false)),
    Case(declaration: "bool", text: "yes", value: nil),
    Case(declaration: "bool", text: "1", value: nil),
    Case(declaration: "date", text: "2021-01-01", value: .date(day)),
    Case(declaration: "date", text: "2021-02-30", value: nil),
    Case(declaration: "date", text: "2021-1-1", value: nil),
    Case(declaration: "month", text: "2021-01", value: .date(day)),
    Case(declaration: "month", text: "2021-01-01", value: .date(day)),
    Case(declaration: "month", text: "2021-01-15", value: nil),
    Case(declaration: "month", text: "2021-13", value: nil),
    Case(declaration: "datetime", text: "2021-01-01 18:30:05.25", value: .timestamp(evening)),
    Case(declaration: "datetime", text: "2021-01-01T18:30:05.25Z", value: .timestamp(evening)),
    Case(declaration: "datetime", text: "2021-01-01", value: .timestamp(midnight)),
    Case(declaration: "datetime", text: "2021-01-01 25:00", value: nil),
    Case(declaration: "path", text: "data/x.csv", value: .text("data/x.csv")),
    Case(declaration: "path", text: "", value: nil),
    Case(declaration: "path", text: "a\nb", value: nil),
    Case(declaration: "list", text: "a,b", value: .list([.text("a"), .text("b")])),
    Case(declaration: "list", text: "[1, 2]", value: .list([.int(1), .int(2)])),
    Case(declaration: "list", text: "1, 2.5", value: .list([.double(1), .double(2.5)])),
    Case(declaration: "list", text: "007,8", value: .list([.text("007"), .text("8")])),
    Case(
      declaration: "list", text: "[\"a,b\", 'it''s']", value: .list([.text("a,b"), .text("it's")])),
    Case(declaration: "list", text: "", value: .list([])),
    Case(declaration: "list", text: "[]", value: .list([])),
    Case(declaration: "list", text: "[a", value: nil),
    Case(declaration: "list", text: "a,,b", value: nil),
    Case(declaration: "list", text: "[[a]]", value: nil),
    Case(
      declaration: "list, items: string", text: "007,8", value: .list([.text("007"), .text("8")])),
    Case(declaration: "list, items: month", text: "[2021-01]", value: .list([.date(day)])),
    Case(declaration: "list, items: int", text: "1,x", value: nil),
    Case(declaration: "int, min: 1, max: 200", text: "200", value: .int(200)),
    Case(declaration: "int, min: 1, max: 200", text: "201", value: nil),
    Case(declaration: "float, min: 0", text: "-0.1", value: nil),
    Case(declaration: "month, min: 2020-10", text: "2020-09", value: nil),
    Case(declaration: "string, choices: [retail, card]", text: "card", value: .text("card")),
    Case(declaration: "string, choices: [retail, card]", text: "Card", value: nil),
    Case(declaration: "string, pattern: '[A-Z]{2}'", text: "DE", value: .text("DE")),
    Case(declaration: "string, pattern: '[A-Z]{2}'", text: "DEU", value: nil),
    Case(declaration: "list, items: int, max: 3", text: "1,4", value: nil),
  ]

  @Test(arguments: given) func convertsTextByTheDeclaredType(_ test: Case) throws {
    let text = notebook(parameters: "x: { type: \(test.declaration) }") + "{{ len($x::VARCHAR) }}\n"
    let given = arguments(("x", test.text))
    guard let value = test.value else {
      let refusal = #expect(throws: Refusal.self) { try plan(text, with: given) }
      #expect(refusal?.diagnostics.map(\.rule) == ["bad-parameter"])
      return
    }
    let parameter = try #require(try plan(text, with: given).parameters.first)
    #expect(parameter.value == value)
    #expect(parameter.origin == .injected)
    // What is shown reads back as the same value.
    #expect(
      try plan(text, with: arguments(("x", parameter.text))).parameters.first?.value == value)
  }

  @Test func infersTheTypeOfShortDeclarationsByYAML12() throws {
    let plan = try plan(
      notebook(
        parameters: """
          a: 5
          b: 0.5
          c: true
          d: yes
          e: 017
          f: 1:30
          g: 2021-01-01
          h: "5"
          i: [retail, card]
          j: 20250815_123413
          k: [1, 2]
          l: { default: 3, min: 1 }
          """))
    #expect(
      plan.parameters.map(\.type) == [
        .int, .float, .bool, .string, .string, .string, .string, .string, .list, .string, .list,
        .int,
      ])
    #expect(plan.parameters.map(\.text)[3...7] == ["yes", "017", "1:30", "2021-01-01", "5"])
    #expect(plan.parameters[8].value == .list([.text("retail"), .text("card")]))
    #expect(plan.parameters[8].text == "[retail, card]")
  }

  @Test func readsCallersItemsAsTheDefaultListHasThem() throws {
    let text = notebook(parameters: "ids: [\"001\", \"002\"]")
    let plan = try plan(text, with: arguments(("ids", "007,8")))
    #expect(plan.parameters[0].value == .list([.text("007"), .text("8")]))
    #expect(plan.parameters[0].text == "[\"007\", \"8\"]")
  }

  @Test func convertsYAMLValuesByTheDeclaredType() throws {
    let text = notebook(
      parameters: """
        id: { type: string }
        n: { type: int }
        day: { type: date }
        tags: { type: list, items: string }
        """)
    let plan = try plan(
      text, with: try arguments(file: "id: 007\nn: \"5\"\nday: 2021-01-01\ntags: [1, yes]\n"))
    #expect(
      plan.parameters.map(\.value) == [
        .text("007"), .int(5), .date(Self.day), .list([.text("1"), .text("yes")]),
      ])
  }

  @Test func letsLaterArgumentsWinOverEarlierAndTheProject() throws {
    let text = notebook(parameters: "a: 1\nb: 1\nc: 1")
    var project = ProjectFile()
    let (node, _) = YAMLNode.parse("a: 2\nb: 2\nother: 3", file: "washi.yaml")
    project.parameters = node?.entries ?? []
    var given = try arguments(file: "b: 3\n")
    given.add(.text("b", "4"), from: "command line")
    let plan = try plan(text, with: given, project: project)
    #expect(plan.parameters.map(\.value) == [.int(2), .int(4), .int(1)])
    #expect(plan.parameters.map(\.origin) == [.project, .injected, .default])
  }

  @Test func keepsRawTextAsOneItem() throws {
    var given = Arguments()
    given.add(.raw("x", "a,b"), from: "command line")
    let plan = try plan(notebook(parameters: "x: { type: list }"), with: given)
    #expect(plan.parameters[0].value == .list([.text("a,b")]))
  }

  @Test func reportsAllArgumentsAtOnce() throws {
    let marked = notebook(
      parameters: """
        target_date: { type: month, default: 2021-01 }
        trials: { type: int, default: 10, min: 1, max: 200 }
        segment: { type: string, choices: [retail, card], default: card }
        1️⃣rows: { type: int }
        """)
    try expect(
      marked,
      [
        Finding(
          0, "unknown-parameter", "target_dat", "command line", "did you mean `target_date`?"),
        Finding(0, "unknown-parameter", "nonsense"),
        Finding(
          0, "bad-parameter", "`target_date` must be a month as YYYY-MM, not `2021-13`", "n.md:2:1"),
        Finding(0, "bad-parameter", "`trials` must be at most 200, not `500`"),
        Finding(0, "bad-parameter", "must be one of `retail`, `card`, not `cash`"),
        Finding(1, "missing-parameter", "`-p rows VALUE`"),
      ],
      with: arguments(
        ("target_dat", "2021-01"), ("nonsense", "1"), ("target_date", "2021-13"),
        ("trials", "500"), ("segment", "cash")),
      ignoring: ["unused-parameter"])
  }

  @Test func placesArgumentsOfFilesInTheirFile() throws {
    let text = notebook(parameters: "n: 1")
    let refusal = #expect(throws: Refusal.self) {
      try plan(text, with: try arguments(file: "a: 1\nn: 1.5\n"))
    }
    #expect(
      refusal?.diagnostics.filter { $0.severity == .error }.compactMap(\.range?.description)
        == ["values.yaml:1:1", "values.yaml:2:1"])
  }

  @Test func leavesMissingValuesOpenInACheck() throws {
    var given = Arguments()
    given.isComplete = false
    let text = """
      ---
      edition: "{{ strftime($day, '%Y') }}"
      catalog:
        t: { path: "{{ $day }}.csv" }
      ---
      ```yaml parameters
      day: { type: date }
      ```
      ```sql step s
      SELECT * FROM t WHERE d < $day
      ```
      """
    let plan = try plan(text, with: given)
    #expect(plan.steps.count == 1)
    #expect(throws: Refusal.self) { try Planning.Plan(for: plan.notebook, using: engine()) }
  }

  @Test func pointsAtEveryMistakeInDeclarations() throws {
    try expect(
      notebook(
        parameters: """
          a: { type: 1️⃣nit }
          b: { type: int, default: 2️⃣1.5 }
          c: { type: int, default: 3️⃣500, max: 200 }
          d: { type: string, default: x, 4️⃣choises: [x] }
          e: { type: string, default: x, min: 5️⃣1 }
          6️⃣f-g: 1
          h: { type: secret, default: 7️⃣abc }
          8️⃣i:
          j: { type: int, min: 9️⃣5, max: 1 }
          """),
      [
        Finding(1, "unknown-type", "did you mean `int`?"),
        Finding(2, "bad-default", "a whole number, not `1.5`"),
        Finding(3, "bad-default", "at most 200"),
        Finding(4, "unknown-key", "`choices`"),
        Finding(5, "bad-constraint", "`min` is for numbers and times"),
        Finding(6, "bad-parameter-name", "write `f_g`"),
        Finding(7, "secret-default", "from: env:H"),
        Finding(8, "missing-type"),
        Finding(9, "bad-constraint", "greater than its `max`"),
      ], ignoring: ["unused-parameter", "missing-parameter"])
    try expect(
      notebook(
        parameters: """
          a: { type: list, default: [a, b], choices: [1️⃣{ x: 1 }] }
          b: { type: int, from: 2️⃣env:X, default: 1 }
          c: { type: secret, from: 3️⃣file:X }
          d: { type: int, default: 1, required: 4️⃣true }
          e: 5️⃣"{{ $d }}"
          f: { 6️⃣default: 1, type: bool }
          g: { type: string, items: 7️⃣int, default: x }
          H: 1
          8️⃣h: 2
          """),
      [
        Finding(1, "bad-constraint"), Finding(2, "bad-constraint", "for secrets"),
        Finding(3, "bad-source", "env:C"), Finding(4, "required-with-default"),
        Finding(5, "missing-type"), Finding(7, "bad-constraint"),
        Finding(8, "duplicate-parameter"),
      ], ignoring: ["unused-parameter", "missing-parameter", "bad-default"])
  }

  @Test func takesSecretsFromTheEnvironmentAndNeverShowsThem() throws {
    let text = notebook(
      parameters: "token: { type: secret, from: env:TOKEN, pattern: '[a-z]+' }")
    let plan = try plan(text, environment: ["TOKEN": "hush"])
    #expect(plan.parameters[0].value == .text("hush"))
    #expect(plan.parameters[0].text == "***")
    #expect(plan.bindings.isEmpty)
    #expect(plan.edition == "default")
    let refusal = #expect(throws: Refusal.self) {
      try Planning.Plan(
        for: Notebook(parsing: text, at: "n.md"), environment: ["TOKEN": "HUSH5"], using: engine())
    }
    let said = String(describing: refusal?.diagnostics)
    #expect(said.contains("must match the pattern") && !said.contains("HUSH5"))
    #expect(throws: Refusal.self) { try Planning.Plan(for: plan.notebook, using: engine()) }
  }

  @Test func refusesSecretsWhereTheyWouldBeSeen() throws {
    try expect(
      """
      ---
      title: "Report {{ 1️⃣$token }}"
      edition: "{{ 'x' || 2️⃣$token }}"
      catalog:
        t: { path: "{{ 3️⃣$token }}.csv" }
      ---
      ```yaml parameters
      token: { type: secret, from: env:TOKEN }
      ```
      It is {{ 4️⃣$token }}.

      ```sql step s
      SELECT 5️⃣$token AS x FROM t
      ```
      ```yaml step m
      uses: metric
      value: "{{ length(6️⃣$token) }}"
      ```
      """,
      [
        Finding(1, "secret-exposed", "prose"), Finding(2, "secret-exposed", "the edition"),
        Finding(3, "secret-exposed", "the path of `t`"), Finding(4, "secret-exposed"),
        Finding(5, "secret-exposed", "a SQL step"), Finding(6, "secret-exposed", "an option"),
      ], environment: ["TOKEN": "hush"])
  }
}
