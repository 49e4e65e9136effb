internal import Parsing
internal import Planning
internal import Steps
internal import Vocabulary

/// A notebook with the project that it belongs to, read and parsed.
struct NotebookFile: Sendable {
  let project: Project
  private(set) var notebook: Notebook
  var projectFile: ProjectFile
  /// The notebooks that it and those within it run, by the path that leads to them.
  let shelf: [String: ShelvedNotebook]
  /// The texts of all files that diagnostics may point at, by their names.
  let sources: [String: String]

  /// Reads the notebook at a path as the user wrote it; `-` is standard input.
  init(
    _ path: String, environment: String? = nil, in circumstances: Circumstances
  ) throws(Refusal) {
    let bytes: [UInt8]
    let name: String
    if path == "-" {
      project = Project(of: circumstances.workingDirectory, in: circumstances)
      bytes = circumstances.standardInput()
      name = "stdin.md"
    } else {
      let absolute = Paths.absolute(path, in: circumstances.workingDirectory)
      guard let kind = Files.kind(absolute) else {
        throw Self.missing(path, absolute, in: circumstances)
      }
      guard kind != .folder else {
        throw Refusal([.error("not-a-notebook", "\(path) is a folder, not a notebook", at: nil)])
      }
      project = Project(of: Paths.folder(of: absolute), in: circumstances)
      bytes = try Files.bytes(of: absolute)
      name = project.shown(absolute)
    }
    notebook = Notebook(parsing: bytes, at: name)
    let (file, texts) = try project.file(environment: environment)
    projectFile = file
    shelf = Self.shelf(for: notebook, in: project, from: circumstances.workingDirectory)
    sources = texts.merging([name: notebook.source]) { _, notebook in notebook }
      .merging(shelf.mapValues(\.notebook.source)) { own, _ in own }
  }

  /// A notebook whose parts are known.
  init(
    project: Project, notebook: Notebook, projectFile: ProjectFile, sources: [String: String]
  ) {
    self.project = project
    self.notebook = notebook
    self.projectFile = projectFile
    shelf = Self.shelf(for: notebook, in: project, from: project.directory)
    self.sources = sources.merging(shelf.mapValues(\.notebook.source)) { own, _ in own }
  }

  /// Reads the notebooks that steps of this one run, and those that they run. One that cannot be
  /// read is left out, and missed by the planner.
  ///
  /// `folder` is the one that the notebook's path starts from.
  private static func shelf(
    for notebook: Notebook, in project: Project, from folder: String
  ) -> [String: ShelvedNotebook] {
    var shelf: [String: ShelvedNotebook] = [:]
    var open = [notebook]
    while let next = open.popLast(), shelf.count < 1000 {
      for step in next.steps where step.options["uses"]?.text == NotebookStep.name {
        guard let name = step.options["notebook"]?.text else { continue }
        let path = NotebookStep.path(of: name, from: next.path)
        let absolute = Paths.absolute(path, in: folder)
        guard shelf[path] == nil, let place = Paths.below(project.directory, absolute),
          Files.kind(absolute) == .file, let bytes = try? Files.bytes(of: absolute)
        else { continue }
        let found = Notebook(parsing: bytes, at: path)
        shelf[path] = ShelvedNotebook(found, at: place)
        open.append(found)
      }
    }
    return shelf
  }

  /// Lets no process start: steps in other languages fail, and no command is told anything.
  mutating func refuseProcesses() {
    func isNoCommand(_ rule: NotifyRule) -> Bool {
      if case .command = rule.channel { false } else { true }
    }
    projectFile.allowsProcesses = false
    projectFile.notify = projectFile.notify.filter(isNoCommand)
    // Rules of the notebook's own that are all left out are not the same as `off`.
    if let own = notebook.frontMatter.notify, !own.isEmpty {
      let left = own.filter(isNoCommand)
      notebook.frontMatter.notify = left.isEmpty ? nil : left
    }
  }

  /// The refusal that carries what is wrong with the texts; nil when they can be planned.
  var refusal: Refusal? {
    let findings = notebook.diagnostics + projectFile.diagnostics
    return findings.contains { $0.severity == .error } ? Refusal(findings) : nil
  }

  private static func missing(
    _ path: String, _ absolute: String, in circumstances: Circumstances
  ) -> Refusal {
    var remedies: [String] = []
    let project = Project(of: Paths.folder(of: absolute), in: circumstances)
    if !path.hasSuffix(".md"), Files.kind(absolute + ".md") == .file {
      remedies = ["did you mean `\(path).md`?"]
    } else if Files.kind(project.path("notebooks/\(path).md")) == .file {
      remedies = ["did you mean `\(project.shown(project.path("notebooks/\(path).md")))`?"]
    } else {
      let folder = Paths.folder(of: absolute)
      let names = Files.names(in: folder).filter { $0.hasSuffix(".md") }
      let wanted = absolute.split(separator: "/").last.map(String.init) ?? path
      remedies = solutions(forUnknown: wanted, among: names)
    }
    return Refusal([
      .error("missing-notebook", "there is no notebook \(path)", at: nil, solutions: remedies)
    ])
  }
}
