internal import Archiving
internal import Learning
internal import Steps
internal import Telling
internal import Vocabulary

/// The files that a tracked run speaks of, in a project.
struct ProjectMatter: TrackedMatter {
  let project: Project
  let registry: ModelRegistry
  /// The report's folder, relative to the project or absolute.
  let folder: String?

  func reportFiles() -> [TrackedFiles.File] {
    guard let folder else { return [] }
    return Self.files(in: project.path(folder), as: "", depth: 0)
  }

  private static func files(in folder: String, as prefix: String, depth: Int) -> [TrackedFiles.File]
  {
    guard depth < 20 else { return [] }
    return Files.names(in: folder).flatMap { name -> [TrackedFiles.File] in
      let path = "\(folder)/\(name)"
      switch Files.kind(path) {
      case .folder: return files(in: path, as: "\(prefix)\(name)/", depth: depth + 1)
      case .file: return [TrackedFiles.File(prefix + name, size: Files.size(of: path) ?? 0)]
      default: return []
      }
    }
  }

  func bytes(ofReportFile path: String) -> [UInt8]? {
    folder.flatMap { try? Files.bytes(of: project.path("\($0)/\(path)")) }
  }

  func bundle(of name: String, _ number: Int) -> [Model.File]? {
    (try? registry.model(name, number))?.files.map { Model.File(name: $0.name, contents: $0.text) }
  }

  func aliases(of name: String) -> [String: Int] {
    (try? registry.aliases(of: name)) ?? [:]
  }
}
