internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The files that commands read and write beside the archive.
enum Files {
  /// What a path leads to, links followed.
  enum Kind: Sendable, Hashable {
    case file
    case folder
    case other
  }

  /// What is at the path, nil when nothing is.
  static func kind(_ path: String) -> Kind? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .folder
    default: .other
    }
  }

  /// The size of a file in bytes; nil when it cannot be seen.
  static func size(of path: String) -> Int? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// The bytes of a file.
  static func bytes(of path: String) throws(Refusal) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw refusal("read", path) }
    defer { close(file) }
    guard kind(path) != .folder else { throw refusal("read", path, EISDIR) }
    return readAll(descriptor: file)
  }

  /// The rest of what a descriptor gives.
  static func readAll(descriptor: Int32) -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return all }
      all += buffer.prefix(count)
    }
  }

  /// Writes a file that must not exist yet, with the folders on the way to it.
  static func create(
    _ path: String, _ text: String, isProgram: Bool = false
  ) throws(Refusal) {
    try makeFolders(above: path)
    let mode: mode_t = isProgram ? 0o777 : 0o666
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard file >= 0 else { throw refusal("write", path) }
    defer { close(file) }
    guard send(text, to: file) else { throw refusal("write", path) }
  }

  /// Puts a new text into a file, whole or not at all; the file keeps its permissions, and a link
  /// stays a link.
  static func replace(_ path: String, with text: String) throws(Refusal) {
    let target = realPath(path) ?? path
    var status = stat()
    guard unsafe stat(target, &status) == 0 else { throw refusal("write", path) }
    let draft = "\(target).\(getpid()).tmp"
    let file = unsafe open(
      draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0o777)
    guard file >= 0 else { throw refusal("write", path) }
    let isWritten = fchmod(file, status.st_mode & 0o7777) == 0 && send(text, to: file)
    let code = errno
    close(file)
    guard isWritten else {
      unsafe unlink(draft)
      throw refusal("write", path, code)
    }
    guard unsafe rename(draft, target) == 0 else {
      let code = errno
      unsafe unlink(draft)
      throw refusal("write", path, code)
    }
  }

  /// Adds to the end of a file in one piece, making it with its folders when it is not there.
  static func append(_ text: String, to path: String) throws(Refusal) {
    try makeFolders(above: path)
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw refusal("write", path) }
    defer { close(file) }
    guard send(text, to: file) else { throw refusal("write", path) }
  }

  /// Takes a file away, when it is there.
  static func remove(_ path: String) {
    unsafe unlink(path)
  }

  /// Opens a file that lines are written to, emptied first.
  static func openForLines(_ path: String) throws(Refusal) -> Int32 {
    try makeFolders(above: path)
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw refusal("write", path) }
    return file
  }

  /// Writes all of a text; false when the system refuses.
  @discardableResult
  static func send(_ text: String, to descriptor: Int32) -> Bool {
    send(Array(text.utf8), to: descriptor)
  }

  /// Writes all bytes; false when the system refuses.
  static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// The names in a folder, sorted; none when it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The path with every link followed.
  static func realPath(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  static func makeFolders(above path: String) throws(Refusal) {
    guard let cut = path.lastIndex(of: "/"), cut > path.startIndex else { return }
    let folder = String(path[..<cut])
    guard kind(folder) == nil else { return }
    try makeFolders(above: folder)
    guard unsafe mkdir(folder, 0o777) == 0 || errno == EEXIST else {
      throw refusal("make the folder", folder)
    }
  }

  static func refusal(_ verb: String, _ path: String, _ code: Int32 = errno) -> Refusal {
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    return Refusal([.error("file", "cannot \(verb) \(path): \(reason)", at: nil)])
  }
}
