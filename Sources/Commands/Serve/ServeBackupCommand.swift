internal import ArgumentParser
internal import Serving

/// `washi serve backup`: a copy of what only the server keeps.
struct ServeBackupCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy orders, people, tokens and uploads into a folder, also while it serves.",
    discussion: """
      To restore, stop the server and put the copy in the place of .washi/serve. Versions lie in output/ \
      and are copied like any other files.

      EXAMPLES:
        washi serve backup /backups/2026-11-21
      """)

  @Argument(help: "A folder that is new or empty.", completion: .directory)
  var folder: String

  func perform(at desk: Desk) async throws -> ExitStatus {
    let target = Paths.absolute(folder, in: desk.circumstances.workingDirectory)
    try WorkplaceStore(of: desk.project).backUp(
      from: desk.project.path(".washi/serve"), to: target)
    desk.console.say(desk.project.shown(target))
    return .done
  }
}
