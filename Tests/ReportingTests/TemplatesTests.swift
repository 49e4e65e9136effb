import Reporting
import Testing

@Suite struct TemplatesTests {
  @Test func replacesOneTemplateByName() throws {
    let templates = try Templates(overriding: ["page.mustache": "<h1>{{title}}</h1>{{{body}}}"])
    let report = try Report(
      of: RunFixture(source: "Hi.\n", title: "A < B").run(), templates: templates)
    #expect(try report.text("index.html").hasPrefix("<h1>A &lt; B · 2021-01</h1>"))
  }

  @Test(
    arguments: [
      (
        "page.mustache", "a\n{{titel}}", 2, "the page has no value `titel`", "did you mean `title`?"
      ),
      ("page.mustache", "{{#title}}", 1, "a section is opened but never closed", nil),
      (
        "page.mustache", "{{> other}}", 1, "`{{>` is not available: a template here is one file",
        nil
      ),
      (
        "pag.mustache", "", nil, "there is no template of this name",
        "did you mean `page.mustache`?"
      ),
      (
        "style.css", "</style><script>", nil, "`</style` would end the style inside the page", nil
      ),
    ] as [(String, String, Int?, String, String?)])
  func saysWhatIsWrongWithATemplate(
    _ file: String, _ text: String, _ line: Int?, _ summary: String, _ solution: String?
  ) {
    #expect(throws: TemplateError.self) { try Templates(overriding: [file: text]) }
    do {
      _ = try Templates(overriding: [file: text])
    } catch {
      #expect(error.file == file)
      #expect(error.line == line)
      #expect(error.summary == summary)
      #expect(error.solutions.first == solution)
    }
  }

  @Test func allowsExactlyTheStyleOfThePage() throws {
    let text = try Report(of: RunFixture(source: "Hi.\n").run()).text("index.html")
    #expect(text.contains("content=\"default-src 'none'; style-src 'sha256-"))
    #expect(!text.contains("unsafe-inline"))
  }
}
