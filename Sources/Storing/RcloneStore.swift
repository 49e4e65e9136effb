// Threads are in the full Foundation only.
internal import Foundation
internal import Vocabulary

/// Objects behind `rclone`, which knows the protocols and holds the credentials.
///
/// Every call is one process. What decides who wins a name depends on the kind of the remote:
///
/// | kind | by |
/// |---|---|
/// | `s3` | a conditional write (`If-None-Match: *`) |
/// | `webdav` | a move that does not overwrite (`Overwrite: F`) |
/// | `local` | a hard link, without rclone |
/// | any other | a claim beside the name, a wait, and the smallest claim wins |
public struct RcloneStore: ObjectStore {
  private let remote: String
  private let kind: Kind
  private let program: Rclone
  /// Seconds that writers wait for each other where nothing better is known.
  private let settling: Double
  private let folder: FolderStore?

  /// What a remote is, as far as it matters for who wins.
  public enum Kind: String, Sendable, Hashable {
    /// Amazon's protocol.
    case s3
    /// WebDAV.
    case webdav
    /// This machine's disks.
    case local
    /// Whatever else.
    case other
  }

  /// The store at a remote of rclone's configuration, such as `s3:bucket/prefix`.
  public init(_ remote: String) throws(StorageError) {
    let program = try Rclone()
    try self.init(remote, kind: program.kind(of: remote), program: program)
  }

  /// The store at a remote whose kind is known.
  init(_ remote: String, kind: Kind, program: Rclone, settling: Double = 3) throws(StorageError) {
    self.remote = remote
    self.kind = kind
    self.program = program
    self.settling = settling
    let path = remote.firstIndex(of: ":").map { String(remote[remote.index(after: $0)...]) }
    folder = kind == .local && path?.hasPrefix("/") == true ? path.map { FolderStore($0) } : nil
  }

  /// The remote with its path.
  public var description: String { "rclone:\(remote)" }

  /// What the kind of the remote allows.
  public var guarantee: Guarantee {
    switch kind {
    case .s3: .byStore
    case .local: folder == nil ? .byWaiting : .byStore
    case .webdav: .byServer
    case .other: .byWaiting
    }
  }

  /// Copies an object into a new file.
  public func get(_ name: String, to path: String) throws(StorageError) -> Bool {
    if let folder { return try folder.get(name, to: path) }
    let draft = try ScratchFolder()
    defer { draft.remove() }
    try get([name], into: draft.path)
    guard FileManager.default.fileExists(atPath: "\(draft.path)/\(name)") else { return false }
    do {
      try FileManager.default.createDirectory(
        atPath: ScratchFolder.above(path), withIntermediateDirectories: true)
      // Another disk may be meant, where a rename is none.
      try FileManager.default.copyItem(atPath: "\(draft.path)/\(name)", toPath: path)
    } catch {
      throw StorageError("cannot write \(path): \(error)")
    }
    return true
  }

  /// Copies objects into files of their names below a folder.
  public func get(_ names: [String], into target: String) throws(StorageError) {
    if let folder { return try folder.get(names, into: target) }
    guard !names.isEmpty else { return }
    let list = try ScratchFolder()
    defer { list.remove() }
    try list.write(names.map { "\($0)\n" }.joined(), as: "names")
    try program.run(
      [
        "copy", remote, target, "--files-from-raw", "\(list.path)/names", "--no-traverse",
        "--ignore-times", "--transfers", "8",
      ], toleratingAbsence: true)
  }

  /// Keeps the files below a folder.
  public func put(_ source: String) throws(StorageError) {
    if let folder { return try folder.put(source) }
    // Also what is there already is sent again, so that its time is that of its last use.
    try program.run(["copy", source, remote, "--no-check-dest", "--transfers", "8"] + quickS3)
  }

