import Parsing
import Testing
import Vocabulary

struct NotebookTests {
  @Test func readsStepsWithTheirPlaces() throws {
    let text = """
      ---
      title: Loans {{ $day }}
      ---

      # Loans

      ```yaml parameters
      day: { type: month, default: 2021-01 }
      ```

        ~~~~sql step training show=5 title="A b" needs=[a, 'b c'] when={{ $x > 1 }}
        SELECT '日本', 1
         FROM t
        ~~~~

      ````yaml step model show=none
      uses: train
      tune: { trials: "{{ $trials }}" }
      ````

      """
    let notebook = Notebook(parsing: text, at: "n.md")
    #expect(notebook.diagnostics == [])
    #expect(
      notebook.dump == """
        heading 1 "Loans"
        parameters {day: {type: month, default: 2021-01}}
        step training sql {show: 5, title: "A b", needs: [a, "b c"], when: {{ $x > 1 }}} \
        "SELECT '日本', 1\\n FROM t\\n"
        step model yaml {uses: train, tune: {trials: "{{ $trials }}"}, show: none} \
        "uses: train\\ntune: { trials: "{{ $trials }}" }\\n"

        """)
    #expect(notebook.parameters?.range.places == "7:1-9:4")
    let steps = notebook.steps
    try #require(steps.count == 2)
    #expect(steps[0].range.places == "11:3-14:7")
    #expect(steps[0].nameRange.places == "11:16-24")
    #expect(steps[0].bodyRange.places == "12:3-14:1")
    #expect(steps[0].options["title"]?.range.places == "11:38-43")
    #expect(steps[0].options["needs"]?.range.places == "11:50-60")
    guard case .scalar(let when)? = steps[0].options["when"]?.content else {
      Issue.record("no scalar")
      return
    }
    #expect(when.template.soleExpression?.range.places == "11:69-75")
    #expect(steps[1].bodyRange.places == "17:1-19:1")
    guard case .scalar(let trials)? = steps[1].options["tune"]?["trials"]?.content else {
      Issue.record("no scalar")
      return
    }
    #expect(
      trials.template.soleExpression
        == Expression(
          sql: "$trials",
          range: SourceRange(
            file: "n.md", start: SourcePosition(line: 18, column: 21),
            end: SourcePosition(line: 18, column: 28))))
    #expect(notebook.frontMatter.title?.expressions.first?.range.places == "2:17-21")
    #expect(notebook.frontMatter.range?.places == "1:1-3:4")
  }

  @Test(arguments: ["", " \n\t\n", "\u{FEFF}"])
  func refusesAnEmptyNotebook(text: String) {
    #expect(Notebook(parsing: text, at: "n.md").diagnostics.map(\.rule) == ["empty-notebook"])
  }

  @Test func readsEveryLineEndAlike() {
    let text = "# A\n\n```sql step a\nSELECT 1\n```\n\nb\n"
    let plain = Notebook(parsing: text, at: "n.md")
    #expect(plain == Notebook(parsing: text.replacing("\n", with: "\r\n"), at: "n.md"))
    #expect(plain == Notebook(parsing: text.replacing("\n", with: "\r"), at: "n.md"))
    #expect(plain == Notebook(parsing: "\u{FEFF}" + text, at: "n.md"))
  }

  @Test func findsBytesThatAreNoUTF8() {
    let bytes = Array("# A\n\né日".utf8) + [0xFF] + Array("b".utf8)
    let notebook = Notebook(parsing: bytes, at: "n.md")
    #expect(notebook.diagnostics.map(\.rule) == ["not-utf8"])
    #expect(notebook.diagnostics.first?.range?.places == "3:3-4")
    #expect(notebook.dump.contains("é日\u{FFFD}b"))
    let truncated = Notebook(parsing: [0x61, 0xE6, 0x97], at: "n.md")
    #expect(truncated.diagnostics.first?.range?.places == "1:2-3")
    let wide = Notebook(parsing: [0xFF, 0xFE, 0x61, 0x00], at: "n.md")
    #expect(wide.diagnostics.first?.summary == "the file is in UTF-16")
  }

  @Test func reportsFences() {
    expectFindings(
      """
      1️⃣```sql step
      ```
      ```sql 2️⃣stp x
      ```
      ```yaml 3️⃣parameter
      ```
      ```4️⃣slq step x
      ```
      ```5️⃣step x
      ```
      ```yml 6️⃣params
      ```
      ```python
      step parameters
      ```
      - ```text step x
        ```
      - 7️⃣```sql step x
        ```
      """.replacing("1️⃣```sql step", with: "```sql 1️⃣step"),
      [
        Finding(1, "missing-name", "```sql step NAME"),
        Finding(2, "suspicious-fence", "did you mean `step`?", severity: .warning),
        Finding(3, "suspicious-fence", "did you mean `parameters`?", severity: .warning),
        Finding(4, "suspicious-fence", "did you mean `sql`?", severity: .warning),
        Finding(5, "suspicious-fence", "```sql step NAME", severity: .warning),
        Finding(6, "suspicious-fence", "did you mean `parameters`?", severity: .warning),
        Finding(7, "fence-not-at-top", severity: .warning),
      ])
  }

  @Test func reportsNames() {
    expectFindings(
      """
      ```sql step 1️⃣1a
      ```
      ```sql step a
      ```
      ```sql step 2️⃣A
      ```
      ```sql step 3️⃣select
      ```
      ```sql step 4️⃣Parameters
      ```
      ```sql step 5️⃣a-b
      ```
      ```sql 6️⃣step show=5
      ```
      ```sql step 得点
      ```
      """,
      [
        Finding(1, "bad-name", "write `s_1a`"), Finding(2, "duplicate-step", "on line 3"),
        Finding(3, "reserved-name", "a word of SQL"), Finding(4, "reserved-name"),
        Finding(5, "bad-name", "write `a_b`"), Finding(6, "missing-name"),
      ])
  }

  @Test func reportsFenceOptions() {
    expectFindings(
      """
      ```sql step a 1️⃣show 2️⃣1=2 x=3️⃣ title="a"4️⃣b
      ```
      ```sql step b show=1 5️⃣show=2 title=6️⃣"a b
      ```
      ```sql step c needs=7️⃣[a, b
      ```
      ```yaml step d 8️⃣uses=chart
      uses: table
      ```
      """.replacing("title=\"a\"4️⃣b", with: "title=4️⃣\"a\"b"),
      [
        Finding(1, "fence-option"), Finding(2, "fence-option"), Finding(3, "fence-option"),
        Finding(4, "fence-option"), Finding(5, "duplicate-key", "n.md:3:15"),
        Finding(6, "fence-option"), Finding(7, "fence-option"),
        Finding(8, "duplicate-key", "n.md:8:1"),
      ])
  }

  @Test func reportsFencesThatAreNotClosed() {
    expectFindings("a\n\n1️⃣```sql step a\nSELECT 1\n", [Finding(1, "unclosed-fence")])
    expectFindings(
      "1️⃣```sql step a\nSELECT 1\n\n```sql step b\nSELECT 2\n```\n",
      [Finding(1, "unclosed-fence", "Line 4 looks like the start")])
    expectFindings("1️⃣~~~\ntext\n```\n", [Finding(1, "unclosed-fence")])
    expectFindings("````sql step a\n```sql step b\n```\n````\n", [])
  }

  @Test func reportsASecondParametersBlock() {
    let notebook = expectFindings(
      "```yaml parameters\na: 1\n```\n1️⃣```yaml parameters\nb: 1\n```\n",
      [Finding(1, "second-parameters", "on line 1")])
    #expect(notebook.parameters?.declarations.dump == "{a: 1}")
  }

  @Test func reportsBodiesThatAreNoMappings() {
    expectFindings(
      "```yaml parameters\n1️⃣- a\n```\n```yaml step a\n2️⃣text\n```\n```yaml step b\n# none\n```\n",
      [Finding(1, "wrong-type", "not a list"), Finding(2, "wrong-type", "not the text `text`")])
  }

  @Test func reportsInvalidYAMLOnItsLineOfTheNotebook() {
    expectFindings(
      """
      # A

      ```yaml step a
      uses: table
      rows: 1️⃣[1, 2
      ```

      ```yaml parameters
      a: b2️⃣: c
      ```

      ```yaml step b
      note: 3️⃣"open
      x: 1
      ```

      ```yaml step c
      a: { b: 1 c4️⃣: 2 }
      ```
      """,
      [
        Finding(1, "invalid-yaml", "put a comma"), Finding(2, "invalid-yaml", "put quotes around"),
        Finding(3, "invalid-yaml", "close the quote"),
        Finding(4, "invalid-yaml", "while parsing a flow mapping, which begins at 18:4"),
      ])
  }

  @Test func reportsFrontMatter() {
    expectFindings(
      """
      ---
      1️⃣titel: a
      lang: 2️⃣jp
      tags: 3️⃣{a: 1}
      schedule: 4️⃣"0 6 32 * *"
      timeout: 5️⃣soon
      report: { code: 6️⃣fold, 7️⃣tocs: true }
      timezone: 8️⃣"Tokyo!"
      ---
      x
      """,
      [
        Finding(1, "unknown-option", "did you mean `title`?"),
        Finding(2, "unknown-choice", "`en`, `ja`"), Finding(3, "wrong-type", "not a mapping"),
        Finding(4, "bad-schedule", "`32` is no day of month"), Finding(5, "wrong-type"),
        Finding(6, "unknown-choice", "did you mean `folded`?"),
        Finding(7, "unknown-option", "did you mean `toc`?"), Finding(8, "wrong-value"),
      ])
    expectFindings("1️⃣---\ntitle: a\n\n# A\n", [Finding(1, "unclosed-front-matter")])
    expectFindings("---\n1️⃣- a\n---\nx", [Finding(1, "wrong-type", "must be a mapping")])
  }

  @Test func decodesFrontMatter() {
    let text = """
      ---
      title: "Loans, {{ $day }}"
      description: >
        About
        {{ $day }}
      owner: Aya
      tags: credit
      lang: ja
      schedule: { cron: "*/15 6-18 1,15 jan-mar mon", timezone: Asia/Tokyo }
      timeout: 1.5h
      report: { code: hidden, toc: false }
      notify: { mail: a@example.com }
      ---
      x
      """
    let front = Notebook(parsing: text, at: "n.md").frontMatter
    #expect(Notebook(parsing: text, at: "n.md").diagnostics == [])
    #expect(front.title?.dump == "\"Loans, \"+{{\"$day\" at 2:19-23}}")
    #expect(front.description?.dump == "\"About \"+{{\"$day\" at 5:6-10}}+\"\\n\"")
    #expect(front.owner == "Aya")
    #expect(front.tags == ["credit"])
    #expect(front.language == .japanese)
    #expect(front.schedule?.timezone == "Asia/Tokyo")
    #expect(front.timeout == 5400)
    #expect(front.code == .hidden)
    #expect(!front.hasTableOfContents)
    #expect(front.notify?.map(\.channel) == [.mail(to: ["a@example.com"], from: nil)])
  }

  @Test(arguments: [
    ("0 6 1 * *", true), ("* * * * *", true), ("0-59/5 0 1 1 7", true), ("60 * * * *", false),
    ("* * * *", false), ("* * 0 * *", false), ("5-1 * * * *", false), ("*/0 * * * *", false),
    ("a * * * *", false), ("1,,2 * * * *", false), ("@daily", false), ("* * * * sun-sat", true),
  ])
  func checksCronLines(line: String, isValid: Bool) {
    let notebook = Notebook(parsing: "---\nschedule: \"\(line)\"\n---\nx", at: "n.md")
    #expect((notebook.frontMatter.schedule != nil) == isValid)
    #expect(notebook.diagnostics.isEmpty == isValid)
  }

  @Test func decodesTheCatalog() {
    let notebook = expectFindings(
      """
      ---
      catalog:
        initial: { path: "{{ $dir }}/a.csv", columns: { id: BIGINT }, read: { delim: ";" } }
        several: [a.csv, "b{{ $x }}.csv"]
        glob: { path: "data/*.parquet", format: parquet, upload: true }
        short: data/x.csv
        1️⃣INITIAL: x.csv
        2️⃣table: x.csv
        3️⃣none: {}
        bad: { path: 4️⃣{ a: b }, format: 5️⃣xls, 6️⃣colums: {} }
        more: { path: a.csv, columns: { a: 7️⃣[] } }
      ---
      x
      """.replacing("  glob:", with: "  globbed:"),
      [
        Finding(1, "duplicate-key"), Finding(2, "reserved-name"),
        Finding(3, "missing-option", "needs the option `path`"), Finding(4, "wrong-type"),
        Finding(5, "unknown-choice", "`csv`, `jsonl`, `parquet`"),
        Finding(6, "unknown-option", "did you mean `columns`?"), Finding(7, "wrong-type"),
      ])
    let catalog = notebook.frontMatter.catalog
    #expect(catalog.map(\.name) == ["initial", "several", "globbed", "short", "more"])
    #expect(
      catalog.first?.paths.map(\.dump) == ["{{\"$dir\" at 3:24-28}}+\"/a.csv\""])
    #expect(catalog.first?.columns.first?.value.text == "BIGINT")
    #expect(catalog.first?.read.first?.value.text == ";")
    #expect(catalog.dropFirst().first?.paths.count == 2)
    #expect(catalog.dropFirst(2).first?.format == "parquet")
    #expect(catalog.dropFirst(2).first?.upload == true)
  }

  @Test func mergesProjectFilesKeyByKey() {
    let project = ProjectFile(parsing: [
      (
        "washi.yaml",
        "html: escape\nprocesses: deny\nparameters: { a: 1, b: 2 }\ncatalog: { t: { path: x.csv, upload: true } }\n"
      ),
      (
        "washi.prod.yaml",
        "processes: allow\nparameters: { b: 3 }\ncatalog: { t: { path: y.csv }, u: z.csv }\nmemory_limit: 2GB\n"
      ),
    ])
    #expect(project.diagnostics == [])
    #expect(project.allowsProcesses)
    #expect(!project.allowsRawHTML)
    #expect(project.parameters.map { "\($0.key)=\($0.value.text ?? "")" } == ["a=1", "b=3"])
    #expect(
      project.catalog.map { "\($0.name)=\($0.paths.map(\.dump))" } == [
        "t=[\"\\\"y.csv\\\"\"]", "u=[\"\\\"z.csv\\\"\"]",
      ])
    #expect(project.catalog.first?.upload == true)
    #expect(project.catalog.first?.pathRange.file == "washi.prod.yaml")
    #expect(project.memoryLimit == "2GB")
  }

  @Test func reportsProjectFiles() {
    let project = ProjectFile(parsing: [
      ("washi.yaml", "html: yes\nproceses: allow\nmemory_limit: lots\n"),
      ("washi.dev.yaml", "- a\n"),
      ("washi.b.yaml", "a: [\n"), ("washi.empty.yaml", "# nothing\n"),
    ])
    #expect(
      Set(project.diagnostics.map { "\($0.range?.description ?? "") \($0.rule)" }) == [
        "washi.yaml:1:7 unknown-choice", "washi.yaml:2:1 unknown-option",
        "washi.yaml:3:15 wrong-value", "washi.dev.yaml:1:1 wrong-type",
        "washi.b.yaml:2:1 invalid-yaml",
      ])
  }

  @Test func injectsParametersBehindTheirBlock() {
    let source =
      "---\ntitle: a\n---\n\n# A\n\n```yaml parameters\nday: { type: month }\n```\n\ntext\n"
    let values = [
      ("day", "2021-01"), ("id", "007"), ("n", "10"), ("yes", "no"), ("path", "a b: \"c\"\n```"),
      ("empty", ""), ("名", "日本"),
    ]
    let notebook = Notebook(parsing: source, at: "n.md")
    let executed = notebook.injecting(values)
    #expect(
      executed == """
        ---
        title: a
        ---

        # A

        ```yaml parameters
        day: { type: month }
        ```

        ```yaml injected-parameters
        day: 2021-01
        id: "007"
        n: 10
        "yes": "no"
        path: "a b: \\"c\\"\\n```"
        empty: ""
        "名": "日本"
        ```

        text

        """)
    let again = Notebook(parsing: executed, at: "n.md")
    #expect(again.diagnostics == [])
    #expect(again.dump == notebook.dump)
    #expect(again.injecting(values) == executed)
    let body = executed.split(separator: "injected-parameters\n")[1].split(separator: "\n```\n")[0]
    let (node, _) = YAMLNode.parse(String(body), file: "n.md")
    #expect(node?.entries.map { [$0.key, $0.value.text ?? ""] } == values.map { [$0.0, $0.1] })
  }

  @Test func injectsParametersWhereThereIsNoBlock() {
    #expect(
      Notebook(parsing: "# A\n", at: "n.md").injecting([("a", "1")])
        == "```yaml injected-parameters\na: 1\n```\n\n# A\n")
    #expect(
      Notebook(parsing: "---\ntitle: a\n---", at: "n.md").injecting([("a", "1")])
        == "---\ntitle: a\n---\n\n```yaml injected-parameters\na: 1\n```\n")
  }
}
