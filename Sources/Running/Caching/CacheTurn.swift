internal import Planning

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The turn to make one result: of several runs that want the same at the same time, one makes it and
/// the others wait for it.
///
/// It is a lock on a file of the cache, which the system drops however its holder ends. Where the
/// file cannot be made, or the disk knows no locks, everybody has a turn at once.
struct CacheTurn: ~Copyable {
  private let path: String
  private let file: Int32

  /// Waits for the turn; `isUnwanted` is asked forty times a second, and ends the waiting. `wait` is
  /// called once when there is somebody to wait for.
  init(
    of key: ResultKey, in cache: ResultCache, unless isUnwanted: () -> Bool,
    waiting wait: () -> Void
  ) {
    let folder = "\(cache.folder)/turns"
    path = "\(folder)/\(key.fingerprint)"
    var hasWaited = false
    while true {
      let file = Self.open(path, in: folder)
      var isHeld = true
      while file >= 0, flock(file, LOCK_EX | LOCK_NB) != 0 {
        guard errno == EWOULDBLOCK, !isUnwanted() else {
          isHeld = false
          break
        }
        if !hasWaited { wait() }
        hasWaited = true
        usleep(25_000)
      }
      // Who had the turn before takes the file away: what was waited for may not be there any more.
      if file >= 0, isHeld, !Self.isSame(file, path) {
        close(file)
        continue
      }
      self.file = file
      return
    }
  }

  /// Gives the turn away.
  consuming func end() {}

  deinit {
    guard file >= 0 else { return }
    // Only the holder may take it away; whoever gave up waiting finds it locked.
    if flock(file, LOCK_EX | LOCK_NB) == 0, Self.isSame(file, path) { unsafe unlink(path) }
    close(file)
  }

  private static func open(_ path: String, in folder: String) -> Int32 {
    let flags = O_RDWR | O_CREAT | O_CLOEXEC
    let file = Self.systemOpen(path, flags)
    guard file < 0, errno == ENOENT else { return file }
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return Self.systemOpen(path, flags)
  }

  private static func systemOpen(_ path: String, _ flags: Int32) -> Int32 {
    #if canImport(Glibc)
      unsafe Glibc.open(path, flags, 0o666)
    #else
      unsafe Darwin.open(path, flags, 0o666)
    #endif
  }

  private static func isSame(_ file: Int32, _ path: String) -> Bool {
    var held = stat()
    var there = stat()
    return unsafe fstat(file, &held) == 0 && lstat(path, &there) == 0
      && held.st_ino == there.st_ino && held.st_dev == there.st_dev
  }
}
