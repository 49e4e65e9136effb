internal import Parsing
internal import Vocabulary

/// What `washi init --git` gives a repository, so that reports are reviewed as reports: attributes,
/// drivers, a workflow and a script. Whatever is there already is kept.
struct GitSetup {
  let project: Project
  let repository: GitRepository
  /// The project's path in the repository, empty or with a `/` behind it.
  let prefix: String
  /// The folder of the versions below the project; nil when it lies elsewhere.
  let output: String?
  /// This program.
  let executable: String?

  /// The setup of a project's repository; a folder outside of any is refused.
  init(of project: Project, executable: String?) throws(Refusal) {
    self.project = project
    self.executable = executable
    repository = GitRepository(at: project.directory)
    guard let prefix = try repository.answer(["rev-parse", "--show-prefix"])?.line else {
      throw Refusal([
        .error(
          "git", "\(project.directory) is in no git repository", at: nil,
          solutions: ["`git init`, then `washi init --git` again"])
      ])
    }
    self.prefix = prefix
    let folder = project.path((try? project.file(environment: nil))?.file.output ?? "output")
    output = Paths.below(project.directory, folder)
  }

  /// What became of a file or setting, for people.
  struct Remark: Hashable {
    /// `created`, `extended`, `set`, `kept` or `as it was`.
    var what: String
    var place: String
  }

  /// Writes what is missing; a second time nothing is.
  func perform() throws(Refusal) -> [Remark] {
    var remarks = [try writeAttributes(), try writeIgnores()].compactMap(\.self)
    remarks.append(try write(ReviewFiles.script, to: project.path(ReviewFiles.scriptPath), true))
    let top = prefix.split(separator: "/").reduce(project.directory) { folder, _ in
      Paths.folder(of: folder)
    }
    let workflow = ReviewFiles.workflow(below: prefix)
    remarks.append(
      try write(workflow, to: Paths.absolute(ReviewFiles.workflowPath, in: top), false))
    for (name, value) in settings { remarks.append(try set(name, value)) }
    return remarks
  }

  // MARK: Files

  private func write(
    _ text: String, to path: String, _ isProgram: Bool
  ) throws(Refusal) -> Remark {
    guard Files.kind(path) != nil else {
      try Files.create(path, text, isProgram: isProgram)
      return Remark(what: "created", place: project.shown(path))
    }
    let isSame = (try? Files.bytes(of: path)) == Array(text.utf8)
    return Remark(
      what: isSame ? "as it was" : "kept",
      place: project.shown(path) + (isSame ? "" : ", which is not the one of this Washi"))
  }

  /// The attributes between their marks; other lines stay as they are.
  private func writeAttributes() throws(Refusal) -> Remark? {
    guard let output else {
      return Remark(what: "left out", place: ".gitattributes: the versions lie outside the project")
    }
    return try write(block: ReviewFiles.attributes(output: output), into: ".gitattributes")
  }

  private func write(block: String, into file: String) throws(Refusal) -> Remark {
    let path = project.path(file)
    guard Files.kind(path) != nil else {
      try Files.create(path, block)
      return Remark(what: "created", place: project.shown(path))
    }
    let text = String(decoding: try Files.bytes(of: path), as: UTF8.self)
    let new = Self.text(text, with: block)
    guard new != text else { return Remark(what: "as it was", place: project.shown(path)) }
    try Files.replace(path, with: new)
    return Remark(what: "extended", place: project.shown(path))
  }

  /// A file's text with the block in place of the one that was there, or at its end.
  static func text(_ text: String, with block: String) -> String {
    let marks = block.split(separator: "\n")
    guard let first = marks.first, let last = marks.last else { return text }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if let start = lines.firstIndex(of: first),
      let end = lines[start...].firstIndex(of: last)
    {
      lines.replaceSubrange(start...end, with: marks)
      return lines.joined(separator: "\n")
    }
    let gap = text.isEmpty || text.hasSuffix("\n\n") ? "" : text.hasSuffix("\n") ? "\n" : "\n\n"
    return text + gap + block
  }

  /// Run history and failed runs are nobody else's.
  private func writeIgnores() throws(Refusal) -> Remark? {
    let state = project.path(".washi/x")
    if try repository.answer(["check-ignore", "-q", "--no-index", "--", state]) != nil {
      return nil
    }
    return try write(block: ReviewFiles.ignores, into: ".gitignore")
  }

  // MARK: Settings

  private var settings: [(String, String)] {
    var settings = ReviewFiles.settings
    if let executable { settings.append(("washi.program", executable)) }
    return settings
  }

  private func set(_ name: String, _ value: String) throws(Refusal) -> Remark {
    let place = "git config \(name)"
    if try repository.answer(["config", "--local", "--get", name])?.line == value {
      return Remark(what: "as it was", place: place)
    }
    let output = try repository.output(["config", "--local", "--replace-all", name, value])
    guard output.isSuccess else {
      throw Refusal([
        .error(
          "git", "git does not take the setting \(name)", at: nil,
          explanation: visibleText(output.errors))
      ])
    }
    return Remark(what: "set", place: place)
  }
}