  /// Keeps a file under a name that nobody has taken.
  public func create(_ path: String, as name: String) throws(StorageError) -> Bool {
    if let folder { return try folder.create(path, as: name) }
    do throws(StorageError) {
      switch kind {
      case .s3:
        try program.run(
          [
            "copyto", path, "\(remote)/\(name)", "--no-check-dest", "--header",
            "If-None-Match: *", "--retries", "1", "--low-level-retries", "1",
          ] + quickS3)
        return true
      case .webdav:
        let claim = "claims/\(UInt64.random(in: 0 ... .max))"
        try program.run(["copyto", path, "\(remote)/\(claim)", "--no-check-dest"])
        // The folder must be there before something can be moved into it.
        try program.run(["mkdir", "\(remote)/\(ScratchFolder.above(name))"])
        do throws(StorageError) {
          try program.run([
            "moveto", "\(remote)/\(claim)", "\(remote)/\(name)", "--no-check-dest", "--header",
            "Overwrite: F", "--retries", "1", "--low-level-retries", "1",
          ])
        } catch {
          try? remove([claim])
          throw error
        }
        return true
      case .local, .other: return try createByWaiting(path, as: name)
      }
    } catch {
      // Refused, or done and the answer lost: what is there now tells.
      guard let found = try bytes(of: name) else { throw error }
      return found == FileManager.default.contents(atPath: path)
    }
  }

  /// The objects below a folder.
  public func objects(in name: String) throws(StorageError) -> [StoredObject] {
    if let folder { return try folder.objects(in: name) }
    let output = try program.run(
      [
        "lsjson", "\(remote)/\(name)", "--recursive", "--files-only", "--no-mimetype",
        "--use-server-modtime",
      ], toleratingAbsence: true)
    guard let listed = try? JSONDecoder().decode([Listed].self, from: Data(output.utf8)) else {
      // Nothing at all is said of a folder that is not there.
      if output.allSatisfy({ $0.isWhitespace || $0 == "[" || $0 == "]" }) { return [] }
      throw StorageError("rclone listed \(description) in a form that is not known")
    }
    return listed.map { object in
      StoredObject(
        name: name.isEmpty ? object.path : "\(name)/\(object.path)", size: object.size,
        modified: Rclone.seconds(object.time) ?? 0)
    }
  }

  /// An object as `lsjson` tells of it.
  private struct Listed: Decodable {
    var path: String
    var size: Int
    var time: String

    enum CodingKeys: String, CodingKey {
      case path = "Path"
      case size = "Size"
      case time = "ModTime"
    }
  }

  /// Removes objects.
  public func remove(_ names: [String]) throws(StorageError) {
    if let folder { return try folder.remove(names) }
    guard !names.isEmpty else { return }
    let list = try ScratchFolder()
    defer { list.remove() }
    try list.write(names.map { "\($0)\n" }.joined(), as: "names")
    try program.run(
      ["delete", remote, "--files-from-raw", "\(list.path)/names", "--no-traverse"],
      toleratingAbsence: true)
  }

  // MARK: Parts

  /// No look at the bucket, and none at what was just written.
  private var quickS3: [String] {
    kind == .s3 ? ["--s3-no-check-bucket", "--s3-no-head"] : []
  }

  private func bytes(of name: String) throws(StorageError) -> Data? {
    let draft = try ScratchFolder()
    defer { draft.remove() }
    guard try get(name, to: "\(draft.path)/object") else { return nil }
    return FileManager.default.contents(atPath: "\(draft.path)/object")
  }

  /// Says that the name is wanted, waits until all who want it have said so, and takes it when its
  /// claim is the smallest.
  ///
  /// A claim that is older than a minute is of somebody who died. Two can win only when the store
  /// takes longer than the wait to show a claim.
  private func createByWaiting(_ path: String, as name: String) throws(StorageError) -> Bool {
    let claims = "claims/\(Fingerprint(of: name))"
    let own = "\(claims)/\(UInt64.random(in: 0 ... .max))"
    guard try bytes(of: name) == nil else {
      throw StorageError("\(name) is there already")
    }
    try program.run(["copyto", path, "\(remote)/\(own)", "--no-check-dest"])
    defer { try? remove([own]) }
    for _ in 0..<40 {
      Thread.sleep(forTimeInterval: settling)
      if try bytes(of: name) != nil { throw StorageError("\(name) is there already") }
      let now = Date().timeIntervalSince1970
      let others = try objects(in: claims).filter { now - $0.modified < 60 || $0.name == own }
      if others.map(\.name).min() == own || others.isEmpty {
        try program.run(["copyto", path, "\(remote)/\(name)", "--no-check-dest"])
        return true
      }
    }
    throw StorageError("\(description): \(name) is claimed by others who do not write it")
  }
}
