internal import ArgumentParser
internal import Vocabulary

/// `washi init`: a project that runs at once.
struct InitCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Begin a project: a project file, a first notebook, what git should ignore.",
    discussion: """
      Nothing that is there is overwritten.

      With --git a repository learns to review reports: `git diff` shows what changed in a report instead \
      of its files' lines, generated files are folded and never merged line by line, a GitHub Actions \
      workflow and a script for other CIs run the notebooks that a change touches and compare them with the \
      base. It may be called again at any time; each clone needs it once, for settings are not cloned. \
      docs/review.md tells more.

      EXAMPLES:
        washi init
        washi init reports
        washi init --git
      """)

  @Argument(help: "The project's folder.", completion: .directory)
  var directory: String = "."

  @Flag(
    help: "Set up git, and a workflow for pull requests, in a project that may be there already.")
  var git = false

  func perform(at desk: Desk) async throws -> ExitStatus {
    let here = desk.circumstances.workingDirectory
    let folder = Paths.absolute(directory, in: here)
    let project = Project(of: folder, in: desk.circumstances)
    guard git else { return try begin(project, in: folder, at: desk) }
    let isProject = ["washi.yaml", "notebooks"].contains { Files.kind(project.path($0)) != nil }
    let setup = try GitSetup(
      of: isProject ? project : Project(startingAt: folder, in: desk.circumstances),
      executable: desk.circumstances.executable)
    if !isProject { _ = try begin(setup.project, in: folder, at: desk) }
    for remark in try setup.perform() {
      let gap = String(repeating: " ", count: max(0, 9 - remark.what.count))
      desk.console.note("\(remark.what)\(gap) \(visibleText(remark.place))")
    }
    desk.console.say("git diff \(setup.output ?? "")")
    return .done
  }

  private func begin(_ project: Project, in folder: String, at desk: Desk) throws -> ExitStatus {
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
