internal import Archiving
internal import ArgumentParser
internal import Parsing
internal import Telling
internal import Vocabulary

/// `washi sync`: send what could not be told.
struct SyncCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "sync",
    abstract: "Send what is waiting: runs for the tracking server, notifications.",
    discussion: """
      What a run could not tell, because a server was away, waits below .washi/outbox/. The next run \
      tries again by itself; this command tries everything at once, also what a server has refused \
      before. A run that was sent in part is gone on with, never sent twice. Exit code 1 when \
      something is still waiting, 99 when nothing was.

      EXAMPLES:
        washi sync --list
        washi sync
        washi sync --drop 20261121T053607Z-k3x9a.track
      """)

  @Flag(help: "List what is waiting, and why, without sending.")
  var list = false

  @Option(
    help: ArgumentHelp("Take this one out instead of sending it; several times.", valueName: "id"))
  var drop: [String] = []

  @Option(
    help: ArgumentHelp("Seconds for each of them.", valueName: "s"))
  var timeout = 60.0

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  @Flag(help: "Print a JSON array.")
  var json = false

  func validate() throws {
    if !(timeout > 0 && timeout < 1e6) {
      throw ValidationError("--timeout must be more than 0 seconds")
    }
    if list, !drop.isEmpty { throw ValidationError("--list and --drop exclude each other") }
  }

  /// An errand as `--json` prints it.
  private struct Entry: Encodable {
    var id: String
    var recipient: String?
    var subject: String?
    var attempts: Int
    var problem: String?
    var state: String
    var page: String?
  }

  func perform(at desk: Desk) async throws -> ExitStatus {
    let project = desk.project
    let (projectFile, sources) = try project.file(environment: environment)
    if projectFile.diagnostics.contains(where: { $0.severity == .error }) {
      desk.show(projectFile.diagnostics, in: sources)
      return .wrong
    }
    let dispatcher = Dispatcher(for: project, projectFile, at: desk)
    let ids = dispatcher.outbox.ids
    if !drop.isEmpty { return try remove(from: dispatcher.outbox, ids, at: desk) }
    var entries: [Entry] = []
    for id in ids {
      entries.append(
        list
          ? entry(id, in: dispatcher.outbox)
          : await send(id, by: dispatcher, at: desk))
    }
    if json {
      desk.console.say(JSONText.encode(entries, isIndented: true))
    } else if entries.isEmpty {
      desk.console.note("nothing is waiting")
    } else if list {
      let rows = entries.map { entry in
        [entry.id, entry.recipient ?? "?", entry.subject ?? "?", entry.problem ?? "not tried yet"]
      }
      for line in TextTable(rows: rows).lines { desk.console.say(line) }
    }
    if list { return .done }
    if entries.isEmpty { return .idle }
    return entries.contains { $0.state == "waiting" } ? .failed : .done
  }

  private func entry(_ id: String, in outbox: Outbox) -> Entry {
    let errand = (try? outbox.entry(id)).flatMap { Errand($0) }
    let progress = Errand.Progress(outbox.progress(id))
    return Entry(
      id: id, recipient: errand?.recipient, subject: errand?.subject, attempts: progress.attempts,
      problem: progress.problem?.reason, state: "waiting")
  }

  private func send(_ id: String, by dispatcher: Dispatcher, at desk: Desk) async -> Entry {
    var entry = entry(id, in: dispatcher.outbox)
    let (errand, outcome) = await dispatcher.perform(
      id, until: .now + .seconds(timeout), isAsked: true)
    let recipient = errand?.recipient ?? entry.recipient ?? id
    let subject = errand?.subject ?? entry.subject ?? id
    entry.recipient = recipient
    switch outcome {
    case .done(let page, let remarks):
      (entry.state, entry.page, entry.problem) = ("sent", page, nil)
      if !json { desk.console.say("sent: \(subject) to \(page ?? recipient)") }
      for remark in remarks { desk.console.note("warning: tracking: \(visibleText(remark))") }
    case .waiting(let problem):
      entry.problem = problem.reason
      desk.console.note("waiting: \(subject): \(recipient) \(visibleText(problem.reason))")
    case .untouched:
      entry.state = "busy"
      desk.console.note("busy: somebody else is sending \(subject)")
    }
    return entry
  }

  private func remove(from outbox: Outbox, _ ids: [String], at desk: Desk) throws -> ExitStatus {
    for id in drop {
      guard ids.contains(id) else {
        throw Refusal([
          .error(
            "not-found", "nothing of the name `\(visibleText(id))` is waiting", at: nil,
            solutions: solutions(forUnknown: id, among: ids) + ["`washi sync --list` lists what is"]
          )
        ])
      }
      guard let claim = outbox.claim(id) else {
        throw Refusal([.error("busy", "somebody else is sending \(id)", at: nil)])
      }
      claim.end()
      desk.console.say("dropped: \(id)")
    }
    return .done
  }
}
