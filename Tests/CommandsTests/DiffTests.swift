import Foundation
import Testing

@testable import Commands

/// Versions written by hand: comparing needs no engine.
@Suite struct DiffTests {
  private func bench(_ environment: [String: String] = [:]) throws -> Bench {
    let bench = try Bench(environment: environment)
    try publish(bench, "2026-01", 1, auc: "0.75", cell: "1")
    try publish(bench, "2026-02", 1, auc: "0.74", cell: "2")
    return bench
  }

  private func publish(
    _ bench: Bench, _ edition: String, _ version: Int, auc: String, cell: String,
    title: String = "Loans"
  ) throws {
    let folder = "output/loans/\(edition)/v\(version)"
    try bench.write(
      """
      {"reportVersion": 1, "notebook": "loans", "edition": "\(edition)", "title": "\(title)",
       "language": "en", "state": "done", "parameters": {},
       "metrics": {"key.auc": {"value": \(auc), "format": ".3f", "direction": "higher"}},
       "steps": [{"name": "a", "kind": "sql", "state": "done", "metrics": [],
         "tables": [{"data": "tables/a.csv", "rows": 1, "totalRows": 1}]}]}
      """, to: "\(folder)/report.json")
    try bench.write("# Loans\n", to: "\(folder)/notebook.md")
    try bench.write("<main><p>AUC \(auc)</p></main>", to: "\(folder)/index.html")
    try bench.write("name,n\nx,\(cell)\n", to: "\(folder)/tables/a.csv")
  }

  @Test func comparesTheNewestWithTheOneBefore() async throws {
    let bench = try bench()
    #expect(await bench.washi("diff") == .done, "\(bench.err)")
    #expect(bench.out.hasPrefix("loans@2026-01/v1 → loans@2026-02/v1\n"))
    #expect(bench.out.contains("  key.auc  0.750  →  0.740  -0.010  ▼ worse"))
    #expect(bench.out.contains("  ~ x: n 1 → 2\n"))
    #expect(bench.out.contains("AUC 0.[-75-]{+74+}") || bench.out.contains("AUC [-0.75-]{+0.74+}"))
    #expect(bench.err == "")
    #expect(await bench.washi("diff", "loans@2026-02", "--exit-code") == .failed)
    #expect(await bench.washi("diff", "loans@2026-01") == .wrong)
    #expect(bench.err.contains("nothing was published before loans@2026-01/v1"))
  }

