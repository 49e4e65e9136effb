import Parsing
import Testing
import Vocabulary

struct YAMLTests {
  /// YAML 1.2.2, section 10.3.2, and what SPEC.md says about names that look like numbers.
  @Test(arguments: [
    ("null", Value.null), ("~", .null), ("", .null), ("Null", .null), ("NULL", .null),
    ("nUll", .text("nUll")), ("true", .bool(true)), ("True", .bool(true)), ("TRUE", .bool(true)),
    ("false", .bool(false)), ("False", .bool(false)), ("FALSE", .bool(false)),
    ("yes", .text("yes")), ("no", .text("no")), ("on", .text("on")), ("off", .text("off")),
    ("y", .text("y")), ("0", .int(0)), ("7", .int(7)), ("-19", .int(-19)), ("0o7", .int(7)),
    ("0o17", .int(15)), ("0x3A", .int(58)), ("0xff", .int(255)), ("0o8", .text("0o8")),
    ("0xg", .text("0xg")), ("0x", .text("0x")), ("0b1", .text("0b1")), ("017", .text("017")),
    ("007", .text("007")), ("-01", .text("-01")), ("+1", .text("+1")), ("1_000", .text("1_000")),
    ("20250815_123413", .text("20250815_123413")), ("1:30", .text("1:30")),
    ("190:20:30", .text("190:20:30")), ("2021-01", .text("2021-01")),
    ("2021-01-31", .text("2021-01-31")), ("0.", .double(0)), ("-0.0", .double(-0.0)),
    (".5", .double(0.5)), ("-.5", .double(-0.5)), ("12e03", .double(12000)),
    ("-2E+05", .double(-200_000)), ("1e-8", .double(1e-8)), ("1.e5", .double(100_000)),
    ("3.14", .double(3.14)), ("12e4567", .text("12e4567")), ("1e", .text("1e")),
    ("1e+", .text("1e+")), (".", .text(".")), ("-", .text("-")), ("e5", .text("e5")),
    (".inf", .double(.infinity)), ("-.Inf", .double(-.infinity)), ("+.INF", .double(.infinity)),
    ("inf", .text("inf")), ("nan", .text("nan")), ("1.2.3", .text("1.2.3")),
    ("9223372036854775807", .int(.max)), ("9223372036854775808", .text("9223372036854775808")),
    ("-9223372036854775808", .int(.min)), ("0xFFFFFFFFFFFFFFFF", .text("0xFFFFFFFFFFFFFFFF")),
    ("１", .text("１")), ("0x1p3", .text("0x1p3")), ("infinity", .text("infinity")),
  ])
  func resolvesPlainScalars(text: String, value: Value) {
    #expect(YAMLScalar(text, isPlain: true).value == value)
    #expect(YAMLScalar(text, isPlain: false).value == .text(text))
  }

  @Test(arguments: [".nan", ".NaN", ".NAN"])
  func resolvesNaN(text: String) {
    guard case .double(let number) = YAMLScalar(text, isPlain: true).value else {
      Issue.record("no number")
      return
    }
    #expect(number.isNaN)
  }

  @Test func givesNodesTheirPlaces() throws {
    let (node, diagnostics) = YAMLNode.parse(
      "a: 日本 x\nb:\n  - 'c d'\n  - {e: \"f\", g: }\nh: |\n  text\n\ni:\n", file: "f",
      startingAt: 10, column: 3)
    #expect(diagnostics == [])
    let root = try #require(node)
    #expect(root.range.places == "10:3-17:5")
    #expect(root["a"]?.range.places == "10:6-10")
    #expect(root["b"]?.range.places == "12:5-13:20")
    #expect(root.entries.map(\.keyRange.places) == ["10:3-4", "11:3-4", "14:3-4", "17:3-4"])
    guard case .sequence(let items)? = root["b"]?.content else {
      Issue.record("no list")
      return
    }
    #expect(items.map(\.range.places) == ["12:7-12", "13:7-20"])
    #expect(items[1]["e"]?.range.places == "13:11-14")
    #expect(root["h"]?.range.places == "14:6-15:9")
    #expect(root["i"]?.isNull == true)
  }

