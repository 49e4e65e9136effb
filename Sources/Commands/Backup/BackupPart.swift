internal import Archiving
internal import Parsing
internal import Serving
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// One of the things of a project that cannot be made again.
struct BackupPart {
  /// Its name in the copy.
  var name: String
  /// Where it lies in the project, absolute.
  var place: String
  private var kind: Kind

  private enum Kind {
    case folder
    case history
    case workplace
  }

  /// All parts, in the order in which they are copied: what names something before what is named, so
  /// that nothing is named that is missing.
  static func all(of project: Project) throws -> [BackupPart] {
    let (file, _) = try project.file(environment: nil)
    return [
      BackupPart(name: "serve", place: project.path(".washi/serve"), kind: .workplace),
      BackupPart(name: "history.db", place: project.path(".washi/history.db"), kind: .history),
      BackupPart(
        name: "registry", place: project.path(file.registry ?? "registry"), kind: .folder),
      BackupPart(name: "output", place: project.path(file.output ?? "output"), kind: .folder),
    ]
  }

  /// Whether the project has it.
  var exists: Bool {
    switch kind {
    case .folder: !Files.names(in: place).isEmpty
    case .history: Files.kind(place) == .file
    case .workplace: Files.kind("\(place)/serve.db") == .file
    }
  }

  /// Copies it into the folder of a copy.
  func copy(to folder: String) throws {
    let target = "\(folder)/\(name)"
    try Files.makeFolders(above: target)
    switch kind {
    case .workplace: try WorkplaceStore(inFolder: place).backUp(from: place, to: target)
    case .history: try History.existing(in: Paths.folder(of: place))?.backUp(to: target)
    case .folder: try Self.copyAll(place, to: target)
    }
  }

  /// Puts it back from a copy; what is there goes into the folder `aside`. It comes into its place
  /// whole.
  func restore(from folder: String, movingAsideTo aside: String) throws {
    let draft = kind == .workplace ? "\(place)/.restoring" : "\(place).restoring"
    try Files.makeFolders(above: draft)
    try? FileManager.default.removeItem(atPath: draft)
    try Self.copyAll("\(folder)/\(name)", to: draft)
    // The lock stays where the one who holds it looks for it.
    let names =
      kind == .workplace ? Files.names(in: draft).map { "/\($0)" } : [""]
    for suffix in names + (kind == .workplace ? ["/serve.db-wal", "/serve.db-shm"] : [])
    where Self.isThere(place + suffix) {
      let old = "\(aside)/\(name)\(suffix)"
      try Files.makeFolders(above: old)
      try Self.move(place + suffix, to: old)
    }
    if kind == .history {
      for suffix in ["-wal", "-shm"] where Self.isThere(place + suffix) {
        try Files.makeFolders(above: "\(aside)/\(name)")
        try Self.move(place + suffix, to: "\(aside)/\(name)\(suffix)")
      }
    }
    for suffix in names { try Self.move(draft + suffix, to: place + suffix) }
    if kind == .workplace { try? FileManager.default.removeItem(atPath: draft) }
  }

  private static func isThere(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  private static func move(_ path: String, to target: String) throws(Refusal) {
    guard unsafe rename(path, target) == 0 else {
      let reason = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
      throw Refusal([.error("file", "cannot move \(path) to \(target): \(reason)", at: nil)])
    }
  }

  /// Links stay links.
  private static func copyAll(_ path: String, to target: String) throws(Refusal) {
    do {
      try FileManager.default.copyItem(atPath: path, toPath: target)
    } catch {
      throw Refusal([.error("file", "cannot copy \(path) to \(target): \(error)", at: nil)])
    }
  }
}
