internal import Archiving
internal import ArgumentParser
internal import Vocabulary

/// `washi log`: what has been run and published.
struct LogCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List runs and published versions, or a figure over its editions.",
    discussion: """
      Runs come from this machine's history, newest first; versions that others have published come from \
      output/. With --metric, the newest version of every edition and how the figure changed.

      EXAMPLES:
        washi log
        washi log credit/monthly --limit 50
        washi log credit/monthly --metric evaluation.auc
      """)

  @Argument(help: "Only this notebook, such as credit/monthly.")
  var notebook: String?

  @Option(help: ArgumentHelp("A figure to follow, such as evaluation.auc.", valueName: "name"))
  var metric: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("How many runs to list.", valueName: "n"))
  var limit = 20

  @Option(help: ArgumentHelp("The folder of the versions (default: output).", valueName: "dir"))
  var output: String?

  @Flag(help: "Print a JSON array.")
  var json = false

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  func perform(at desk: Desk) async throws -> ExitStatus {
    let project = desk.project
    let archive = try Archive(at: output, of: project)
    let name = notebook.map { VersionAddress.notebook($0) }
    let editions = archive.editions().filter { name == nil || $0.place.notebook == name }
    var runs: [RunRecord] = []
    var known: [String] = []
    do throws(ArchiveError) {
      if let history = try History.existing(in: project.path(".washi")) {
        try? history.markInterruptedRuns(onHost: desk.circumstances.host)
        runs = try history.runs(of: name, limit: limit)
        known = try history.notebooks()
      }
    } catch {
      desk.show([.warning("history", error.summary, at: nil, solutions: error.solutions)])
    }
    if let name, editions.isEmpty, runs.isEmpty {
      known += archive.editions().map(\.place.notebook)
      throw Refusal([
        .error(
          "not-found", "nothing is known of a notebook `\(name)`", at: nil,
          solutions: solutions(forUnknown: name, among: Set(known).sorted()))
      ])
    }
    if let metric { return try follow(metric, editions, archive, at: desk) }
    list(runs, editions, at: desk)
    return .done
  }

  private func list(_ runs: [RunRecord], _ editions: [Archive.Edition], at desk: Desk) {
    let entries = LogEntry.entries(runs: runs, editions: editions)
    if json {
      desk.console.say(JSONText.encode(entries, isIndented: true))
    } else if entries.isEmpty {
      desk.console.note("nothing has been run or published yet: washi run NOTEBOOK")
    } else {
      let rows = entries.map { entry in
        [
          entry.milliseconds.map { Amounts.localTime($0) } ?? "", entry.status, entry.label,
          entry.seconds.map { Amounts.duration(seconds: $0) } ?? "", entry.run ?? "",
          entry.message ?? "",
        ]
      }
      let header = ["WHEN", "STATE", "REPORT", "TOOK", "RUN", ""]
      desk.console.say(TextTable(rows: [header] + rows, numeric: [3]).lines.joined(separator: "\n"))
    }
  }

  private func follow(
    _ metric: String, _ editions: [Archive.Edition], _ archive: Archive, at desk: Desk
  ) throws -> ExitStatus {
    var points: [MetricPoint] = []
    var names: Set<String> = []
    for edition in editions {
      guard let facts = archive.facts(of: edition.newest) else { continue }
      names.formUnion(facts.metrics.keys)
      guard let figure = facts.metrics[metric] else { continue }
      let before = points.last { $0.notebook == edition.place.notebook }?.value
      points.append(
        MetricPoint(
          notebook: edition.place.notebook, edition: edition.place.edition,
          version: edition.newest.number, value: figure.value,
          change: figure.value.flatMap { value in before.map { value - $0 } }))
    }
    guard !points.isEmpty else {
      throw Refusal([
        .error(
          "unknown-metric", "no published version has a figure `\(metric)`", at: nil,
          solutions: solutions(forUnknown: metric, among: names.sorted()))
      ])
    }
    if json {
      desk.console.say(JSONText.encode(points, isIndented: true))
    } else {
      let rows = points.map { point in
        [
          "\(point.notebook)@\(point.edition)/v\(point.version)",
          point.value.map { NumberFormat.automatic.string($0) } ?? "missing",
          point.change.map { ($0 > 0 ? "+" : "") + NumberFormat.automatic.string($0) } ?? "",
        ]
      }
      desk.console.say(
        TextTable(rows: [["REPORT", metric, "CHANGE"]] + rows, numeric: [1, 2]).lines
          .joined(separator: "\n"))
    }
    return .done
  }
}

/// A figure in the newest version of an edition.
struct MetricPoint: Encodable {
  var notebook: String
  var edition: String
  var version: Int
  var value: Double?
  /// Since the edition before.
  var change: Double?
}
