public import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The rows that versions keep: Parquet files named by the digest of their bytes, each there once,
/// however many versions refer to it.
///
/// For example: `try SnapshotStore("snapshots").path(of: digest)`.
public struct SnapshotStore: Sendable {
  let folder: Folder

  /// A store in this folder, which is made when something is kept.
  public init(_ folder: String) {
    self.folder = Folder(folder)
  }

  private static let ending = ".parquet"

  /// A kept file.
  public struct Item: Sendable, Hashable {
    /// The digest of its bytes.
    public var digest: Fingerprint
    /// Its size in bytes.
    public var size: Int
    /// Milliseconds since 1970 in UTC of when a version last came to refer to it.
    public var lastUse: Int64
  }

  /// Everything that is kept, by digest.
  public func items() -> [Item] {
    folder.names().compactMap { name in
      guard name.hasSuffix(Self.ending),
        let digest = Fingerprint(hexadecimal: String(name.dropLast(Self.ending.count)))
      else { return nil }
      var status = stat()
      guard unsafe lstat(folder.path(of: name), &status) == 0, status.st_mode & S_IFMT == S_IFREG
      else { return nil }
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      return Item(
        digest: digest, size: Int(status.st_size),
        lastUse: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
  }

  /// The file of a digest, after its bytes were looked at.
  public func path(of digest: Fingerprint) throws(ArchiveError) -> String {
    let name = "\(digest)\(Self.ending)"
    let path = folder.path(of: name)
    guard folder.kind(of: name) == .file else {
      throw ArchiveError(
        .notFound, "the snapshot \(digest.short) is not in \(folder.path)", path: path,
        solutions: ["restore \(name) from a backup or from version control"])
    }
    guard try folder.fingerprint(of: name) == digest else {
      throw ArchiveError(
        .changedContent, "the snapshot \(digest.short) is damaged", path: path,
        solutions: ["restore \(path) from a backup or from version control"])
    }
    return path
  }

  /// The digest that begins with these digits; nil when none or several do.
  public func digest(beginning text: String) -> Fingerprint? {
    let found = items().map(\.digest).filter { $0.description.hasPrefix(text.lowercased()) }
    return text.count >= 6 && found.count == 1 ? found.first : nil
  }

  /// While somebody holds it, nothing is taken away.
  public final class Hold: Sendable {
    private let lock: FolderLock

    init(_ folder: Folder) throws(ArchiveError) {
      lock = try FolderLock(folder)
    }
  }

  /// Keeps what a version that is about to be published refers to from being taken away before it is.
  public func hold() throws(ArchiveError) -> Hold {
    try folder.make()
    return try Hold(folder)
  }

  /// Keeps the file at `staged`, unless it is there already; nil only says that a version refers to
  /// what is there.
  ///
  /// The file appears in one step, and the disk holds it before this returns.
  public func keep(_ digest: Fingerprint, from staged: String?) throws(ArchiveError) {
    let name = "\(digest)\(Self.ending)"
    let path = folder.path(of: name)
    // Whoever has nothing to put in its place has looked at the bytes before.
    var isKept = folder.kind(of: name) == .file
    if isKept, staged != nil { isKept = try folder.fingerprint(of: name) == digest }
    if isKept {
      // Its last use, by which unused ones are told.
      unsafe utimensat(AT_FDCWD, path, nil, 0)
      return
    }
    guard let staged else { throw Self.lost(digest, path) }
    try folder.make()
    let draft = ".\(name)-\(UInt64.random(in: 0 ... .max))"
    do throws(ArchiveError) {
      guard try folder.copy(staged, to: draft) == digest else {
        throw ArchiveError(
          .changedContent, "\(staged) changed after it had been written", path: staged,
          solutions: ["run it again while nothing else writes there"])
      }
      try Folder.syncEntry(folder.path(of: draft))
      guard unsafe rename(folder.path(of: draft), path) == 0 else { throw .system("write", path) }
      try Folder.syncEntry(folder.path)
    } catch {
      unsafe unlink(folder.path(of: draft))
      throw error
    }
  }

  /// Takes away what is not among `referred` and was not used since `limit`, in milliseconds since
  /// 1970; nil takes all of that. Tells what it took, or would take.
  public func sweep(
    keeping referred: Set<Fingerprint>, unusedSince limit: Int64?, dryRun: Bool
  ) throws(ArchiveError) -> [Item] {
    guard Folder.kind(at: folder.path) == .folder else { return [] }
    let hold = try hold()
    defer { withExtendedLifetime(hold) {} }
    let unused = items().filter { item in
      !referred.contains(item.digest) && (limit.map { item.lastUse < $0 } ?? true)
    }
    guard !dryRun else { return unused }
    for item in unused { unsafe unlink(folder.path(of: "\(item.digest)\(Self.ending)")) }
    // Drafts of processes that were killed; whoever writes one holds the lock.
    for name in folder.names() where name.hasPrefix(".") && name.contains(Self.ending + "-") {
      unsafe unlink(folder.path(of: name))
    }
    return unused
  }

  private static func lost(_ digest: Fingerprint, _ path: String) -> ArchiveError {
    ArchiveError(
      .notFound, "the snapshot \(digest.short) vanished while the run lasted", path: path,
      solutions: ["run it again"])
  }
}
