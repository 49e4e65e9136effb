internal import ArgumentParser
internal import Parsing
internal import Planning
internal import Serving
internal import Vocabulary

/// `washi schedule`: what runs by itself, and when.
struct ScheduleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schedule",
    abstract: "List what is due when, or hand it to cron or systemd.",
    discussion: """
      A notebook says in its front matter when it runs; `washi serve` keeps to it. Who prefers the system's \
      own timers gets their lines here; each of them calls `washi schedule run NOTEBOOK`.

        schedule:
          cron: "0 6 1 * *"          minute, hour, day of month, month, day of week
          timezone: Asia/Tokyo       UTC unless said
          catch_up: last             of missed times: none, last (default) or all
          jitter: 10m                begin up to so much later, always the same for one notebook
          parameters:                $scheduled is the due time on the zone's clocks
            target_date: "{{ $scheduled - INTERVAL 1 MONTH }}"

      A time that clocks skip when they are put forward is due when it would have been (02:30 at 03:30); a \
      time that comes twice when they are put back is due once, unless the hours begin with `*`.

      EXAMPLES:
        washi schedule                            what is due next, with which values
        washi schedule --crontab | crontab -
        washi schedule --systemd --into ~/.config/systemd/user
        washi schedule run credit/monthly         the run that was due last
      """,
    subcommands: [ScheduleListCommand.self, ScheduleRunCommand.self],
    defaultSubcommand: ScheduleListCommand.self)
}

/// `washi schedule list`, which is `washi schedule`.
struct ScheduleListCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what is due when (what `washi schedule` does).")

  @Option(name: .shortAndLong, help: ArgumentHelp("How many due times of each.", valueName: "n"))
  var count = 3

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  @Flag(help: "Print lines for a crontab.")
  var crontab = false

  @Flag(help: "Print a timer and a service for each, for systemd.")
  var systemd = false

  @Option(help: ArgumentHelp("With --systemd: write the units into a folder.", valueName: "dir"))
  var into: String?

  @Flag(help: "Print a JSON array.")
  var json = false

  func validate() throws {
    if !(1...1000).contains(count) { throw ValidationError("--count must be 1 to 1000") }
    if [crontab, systemd, json].count(where: { $0 }) > 1 {
      throw ValidationError("--crontab, --systemd and --json exclude each other")
    }
    if into != nil, !systemd { throw ValidationError("--into needs --systemd") }
  }

  func perform(at desk: Desk) async throws -> ExitStatus {
    let items = try ScheduledNotebook.all(of: desk.project, environment: environment, at: desk)
    guard !items.isEmpty else {
      if json { desk.console.say("[]") }
      desk.console.note("no notebook has a `schedule:` in its front matter")
      return .done
    }
    let writer = UnitWriter(
      project: desk.project.directory, program: desk.circumstances.executable ?? "washi",
      environment: environment)
    if crontab {
      desk.console.say(writer.crontab(of: items).joined(separator: "\n"))
    } else if systemd {
      try write(writer.units(of: items), at: desk)
    } else {
      try list(items, at: desk)
    }
    return .done
  }

  private func write(_ units: [UnitWriter.Unit], at desk: Desk) throws {
    guard let into else {
      desk.console.say(units.map { "# \($0.name)\n\($0.text)" }.joined(separator: "\n"))
      return
    }
    let folder = Paths.absolute(into, in: desk.circumstances.workingDirectory)
    for unit in units {
      let path = Paths.absolute(unit.name, in: folder)
      if Files.kind(path) == nil {
        try Files.create(path, unit.text)
      } else {
        try Files.replace(path, with: unit.text)
      }
      desk.console.say(desk.project.shown(path))
    }
    desk.console.note(
      "next: systemctl --user daemon-reload; systemctl --user enable --now "
        + units.map(\.name).filter { $0.hasSuffix(".timer") }.joined(separator: " "))
  }

  private func list(_ items: [ScheduledNotebook], at desk: Desk) throws {
    let engine = try OpenEngine(for: desk.project, in: desk.circumstances)
    let now = desk.circumstances.now() / 1000
    var findings: [ScheduleFacts] = []
    for item in items {
      var facts = ScheduleFacts(item)
      var moment = now - facts.delay
      while facts.next.count < count, let due = item.times?.next(after: moment) {
        facts.next.append(
          try ScheduleFacts.Due(
            due,
            item.file.notebook.scheduledValues(at: due.wall, using: engine.connection)))
        moment = due.moment
      }
      findings.append(facts)
    }
    if json {
      desk.console.say(JSONText.encode(findings, isIndented: true))
      return
    }
    let rows = findings.flatMap { facts -> [[String]] in
      guard !facts.next.isEmpty else {
        return [[facts.notebook, facts.cron, facts.timezone, facts.problem ?? "never", ""]]
      }
      return facts.next.enumerated().map { index, due in
        [
          index == 0 ? facts.notebook : "", index == 0 ? facts.cron : "",
          index == 0 ? facts.timezone : "", due.scheduled,
          due.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: " "),
        ]
      }
    }
    desk.console.say(
      TextTable(rows: [["NOTEBOOK", "CRON", "ZONE", "DUE", "VALUES"]] + rows).lines
        .joined(separator: "\n"))
  }
}

/// `washi schedule run`: what was due last.
struct ScheduleRunCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a notebook with the values of the time at which it was due last.",
    discussion: """
      What timers of the system call. The exit code is that of `washi run`.

      EXAMPLES:
        washi schedule run credit/monthly
        washi schedule run credit/monthly --at "2021-02-01 06:00"
      """)

  @Argument(help: "The notebook, such as credit/monthly.")
  var notebook: String

  @Option(
    help: ArgumentHelp(
      "The due time on the zone's clocks, instead of the last one.", valueName: "time"))
  var at: String?

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  func perform(at desk: Desk) async throws -> ExitStatus {
    let items = try ScheduledNotebook.all(of: desk.project, environment: environment, at: desk)
    guard let item = items.first(where: { $0.name == notebook }) else {
      throw Refusal([
        .error(
          "no-schedule", "no notebook `\(notebook)` has a schedule", at: nil,
          solutions: solutions(forUnknown: notebook, among: items.map(\.name)))
      ])
    }
    let time = try dueTime(of: item, at: desk)
    let engine = try OpenEngine(for: desk.project, in: desk.circumstances)
    let values = try item.file.notebook.scheduledValues(at: time, using: engine.connection)
    guard let program = desk.circumstances.executable else {
      throw Refusal([
        .error("process", "the system does not tell where the program `washi` lies", at: nil)
      ])
    }
    var words = ["run", item.path]
    if let environment { words += ["--env", environment] }
    for value in values { words += ["-p", value.name, value.text] }
    let child = try ChildProcess(program, words, output: .descriptor(1), errors: .descriptor(2))
    return ExitStatus(rawValue: await child.ending().code) ?? .failed
  }

  private func dueTime(of item: ScheduledNotebook, at desk: Desk) throws(Refusal) -> Timestamp {
    if let at {
      guard let time = Timestamp(parsing: at) else {
        throw Refusal([
          .error(
            "call", "--at must be a time as `2021-02-01 06:00`, not `\(at)`", at: nil)
        ])
      }
      return time
    }
    guard let times = item.times else {
      throw Refusal([
        .error("unknown-zone", item.problem ?? "", at: item.schedule.range)
      ])
    }
    guard let due = times.last(upTo: desk.circumstances.now() / 1000) else {
      throw Refusal([
        .error("never-due", "`\(notebook)` has not been due in years", at: item.schedule.range)
      ])
    }
    return due.wall
  }
}
