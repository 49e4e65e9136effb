import Testing
import Vocabulary

struct DiagnosticRenderingTests {
  private func range(_ line: Int, _ start: Int, _ end: Int, lastLine: Int? = nil) -> SourceRange {
    SourceRange(
      file: "n.md", start: SourcePosition(line: line, column: start),
      end: SourcePosition(line: lastLine ?? line, column: end))
  }

  private func render(_ source: String, _ range: SourceRange?) -> String {
    Diagnostic.error("rule", "wrong", at: range).rendered(in: ["n.md": source])
  }

  @Test func showsTheLineReasonAndRemedies() {
    let diagnostic = Diagnostic.error(
      "unknown-option", "the front matter has no option `titel`", at: range(2, 1, 6),
      explanation: "First.\nSecond.", solutions: ["did you mean `title`?", "remove it"])
    #expect(
      diagnostic.rendered(in: ["n.md": "---\ntitel: a\n---\n"]) == """
        n.md:2:1: error: the front matter has no option `titel` [unknown-option]
           2 | titel: a
             | ^^^^^
             First.
             Second.
             help: did you mean `title`?
             help: remove it

        """)
  }

  @Test func doesNotShowALineThatHoldsASecret() {
    let text = Diagnostic.error("secret-in-file", "holds `token`", at: range(1, 1, 6))
      .rendered(in: ["n.md": "token: hush"])
    #expect(text == "n.md:1:1: error: holds `token` [secret-in-file]\n")
  }

  @Test func showsWhatItCan() {
    #expect(render("a\n", nil) == "error: wrong [rule]\n")
    #expect(render("a\n", range(7, 1, 2)) == "n.md:7:1: error: wrong [rule]\n")
    #expect(
      Diagnostic.warning("r", "s", at: range(1, 1, 2)).rendered(in: [:])
        == "n.md:1:1: warning: s [r]\n")
    #expect(
      render("a", range(1, 2, 2)) == "n.md:1:2: error: wrong [rule]\n   1 | a\n     |  ^\n")
    #expect(
      render("ab\ncd", range(1, 2, 2, lastLine: 2))
        == "n.md:1:2: error: wrong [rule]\n   1 | ab\n     |  ^\n")
    #expect(
      render("a\r\nb\rc", range(3, 1, 2)) == "n.md:3:1: error: wrong [rule]\n   3 | c\n     | ^\n")
    #expect(
      render("\u{FEFF}ab", range(1, 2, 3))
        == "n.md:1:2: error: wrong [rule]\n   1 | ab\n     |  ^\n")
  }

  @Test func alignsTabsAndWideCharacters() {
    #expect(
      render("\ta\tb", range(1, 4, 5))
        == "n.md:1:4: error: wrong [rule]\n   1 |     a   b\n     |         ^\n")
    #expect(
      render("日本語e\u{301}x 🎌", range(1, 2, 7))
        == "n.md:1:2: error: wrong [rule]\n   1 | 日本語e\u{301}x 🎌\n     |   ^^^^^^\n")
  }

  @Test func disarmsControlCharacters() {
    let text = Diagnostic.error("r", "bad \u{1B}[31m\u{202E}", at: range(1, 2, 3))
      .rendered(in: ["n.md": "a\u{1B}]0;x\u{7}\u{9B}"])
    #expect(
      text
        == "n.md:1:2: error: bad ␛[31m<U+202E> [r]\n   1 | a␛]0;x␇<U+009B>\n     |  ^\n")
  }

  @Test func cutsLongLines() {
    let line = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 5_000_000)
    let shown = render(line, range(1, 501, 502)).split(separator: "\n")
    #expect(shown[1].count < 120)
    #expect(shown[1].hasPrefix("   1 | …aaa"))
    #expect(shown[1].hasSuffix("bbb…"))
    let place = shown[1].firstIndex(of: "X").map {
      shown[1].distance(from: shown[1].startIndex, to: $0)
    }
    let caret = shown[2].firstIndex(of: "^").map {
      shown[2].distance(from: shown[2].startIndex, to: $0)
    }
    #expect(place == caret)
    let whole = render("ab" + String(repeating: "c", count: 300), range(1, 1, 303))
    #expect(whole.split(separator: "\n")[2].count(where: { $0 == "^" }) == 100)
  }

  @Test func coloursForTerminals() {
    let text = Diagnostic.warning("r", "s", at: range(1, 1, 2), solutions: ["x"])
      .rendered(in: ["n.md": "a"], color: true)
    #expect(text.contains("\u{1B}[1;33mwarning:\u{1B}[0m"))
    #expect(text.contains("\u{1B}[36mhelp:\u{1B}[0m x"))
  }
}
