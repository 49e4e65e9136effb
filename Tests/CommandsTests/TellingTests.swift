import Foundation
import Testing

@testable import Commands

/// What runs tell the outside: notifications and tracking, as a user sets them up.
@Suite struct TellingTests {
  private static let script = """
    #!/bin/sh
    # Keeps what it is told, in one piece as others tell it too; the arguments in front.
    [ -e "$(dirname "$0")/../broken" ] && { echo "no paper" >&2; exit 3; }
    printf '%s\\n%s\\n' "$*" "$(cat)" >> "$(dirname "$0")/../told.txt"
    """

  private static func notebook(_ header: String = "", step: String = "SELECT 3 AS cups") -> String {
    """
    ---
    title: Coffee
    edition: "{{ $name }}"
    \(header)
    ---

    ```yaml parameters
    name:  { type: string, default: monday }
    token: { type: secret, from: env:THE_TOKEN }
    ```

    ```sql step coffee
    \(step)
    ```

    ```yaml step cups
    uses: metric
    value: "{{ (SELECT sum(cups) FROM coffee) }}"
    label: Cups
    ```

    """
  }

  private func bench(_ project: String, _ notebook: String) throws -> Bench {
    let bench = try Bench(environment: ["THE_TOKEN": "swordfish"])
    try bench.write(project, to: "washi.yaml")
    try bench.write(notebook, to: "n.md")
    try bench.write(Self.script, to: "Scripts/tell")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(bench.folder)/Scripts/tell")
    return bench
  }

  private func told(_ bench: Bench) -> [[String: Any]] {
    (bench.text("told.txt") ?? "").split(separator: "\n").compactMap { line in
      (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
    }
  }

  private static let command =
    "processes: allow\nnotify: { command: [Scripts/tell, loud], site: https://r.example }"

  @Test func tellsACommandOfARun() async throws {
    let bench = try bench(
      Self.command + "\n",
      Self.notebook(
        "notify: { command: [Scripts/tell], title: '{{ upper($name) }}: {{ cups.value }} cups', metrics: cups.value }"
      ))
    #expect(await bench.washi("run", "n.md") == .done)
    #expect(bench.err.contains("notified: `Scripts/tell`"))
    let told = told(bench)
    #expect(told.count == 2)
    // Channels are told side by side, in no order.
    let ofProject = told.first { $0["title"] as? String == "Coffee: published" }
    #expect(ofProject?["link"] as? String == "https://r.example/n/monday/v1/index.html")
    let ofNotebook = told.first { $0["title"] as? String == "MONDAY: 3 cups: published" }
    #expect((ofNotebook?["text"] as? String)?.contains("Cups: 3") == true)
    #expect(ofNotebook?["parameters"] as? [String: String] == ["name": "monday"])
    #expect(bench.text("told.txt")?.split(separator: "\n").contains("loud") == true)
    #expect(bench.names(".washi/outbox") == [])
    #expect(await bench.washi("run", "n.md", "--no-notify") == .done)
    #expect(self.told(bench).count == 2)
  }

  @Test func tellsWhatARuleAsksForOnly() async throws {
    let bench = try bench(
      "processes: allow\nnotify: { command: [Scripts/tell], on: [failure, refusal] }",
      Self.notebook())
    #expect(await bench.washi("run", "n.md") == .done)
    #expect(told(bench).isEmpty)
    try bench.write(Self.notebook(step: "SELECT error('no beans') AS cups"), to: "n.md")
    #expect(await bench.washi("run", "n.md") == .failed)
    #expect(told(bench).map { $0["status"] as? String } == ["failed"])
    #expect((told(bench).first?["reasons"] as? [String])?.first?.hasPrefix("n.md:13:") == true)
    let gate = "\n```yaml step gate\nuses: gate\nexpect: [cups.value >= 5]\n```\n"
    try bench.write(Self.notebook() + gate, to: "n.md")
    #expect(await bench.washi("run", "n.md") == .refused)
    #expect(told(bench).map { $0["status"] as? String } == ["failed", "refused"])
  }

  @Test func tellsOfDriftWhenAValidationFindsSomething() async throws {
    let check =
      "\n```yaml step sound\nuses: validate\ntable: coffee\ncolumns: { cups: { max: 2 } }\nseverity: warn\n```\n"
    let bench = try bench(
      "processes: allow\nnotify: { command: [Scripts/tell], on: drift }", Self.notebook() + check)
    #expect(await bench.washi("run", "n.md") == .done)
    #expect(told(bench).map { $0["events"] as? [String] } == [["drift"]])
    #expect((told(bench).first?["drift"] as? [String])?.first?.hasPrefix("sound: ") == true)
  }

  @Test func tellsThatARunCouldNotBegin() async throws {
    let bench = try bench(Self.command, Self.notebook("catalog: { beans: { path: beans.csv } }"))
    try bench.write(
      Self.notebook("catalog: { beans: { path: beans.csv } }", step: "SELECT * FROM beans"),
      to: "n.md")
    #expect(await bench.washi("run", "n.md") == .wrong)
    #expect(told(bench).map { $0["status"] as? String } == ["failed"])
    #expect((told(bench).first?["text"] as? String)?.contains("beans.csv") == true)
    // What is wrong with the call concerns the caller only.
    #expect(await bench.washi("run", "n.md", "-p", "nam", "x") == .wrong)
    #expect(told(bench).count == 1)
  }

  @Test func keepsWhatCouldNotBeToldUntilItIs() async throws {
    let bench = try bench(Self.command, Self.notebook())
    try bench.write("", to: "broken")
    #expect(await bench.washi("run", "n.md") == .done)
    #expect(
      bench.err.contains(
        "warning: notification: `Scripts/tell` was not told: Scripts/tell ended with 3: no paper; "
          + "1 errand waiting, `washi sync` sends them"))
    #expect(bench.out.hasSuffix("output/n/monday/v1/index.html\n"))
    #expect(await bench.washi("sync", "--list") == .done)
    #expect(bench.out.contains("no paper"))
    #expect(await bench.washi("sync", "--timeout", "1") == .failed)
    try FileManager.default.removeItem(atPath: "\(bench.folder)/broken")
    #expect(await bench.washi("sync") == .done)
    #expect(bench.out == "sent: a message on n@monday/v1 to `Scripts/tell`\n")
    #expect(told(bench).count == 1)
    #expect(await bench.washi("sync") == .idle)
  }

