internal import Archiving
internal import Parsing
internal import Vocabulary

extension Archive {
  /// The archive of a project, its versions in the folder that the call or the project file names.
  init(at output: String?, of project: Project) throws(Refusal) {
    let folder =
      if let output {
        Paths.absolute(output, in: project.workingDirectory)
      } else {
        project.path((try? project.file(environment: nil))?.file.output ?? "output")
      }
    self.init(output: folder, state: project.path(".washi"))
  }
}

extension VersionAddress {
  /// An address as the user wrote it; a path that is there, seen from where they stand, is a path.
  init(_ text: String, in project: Project) {
    let path = Paths.absolute(text, in: project.workingDirectory)
    let isPath =
      text.contains("/") && !text.contains("@") && !text.hasSuffix(".md")
      && Files.kind(path) != nil
    self.init(isPath || text.hasPrefix(".") ? path : text)
  }
}
