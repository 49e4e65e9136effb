internal import Archiving
internal import ArgumentParser
internal import Serving
internal import Vocabulary

/// `washi backup`: a copy of all that cannot be made again.
struct BackupCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract:
      "Copy versions, models, history and the workplace into a folder, also while it serves.",
    discussion: """
      Copied are the versions (output/), the registry of models, the history of runs, and what the server \
      keeps: orders, people, tokens, uploads, schedules and the log of who did what. Databases are copied as \
      of one moment. Not copied are notebooks and data, which lie in your repository and your storage, and \
      the cache, which is made again.

      SHA256SUMS in the copy lists every file; `sha256sum -c SHA256SUMS` proves that none has changed.

      EXAMPLES:
        washi backup /backups/2026-11-21
        washi backup /backups/2026-11-21 --without-versions    when output/ is in git
        washi restore /backups/2026-11-21
      """)

  @Argument(help: "A folder that is new or empty.", completion: .directory)
  var folder: String

  @Flag(help: "Leave output/ out.")
  var withoutVersions = false

  func perform(at desk: Desk) async throws -> ExitStatus {
    let project = desk.project
    let target = Paths.absolute(folder, in: desk.circumstances.workingDirectory)
    guard Files.names(in: target).isEmpty, Files.kind(target) != .file else {
      throw Refusal([
        .error(
          "not-empty", "\(folder) is not empty", at: nil,
          solutions: ["name a folder that is new or empty"])
      ])
    }
    var parts: [String] = []
    for part in try BackupPart.all(of: project)
    where !(withoutVersions && part.name == "output") && part.exists {
      desk.console.note("copying \(part.name)")
      try part.copy(to: target)
      parts.append(part.name)
    }
    guard !parts.isEmpty else {
      throw Refusal([.error("nothing", "there is nothing to copy yet", at: nil)])
    }
    try Files.create("\(target)/\(BackupSums.name)", try BackupSums(of: target).text)
    desk.console.note("copied \(parts.joined(separator: ", "))")
    desk.console.say(project.shown(target))
    return .done
  }
}