  @Test func findsExpressionsInEveryKindOfScalar() {
    func places(_ text: String) -> [String] {
      let (node, diagnostics) = YAMLNode.parse(text, file: "f")
      #expect(diagnostics == [])
      guard case .scalar(let scalar)? = node?["a"]?.content else { return [] }
      return scalar.template.expressions.map { "\($0.sql) \($0.range.places)" }
    }
    #expect(places("a: x {{ $b }} y") == ["$b 1:9-11"])
    #expect(places("a: \"日 {{ $b }}\"") == ["$b 1:10-12"])
    #expect(places("a: 'it''s {{ ''x'' }}'") == ["'x' 1:14-19"])
    #expect(places("a: \"\\u65e5\\n\\x41 {{ \\\"q\\\" }}\"") == ["\"q\" 1:21-26"])
    #expect(places("a: \"one\n  two {{ $b }}\n\n  {{ $c }}\"") == ["$b 2:10-12", "$c 4:6-8"])
    #expect(places("a: one\n  two {{ $b }}") == ["$b 2:10-12"])
    #expect(places("a: |\n\n    one\n     {{ $b }}\n") == ["$b 4:9-11"])
    #expect(places("a: >-\n  one\n  {{ $b }}\n\n  {{ $c }}\n") == ["$b 3:6-8", "$c 5:6-8"])
    #expect(places("a: \\{{ x }}") == [])
  }

  private func expectFindings(
    _ marked: String, _ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let source = MarkedText(marked)
    let (_, diagnostics) = YAMLNode.parse(source.text, file: "n.md")
    expect(diagnostics, findings, in: source, sourceLocation)
  }

  @Test func reportsAllDuplicates() {
    expectFindings(
      "a: 1\nb: 2\n1️⃣a: 3\n2️⃣\"a\": 4\nc: {d: 1, 3️⃣d: 2}\n",
      [
        Finding(1, "duplicate-key", "n.md:1:1"), Finding(2, "duplicate-key", "n.md:1:1"),
        Finding(3, "duplicate-key", "n.md:5:5"),
      ])
  }

  @Test func refusesWhatIsNotSupported() {
    expectFindings("a: 1️⃣&x 1\nb: 2️⃣*x\n", [Finding(1, "yaml-alias"), Finding(2, "yaml-alias")])
    expectFindings("1️⃣<<: {a: 1}\n", [Finding(1, "yaml-merge")])
    expectFindings("a: 1️⃣!!str 1\n", [Finding(1, "yaml-tag")])
    expectFindings("a: 1\n1️⃣---\nb: 2\n", [Finding(1, "yaml-documents")])
    expectFindings("? 1️⃣[a]\n: b\n", [Finding(1, "yaml-key")])
    expectFindings("a: 1️⃣{{ $x }}\nb: 2\n", [Finding(1, "unquoted-expression")])
    expectFindings("a: {{ $x }}1️⃣/b\n", [Finding(1, "unquoted-expression")])
    expectFindings("a:\n1️⃣\tb: 1\n", [Finding(1, "yaml-tab")])
    expectFindings("a: \"1️⃣{{ x\"\n", [Finding(1, "unclosed-expression")])
  }

  @Test func boundsNestingAndAliases() {
    let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
    #expect(YAMLNode.parse(deep, file: "f").diagnostics.map(\.rule) == ["yaml-too-deep"])
    let deeper = String(repeating: "[", count: 100_000)
    #expect(YAMLNode.parse(deeper, file: "f").diagnostics.map(\.rule) == ["invalid-yaml"])
    var bomb = "a0: &a0 [x]\n"
    for level in 1...20 {
      bomb +=
        "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    #expect(Set(YAMLNode.parse(bomb, file: "f").diagnostics.map(\.rule)) == ["yaml-alias"])
  }

  @Test func readsNothingFromNothing() {
    #expect(YAMLNode.parse("", file: "f").node == nil)
    #expect(YAMLNode.parse("# a\n\n", file: "f").node == nil)
    #expect(YAMLNode.parse("# a\n\n", file: "f").diagnostics == [])
  }
}

struct TemplateTests {
  @Test func tellsTextFromExpressions() {
    var diagnostics: [Diagnostic] = []
    let template = Template(
      parsing: "pred_{{ strftime($day, '%Y%m%d') }}\n.csv \\{{ {{a}}", file: "f",
      start: SourcePosition(line: 4, column: 7), diagnostics: &diagnostics)
    #expect(diagnostics == [])
    #expect(
      template.dump
        == "\"pred_\"+{{\"strftime($day, '%Y%m%d')\" at 4:15-39}}+\"\\n.csv {{ \"+{{\"a\" at 5:12-13}}"
    )
    #expect(Template.plain("a").isPlain)
    #expect(!template.isPlain)
  }

  @Test func reportsWhatIsBroken() {
    var diagnostics: [Diagnostic] = []
    let template = Template(
      parsing: "a {{ }} {{ \"b", file: "f", start: SourcePosition(line: 1, column: 1),
      diagnostics: &diagnostics)
    #expect(template.plainText == "a {{ }} {{ \"b")
    #expect(
      diagnostics.map { "\($0.rule) \($0.range?.places ?? "")" } == [
        "empty-expression 1:3-8", "unclosed-expression 1:9-11",
      ])
  }
}
