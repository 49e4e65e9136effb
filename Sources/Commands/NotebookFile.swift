internal import Parsing
internal import Vocabulary

/// A notebook with the project that it belongs to, read and parsed.
struct NotebookFile: Sendable {
  let project: Project
  let notebook: Notebook
  let projectFile: ProjectFile
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
    sources = texts.merging([name: notebook.source]) { _, notebook in notebook }
  }

  /// A notebook whose parts are known.
  init(
    project: Project, notebook: Notebook, projectFile: ProjectFile, sources: [String: String]
  ) {
    self.project = project
    self.notebook = notebook
    self.projectFile = projectFile
    self.sources = sources
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
