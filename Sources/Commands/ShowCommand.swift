internal import Archiving
internal import ArgumentParser
internal import Vocabulary

/// `washi show`: a version's text, or the facts of a run.
struct ShowCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print a version's text, its facts, or what is known of a run.",
    discussion: """
      An address is credit/monthly@2021-01/v3, credit/monthly@2021-01 (its newest version), credit/monthly \
      (its newest edition), latest, previous, or a path. A run is named as `washi log` names it.

      EXAMPLES:
        washi show credit/monthly
        washi show credit/monthly@previous --json
        washi show 20261121T053607Z-x2k9f
      """)

  @Argument(help: "The address of a version, or a run.")
  var address: String = "latest"

  @Option(help: ArgumentHelp("The folder of the versions (default: output).", valueName: "dir"))
  var output: String?

  @Flag(help: "Print report.json, or a run as a JSON object.")
  var json = false

  func perform(at desk: Desk) async throws -> ExitStatus {
    let project = desk.project
    let archive = try Archive(at: output, of: project)
    let resolved: Archive.Resolved
    do throws(ArchiveError) {
      resolved = try archive.resolve(VersionAddress(address, in: project))
    } catch {
      guard let (run, details) = try? find(in: project) else { throw error }
      desk.console.say(
        json ? JSONText.encode(RunAccount(run, details), isIndented: true) : text(run, details))
      return .done
    }
    let bytes = try Files.bytes(of: resolved.path + (json ? "/report.json" : "/report.md"))
    var text = String(decoding: bytes, as: UTF8.self)
    if text.last == "\n" { text.removeLast() }
    desk.console.say(text)
    return .done
  }

  private func find(in project: Project) throws -> (RunRecord, RunDetails)? {
    guard let history = try History.existing(in: project.path(".washi")),
      let run = try history.run(address)
    else { return nil }
    return (run, try history.details(of: run.id))
  }

  private func text(_ run: RunRecord, _ details: RunDetails) -> String {
    let entry = LogEntry(run)
    var rows = [
      ["run", run.id], ["report", entry.label], ["state", entry.status],
      ["started", Amounts.localTime(run.startedAt)],
    ]
    if let seconds = entry.seconds { rows.append(["took", Amounts.duration(seconds: seconds)]) }
    rows.append(["by", run.host.isEmpty ? run.user : "\(run.user) on \(run.host)"])
    if let path = run.path { rows.append(["left", path]) }
    if let message = run.message { rows.append(["because", message]) }
    var lines = TextTable(rows: rows).lines
    func section(_ title: String, _ rows: [[String]], numeric: Set<Int> = []) {
      guard !rows.isEmpty else { return }
      lines += ["", title] + TextTable(rows: rows, numeric: numeric).lines.map { "  " + $0 }
    }
    section("PARAMETERS", details.parameters.map { [$0.name, $0.value, $0.origin] })
    section(
      "STEPS",
      details.steps.map { step in
        [
          step.name, step.state,
          step.milliseconds.map { Amounts.duration(seconds: $0 / 1000) } ?? "",
          step.rows.map { Amounts.rows($0) } ?? "", step.message ?? "",
        ]
      }, numeric: [2, 3])
    section(
      "FIGURES",
      details.metrics.map { figure in
        [
          figure.name, figure.value.map { NumberFormat.automatic.string($0) } ?? "missing",
          figure.unit ?? "",
        ]
      }, numeric: [1])
    return lines.joined(separator: "\n")
  }
}

/// A run as `show --json` prints it.
struct RunAccount: Encodable {
  var run: LogEntry
  var parameters: [String: String]
  var metrics: [String: Double]
  var steps: [RunFacts.StepFacts]

  init(_ record: RunRecord, _ details: RunDetails) {
    run = LogEntry(record)
    parameters = Dictionary(details.parameters.map { ($0.name, $0.value) }) { first, _ in first }
    metrics = Dictionary(
      details.metrics.compactMap { figure in figure.value.map { (figure.name, $0) } }
    ) { first, _ in first }
    steps = details.steps.map { step in
      RunFacts.StepFacts(
        name: step.name, state: step.state, seconds: step.milliseconds.map { $0 / 1000 },
        rows: step.rows, because: step.message)
    }
  }
}
