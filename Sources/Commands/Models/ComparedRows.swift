internal import Archiving
internal import Comparing
internal import DuckDB
internal import Logging
internal import Parsing
internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

/// The rows that two models are compared on, in a file of their own or in snapshots.
enum ComparedRows {
  /// A file of the user's.
  case file(path: String, name: String, format: ExportStep.Format)
  /// Snapshots one after the other, which say their columns' types themselves.
  case kept(paths: [String], name: String)

  /// Finds the rows that a user names: a file, the digits of a snapshot, or `VERSION:NAME`. What has
  /// to be made again goes into `staging`.
  init(_ text: String, staging: String, at desk: Desk) async throws {
    let project = desk.project
    let path = Paths.absolute(text, in: project.workingDirectory)
    if Files.kind(path) == .file {
      guard let format = ExportStep.Format(endingOf: text) else {
        throw Refusal([
          .error(
            "unknown-format", "the ending of `\(visibleText(text))` names no format", at: nil,
            solutions: ["end it with .csv, .jsonl or .parquet"])
        ])
      }
      self = .file(path: path, name: text, format: format)
      return
    }
    let store = SnapshotStore(of: project)
    if let digest = store.digest(beginning: text) {
      self = .kept(paths: [try store.path(of: digest)], name: "snapshot \(digest.short)")
      return
    }
    if let cut = text.lastIndex(of: ":"), cut > text.startIndex {
      let (address, name) = (String(text[..<cut]), String(text[text.index(after: cut)...]))
      self = .kept(
        paths: try await Self.rows(named: name, of: address, store, staging, at: desk),
        name: text)
      return
    }
    throw Refusal([
      .error(
        "no-rows", "`\(visibleText(text))` is no file, no snapshot and no VERSION:NAME", at: nil,
        explanation: "A snapshot is named by six digits of its SHA-256 at least.",
        solutions: solutions(
          forUnknown: text,
          among: Files.names(in: Paths.folder(of: path)).filter {
            ExportStep.Format(endingOf: $0) != nil
          }))
    ])
  }

  /// The name for people.
  var name: String {
    switch self {
    case .file(_, let name, _), .kept(_, let name): visibleText(name)
    }
  }

  /// The files that the engine must be able to read.
  var paths: [String] {
    switch self {
    case .file(let path, _, _): [path]
    case .kept(let paths, _): paths
    }
  }

  private static func rows(
    named name: String, of address: String, _ store: SnapshotStore, _ staging: String,
    at desk: Desk
  ) async throws -> [String] {
    let project = desk.project
    let archive = try Archive(at: nil, of: project)
    let version = VersionSource(archive: archive, project: project)
      .folder(try archive.resolve(VersionAddress(address, in: project)))
    let record = try VersionRecord(version)
    if let entry = record.keptEntries.first(where: { $0.lowercased() == name.lowercased() }) {
      return try record.snapshots(of: entry).map { try store.path(of: $0.digest) }
    }
    let file = try NotebookFile(recorded: record, environment: nil, in: project)
    let rows = RecordedRows(of: record, in: project, store: store)
    for remark in rows.remarks + rows.causes { desk.console.note("note: \(visibleText(remark))") }
    var settings = Press.Settings()
    settings.past = record.past
    settings.pinned = record.registered
    settings.recorded = rows.sources
    let press = Press(desk: desk, file: file, settings: settings, log: desk.logger(.error))
    let path = "\(staging)/rows.parquet"
    do {
      try await press.write(tableOf: name, with: record.arguments, to: path, of: version.name)
    } catch let refusal as Refusal {
      desk.show(refusal.diagnostics, in: file.sources)
      throw ExitStatus.wrong
    }
    return [path]
  }
}

extension Press {
  /// Makes the table of one step again, with what it needs and nothing else, and puts it into a file
  /// that says its columns' types.
  func write(
    tableOf name: String, with arguments: Arguments, to path: String, of version: String
  ) async throws {
    if let refusal = file.refusal { throw refusal }
    let engine = try OpenEngine(for: file.project, in: desk.circumstances)
    let whole = try plan(with: arguments, on: engine)
    guard let plan = whole.reduced(to: name), let step = plan.steps.last else {
      throw Refusal([
        .error(
          "unknown-table",
          "\(visibleText(version)) kept no rows of `\(visibleText(name))` and has no step of that "
            + "name", at: nil,
          solutions: solutions(
            forUnknown: name, among: whole.steps.filter(\.action.makesTable).map(\.name)))
      ])
    }
    guard step.action.makesTable else {
      throw Refusal([
        .error("wrong-kind", "step `\(step.name)` makes no table", at: step.source.nameRange)
      ])
    }
    let archive = try archive()
    let workspace = try archive.workspace()
    defer { workspace.discard() }
    var surroundings = surroundings(stagingIn: workspace.path, for: plan)
    surroundings.past = past(of: plan, in: archive)
    surroundings.recorded = settings.recorded
    try adoptModels(for: plan, into: &surroundings)
    try plan.openLearningEngines(in: &surroundings)
    let session = Running.Session(on: engine.connection, in: surroundings)
    let signals = SignalWatch { session.cancel() }
    let run = try await session.run(plan)
    if let signal = signals.received { throw signal }
    if let failure = run.firstError { throw Refusal([failure]) }
    let made = "\(workspace.path)/rows.parquet"
    try await session.write(tableOf: step.name, to: made)
    try Files.move(made, to: path)
  }
}
