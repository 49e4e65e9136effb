import Parsing
import Testing
import Vocabulary

struct ProseTests {
  private func dump(_ text: String) -> String {
    Notebook(parsing: text, at: "n.md").dump
  }

  @Test func hidesSQLFromMarkdown() {
    #expect(
      dump("Trained on {{ (SELECT count(*) FROM t) }} and {{ count(*) * 2 }} *rows*.") == """
        paragraph "Trained on " {{"(SELECT count(*) FROM t)" at 1:15-39}} " and " \
        {{"count(*) * 2" at 1:50-62}} " " emphasis("rows") "."

        """)
    #expect(
      dump("# {{ strftime($d, '%Y_%m_') }} <b>\n") == """
        heading 1 {{"strftime($d, '%Y_%m_')" at 1:6-28}} " " html("<b>")

        """)
  }

  @Test func keepsBracesInQuotesAndStructs() {
    #expect(
      dump("{{ '}}' || \"a}}\" }} {{ {'a': {'b': 1}}.a.b }} {{ 1 /* }} */ }}") == """
        paragraph {{"'}}' || "a}}"" at 1:4-17}} " " {{"{'a': {'b': 1}}.a.b" at 1:24-43}} " " \
        {{"1 /* }} */" at 1:50-60}}

        """)
  }

  @Test func leavesExpressionsInCodeAndHTMLAsWritten() {
    #expect(
      dump("`{{ a }}` <i title=\"{{ b }}\"> \\{{ c }}\n\n    {{ d }}\n\n<div>{{ e }}</div>\n")
        == """
        paragraph code("{{ a }}") " " html("<i title="{{ b }}">") " {{ c }}"
        code "" "{{ d }}\\n"
        html "<div>{{ e }}</div>\\n"

        """)
  }

  @Test func readsExpressionsOverLinesAndInContainers() {
    #expect(
      dump("> - a {{ (SELECT\n>   count(*)) }} b\n>   c\n") == """
        quote
          list of bullets, tight
            item
              paragraph "a " {{"(SELECT\\ncount(*))" at 1:10-2:14}} " b" soft "c"

        """)
  }

  @Test func readsExpressionsInLinks() {
    #expect(
      dump("[**{{ $a }}**](https://x/{{ $b || ' c' }} \"t\") [r]\n\n[r]: {{ $url }}\n") == """
        paragraph link("https://x/"+{{"$b || ' c'" at 1:29-39}} "t" strong({{"$a" at 1:7-9}})) " " \
        link({{"$url" at 3:9-13}} "" "r")

        """)
  }

  @Test func countsColumnsInUnicodeScalars() {
    #expect(
      dump("日本語🎌 {{ $a }}\n") == """
        paragraph "日本語🎌 " {{"$a" at 1:9-11}}

        """)
  }

  @Test func reportsBrokenExpressionsAtTheirPlace() {
    expectFindings(
      "a 1️⃣{{ }} b\n\nc 2️⃣{{ 'x }} d\n\n> | a |\n> |---|\n> | 3️⃣{{ b |\n",
      [
        Finding(1, "empty-expression"),
        Finding(2, "unclosed-expression", "The quote at 3:6 is not closed"),
        Finding(3, "unclosed-expression", "table row"),
      ])
  }

  @Test func warnsAboutExpressionsInTitles() {
    expectFindings(
      "[a](/b \"c {{ 1️⃣d }}\")\n",
      [Finding(1, "expression-in-title", severity: .warning)])
  }

  @Test func readsPipeTables() {
    #expect(
      dump(
        """
        Before
        | a | `b\\|c` | {{ x || y }} |
        |:--|:-:|--:|
        | 1 | *2* | [l] |
        | \\| | 4
        tail

        [l]: /url

        """) == """
          paragraph "Before"
          table left center right
            "a" | code("b|c") | {{"x || y" at 2:19-25}}
            "1" | emphasis("2") | link("/url" "" "l")
            "|" | "4" |\u{20}
            "tail" |  |\u{20}

          """)
  }

  @Test func readsTablesInQuotesAndListsAndBeforeRules() {
    #expect(
      dump("> - x | # y\n>   --|--\n>   1 | - 2\n\n|a|\n|-|\n|b|\n---\n") == """
        quote
          list of bullets, tight
            item
              table none none
                "x" | "# y"
                "1" | "- 2"
        table none
          "a"
          "b"
        rule

        """)
  }

  @Test func takesNoTableForWhatIsNone() {
    #expect(dump("a | b\n--|--|--\n") == "paragraph \"a | b\" soft \"--|--|--\"\n")
    #expect(dump("a\n:--\n") == "paragraph \"a\" soft \":--\"\n")
  }

  @Test func warnsAboutCellsThatAreNotShown() {
    let notebook = expectFindings(
      "| a | b |\n|---|---|\n1️⃣| 1 | 2 | 3 |\n", [Finding(1, "ragged-table", severity: .warning)])
    guard case .prose(.table(_, _, _, let range)) = notebook.elements.first else {
      Issue.record("no table")
      return
    }
    #expect(range.places == "1:1-3:14")
  }

  @Test func givesBlocksTheirPlaces() {
    let notebook = Notebook(
      parsing: "---\ntitle: x\n---\n\n# A\n\nb\nc  \n\n- d\n  - e\n\n", at: "n.md")
    let places = notebook.elements.compactMap { element -> String? in
      guard case .prose(let block) = element else { return nil }
      switch block {
      case .heading(_, _, let range), .paragraph(_, let range), .list(_, _, _, let range):
        return range.places
      default: return nil
      }
    }
    #expect(places == ["5:1-4", "7:1-8:2", "10:1-11:6"])
  }

  @Test func refusesDeepNesting() {
    let quotes = String(repeating: "> ", count: 150) + "x"
    expectFindings("1️⃣" + quotes, [Finding(1, "nested-too-deep")])
    let bullets = String(repeating: "- ", count: 100_000) + "x"
    expectFindings("a\n\n1️⃣" + bullets, [Finding(1, "nested-too-deep")])
    let stars =
      String(repeating: "*a **b ", count: 20_000) + String(repeating: "c** d*", count: 20_000)
    let notebook = Notebook(parsing: stars, at: "n.md")
    #expect(notebook.diagnostics.map(\.rule) == ["nested-too-deep"])
    expectFindings(String(repeating: "- ", count: 500), [])
  }

  @Test func survivesForeignMarks() {
    let marks = String(
      String.UnicodeScalarView([0xFDD0, 0xFDD2, 0xFDE1].compactMap(Unicode.Scalar.init)))
    #expect(dump("\(marks) {{ a }}").hasPrefix("paragraph \"\u{FFFD}\u{FFFD}\u{FFFD} \" {{"))
  }
}
