import Parsing
import Testing
import Vocabulary

struct OptionReaderTests {
  private enum Metric: String, CaseIterable {
    case auc
    case logLoss = "log_loss"
  }

  private func reader(_ text: String) -> OptionReader {
    let (node, diagnostics) = YAMLNode.parse(text, file: "n.md")
    #expect(diagnostics == [])
    return OptionReader(
      node
        ?? YAMLNode(
          .mapping([]),
          at: SourceRange(
            file: "n.md", start: SourcePosition(line: 1, column: 1),
            end: SourcePosition(line: 1, column: 1))), of: "step `m` (train)")
  }

  @Test func takesTypedOptions() {
    var options = reader(
      """
      id: 007
      rounds: 100
      rate: 1e-3
      on: test
      bagged: true
      metric: log_loss
      keep: [a, b]
      one: a
      values: [1, 2.5]
      timeout: 10m
      split: { test: 0.2 }
      search: [{ a: 1 }, { b: 2 }]
      title: "A {{ $x }}"
      nothing: null
      """)
    #expect(options.string("id") == "007")
    #expect(options.int("rounds", in: 1...1000) == 100)
    #expect(options.double("rate", above: 0) == 0.001)
    #expect(options.requiredName("on") == "test")
    #expect(options.bool("bagged") == true)
    #expect(options.choice("metric", as: Metric.self) == .logLoss)
    #expect(options.strings("keep") == ["a", "b"])
    #expect(options.names("one") == ["a"])
    #expect(options.doubles("values") == [1, 2.5])
    #expect(options.seconds("timeout") == 600)
    var split = options.reader("split")
    #expect(split?.double("test", in: 0...1) == 0.2)
    #expect(split?.finish() == [])
    #expect(options.readers("search")?.count == 2)
    #expect(options.template("title")?.expressions.count == 1)
    #expect(options.string("nothing") == nil)
    #expect(options.has("nothing"))
    #expect(options.finish() == [])
  }

  @Test func collectsEverythingWrong() {
    let source = MarkedText(
      """
      1️⃣table: [a]
      rounds: 2️⃣many
      rate: 3️⃣2
      metric: 4️⃣aux
      name: 5️⃣a-b
      keep: [a, 6️⃣{}]
      7️⃣targt: x
      flag: 8️⃣"true"
      """.replacing("1️⃣table: [a]", with: "table: 1️⃣[a]"))
    var options = reader(source.text)
    #expect(options.requiredString("table") == "")
    #expect(options.int("rounds") == nil)
    #expect(options.double("rate", in: 0...1) == nil)
    #expect(options.choice("metric", as: Metric.self) == nil)
    #expect(options.name("name") == nil)
    #expect(options.strings("keep") == ["a"])
    #expect(options.bool("flag") == nil)
    #expect(options.requiredInt("missing", in: 1...5) == 1)
    #expect(options.string("target") == nil)
    let found = options.finish()
    let summaries = found.map { "\($0.range?.start.line ?? 0) \($0.summary)" }
    #expect(
      summaries == [
        "1 `table` of step `m` (train) must be text, not a list",
        "2 `rounds` of step `m` (train) must be a whole number, not the text `many`",
        "3 `rate` of step `m` (train) must be from 0 to 1, not 2",
        "4 `metric` of step `m` (train) cannot be `aux`",
        "5 `name` of step `m` (train) must be a name (letters, digits and `_`, not starting with a digit), not `a-b`",
        "6 `keep` of step `m` (train) must be a list, each item text, not a mapping",
        "8 `flag` of step `m` (train) must be `true` or `false`, not the text `true`",
        "1 step `m` (train) needs the option `missing`",
        "7 step `m` (train) has no option `targt`",
      ])
    #expect(found.last?.solutions == ["did you mean `target`?"])
    #expect(found[3].solutions == ["did you mean `auc`?", "valid: `auc`, `log_loss`"])
  }

  @Test func letsUnknownValuesPassForEveryType() {
    let place = reader("").range
    let keys = ["a", "b", "c", "d", "e", "f", "g", "h"]
    let node = YAMLNode(
      .mapping(keys.map { YAMLEntry(key: $0, at: place, value: YAMLNode(.pending, at: place)) }),
      at: place)
    var options = OptionReader(node, of: "step")
    #expect(options.isPending("a"))
    #expect(options.int("a") == nil)
    #expect(options.requiredInt("b", in: 3...9) == 3)
    #expect(options.strings("c") == nil)
    #expect(options.requiredName("d") == "")
    #expect(options.choice("e", as: Metric.self) == nil)
    #expect(options.mapping("f") == nil)
    #expect(options.bool("g") == nil)
    #expect(options.double("h") == nil)
    #expect(options.finish() == [])
  }

  @Test func convertsTypedValues() {
    let place = reader("").range
    func options(_ value: Value) -> OptionReader {
      let entry = YAMLEntry(key: "a", at: place, value: YAMLNode(.value(value), at: place))
      return OptionReader(YAMLNode(.mapping([entry]), at: place), of: "step")
    }
    var reader = options(.double(3))
    #expect(reader.int("a") == 3)
    reader = options(.double(3.5))
    #expect(reader.int("a") == nil)
    #expect(reader.diagnostics.map(\.rule) == ["wrong-type"])
    reader = options(.double(1e300))
    #expect(reader.int("a") == nil)
    reader = options(.list([.text("x"), .int(1)]))
    #expect(reader.strings("a") == ["x", "1"])
    reader = options(.date(CalendarDate(daysSinceEpoch: 0)))
    #expect(reader.string("a") == "1970-01-01")
  }

  @Test func refusesWhatIsNoMapping() {
    #expect(reader("[a]").diagnostics.map(\.rule) == ["wrong-type"])
    #expect(reader("null").diagnostics == [])
  }
}
