internal import Archiving
internal import ArgumentParser
internal import Logging
internal import Parsing
internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

/// `washi run`: one report.
struct RunCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a notebook and publish its report.",
    discussion: """
      Parameters are checked against their declarations before anything runs. The last line on standard \
      output is the path of the report; progress and logs go to standard error. A run whose report equals \
      the newest version publishes nothing new and says so. A failed run leaves its report below .washi/runs/, \
      and so does one that a gate refused (exit code 3).

      EXAMPLES:
        washi run notebooks/credit/monthly.md -p target_date 2021-01
        washi run notebooks/credit/monthly.md -f month.yaml -p trials 3
        washi run notebooks/credit/monthly.md --help-notebook
      """)

  @Argument(help: "The notebook, a Markdown file; - reads standard input.", completion: .file())
  var notebook: String

  @Argument(help: .hidden)
  var rest: [String] = []

  @OptionGroup(title: "Parameters (later ones win)")
  var parameters: ParameterOptions

  @Flag(name: .customLong("help-notebook"), help: "Show the notebook's parameters and stop.")
  var helpNotebook = false

  @Flag(
    name: [.customLong("prepare-only")],
    help: "Print the notebook with its parameters filled in and stop.")
  var prepareOnly = false

  @Flag(
    help:
      "Go on with the newest run of the notebook that failed or was stopped, of these parameters if any."
  )
  var resume = false

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run to resume, when it is not the newest.", valueName: "id"))
  var resumedRun: String?

  @Option(
    help: ArgumentHelp(
      "Do this step anew and those below it; above, use the cache.", valueName: "step"))
  var from: String?

  @Option(help: ArgumentHelp("Stop behind this step.", valueName: "step"))
  var to: String?

  @Option(
    help: ArgumentHelp("Do this step anew and no other; use the cache.", valueName: "step"))
  var only: String?

  @Option(
    help: ArgumentHelp("Steps that may be at work at the same time.", valueName: "n"))
  var jobs: Int?

  @Flag(
    name: .customLong("no-cache"),
    help: "Do every step anew, and keep no result for later runs.")
  var noCache = false

  @Option(help: ArgumentHelp("Publish below this folder (default: output).", valueName: "dir"))
  var output: String?

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  @Option(help: ArgumentHelp("Where relative paths of data start.", valueName: "dir"))
  var cwd: String?

  @Option(
    name: .customLong("execution-timeout"),
    help: ArgumentHelp("Seconds that a step may take, unless it says so itself.", valueName: "s"))
  var executionTimeout: Double?

  @Flag(inversion: .prefixedNo, help: "One moving line instead of a line per step.")
  var progressBar: Bool?

  @Flag(name: .customLong("log-output"), help: "Log figures, remarks and files of every step.")
  var logOutput = false

  @Option(
    name: .customLong("log-level"),
    help: ArgumentHelp("What is worth a line in the log.", valueName: "level"))
  var logLevel: LogLevel = .info

  @Option(
    name: .customLong("stdout-file"),
    help: ArgumentHelp("Also write standard output to a file.", valueName: "file"))
  var stdoutFile: String?

  @Option(
    name: .customLong("stderr-file"),
    help: ArgumentHelp("Also write logs and progress to a file.", valueName: "file"))
  var stderrFile: String?

  @Flag(name: .customLong("no-notify"), help: "Tell nobody: no notifications.")
  var noNotify = false

  @Flag(name: .customLong("no-track"), help: "Do not send the run to the tracking server.")
  var noTrack = false

  // For programs that start runs, such as `washi serve`.
  @Option(help: .hidden)
  var events: String?

  @Option(name: .customLong("as"), help: .hidden)
  var user: String?

  @Flag(name: .customLong("no-processes"), help: .hidden)
  var refusesProcesses = false

  @Flag(help: .hidden)
  var leashed = false

  @Flag(help: "Print one JSON object instead of the path.")
  var json = false

  @Flag(name: .shortAndLong, help: "Say nothing but the result and what is wrong.")
  var quiet = false

  func validate() throws {
    if let path = rest.first {
      throw ValidationError(
        "`\(path)` is one argument too many: Washi publishes versions below a folder instead of writing one "
          + "file. Give that folder with --output, or copy the report from the path that is printed."
      )
    }
    if let jobs, !(1...64).contains(jobs) {
      throw ValidationError("--jobs must be from 1 to 64")
    }
    if resumedRun != nil, !resume { throw ValidationError("--run needs --resume") }
    if [from, to, only].count(where: { $0 != nil }) > 1 {
      throw ValidationError("--from, --to and --only exclude each other")
    }
    if from ?? only != nil, noCache {
      throw ValidationError(
        "--no-cache leaves nothing to begin with: leave it or --from, --only out")
    }
    if let executionTimeout, !(executionTimeout > 0) {
      throw ValidationError("--execution-timeout must be more than 0 seconds")
    }
  }

  func perform(at desk: Desk) async throws -> ExitStatus {
    var desk = desk
    if let user { desk.circumstances.user = user }
    if leashed { Leash.follow() }
    try openCopies(at: desk)
    var file = try NotebookFile(notebook, environment: environment, in: desk.circumstances)
    if refusesProcesses { file.refuseProcesses() }
    var sources = file.sources
    let messenger = Messenger(
      desk: desk, file: file, notifies: !noNotify, tracks: !noTrack, isQuiet: quiet)
    var isRun = false
    do {
      if helpNotebook { return describe(file, at: desk) }
      var (arguments, texts) = try parameters.arguments(in: desk.circumstances)
      sources.merge(texts) { first, _ in first }
      if resume {
        guard let resumed = try resumed(file, arguments, at: desk) else { return .idle }
        arguments = resumed
      }
      let press = Press(
        desk: desk, file: file, settings: try settings(at: desk), log: desk.logger(level))
      if prepareOnly { return try prepare(press, arguments, at: desk) }
      isRun = true
      let printed = try await press.print(with: arguments)
      let status = tell(printed, sources, at: desk)
      await messenger.tell(printed, by: press)
      return status
    } catch let refusal as Refusal {
      desk.show(refusal.diagnostics, in: sources)
      desk.console.note("\(file.notebook.path): \(refusal.diagnostics.tally); nothing was run")
      if json {
        desk.console.say(JSONText.encode(RunFacts(refused: refusal.diagnostics)))
      }
      if isRun { await messenger.tell(refusal.diagnostics) }
      return .wrong
    } catch {
      if isRun { await messenger.tell(Complaint(about: error).diagnostics, isOurs: true) }
      throw error
    }
  }

  /// The parameters to go on with; nil, said to the user, when there is nothing to go on with.
  ///
  /// Parameters that are given tell which run is meant, and run the notebook when there is none: the
  /// same command is right for the first try and for every further one.
  private func resumed(
    _ file: NotebookFile, _ arguments: Arguments, at desk: Desk
  ) throws -> Arguments? {
    let isGiven = !arguments.sources.isEmpty
    guard !isGiven || resumedRun == nil else {
      throw Refusal([
        .error(
          "resume-parameters", "a resumed run has the parameters that it had", at: nil,
          solutions: ["leave the parameters out", "leave --run out: what is cached is reused"])
      ])
    }
    let run = try UnfinishedRun(
      named: resumedRun, given: isGiven ? arguments : nil, of: file, in: desk.circumstances)
    if let run {
      if !quiet { desk.console.note("resuming run \(run.record.id)") }
      return isGiven ? arguments : run.arguments
    }
    if isGiven {
      if !quiet { desk.console.note("no unfinished run has these parameters: this one begins") }
      return arguments
    }
    let name = resumedRun.map { " \($0)" } ?? ""
    desk.console.note(
      "nothing to resume: the history has no unfinished run\(name) of \(file.notebook.path)")
    return nil
  }

  /// The command that goes on where this run has ended.
  private func resumption(of record: RunRecord) -> String? {
    guard notebook != "-", !noCache, record.status == .failed || record.status == .interrupted
    else { return nil }
    var words = ["washi", "run", Paths.argument(notebook), "--resume", "--run", record.id]
    for (name, value) in [("--output", output), ("--env", environment), ("--cwd", cwd)] {
      if let value { words += [name, value] }
    }
    return words.map(quotedForShell).joined(separator: " ")
  }

  private var selection: StepSelection? {
    from.map(StepSelection.from) ?? to.map(StepSelection.to) ?? only.map(StepSelection.only)
  }

  private var level: Logger.Level { quiet ? .error : logLevel.level }

  private func settings(at desk: Desk) throws(Refusal) -> Press.Settings {
    let here = desk.circumstances.workingDirectory
    let log = try events.map { path throws(Refusal) in
      try EventLog(at: Paths.absolute(path, in: here), now: desk.circumstances.now)
    }
    return Press.Settings(
      output: output, dataDirectory: cwd.map { Paths.absolute($0, in: here) },
      stepTimeout: executionTimeout, usesCache: !noCache,
      jobs: jobs, selection: selection,
      progress: Progress.Manner(
        isQuiet: quiet, hasBar: progressBar ?? desk.console.isTerminal,
        tellsOutput: logOutput, events: log))
  }

  private func openCopies(at desk: Desk) throws(Refusal) {
    let here = desk.circumstances.workingDirectory
    desk.console.copy(
      outputTo: try stdoutFile.map { path throws(Refusal) in
        try Files.openForLines(Paths.absolute(path, in: here))
      },
      errorTo: try stderrFile.map { path throws(Refusal) in
        try Files.openForLines(Paths.absolute(path, in: here))
      })
  }

  /// Says how a run ended; the last line of standard output is the report's path or a JSON object.
  private func tell(
    _ printed: Press.Printed, _ sources: [String: String], at desk: Desk
  ) -> ExitStatus {
    let console = desk.console
    let project = Project(of: printed.folder, in: desk.circumstances)
    let page = project.shown(printed.folder + "/index.html")
    let failures = printed.run.outcomes.compactMap { $0.failure?.diagnostic }
    let findings = failures + printed.run.diagnostics
    desk.show(quiet ? findings.filter { $0.severity == .error } : findings, in: sources)
    let address = "\(printed.record.notebook)@\(printed.record.edition ?? "")"
    for refusal in printed.run.refusals {
      for reason in refusal.verdict.refusals { console.note("\(refusal.step) refused: \(reason)") }
    }
    let isPublished = printed.record.version != nil
    if !isPublished {
      let how =
        switch printed.record.status {
        case .interrupted: "was interrupted"
        case .refused: "was refused"
        case .done: "ran in part"
        default: "failed"
        }
      console.note("\(address) \(how); nothing was published. What there is: \(page)")
      if let command = resumption(of: printed.record) { console.note("resume it: \(command)") }
    } else if !quiet {
      let version = "v\(printed.record.version ?? 0)"
      console.note(
        printed.record.isNew
          ? "published: \(address)/\(version)"
          : "unchanged: \(address)/\(version) is still the newest")
    }
    if json {
      console.say(JSONText.encode(RunFacts(printed, page: page, findings: findings)))
    } else if isPublished {
      console.say(page)
    }
    if printed.status == .done, let reason = idleness(of: printed.run) {
      console.note("nothing to do: step `\(only ?? "")` is skipped: \(reason)")
      return .idle
    }
    return printed.status
  }

  /// Why the only step that was asked for had nothing to do, when that is so.
  private func idleness(of run: Run) -> String? {
    guard let only, let outcome = run.outcomes.first(where: { $0.name == only }) else { return nil }
    return if case .skipped(let reason) = outcome.state { reason } else { nil }
  }

  private func prepare(
    _ press: Press, _ arguments: Arguments, at desk: Desk
  ) throws -> ExitStatus {
    if let refusal = press.file.refusal { throw refusal }
    let engine = try OpenEngine(for: press.file.project, in: desk.circumstances)
    let plan = try press.plan(with: arguments, on: engine)
    let given = plan.parameters.filter { $0.origin == .injected && !$0.isSecret }
    var text = plan.notebook.injecting(given.map { ($0.name, $0.text) })
    if text.last == "\n" { text.removeLast() }
    desk.console.say(text)
    return .done
  }

  private func describe(_ file: NotebookFile, at desk: Desk) -> ExitStatus {
    let (declarations, findings) = ParameterDeclaration.decoding(file.notebook.parameters)
    desk.console.say(NotebookHelp(file.notebook, declarations).text)
    desk.show(findings, in: file.sources)
    return findings.contains { $0.severity == .error } ? .wrong : .done
  }
}

/// The names of levels that papermill and swift-log know, in either case.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  case debug, info, warning, error

  init?(argument: String) {
    switch argument.lowercased() {
    case "notset", "trace", "debug": self = .debug
    case "info", "notice": self = .info
    case "warning", "warn": self = .warning
    case "error", "critical": self = .error
    default: return nil
    }
  }

  var level: Logger.Level {
    switch self {
    case .debug: .debug
    case .info: .info
    case .warning: .warning
    case .error: .error
    }
  }
}
