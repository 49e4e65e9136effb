internal import Archiving
internal import ArgumentParser
internal import DuckDB
internal import Logging
internal import Parsing
internal import Planning
internal import Running
internal import Vocabulary

/// `washi check`: everything that is wrong, without running.
struct CheckCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say everything that is wrong with notebooks, without running them.",
    discussion: """
      Parses, checks types, plans, and tries every step on empty tables. Each finding has its place, its \
      reason and what was probably meant. Exit code 2 when there is an error.

      EXAMPLES:
        washi check notebooks/credit/monthly.md
        washi check notebooks/*.md --json
      """)

  @Argument(help: "Notebooks; - reads standard input.", completion: .file())
  var notebooks: [String]

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  @Flag(help: "Print the findings as a JSON array.")
  var json = false

  func perform(at desk: Desk) async throws -> ExitStatus {
    var all: [Diagnostic] = []
    for path in notebooks {
      var sources: [String: String] = [:]
      let findings: [Diagnostic]
      do {
        let file = try NotebookFile(path, environment: environment, in: desk.circumstances)
        sources = file.sources
        findings = try await check(file, at: desk)
      } catch let refusal as Refusal {
        findings = refusal.diagnostics
      } catch let error as DuckDBError {
        findings = Complaint(about: error).diagnostics
      }
      all += findings
      desk.show(findings, in: sources)
      if !json {
        let tally = findings.tally
        desk.console.say("\(path): \(tally.isEmpty ? "ok" : tally)")
      }
    }
    if json { desk.console.say(JSONText.encode(all.map(DiagnosticFacts.init), isIndented: true)) }
    return all.contains { $0.severity == .error } ? .wrong : .done
  }

  private func check(_ file: NotebookFile, at desk: Desk) async throws -> [Diagnostic] {
    var arguments = Arguments()
    arguments.isComplete = false
    let engine = try OpenEngine(for: file.project, in: desk.circumstances)
    let press = Press(desk: desk, file: file, settings: Press.Settings(), log: desk.logger(.error))
    // Planning carries the notebook's own findings along, errors as a refusal.
    let plan = try press.plan(with: arguments, on: engine)
    let workspace = try press.archive().workspace()
    defer { workspace.discard() }
    let session = Running.Session(
      on: engine.connection, in: press.surroundings(stagingIn: workspace.path, for: plan))
    return plan.warnings + (await session.check(plan))
  }
}
