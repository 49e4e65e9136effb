#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A folder on disk by its path, with the few system calls that an archive needs.
///
/// Links are never followed below a folder: what lies behind one is none of the archive's business.
struct Folder: Sendable, Hashable {
  let path: String

  init(_ path: String) {
    self.path = path.isEmpty ? "." : path
  }

  /// What an entry of a folder is.
  enum Kind: Sendable, Hashable {
    case file
    case folder
    case link
    case other
  }

  /// The path of `name` in this folder.
  func path(of name: String) -> String {
    path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  /// The folder `name` in this folder; the name may have several components.
  func folder(_ name: String) -> Folder {
    Folder(path(of: name))
  }

  /// What is at `name`, nil when nothing is there or it cannot be seen.
  func kind(of name: String) -> Kind? {
    Self.kind(at: path(of: name))
  }

  static func kind(at path: String) -> Kind? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .folder
    case S_IFLNK: .link
    default: .other
    }
  }

  /// What tells one state of a file or folder from the next: its number, size and time of change.
  static func marks(at path: String) -> [Int64]? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return [
      Int64(truncatingIfNeeded: status.st_ino), Int64(status.st_size), Int64(time.tv_sec),
      Int64(time.tv_nsec),
    ]
  }

  /// The names in it, sorted by their bytes; none when it cannot be read.
  func names() -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The paths of everything in it that is no folder, at any depth, sorted by their bytes.
  func filesAtAnyDepth() -> [String] {
    names().flatMap { name in
      kind(of: name) == .folder
        ? folder(name).filesAtAnyDepth().map { "\(name)/\($0)" } : [name]
    }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Makes it, and the folders above it when they are missing.
  func make() throws(ArchiveError) {
    if unsafe mkdir(path, 0o777) == 0 || (errno == EEXIST && Self.isFolder(path)) { return }
    let code = errno
    if code == EEXIST { throw .system("make the folder", path, ENOTDIR) }
    guard code == ENOENT, let cut = path.lastIndex(of: "/"), cut > path.startIndex else {
      throw .system("make the folder", path, code)
    }
    try Folder(String(path[..<cut])).make()
    guard unsafe mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw .system("make the folder", path)
    }
  }

  /// Makes the folder `name` in it, component by component, refusing to pass through a link.
  func makeInside(_ name: String) throws(ArchiveError) -> Folder {
    var folder = self
    for component in name.split(separator: "/") {
      folder = folder.folder(String(component))
      if Self.kind(at: folder.path) == .link {
        throw ArchiveError(
          .unsafeName, "\(folder.path) is a link, and nothing is written through links",
          path: folder.path, solutions: ["replace it with a folder"])
      }
      try folder.make()
    }
    return folder
  }

  /// Removes it with everything in it, as far as that is possible.
  func remove() {
    for name in names() {
      if kind(of: name) == .folder { folder(name).remove() } else { unsafe unlink(path(of: name)) }
    }
    unsafe rmdir(path)
  }

  /// Asks the disk to hold what was written: all files, then the folders above them.
  func sync() throws(ArchiveError) {
    for name in names() {
      switch kind(of: name) {
      case .folder: try folder(name).sync()
      case .file: try Self.syncEntry(path(of: name))
      default: break
      }
    }
    try Self.syncEntry(path)
  }

  /// Asks the disk to hold one file's bytes or one folder's list of names.
  static func syncEntry(_ path: String) throws(ArchiveError) {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .system("open", path) }
    defer { close(file) }
    // EINVAL: a file system that does not sync folders.
    guard fsync(file) == 0 || errno == EINVAL else { throw .system("write", path) }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
