internal import Archiving
internal import ArgumentParser
internal import Reporting
internal import Vocabulary

/// `washi log`: what has been run and published.
struct LogCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "List runs and published versions, or a figure over its editions.",
    discussion: """
      Runs come from this machine's history, newest first; versions that others have published come from \
      output/. With --metric, the figure in the newest version of every edition, how it changed, and where it \
      lies between its least and its greatest; --versions shows every version, --csv and --svg are for other \
      programs and for reports.

      EXAMPLES:
        washi log
        washi log credit/monthly --limit 50
        washi log credit/monthly --metric evaluation.auc
        washi log credit/monthly --metric evaluation.auc --versions --csv > auc.csv
        washi log credit/monthly --metric evaluation.auc --svg auc.svg
      """)

  @Argument(help: "Only this notebook, such as credit/monthly.")
  var notebook: String?

  @Option(help: ArgumentHelp("A figure to follow, such as evaluation.auc.", valueName: "name"))
  var metric: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("How many runs to list.", valueName: "n"))
  var limit = 20

  @Option(help: ArgumentHelp("The folder of the versions (default: output).", valueName: "dir"))
  var output: String?

  @Flag(help: "With --metric, every version of every edition.")
  var versions = false

  @Flag(help: "With --metric, print CSV.")
  var csv = false

  @Option(help: ArgumentHelp("With --metric, also write a chart.", valueName: "file"))
  var svg: String?

  @Flag(help: "Print a JSON array.")
  var json = false

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be at least 1") }
    if metric == nil, versions || csv || svg != nil {
      throw ValidationError("--versions, --csv and --svg show a figure: name it with --metric")
    }
    if json, csv { throw ValidationError("--json and --csv both print; give one of them.") }
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
    let course = MetricCourse(of: metric, in: editions, of: archive, allVersions: versions)
    guard !course.points.isEmpty else {
      throw Refusal([
        .error(
          "unknown-metric", "no published version has a figure `\(metric)`", at: nil,
          solutions: solutions(forUnknown: metric, among: course.knownNames))
      ])
    }
    if let svg {
      let path = Paths.absolute(svg, in: desk.project.workingDirectory)
      let staging = try Files.makeTemporaryFolder(near: path, in: desk.circumstances.environment)
      defer { Files.removeFolder(staging) }
      try Files.create("\(staging)/chart.svg", course.picture.svg)
      try Files.move("\(staging)/chart.svg", to: path)
      desk.console.note("wrote \(desk.project.shown(path))")
    }
    if json {
      desk.console.say(JSONText.encode(course.points, isIndented: true))
    } else if csv {
      desk.console.say(course.csv)
    } else {
      for line in course.lines { desk.console.say(line) }
    }
    return .done
  }
}
