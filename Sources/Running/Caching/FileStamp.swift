#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// By what a file is recognised without reading it, as git's index does: equal stamps of a file that
/// is old enough mean equal bytes.
struct FileStamp: Sendable, Hashable, Codable {
  /// The size in bytes.
  var size: Int64
  /// Nanoseconds since 1970 of the last change of the bytes.
  var modified: Int64
  /// Nanoseconds since 1970 of the last change of anything, which no program can set.
  var changed: Int64
  /// The file's number on its disk.
  var inode: UInt64
  /// The disk's number.
  var device: UInt64

  /// The stamp of what is at the path, links followed; nil when that is no file.
  init?(of path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    #if canImport(Glibc)
      let (modified, changed) = (status.st_mtim, status.st_ctim)
    #else
      let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
    #endif
    size = Int64(status.st_size)
    self.modified = Self.nanoseconds(modified)
    self.changed = Self.nanoseconds(changed)
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
  }

  /// Whether the file could be changed again without the stamp showing it: a clock ticks coarsely, so
  /// a file that was changed just now, or in the future, is not yet known by its stamp.
  func isRacy(at now: Int64) -> Bool {
    max(modified, changed) + Self.margin > now
  }

  /// The coarsest clock of a file system in use is FAT's, of two seconds.
  private static let margin: Int64 = 2_000_000_000

  /// Nanoseconds since 1970.
  static func now() -> Int64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return nanoseconds(time)
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
