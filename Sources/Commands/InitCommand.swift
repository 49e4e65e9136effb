internal import ArgumentParser
internal import Vocabulary

/// `washi init`: a project that runs at once.
struct InitCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Begin a project: a project file, a first notebook, what git should ignore.",
    discussion: """
      Nothing that is there is overwritten.

      EXAMPLES:
        washi init
        washi init reports
      """)

  @Argument(help: "The project's folder.", completion: .directory)
  var directory: String = "."

  func perform(at desk: Desk) async throws -> ExitStatus {
    let here = desk.circumstances.workingDirectory
    let folder = Paths.absolute(directory, in: here)
    let project = Project(of: folder, in: desk.circumstances)
    let taken = Starter.files.map(\.path).filter { path in
      path != Starter.ignoreFile && Files.kind(Paths.absolute(path, in: folder)) != nil
    }
    guard taken.isEmpty else {
      throw Refusal(
        taken.map { path in
          .error(
            "exists", "\(project.shown(Paths.absolute(path, in: folder))) is there already",
            at: nil,
            solutions: ["choose another folder: washi init DIR"])
        })
    }
    for file in Starter.files {
      let path = Paths.absolute(file.path, in: folder)
      if file.path == Starter.ignoreFile, Files.kind(path) != nil {
        desk.console.note("kept     \(project.shown(path)); it should hold the line `.washi/`")
        continue
      }
      try Files.create(path, file.text)
      desk.console.note("created  \(project.shown(path))")
    }
    let notebook = project.shown(Paths.absolute(Starter.notebook, in: folder))
    desk.console.say("washi run \(notebook)")
    return .done
  }
}
