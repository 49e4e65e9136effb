#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A folder of this process's own, for files that are not ready to be seen.
///
/// The process holds a lock on it, which the system drops however the process ends; a folder
/// without a lock is therefore a leftover, and `sweep` removes it.
/// For example: `let staging = try archive.workspace()`.
public final class Staging: Sendable {
  static let prefix = ".staging-"

  let folder: Folder
  private let lock: Int32

  /// The folder's path.
  public var path: String { folder.path }

  init(in parent: Folder) throws(ArchiveError) {
    while true {
      let name = Self.prefix + String(UInt64.random(in: 0 ... .max), radix: 36)
      let folder = parent.folder(name)
      try folder.make()
      let lock = unsafe open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard lock >= 0 else {
        if errno == ENOENT { continue }
        throw .system("open", folder.path)
      }
      // A file system without locks works too; nothing is swept there.
      _ = flock(lock, LOCK_EX)
      // A sweeper may have been quicker than our lock.
      guard Self.isSame(lock, folder.path) else {
        close(lock)
        continue
      }
      self.folder = folder
      self.lock = lock
      return
    }
  }

  deinit {
    close(lock)
  }

  /// Removes the folder with everything in it.
  public func discard() {
    guard Self.isSame(lock, folder.path) else { return }
    folder.remove()
  }

  /// Gives the folder its final place, in one step; false when something is there already.
  func move(to place: Folder) throws(ArchiveError) -> Bool {
    // Renaming a folder never replaces a folder with something in it, nor a file.
    if unsafe rename(folder.path, place.path) == 0 { return true }
    let code = errno
    if Folder.kind(at: place.path) != nil { return false }
    throw .system("publish", place.path, code)
  }

  /// Removes the folders that processes left behind when they were killed.
  static func sweep(_ parent: Folder) {
    for name in parent.names() where name.hasPrefix(prefix) {
      let folder = parent.folder(name)
      guard Folder.kind(at: folder.path) == .folder else { continue }
      let lock = unsafe open(folder.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard lock >= 0 else { continue }
      if flock(lock, LOCK_EX | LOCK_NB) == 0, isSame(lock, folder.path) { folder.remove() }
      close(lock)
    }
  }

  private static func isSame(_ file: Int32, _ path: String) -> Bool {
    var held = stat()
    var there = stat()
    return unsafe fstat(file, &held) == 0 && lstat(path, &there) == 0
      && held.st_ino == there.st_ino && held.st_dev == there.st_dev
  }
}

/// A folder's lock, for work that only one process at a time may do in it.
struct FolderLock: ~Copyable {
  private let file: Int32

  /// Waits for the lock; a file system without locks lets everybody in.
  init(_ folder: Folder) throws(ArchiveError) {
    file = unsafe open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw .system("open", folder.path) }
    _ = flock(file, LOCK_EX)
  }

  deinit {
    close(file)
  }
}
