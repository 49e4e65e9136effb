internal import ArgumentParser
internal import Serving
internal import Vocabulary

/// `washi restore`: what `washi backup` has copied, back in its place.
struct RestoreCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Put a copy that `washi backup` made back into the project.",
    discussion: """
      Every file is held against SHA256SUMS first, and nothing is touched when one differs. No server may \
      run. What is there already is refused, or with --replace moved aside, never removed.

      EXAMPLES:
        washi restore /backups/2026-11-21
        washi restore /backups/2026-11-21 --replace
      """)

  @Argument(help: "The folder of the copy.", completion: .directory)
  var folder: String

  @Flag(help: "Move what is there already aside.")
  var replace = false

  func perform(at desk: Desk) async throws -> ExitStatus {
    let project = desk.project
    let source = Paths.absolute(folder, in: desk.circumstances.workingDirectory)
    guard Files.kind("\(source)/\(BackupSums.name)") == .file else {
      throw Refusal([
        .error(
          "no-backup", "\(folder) is no copy that `washi backup` made", at: nil,
          explanation: "It has no \(BackupSums.name).")
      ])
    }
    let listed = String(
      decoding: try Files.bytes(of: "\(source)/\(BackupSums.name)"), as: UTF8.self)
    let differences = try BackupSums(parsing: listed).differences(from: BackupSums(of: source))
    guard differences.isEmpty else {
      throw Refusal(
        differences.prefix(20).map {
          .error("changed-backup", "\(folder)/\($0)", at: nil)
        })
    }
    let lock = try WorkplaceLock(inFolder: project.path(".washi/serve"))
    defer { withExtendedLifetime(lock) {} }
    let parts = try BackupPart.all(of: project).filter {
      Files.kind("\(source)/\($0.name)") != nil
    }
    let taken = parts.filter(\.exists)
    guard replace || taken.isEmpty else {
      throw Refusal(
        taken.map {
          .error(
            "there-already", "\(project.shown($0.place)) is there already", at: nil,
            solutions: ["--replace moves it aside"])
        })
    }
    let aside = project.path(".washi/before-restore-\(Amounts.utcStamp(desk.circumstances.now()))")
    for part in parts {
      try part.restore(from: source, movingAsideTo: aside)
      desk.console.say(project.shown(part.place))
    }
    if !taken.isEmpty {
      desk.console.note("what was there before is now in \(project.shown(aside))")
    }
    return .done
  }
}
