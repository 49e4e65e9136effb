import Foundation
import Parsing
import Testing
import Vocabulary

@testable import Steps

@Suite struct ProcessStepTests {
  private func bench(_ parameters: [ProcessParameter] = []) throws -> Bench {
    let bench = try Bench()
    bench.workspace.processes.isAllowed = true
    bench.workspace.processes.parameters = parameters
    bench.workspace.processes.logDirectory = bench.folder.appending(path: "logs").path
    return bench
  }

  @Test func handsTablesOverAsFilesAndReadsThemBack() throws {
    let bench = try bench()
    try bench.make("numbers", "SELECT range AS n, 'a,\"' || range AS t FROM range(5)")
    for format in ["csv", "jsonl", "parquet"] {
      let result = try bench.run(
        "```sh step s_\(format) inputs=numbers.\(format) outputs=back.\(format)\ncp numbers.\(format) back.\(format)\n```"
      )
      #expect(result.rowsIn == 5)
      #expect(result.rowsOut == 5)
      let differences = try bench.workspace.rows(
        "SELECT n, t FROM s_\(format) EXCEPT SELECT n, t FROM numbers")
      #expect(differences.rowCount == 0)
    }
  }

  @Test func givesEachOfSeveralOutputsANameOfItsOwn() throws {
    let bench = try bench()
    try _ = bench.run(
      "```sh step s outputs=[left.csv, right.csv]\necho a > left.csv; echo 1 >> left.csv\necho b > right.csv; echo 2 >> right.csv\n```"
    )
    let joined = try bench.workspace.rows("SELECT a, b FROM s.left, \"s.right\"")
    #expect(joined.row(0) == [.int(1), .int(2)])
  }

  @Test func runsNothingWhereTheProjectDoesNotAllowIt() throws {
    let bench = try Bench()
    let text = "```sh step s\ntouch \(bench.folder.path)/ran\n```"
    #expect(throws: StepFailure.self) { try bench.run(text) }
    #expect(try bench.check(text).first?.rule == "processes-denied")
    #expect(!FileManager.default.fileExists(atPath: bench.folder.path + "/ran"))
  }

  @Test func givesAProcessASmallEnvironmentAndNothingOfOurs() throws {
    // Constant C strings.
    _ = unsafe setenv("WASHI_LEAKED", "yes", 1)
    let bench = try bench([
      ProcessParameter(name: "month", text: "2021-01", value: .text("2021-01"), isSecret: false),
      ProcessParameter(name: "unused", text: "u", value: .text("u"), isSecret: false),
      ProcessParameter(name: "token", text: "hush-hush", value: .text("hush-hush"), isSecret: true),
    ])
    _ = try bench.run(
      """
      ```sh step s outputs=seen.csv
      echo name > seen.csv; env | cut -d= -f1 | sort >> seen.csv
      test "$month" = 2021-01
      grep -q '"month": "2021-01"' parameters.json
      test "$TZ" = UTC
      ```
      """)
    let names = try bench.workspace.rows("SELECT name FROM s").columns[0].values.map(\.plainText)
    #expect(names.contains("month"))
    #expect(!names.contains("token"), "a secret only for those who ask")
    #expect(!names.contains("unused"), "no parameter that the script does not name")
    #expect(!names.contains("WASHI_LEAKED"))
  }

  @Test func keepsSecretsOutOfLogsAndFiles() throws {
    let secret = ProcessParameter(
      name: "token", text: "hush-hush", value: .text("hush-hush"), isSecret: true)
    let bench = try bench([secret])
    let result = try bench.run(
      """
      ```sh step s secrets=token log=5
      echo "my $token is"; printf hush-; sleep 0.2; printf 'hush\\n'; cat parameters.json
      ```
      """)
    guard case .text(let shown)? = result.exhibits.last else { return #expect(Bool(false)) }
    #expect(shown.lines == ["my *** is", "***", "{", "", "}"])
    let kept = try String(contentsOfFile: bench.folder.path + "/logs/s.log", encoding: .utf8)
    #expect(!kept.contains("hush-hush"))
    let failure = #expect(throws: StepFailure.self) {
      try bench.run(
        "```sh step t secrets=token outputs=o.csv\necho a > o.csv; echo $token >> o.csv\n```")
    }
    #expect(failure?.diagnostic.rule == "secret-exposed")
    #expect(failure?.diagnostic.summary.contains("hush") == false)
  }

