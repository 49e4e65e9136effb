internal import Archiving
internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Where the workplace keeps its files: below `.washi/serve` of the project.
struct WorkplacePlaces: Sendable, Hashable {
  /// The project, absolute.
  let project: String
  /// The folder of the workplace.
  let folder: String

  init(project: String, folder: String) throws(ServingError) {
    self.project = project
    self.folder = folder
    for name in ["", "/runs", "/uploads", "/incoming"] { try DiskFile.makeFolder(folder + name) }
    // Parts of uploads that an earlier process did not finish.
    for name in DiskFile.names(in: "\(folder)/incoming") {
      unsafe unlink("\(folder)/incoming/\(name)")
    }
  }

  var database: String { "\(folder)/serve.db" }

  /// The files of an order; the folder is made.
  func runFolder(_ id: String) throws(ServingError) -> RunFolder {
    guard id.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) }), !id.isEmpty
    else { throw ServingError("`\(id)` names no run") }
    try DiskFile.makeFolder("\(folder)/runs/\(id)")
    return RunFolder("\(folder)/runs/\(id)")
  }

  /// A new file for an upload that comes in.
  func incoming() -> String { "\(folder)/incoming/\(Secret.random())" }

  /// The folder of all uploads.
  var uploads: String { "\(folder)/uploads" }

  /// Where an upload lies by its digest.
  func upload(_ digest: String) -> String { "\(uploads)/\(digest)" }

  /// Puts an uploaded file where the notebook looks for it, whole or not at all.
  func place(_ upload: Job.Placement) throws(ServingError) {
    let target = "\(project)/\(upload.path)"
    guard let (parent, _) = Self.split(target) else { throw ServingError("\(target) is no path") }
    try DiskFile.makeFolder(parent)
    guard isInside(parent) else {
      throw ServingError("\(upload.path) leads out of the project")
    }
    let draft = "\(parent)/.washi-\(Secret.random(12))"
    unsafe unlink(draft)
    try DiskFile.copy(self.upload(upload.digest), to: draft)
    guard unsafe rename(draft, target) == 0 else {
      let failure = ServingError.system("write", target)
      unsafe unlink(draft)
      throw failure
    }
  }

  /// Whether a folder lies in the project once every link is followed, and not in its state.
  func isInside(_ path: String) -> Bool {
    guard let real = DiskFile.realPath(path), let home = DiskFile.realPath(project) else {
      return false
    }
    return (real == home || real.hasPrefix(home + "/")) && !real.hasPrefix(home + "/.washi")
      && !real.hasPrefix(home + "/.git")
  }

  private static func split(_ path: String) -> (folder: String, name: String)? {
    guard let cut = path.lastIndex(of: "/") else { return nil }
    return (String(path[..<cut]), String(path[path.index(after: cut)...]))
  }
}
