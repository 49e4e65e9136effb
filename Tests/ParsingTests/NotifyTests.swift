import Testing
import Vocabulary

@testable import Parsing

@Suite struct NotifyTests {
  @Test func readsChannels() {
    let notebook = expectFindings(
      """
      ---
      notify:
        - webhook: env:SLACK_WEBHOOK
          format: slack
          on: [failure, refusal]
          title: "Loans {{ $day }}"
          metrics: [evaluation.auc]
        - { mail: [a@example.com, "b+c@example.com"], from: washi@example.com, on: drift }
        - { command: [Scripts/tell, --urgent], site: https://r.example/x/ }
        - { webhook: "https://example.com:8080/hook?a=b", headers: { Authorization: env:TOKEN } }
      ---
      x
      """, [])
    let rules = notebook.frontMatter.notify ?? []
    #expect(
      rules.map(\.channel) == [
        .webhook(.variable("SLACK_WEBHOOK"), .slack, headers: []),
        .mail(to: ["a@example.com", "b+c@example.com"], from: "washi@example.com"),
        .command(["Scripts/tell", "--urgent"]),
        .webhook(
          .literal("https://example.com:8080/hook?a=b"), .json,
          headers: [.init("Authorization", .variable("TOKEN"))]),
      ])
    #expect(rules[0].events == [.failure, .refusal])
    #expect(rules[0].title?.expressions.map(\.sql) == ["$day"])
    #expect(rules[0].figures?.map(\.name) == ["evaluation.auc"])
    #expect(rules[1].events == [.drift])
    #expect(rules[2].events == NotifyRule.Event.allCases)
    #expect(rules[2].site == "https://r.example/x")
  }

  @Test func readsASingleChannelAndNone() {
    let one = Notebook(parsing: "---\nnotify: { mail: a@example.com }\n---\nx", at: "n.md")
    #expect(one.frontMatter.notify?.count == 1)
    let none = Notebook(parsing: "---\nnotify: off\n---\nx", at: "n.md")
    #expect(none.frontMatter.notify == [])
    #expect(Notebook(parsing: "x", at: "n.md").frontMatter.notify == nil)
  }

  @Test(arguments: [
    ("{ slak: x }", "unknown-option"), ("{ slak: x }", "missing-channel"),
    ("{ webhook: example.com }", "wrong-value"),
    ("{ webhook: ftp://example.com }", "wrong-value"),
    ("{ webhook: \"https://u:p@example.com/\" }", "wrong-value"),
    ("{ webhook: \"https://exa mple.com/\" }", "wrong-value"),
    ("{ webhook: \"env:\" }", "wrong-value"), ("{ webhook: \"https://{{ $a }}/\" }", "wrong-value"),
    ("{ mail: nobody }", "wrong-value"), ("{ mail: \"-oQ@x.y\" }", "wrong-value"),
    ("{ mail: \"a@b.c\\nBcc: d@e.f\" }", "wrong-value"),
    ("{ mail: a@b.c, on: sucess }", "unknown-choice"),
    ("{ mail: a@b.c, webhook: https://x.y }", "several-channels"),
    ("{ mail: a@b.c, format: slack }", "wrong-value"),
    ("{ webhook: https://x.y, from: a@b.c }", "wrong-value"),
    ("{ command: rm -rf }", "wrong-type"), ("{ command: [] }", "wrong-type"),
    ("{ mail: a@b.c, metrics: [auc] }", "wrong-value"),
    ("{ mail: a@b.c, site: nowhere }", "wrong-value"),
    ("{ webhook: https://x.y, headers: { \"A\\nB\": c } }", "wrong-value"), ("12", "wrong-type"),
  ])
  func saysWhatIsWrong(rule: String, finding: String) throws {
    let notebook = Notebook(parsing: "---\nnotify: \(rule)\n---\nx", at: "n.md")
    let found = try #require(notebook.diagnostics.first { $0.rule == finding })
    #expect(found.severity == .error)
    #expect(found.range?.start.line == 2)
  }

  @Test func meansTheSameInAnotherLayout() {
    let one = Notebook(
      parsing: "---\nnotify: { mail: a@b.c, title: \"{{ $a }}\", metrics: [a.b] }\n---\nx",
      at: "n.md")
    let other = Notebook(
      parsing: "---\nnotify:\n  mail: a@b.c\n  title: \"{{ $a }}\"\n  metrics: [a.b]\n---\nx",
      at: "n.md")
    #expect(one.meaning == other.meaning)
  }
}

@Suite struct TrackingTests {
  private func project(_ text: String) -> ProjectFile {
    ProjectFile(parsing: [("washi.yaml", text)])
  }

  @Test func readsAnAddress() {
    let file = project("tracking: http://localhost:5000/\nsite: https://r.example/\n")
    #expect(file.diagnostics == [])
    #expect(file.tracking == TrackingOptions(url: "http://localhost:5000"))
    #expect(file.site == "https://r.example")
  }

  @Test func readsAMapping() throws {
    let file = project(
      """
      tracking:
        url: https://mlflow.example/base
        experiment: Loans
        token: env:MLFLOW_TOKEN
        send: [report, models]
        file_limit: 1.5MB
        timeout: 3s
        tags: { team: risk }
      """)
    #expect(file.diagnostics == [])
    let tracking = try #require(file.tracking)
    #expect(tracking.url == "https://mlflow.example/base")
    #expect(tracking.experiment == "Loans")
    #expect(tracking.token == .variable("MLFLOW_TOKEN"))
    #expect(tracking.parts == [.report, .models])
    #expect(tracking.fileLimit == 1_500_000)
    #expect(tracking.timeout == 3)
    #expect(tracking.tags == [.init("team", "risk")])
  }

  @Test func letsAnOverlayTurnItOff() {
    let file = ProjectFile(parsing: [
      ("washi.yaml", "tracking: http://localhost:5000"), ("washi.dev.yaml", "tracking: off"),
    ])
    #expect(file.diagnostics == [])
    #expect(file.tracking == nil)
  }

  @Test(arguments: [
    ("localhost:5000", "wrong-value"), ("file:mlruns", "wrong-value"),
    ("{ experiment: x }", "missing-option"), ("{ url: http://x, token: abc }", "secret-in-file"),
    ("{ url: http://x, user: a }", "wrong-value"),
    ("{ url: http://x, password: abc, user: a }", "secret-in-file"),
    ("{ url: http://x, send: [modls] }", "unknown-choice"),
    ("{ url: http://x, file_limit: lots }", "wrong-value"),
    ("{ url: http://x, timout: 3 }", "unknown-option"),
    ("{ url: \"http://x?a=b\" }", "wrong-value"), ("\"http://{{ $x }}\"", "wrong-value"),
    ("[a]", "wrong-type"),
  ])
  func saysWhatIsWrong(tracking: String, finding: String) throws {
    let file = project("tracking: \(tracking)\n")
    let found = try #require(file.diagnostics.first { $0.rule == finding })
    #expect(found.range?.start.line == 1)
  }

  @Test func wantsLeaveForCommands() throws {
    let denied = project("notify: { command: [a] }")
    #expect(denied.diagnostics.map(\.rule) == ["processes-denied"])
    #expect(project("notify: { command: [a] }\nprocesses: allow").diagnostics == [])
  }
}
