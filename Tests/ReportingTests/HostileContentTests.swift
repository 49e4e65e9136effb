import Charting
import Foundation
import Parsing
import Planning
import Reporting
import Steps
import Testing
import Vocabulary

@Suite struct HostileContentTests {
  static let words = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "${7*7}", "{{ 7*7 }}", "]]>",
    "=1+1", "=cmd|' /C calc'!A0", "</td></table></style>", "<!--", "a|b", "`x`", "\\", "*b*", "_c_",
    "[l](javascript:alert(1))", "![i](http://x.example/i.png)", "http://x.example", "www.x.example",
    "$E=mc^2$", "&lt;", "# h", "- i", "1. o", "> q", "~~~", "a\nb", "a\u{0}b", "\u{202E}evil",
    "\u{1B}[31m", "'quoted'", "a,b", "＝1",
  ]

  func run() throws -> RunFixture {
    let names = Self.words.indices.map { "{{ w\($0) }}" }
    var fixture = RunFixture(
      source: """
        # {{ w0 }}

        \(names.joined(separator: " and "))

        \(names.joined(separator: "\n\n"))

        [link](javascript:alert(1)) [data](data:text/html,x) [vb]( VBScript:x ) <b>raw</b>
        ![remote](https://x.example/p.png) [ok](https://x.example/?q={{ w1 }})

        <script>alert(2)</script>

        ## {{ w1 }}

        ```sql step rows
        SELECT '</code></pre><script>' -- ```
        ```
        """)
    fixture.title = Self.words[0]
    fixture.edition = "</title><script>"
    for (index, word) in Self.words.enumerated() { fixture.values["w\(index)"] = word }
    let cells = Self.words.map { Column($0, texts: Self.words) }
    fixture.parameters = Self.words.enumerated().map { index, word in
      parameter("p\(index)", .string, .text(word), origin: .injected, description: word)
    }
    let chart = try Chart(
      mark: .bar,
      table: Table(columns: [
        Column("k", texts: Self.words), Column("v", reals: Self.words.indices.map { Double($0) }),
      ]), x: "k", y: "v")
    fixture.states = [
      "rows": done(
        metrics: [Metric("m", 1, label: Self.words[1], unit: Self.words[0])],
        exhibits: [
          .tile(metric: "m"),
          .table(
            TableExhibit(
              id: "../<x>", title: Self.words[0], caption: Self.words[1],
              table: Table(columns: cells), units: [Self.words[0]: Self.words[1]])),
          .chart(ChartExhibit(id: "a\"b", chart: chart)),
          .profile(
            ProfileExhibit(
              id: "p", totalRows: 0,
              columns: Self.words.map {
                .init(name: $0, type: $0, missing: 0, distinct: 0, extremes: [$0, $0])
              })),
        ],
        artifacts: [
          Artifact(
            path: "a b\"<x>.csv", stagedAt: "/x", size: 1, digest: Fingerprint(of: ""), rows: 1)
        ], remarks: Self.words)
    ]
    return fixture
  }

  @Test func readsAsTextOnThePage() throws {
    let report = try Report(of: run().run())
    let page = MarkupScanner(try report.text("index.html"))
    #expect(page.faults == [])
    #expect(page.dangers == [])
    for word in Self.words where !word.contains("\u{0}") && !word.contains("\u{1B}") {
      let escaped = word.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
      #expect(page.text.contains(escaped), "\(word)")
    }
  }

  @Test func givesEveryAnchorOnce() throws {
    let page = MarkupScanner(try Report(of: run().run()).text("index.html"))
    let ids = page.tags.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    let targets = page.tags.compactMap { $0.attributes["href"] }.filter { $0.hasPrefix("#") }
    #expect(targets.allSatisfy { ids.contains(String($0.dropFirst())) })
  }

  @Test func readsAsTextInMarkdown() throws {
    let text = try Report(of: run().run()).text("report.md")
    let notebook = Notebook(parsing: text, at: "report.md")
    for element in notebook.elements {
      guard case .prose(let block) = element else { continue }
      #expect(rawHTML(in: block).allSatisfy { $0.hasPrefix("<details>") || $0 == "</details>\n" })
    }
    #expect(!text.contains("\u{0}"))
  }

  @Test(arguments: words)
  func escapesSoThatMarkdownReadsItBack(_ word: String) throws {
    var fixture = RunFixture(source: "First.\n\n{{ w }}\n")
    fixture.values["w"] = word
    let text = try Report(of: fixture.run()).text("report.md")
    let notebook = Notebook(parsing: text, at: "report.md")
    let paragraphs = notebook.elements.compactMap { element -> [Inline]? in
      if case .prose(.paragraph(let inlines, _)) = element { inlines } else { nil }
    }
    let expected = word.replacing("\n", with: " ").replacing("\u{0}", with: "\u{FFFD}")
      .replacing("\u{1B}", with: "\u{FFFD}")
    // Expressions of the notebook language are none of Markdown's business.
    guard !word.contains("{{") else { return }
    #expect(paragraphs.contains { plain($0) == expected }, "\(text)")
  }

  @Test func keepsFilesWithinTheVersionsFolder() throws {
    let report = try Report(of: run().run())
    #expect(report.files.allSatisfy { !$0.path.contains("..") && !$0.path.hasPrefix("/") })
    #expect(Set(report.files.map { $0.path.lowercased() }).count == report.files.count)
  }

  @Test func guardsCellsAgainstSpreadsheets() throws {
    let report = try Report(of: run().run())
    let file = try #require(report.files.first { $0.path.hasSuffix("x-.csv") })
    let lines = try report.text(file.path).split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("'=1+1,") })
    #expect(lines.contains { $0.hasPrefix("'＝1,") })
  }

  @Test func neverPrintsASecret() throws {
    let report = try Report(of: RunFixture.monthly().run())
    for file in report.files {
      if case .text(let text) = file.content { #expect(!text.contains("hunter2"), "\(file.path)") }
    }
  }

  @Test func letsRawHTMLThroughOnlyWhereTheProjectSaysSo() throws {
    var fixture = RunFixture(source: "A <b>bold</b> word.\n\n<div>block</div>\n\n<!-- aside -->\n")
    let closed = try Report(of: fixture.run()).text("index.html")
    #expect(closed.contains("A &lt;b&gt;bold&lt;/b&gt; word."))
    #expect(closed.contains("&lt;div&gt;block&lt;/div&gt;"))
    #expect(!closed.contains("aside -"))
    fixture.allowsRawHTML = true
    let open = try Report(of: fixture.run()).text("index.html")
    #expect(open.contains("A <b>bold</b> word."))
    #expect(open.contains("<div>block</div>"))
    #expect(open.contains("default-src 'none'"))
  }

  private func rawHTML(in block: Block) -> [String] {
    switch block {
    case .html(let markup, _): [markup]
    case .heading(_, let inlines, _), .paragraph(let inlines, _): rawHTML(in: inlines)
    case .quote(let blocks, _): blocks.flatMap(rawHTML)
    case .list(_, _, let items, _): items.joined().flatMap(rawHTML)
    case .table(_, let header, let rows, _): (header + rows.joined()).flatMap { rawHTML(in: $0) }
    case .code, .rule: []
    }
  }

  private func rawHTML(in inlines: [Inline]) -> [String] {
    inlines.flatMap { inline -> [String] in
      switch inline {
      case .html(let markup): [markup]
      case .emphasis(let inner), .strong(let inner): rawHTML(in: inner)
      case .link(_, _, let inner), .image(_, _, let inner): rawHTML(in: inner)
      case .text, .code, .expression, .softBreak, .hardBreak: []
      }
    }
  }

  private func plain(_ inlines: [Inline]) -> String {
    inlines.map { inline in
      if case .text(let text) = inline { text } else { "⟨\(inline)⟩" }
    }.joined()
  }
}

extension Report {
  /// The text of the file at a path.
  func text(_ path: String) throws -> String {
    guard case .text(let text) = files.first(where: { $0.path == path })?.content else {
      throw FixtureError(summary: "no text at \(path)")
    }
    return text
  }
}
