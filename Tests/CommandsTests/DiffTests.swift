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