  @Test func answersWithExitCodes() async throws {
    let bench = try bench()
    let (old, new) = ("loans@2026-01", "output/loans/2026-02/v1")
    #expect(await bench.washi("diff", old, new, "--fail-on", "worse") == .failed)
    #expect(await bench.washi("diff", new, old, "--fail-on", "worse") == .done)
    #expect(await bench.washi("diff", new, old, "--fail-on", "any") == .failed)
    #expect(await bench.washi("diff", old, old, "--exit-code", "--fail-on", "any") == .done)
    #expect(bench.out.hasSuffix("\nNo difference\n"))
    #expect(
      await bench.washi("diff", old, new, "--fail-on", "worse", "--tolerance", "auc=0.02") == .done)
    #expect(bench.out.contains("within tolerance"))
    for wrong in [
      ["--json", "--html"], ["--tolerance", "auc"], ["--key", "a"], ["--fail-on", "bad"],
    ] {
      #expect(await answer(["diff", old, new] + wrong, at: bench.desk()) == .wrong)
    }
    #expect(await bench.washi("diff", "nothing@here", new) == .wrong)
    #expect(await bench.washi("diff", "failed", new) == .wrong)
  }

  @Test func readsFailedRuns() async throws {
    let bench = try bench()
    try bench.write("{}", to: ".washi/runs/20260101T000000Z-aaaaa/report.json")
    try bench.write("{\"state\": \"failed\"}", to: ".washi/runs/20260202T000000Z-bbbbb/report.json")
    #expect(await bench.washi("diff", "latest", "failed", "--fail-on", "worse") == .failed)
    #expect(bench.out.contains("20260202T000000Z-bbbbb"))
    #expect(bench.out.contains("~ state: done → failed"))
    #expect(await bench.washi("diff", "20260101T000000Z-aaaaa", "failed") == .done)
  }

  @Test func printsWhatTheSchemaDescribes() async throws {
    let bench = try bench()
    #expect(await bench.washi("diff", "--json") == .done)
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(bench.out.utf8)) as? [String: Any])
    let schemaFile = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../docs/difference.schema.json")
    let schema = try #require(
      try JSONSerialization.jsonObject(with: Data(contentsOf: schemaFile)) as? [String: Any])
    expect(document, follows: schema, of: schema, at: "")
    let changes = try #require(document["changes"] as? [[String: Any]])
    #expect(changes.count == 4)
    #expect(changes.contains { $0["verdict"] as? String == "worse" })
  }

  /// As much of JSON Schema as ours uses.
  private func expect(
    _ value: Any, follows rule: [String: Any], of root: [String: Any], at place: String
  ) {
    if let name = (rule["$ref"] as? String)?.split(separator: "/").last,
      let rule = (root["$defs"] as? [String: [String: Any]])?[String(name)]
    {
      expect(value, follows: rule, of: root, at: place)
    }
    if let names = rule["enum"] as? [String] {
      #expect(names.contains(value as? String ?? ""), "\(place)")
    }
    switch rule["type"] as? String {
    case "string": #expect(value is String, "\(place)")
    case "integer", "number": #expect(value is NSNumber, "\(place)")
    case "boolean": #expect(value is Bool, "\(place)")
    case "array":
      for item in value as? [Any] ?? [] {
        if let rule = rule["items"] as? [String: Any] {
          expect(item, follows: rule, of: root, at: place + "/items")
        }
      }
    case "object":
      let members = value as? [String: Any] ?? [:]
      let known = rule["properties"] as? [String: [String: Any]] ?? [:]
      for name in rule["required"] as? [String] ?? [] {
        #expect(members[name] != nil, "\(place)/\(name)")
      }
      for (name, member) in members {
        let rule = known[name] ?? rule["additionalProperties"] as? [String: Any]
        #expect(rule != nil, "\(place)/\(name)")
        if let rule { expect(member, follows: rule, of: root, at: "\(place)/\(name)") }
      }
    default: break
    }
  }

  @Test func writesMarkdownAndHTMLThatStandAlone() async throws {
    let bench = try bench()
    #expect(await bench.washi("diff", "--markdown") == .done)
    #expect(bench.out.hasPrefix("<!-- washi diff loans@2026-02 -->\n### What changed: Loans\n"))
    #expect(bench.out.contains("| `key.auc` | 0.750 | 0.740 | -0.010 | **▼ worse** |"))
    #expect(await bench.washi("diff", "--html") == .done)
    #expect(bench.out.hasPrefix("<!doctype html>") && bench.out.hasSuffix("</html>\n"))
    #expect(!bench.out.contains("http:") && !bench.out.contains("<script"))
  }

  @Test func keepsHostileContentText() async throws {
    let bench = try bench()
    let evil = #"<script>alert(1)</script> --><b>*x* [a](http:\/\/b) \u001b[31m\u202e @you | `t`"#
    try publish(bench, "2026-02", 2, auc: "0.74", cell: "\u{1B}]0;own\u{07}<img>", title: evil)
    try bench.write(
      "# \u{1B}[2J\n```\n", to: "output/loans/2026-02/v2/notebook.md")
    for form in [nil, "--markdown", "--html", "--json"] {
      let status = await answer(["diff"] + (form.map { [$0] } ?? []), at: bench.desk())
      #expect(status == .done)
    }
    #expect(!bench.out.unicodeScalars.contains { $0.value < 32 && $0 != "\n" && $0 != "\t" })
    #expect(await bench.washi("diff", "--html") == .done)
    #expect(!bench.out.contains("<script>") && !bench.out.contains("<img>"))
    #expect(await bench.washi("diff", "--markdown") == .done)
    #expect(!bench.out.contains("<script>") && !bench.out.contains("<b>"))
    // Data mentions nobody: what is rendered has no name right behind the sign.
    #expect(bench.out.contains("@<!-- -->you") && !bench.out.contains("@you"))
    #expect(!bench.out.contains("\u{202E}"))
    #expect(bench.out.split(separator: "\n").first == "<!-- washi diff loans@2026-02 -->")
  }

  /// Signs that turn, hide or obey stay out of every form, wherever a version brings them.
  @Test(arguments: ["", "--markdown", "--html", "--json"])
  func writesNoSignThatHidesOrObeys(form: String) async throws {
    let bench = try Bench(environment: [:])
    let signs: [Unicode.Scalar] = [
      "\u{1B}", "\u{7F}", "\u{9B}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{2028}", "\u{2029}",
      "\u{61C}", "\u{200B}", "\u{2060}", "\u{FEFF}", "\u{E0041}",
    ]
    let hidden = signs.map { String($0) }.joined(separator: "x")
    func json(_ text: String) -> String {
      text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\u{1B}", with: "\\u001b")
    }
    for version in 1...2 {
      let evil = "``` --> \(hidden) <b>|@you `\(version)"
      let text = json(evil)
      let folder = "output/loans/2026-01/v\(version)"
      try bench.write(
        """
        {"reportVersion": 1, "notebook": "\(text)", "edition": "\(text)", "title": "\(text)",
         "description": "\(text)", "owner": "\(text)", "language": "en", "state": "done",
         "parameters": {"\(text)": {"type": "string", "value": "\(text)"}},
         "metrics": {"\(text)": {"value": 1, "unit": "\(text)", "label": "\(text)"},
           "key.n": {"value": \(version), "unit": "\(text)", "label": "\(text)"}},
         "steps": [{"name": "\(text)", "kind": "\(text)", "state": "\(text)", "because": "\(text)"},
          {"name": "a", "kind": "sql", "state": "done", "remarks": ["\(text)"],
           "failure": {"summary": "\(text)"},
           "tables": [{"title": "\(text)", "data": "tables/a.csv", "rows": 1, "totalRows": 1}],
           "charts": [{"title": "\(text)", "data": "charts/c.csv", "picture": "charts/c.svg"}],
           "artifacts": [{"file": "artifacts/\(text)", "size": 1}]}],
         "inputs": [{"entry": "\(text)", "path": "\(text)", "sha256": "\(text)"}],
         "engines": [{"name": "\(text)", "version": "\(text)"}],
         "diagnostics": [{"severity": "\(text)", "rule": "\(text)", "summary": "\(text)"}]}
        """, to: "\(folder)/report.json")
      try bench.write(
        "# \(evil)\n\n\(evil)\n\n~~~sql step a\nSELECT '\(evil)'\n~~~\n",
        to: "\(folder)/notebook.md")
      let shown = evil.replacing("<", with: "&lt;")
      try bench.write("<main><p>\(shown)</p></main>", to: "\(folder)/index.html")
      try bench.write("name,\(evil)\n\(evil),\(version)\n", to: "\(folder)/tables/a.csv")
      try bench.write("x,y\n1,\(version)\n2,3\n", to: "\(folder)/charts/c.csv")
    }
    let (old, new) = ("output/loans/2026-01/v1", "output/loans/2026-01/v2")
    let status = await answer(
      ["diff", old, new, "--old-name", hidden] + (form.isEmpty ? [] : [form]), at: bench.desk())
    #expect(status == .done, "\(bench.err)")
    let found = Set(bench.out.unicodeScalars).intersection(signs)
    #expect(found.isEmpty, "\(found.map { String($0.value, radix: 16) })")
    if form == "--json" {
      let document = try JSONSerialization.jsonObject(with: Data(bench.out.utf8))
      let sides = try #require((document as? [String: Any])?["new"] as? [String: Any])
      #expect((sides["title"] as? String)?.contains(hidden) == true)
    }
    if form == "--markdown" {
      let lines = bench.out.split(separator: "\n")
      #expect(lines.first?.hasPrefix("<!-- washi diff ") == true)
      #expect(lines.first?.hasSuffix(" -->") == true)
      // The marker's own end is the only one on its line.
      #expect(lines.first?.split(separator: "-->").count == 1)
    }
  }

  /// A page and a comment in the language that both versions have; a terminal speaks English.
  @Test func speaksJapaneseOfJapaneseVersions() async throws {
    let bench = try bench()
    for edition in ["2026-01", "2026-02"] {
      let path = "output/loans/\(edition)/v1/report.json"
      let text = try String(contentsOfFile: "\(bench.folder)/\(path)", encoding: .utf8)
      try bench.write(text.replacing("\"en\"", with: "\"ja\""), to: path)
    }
    #expect(await bench.washi("diff", "--markdown") == .done)
    #expect(bench.out.contains("### 変更点：Loans"))
    #expect(
      bench.out.contains(
        "**レポート情報1件、指標1件（悪化1件）、表1件、本文1か所**"), "\(bench.out)")
    #expect(bench.out.contains("| 指標 | 変更前 | 変更後 | 変化 |  |"))
    #expect(bench.out.contains("**▼ 悪化**") && bench.out.contains("1行（nameで対応）：1行の1セルを変更"))
    #expect(await bench.washi("diff", "--html") == .done)
    #expect(bench.out.contains("<html lang=\"ja\"") && bench.out.contains("変更点：Loans"))
    #expect(!bench.out.contains(">Old<") && !bench.out.contains(">Metrics<"))
    #expect(await bench.washi("diff") == .done)
    #expect(bench.out.contains("METRICS") && !bench.out.contains("指標"))
  }

  @Test func keepsMarkdownShort() async throws {
    let bench = try bench()
    let long = String(repeating: "word ", count: 200_000)
    try bench.write("name,n\n\(long),1\n", to: "output/loans/2026-02/v1/tables/a.csv")
    let paragraphs = (0..<5000).map { "<p>This is paragraph \($0) of many &lt;.</p>" }
    try bench.write(
      "<main>" + paragraphs.joined(separator: "\n") + "</main>",
      to: "output/loans/2026-02/v1/index.html")
    #expect(await bench.washi("diff", "--markdown") == .done)
    #expect(bench.out.utf16.count < 60_000)
    #expect(bench.out.contains("more parts are not shown here"))
  }

  @Test func readsGitRevisions() async throws {
    let bench = try bench()
    func git(_ arguments: String...) -> Int32? {
      let identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-C", bench.folder]
      return try? ChildProcess.output(of: "git", identity + arguments).ending.code
    }
    guard git("init", "-q") == 0 else { return }
    try FileManager.default.createSymbolicLink(
      atPath: "\(bench.folder)/output/loans/2026-01/latest", withDestinationPath: "v1")
    #expect(git("add", "output") == 0 && git("commit", "-qm", "one") == 0)
    try publish(bench, "2026-01", 1, auc: "0.70", cell: "1")
    for path in ["output/loans/2026-01/v1", "output/loans/2026-01", "output/loans/2026-01/latest/"]
    {
      #expect(await bench.washi("diff", "HEAD:\(path)", "loans@2026-01") == .done, "\(bench.err)")
      #expect(bench.out.contains("key.auc  0.750  →  0.700"))
    }
    #expect(
      await bench.washi("diff", "@:output/loans/2026-01/v1", "HEAD:output/loans/2026-01") == .done)
    #expect(bench.out.hasSuffix("\nNo difference\n"))
    for wrong in ["HEAD:nowhere", "nobody:output/loans/2026-01", "HEAD:output", "--help:x/y"] {
      #expect(await answer(["diff", "--", wrong, "latest"], at: bench.desk()) == .wrong)
    }
    #expect(bench.err.contains("git"))
  }
}