  @Test func pointsAtTheLineOfTheScriptThatFailed() throws {
    let bench = try bench()
    let shell = #expect(throws: StepFailure.self) {
      try bench.run("```sh step s\necho one\nno_such_program\n```")
    }
    #expect(shell?.diagnostic.range?.start.line == 3)
    #expect(shell?.diagnostic.summary.contains("status 127") == true)
    guard Interpreter.program("python3", in: bench.workspace.processes.searchPath) != nil else {
      return
    }
    let python = #expect(throws: StepFailure.self) {
      try bench.run("```python step s\nx = 1\n\nraise ValueError('no rows')\n```")
    }
    #expect(python?.diagnostic.range?.start.line == 4)
    #expect(python?.diagnostic.summary.contains("ValueError: no rows") == true)
  }

  @Test func findsBrokenScriptsBeforeAnythingRuns() throws {
    let bench = try bench()
    let shell = try bench.check("```sh step s\necho one\nif true; then\n```")
    #expect(shell.first?.rule == "bad-script")
    #expect(
      try bench.check("```sh step s files=nowhere.txt\ntrue\n```").first?.rule == "missing-file")
    guard Interpreter.program("python3", in: bench.workspace.processes.searchPath) != nil else {
      return
    }
    let python = try bench.check("```python step s\nx = 1\nif x\n  pass\n```")
    #expect(python.first?.rule == "bad-script")
    #expect(python.first?.range?.start.line == 3)
    #expect(python.first?.summary.contains("SyntaxError") == true)
  }

  @Test func saysWhatIsMissingAmongTheOutputs() throws {
    let bench = try bench()
    let table = #expect(throws: StepFailure.self) {
      try bench.run("```sh step s outputs=scores.csv\necho a > score.csv\n```")
    }
    #expect(table?.diagnostic.rule == "missing-output")
    #expect(table?.diagnostic.solutions == ["did you mean `score.csv`?"])
    let metric = #expect(throws: StepFailure.self) {
      try bench.run("```sh step s metrics=auc\necho '{\"acu\": 1}' > metrics.jsonl\n```")
    }
    #expect(metric?.diagnostic.rule == "missing-metric")
    let link = #expect(throws: StepFailure.self) {
      try bench.run("```sh step s outputs=scores.csv\nln -s /etc/passwd scores.csv\n```")
    }
    #expect(link?.diagnostic.rule == "missing-output", "a link may lead anywhere")
  }

  @Test func readsFiguresFromLinesOfJSON() throws {
    let text = """
      {"name": "auc", "value": 0.81, "label": "AUC", "format": ".3f", "interval": [0.8, 0.82]}

      {"rows": 4000, "share": 1e-3, "none": null, "undefined": NaN}
      {"auc": 0.82}
      """
    let metrics = try MetricLine.metrics(in: text)
    #expect(metrics.map(\.name) == ["auc", "rows", "share", "none", "undefined"])
    #expect(metrics.map(\.value) == [0.82, 4000, 0.001, nil, nil])
    for wrong in ["[1]", "auc: 1", #"{"name": "auc"}"#, #"{"auc": "high"}"#, #"{"a b": 1}"#, "{"] {
      let failure = #expect(throws: StepFailure.self) {
        try MetricLine.metrics(in: "{\"ok\": 1}\n\(wrong)\n")
      }
      #expect(failure?.diagnostic.summary.contains("line 2") == true, "\(wrong)")
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func endsAProcessWithItsWholeGroupWhenTimeIsOver() throws {
    let bench = try bench()
    let numbers = bench.folder.path + "/numbers"
    // A thread of its own: the tests' threads may all be waiting for processes.
    Thread.detachNewThread { [cancellation = bench.workspace.cancellation] in
      while !FileManager.default.fileExists(atPath: numbers) { usleep(10_000) }
      cancellation.cancel(.stepTimeout(seconds: 0.3))
    }
    let failure = #expect(throws: StepFailure.self) {
      try bench.run(
        """
        ```sh step s
        trap '' TERM
        sleep 600 & echo $$ > pids; echo $! >> pids; mv pids \(numbers)
        sleep 600 || true
        sleep 600
        ```
        """)
    }
    #expect(failure?.diagnostic.rule == "timeout")
    let pids = try String(contentsOfFile: numbers, encoding: .utf8).split(separator: "\n")
      .compactMap { pid_t($0) }
    #expect(pids.count == 2)
    for pid in pids { #expect(isGone(pid), "\(pid) still runs") }
  }

  /// Whether a process has ended, or will in a moment: one that was killed may wait to be buried.
  private func isGone(_ pid: pid_t) -> Bool {
    for _ in 0..<500 {
      guard kill(pid, 0) == 0 else { return true }
      let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
      if state?.contains(") Z ") == true { return true }
      usleep(10_000)
    }
    return false
  }

  @Test(.timeLimit(.minutes(5)))
  func doesNotWaitForWhatAProcessLeavesRunning() throws {
    let bench = try bench()
    let result = try bench.run("```sh step s log=1\nsleep 6000 &\necho done\n```")
    guard case .text(let shown)? = result.exhibits.last else { return #expect(Bool(false)) }
    #expect(shown.lines == ["done"])
  }

  @Test func limitsMemory() throws {
    let bench = try bench()
    let text = """
      ```sh step s memory=64MB
      head -c 300000000 /dev/zero | tail -c 200000000 | wc -c
      ```
      """
    #if os(Linux)
      // `tail` must hold what it will print.
      let result = Result { try bench.run(text) }
      let log = try String(contentsOfFile: bench.folder.path + "/logs/s.log", encoding: .utf8)
      #expect(!log.contains("200000000"), "\(result)")
    #endif
  }

  @Test func keepsTheWholeLogInBoundedMemoryAndShowsItsEnd() throws {
    let bench = try bench()
    let result = try bench.run(
      "```sh step s log=2\nyes 0123456789012345678901234567890123456789 | head -n 500000; echo end\n```"
    )
    guard case .text(let shown)? = result.exhibits.last else { return #expect(Bool(false)) }
    #expect(shown.lines == ["0123456789012345678901234567890123456789", "end"])
    #expect(shown.totalLines == 500_001)
    let size = try FileManager.default.attributesOfItem(atPath: bench.folder.path + "/logs/s.log")
    #expect(size[.size] as? Int == 500_000 * 41 + 4)
  }

  @Test func refusesOptionsThatCannotBe() throws {
    let bench = try Bench()
    for (fence, rule) in [
      ("sh step s outputs=scores.xlsx", "wrong-value"),
      ("sh step s outputs=../x.csv", "wrong-value"),
      ("sh step s memory=lots", "wrong-value"), ("sh step s files=/etc/passwd", "wrong-value"),
      ("sh step s inputs=a.csv outputs=a.csv", "wrong-value"),
      ("sh step s run=ls", "unknown-option"),
    ] {
      #expect(try bench.check("```\(fence)\ntrue\n```").map(\.rule) == [rule], "\(fence)")
    }
    #expect(try bench.check("```yaml step s\nuses: process\n```").map(\.rule) == ["missing-option"])
  }
}
