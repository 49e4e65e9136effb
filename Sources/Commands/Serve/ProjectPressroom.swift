internal import Archiving
internal import Logging
internal import Parsing
internal import Planning
internal import Reporting
internal import Serving
internal import Vocabulary

/// A project's notebooks for the workplace: read from disk, planned here, run as `washi run`.
struct ProjectPressroom: Pressroom {
  let desk: Desk
  let project: Project
  /// The folder of the notebooks, relative to the project.
  let folder: String
  let environment: String?
  /// The program that runs notebooks: this one.
  let program: String
  /// Whether steps may start programs, where the project allows it.
  let allowsProcesses: Bool
  private let opened = OpenedNotebooks()

  init(
    desk: Desk, project: Project, folder: String, environment: String?, program: String,
    allowsProcesses: Bool
  ) {
    self.desk = desk
    self.project = project
    self.folder = folder
    self.environment = environment
    self.program = program
    self.allowsProcesses = allowsProcesses
  }

  func notebooks() -> [String] {
    files(in: project.path(folder)).map { String($0.dropLast(".md".count)) }
  }

  /// The Markdown files below a folder, at any depth; hidden ones and read-me files are none.
  private func files(in folder: String, depth: Int = 0) -> [String] {
    guard depth < 10 else { return [] }
    return Files.names(in: folder).flatMap { name -> [String] in
      guard !name.hasPrefix("."), !name.hasPrefix("_") else { return [] }
      if Files.kind("\(folder)/\(name)") == .folder {
        return files(in: "\(folder)/\(name)", depth: depth + 1).map { "\(name)/\($0)" }
      }
      return name.hasSuffix(".md") && name.lowercased() != "readme.md" ? [name] : []
    }
  }

  func notebook(_ name: String) throws(Refusal) -> OpenedNotebook? {
    guard isListed(name) else { return nil }
    let files =
      [path(of: name), project.path("washi.yaml")]
      + (environment.map { [project.path("washi.\($0).yaml")] } ?? [])
    return try opened.notebook(name, madeOf: files) { () throws(Refusal) in
      let file = try file(name)
      let notebook = OpenedNotebook(
        name: name, notebook: file.notebook, project: file.projectFile, sources: file.sources)
      // One that runs others is made of more files than these.
      return (notebook, file.shelf.isEmpty)
    }
  }

  /// Whether `notebooks` lists it, without walking through all folders.
  private func isListed(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 10, let last = parts.last, last.lowercased() != "readme",
      parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasPrefix("_") })
    else { return false }
    return Files.kind(path(of: name)) == .file
  }

  func plan(_ notebook: OpenedNotebook, with arguments: Arguments) throws -> Plan {
    let file = try file(notebook.name)
    if let refusal = file.refusal { throw refusal }
    let engine = try OpenEngine(for: project, in: desk.circumstances)
    let press = Press(desk: desk, file: file, settings: Press.Settings(), log: desk.logger(.error))
    return try press.plan(with: arguments, on: engine)
  }

  func scheduledValues(
    of notebook: OpenedNotebook, at time: Timestamp
  ) throws -> [Job.Assignment] {
    let engine = try OpenEngine(for: project, in: desk.circumstances)
    return try notebook.notebook.scheduledValues(at: time, using: engine.connection)
      .map { Job.Assignment($0.name, $0.text) }
  }

  func start(_ job: Job, in folder: RunFolder) throws(Refusal) -> ProcessIdentity {
    var words = ["run", path(of: job.notebook), "--json", "--quiet"]
    words += ["--events", folder.events, "--as", job.user]
    if let environment { words += ["--env", environment] }
    // The order was checked; the notebook may have changed since.
    if !allowsProcesses { words.append("--no-processes") }
    // A value may look like an option; `-p` takes the two words behind it whatever they are.
    for parameter in job.parameters { words += ["-p", parameter.name, parameter.text] }
    // Whoever reads a page comes before a run that could use every processor for minutes.
    let child = try ChildProcess(
      "nice", ["-n", "10", program] + words, output: .file(folder.result),
      errors: .file(folder.log), inOwnGroup: true)
    let identity = child.identity
    // Somebody must take note of its end, or its number is never free again.
    Task.detached { _ = await child.ending() }
    return identity
  }

  private func path(of name: String) -> String { project.path("\(folder)/\(name).md") }

  private func file(_ name: String) throws(Refusal) -> NotebookFile {
    try NotebookFile(path(of: name), environment: environment, in: desk.circumstances)
  }
}
