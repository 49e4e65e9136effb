internal import ArgumentParser
internal import Logging
internal import Parsing
internal import Vocabulary

/// What every command works with: the circumstances it finds and the console it prints on.
struct Desk: Sendable {
  var circumstances: Circumstances
  let console: Console

  /// The project that the user stands in.
  var project: Project { Project(of: circumstances.workingDirectory, in: circumstances) }

  /// Shows findings, worst or not, as every command shows them.
  func show(_ diagnostics: [Diagnostic], in sources: [String: String] = [:]) {
    guard !diagnostics.isEmpty else { return }
    var text = diagnostics.rendered(in: sources, color: console.hasColor)
    if text.last == "\n" { text.removeLast() }
    console.note(text)
  }

  /// A logger that writes to the console what is at least as bad as `level`.
  func logger(_ level: Logger.Level) -> Logger {
    Logger(label: "washi") { _ in ConsoleLog(console: console, logLevel: level) }
  }

  /// The same as JSON, an object on every line.
  func jsonLogger(_ level: Logger.Level) -> Logger {
    let now = circumstances.now
    return Logger(label: "washi") { _ in JSONLog(console: console, now: now, logLevel: level) }
  }
}

/// A command: flags on the way in, an exit status on the way out.
protocol Action: ParsableCommand {
  /// Does what the flags say.
  func perform(at desk: Desk) async throws -> ExitStatus
}

/// Log lines on the console: `debug: planned in 0.01 s`.
struct ConsoleLog: LogHandler {
  let console: Console
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let facts = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
    console.note("\(event.level): \(event.message)\(facts.joined())")
  }
}

/// Log lines for machines: `{"time":"2026-11-21T08:36:07.120Z","level":"info","message":"..."}`, facts of
/// the event beside them.
struct JSONLog: LogHandler {
  let console: Console
  let now: @Sendable () -> Int64
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var facts = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
    facts["time"] = Amounts.utcTime(now())
    facts["level"] = event.level.rawValue
    facts["message"] = event.message.description
    console.note(JSONText.encode(facts))
  }
}
