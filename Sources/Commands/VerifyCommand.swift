internal import Archiving
internal import ArgumentParser
internal import Comparing
internal import Logging
internal import Parsing
internal import Planning
internal import Reporting
internal import Vocabulary

/// `washi verify`: make a published version again and compare the bytes.
struct VerifyCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Make a version again from what it recorded, and prove that the bytes are the same.",
    discussion: """
      Runs the version's own notebook with its own parameters on the data that is there now, in a clean \
      place; nothing is published. Where bytes differ, the difference is shown with its likely cause: a \
      changed or missing input, another engine, another Washi, a parameter that the project file gives. \
      A notebook that was changed since is told beside that; `washi diff VERSION working` runs that one. \
      Where the version kept the rows of an input (`snapshot: true`), they are read from there when the \
      file is gone or changed, and that is said. \
      Exit code 0 when all bytes are the same, else 1. Secret parameters come from where the notebook \
      says, as in any run.

      EXAMPLES:
        washi verify credit/monthly
        washi verify credit/monthly@2021-01/v1
      """)

  @Argument(help: "The address of a version, as for `washi show`.")
  var address: String = "latest"

  @Option(help: ArgumentHelp("The folder of the versions (default: output).", valueName: "dir"))
  var output: String?

  @Option(
    name: .customLong("env"),
    help: ArgumentHelp("Read washi.<name>.yaml over washi.yaml.", valueName: "name"))
  var environment: String?

  func perform(at desk: Desk) async throws -> ExitStatus {
    let project = desk.project
    let archive = try Archive(at: output, of: project)
    let resolved = try archive.resolve(VersionAddress(address, in: project))
    let recorded = VersionSource(archive: archive, project: project).folder(resolved)
    let record = try VersionRecord(recorded)
    let change = record.changedNotebook(in: project)
    let file = try NotebookFile(recorded: record, environment: environment, in: project)
    let rows = RecordedRows(
      of: record, in: project,
      store: SnapshotStore(project.path(file.projectFile.snapshots ?? "snapshots")))
    let causes = rows.causes
    for remark in rows.remarks { desk.console.note("note: \(visibleText(remark))") }
    var settings = Press.Settings()
    settings.recorded = rows.sources
    settings.output = output
    settings.past = record.past
    settings.pinned = record.registered
    let press = Press(desk: desk, file: file, settings: settings, log: desk.logger(.error))

    let rehearsal: Press.Rehearsal
    do {
      rehearsal = try await press.rehearse(
        with: record.arguments, named: "the same made again")
    } catch let refusal as Refusal {
      desk.show(refusal.diagnostics, in: file.sources)
      return tell(recorded.name, "cannot be made again", causes, at: desk)
    }
    if recorded.files == rehearsal.folder.files, recorded.problems.isEmpty {
      let count = Amounts.count(recorded.files.count, "file")
      desk.console.say("same bytes: \(recorded.name) (\(count))")
      if let change { desk.console.note("note: \(change)") }
      return .done
    }
    if let failure = rehearsal.failure {
      desk.show([failure], in: file.sources)
      return tell(recorded.name, "fails when it is made again", causes, at: desk)
    }
    let difference = Difference(from: recorded, to: rehearsal.folder)
    desk.console.say(difference.terminalText(color: desk.console.hasOutputColor) + "\n")
    var found = causes + Self.causes(of: difference)
    if found.isEmpty {
      // Whoever touched the files: what the notebook makes is what it made.
      found = [
        "notebook, parameters, inputs and engines are the recorded ones: files of the version were "
          + "edited by hand, the page's templates changed, or a step depends on something else"
      ]
      if let change { found.append("\(change): one of the two was edited since") }
    } else if let change {
      desk.console.note("note: \(change)")
    }
    return tell(recorded.name, "has other bytes when it is made again", found, at: desk)
  }

  private func tell(
    _ name: String, _ what: String, _ causes: [String], at desk: Desk
  ) -> ExitStatus {
    desk.console.say("\(visibleText(name)) \(what)")
    for cause in causes { desk.console.say("  likely cause: \(visibleText(cause))") }
    return .failed
  }

  /// What explains a difference, most certain first.
  private static func causes(of difference: Difference) -> [String] {
    let engines = difference.changes(.engine).map { change in
      let name = change.path.first ?? ""
      return "\(name == "washi" ? "Washi itself" : name) was \(change.old ?? "absent") "
        + "and is \(change.new ?? "absent")"
    }
    let parameters = difference.changes(.parameter).filter { $0.path.count == 1 }.map { change in
      "the parameter `\(change.path[0])` was \(change.old ?? "absent") and is "
        + "\(change.new ?? "absent"): the project file or a default says something else now"
    }
    return engines + parameters
  }
}