  @Test func sendsAMailThroughSendmail() async throws {
    let bench = try bench(
      "notify: { mail: [a@example.com, b@example.com], from: washi@example.com }", Self.notebook())
    bench.set("WASHI_SENDMAIL", "\(bench.folder)/Scripts/tell")
    #expect(await bench.washi("run", "n.md") == .done)
    let mail = bench.text("told.txt") ?? ""
    #expect(mail.hasPrefix("-i -f washi@example.com -- a@example.com b@example.com\nFrom: Washi"))
    #expect(mail.contains("\nSubject: Coffee: published\n"))
  }

  @Test func isNotHeldUpByATrackingServerThatIsAway() async throws {
    let bench = try bench("tracking: http://127.0.0.1:1", Self.notebook())
    #expect(await bench.washi("run", "n.md") == .done)
    #expect(
      bench.err.contains(
        "warning: tracking: 127.0.0.1:1 cannot be reached: connection refused; 1 errand waiting"))
    #expect(bench.out.hasSuffix("output/n/monday/v1/index.html\n"))
    #expect(await bench.washi("run", "n.md") == .done)
    #expect(bench.err.contains("2 errands waiting"))
    #expect(await bench.washi("run", "n.md", "--no-track") == .done)
    #expect(!bench.err.contains("waiting"))
    #expect(await bench.washi("sync", "--list", "--json") == .done)
    let list = try JSONSerialization.jsonObject(with: Data(bench.out.utf8)) as? [[String: Any]]
    // The second run did not ask again so soon.
    #expect(list?.map { $0["attempts"] as? Int } == [1, 0])
    let ids = list?.compactMap { $0["id"] as? String } ?? []
    for text in try bench.files(below: ".washi/outbox").values {
      #expect(!String(decoding: text, as: UTF8.self).contains("swordfish"))
    }
    #expect(await bench.washi("sync", "--drop", "nothing") == .wrong)
    #expect(await bench.call(["sync"] + ids.flatMap { ["--drop", $0] }) == .done)
    #expect(await bench.washi("sync") == .idle)
  }

  @Test func tellsNobodyOfAVerification() async throws {
    let bench = try bench(Self.command, Self.notebook())
    #expect(await bench.washi("run", "n.md") == .done)
    #expect(await bench.washi("verify", "n@monday") == .done)
    #expect(told(bench).count == 1)
  }

  @Test func triesChannels() async throws {
    let bench = try bench(Self.command, Self.notebook("notify: { mail: a@example.com, on: drift }"))
    bench.set("WASHI_SENDMAIL", "\(bench.folder)/Scripts/tell")
    #expect(await bench.washi("notify", "n.md") == .done)
    #expect(
      bench.out
        == "`Scripts/tell`  on success, failure, refusal, drift\na@example.com  on drift\n")
    #expect(told(bench).isEmpty)
    #expect(await bench.washi("notify", "n.md", "--test") == .done)
    #expect(bench.out == "told: `Scripts/tell`\ntold: a@example.com\n")
    #expect(bench.text("told.txt")?.contains("Subject: Coffee, a test: done") == true)
    try bench.write("", to: "washi.yaml")
    #expect(await bench.washi("notify") == .idle)
  }

  @Test(arguments: [
    ("title: '{{ cups.valu }}'", "n.md:4:", "unknown-metric"),
    ("title: '{{ $nam }}'", "n.md:4:", "unknown-parameter"),
    ("title: '{{ (SELECT 1 FROM coffee) }}'", "n.md:4:", "not-known-then"),
    ("title: '{{ $token }}'", "n.md:4:", "secret-exposed"),
    ("metrics: cup.value", "n.md:4:", "unknown-metric"),
    ("metrics: cups.values", "n.md:4:", "unknown-metric"),
  ])
  func checksWhatMessagesRead(option: String, place: String, rule: String) async throws {
    let bench = try bench("", Self.notebook("notify: { mail: a@example.com, \(option) }"))
    #expect(await bench.washi("check", "n.md") == .wrong)
    #expect(bench.err.contains(place) && bench.err.contains(rule))
  }

  @Test func wantsLeaveToStartCommands() async throws {
    let bench = try bench("", Self.notebook("notify: { command: [Scripts/tell] }"))
    #expect(await bench.washi("check", "n.md") == .wrong)
    #expect(bench.err.contains("processes-denied"))
    try bench.write("processes: allow", to: "washi.yaml")
    // As on a server that starts no programs.
    #expect(await bench.washi("run", "n.md", "--no-processes") == .done)
    #expect(told(bench).isEmpty)
  }
}
