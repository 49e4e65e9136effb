import ArgumentParser
import Foundation
import Testing

@testable import Commands

/// What `--help` says, as reviewed files; `WASHI_RECORD=1` writes them anew and fails.
@Suite struct HelpTests {
  @Test(arguments: [
    "washi", "run", "batch", "check", "plan", "log", "show", "predict", "diff", "verify", "open",
    "init", "doctor", "gc", "serve", "export", "storage", "sync", "notify", "schedule",
    "backup", "restore", "train-worker",
  ])
  func helpIsTheReviewedText(command: String) throws {
    let type: any ParsableCommand.Type =
      Washi.configuration.subcommands.first { $0.configuration.commandName == command }
      ?? Washi.self
    let help =
      (type == Washi.self
        ? Washi.helpMessage(columns: 90) : Washi.helpMessage(for: type, columns: 90)) + "\n"
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Goldens/help-\(command).txt")
    if ProcessInfo.processInfo.environment["WASHI_RECORD"] == "1" {
      try Data(help.utf8).write(to: golden)
      Issue.record("recorded \(golden.lastPathComponent)")
    }
    #expect(try String(contentsOf: golden, encoding: .utf8) == help)
  }

  @Test func helpGoesToStandardOutput() async throws {
    let bench = try Bench()
    #expect(await bench.washi("--help") == .done)
    #expect(bench.out.contains("SUBCOMMANDS"))
    #expect(bench.err == "")
    #expect(await bench.washi("--version") == .done)
    #expect(bench.out == Washi.version + "\n")
    #expect(await bench.washi("run", "--help") == .done)
    #expect(bench.out.contains("--help-notebook"))
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func makesCompletions(shell: String) async throws {
    let bench = try Bench()
    #expect(await bench.washi("--generate-completion-script", shell) == .done)
    #expect(bench.out.contains("washi"))
  }
}
