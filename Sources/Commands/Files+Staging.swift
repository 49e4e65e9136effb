internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Files that are finished elsewhere before they are seen where they belong.
extension Files {
  /// Makes a folder for work that ends as the file `target`: beside it, so that a finished file can
  /// be renamed into place, or where the system keeps temporary files when there is no target.
  static func makeTemporaryFolder(
    near target: String?, in environment: [String: String]
  ) throws(Refusal) -> String {
    if let target, kind(target) == .folder { throw refusal("write", target, EISDIR) }
    let home =
      target.flatMap { target in
        kind(target) == .other
          ? nil : Paths.ancestors(of: Paths.folder(of: target)).first { kind($0) == .folder }
      } ?? environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(home)/.washi-XXXXXX".utf8CString)
    let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer -> Bool in
      guard let start = buffer.baseAddress else { return false }
      return unsafe mkdtemp(start) != nil
    }
    guard isMade else { throw refusal("write into", home) }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a folder with everything in it, as far as that is possible; links are not followed.
  static func removeFolder(_ path: String) {
    for name in names(in: path) {
      let entry = "\(path)/\(name)"
      var status = stat()
      if unsafe lstat(entry, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        removeFolder(entry)
      } else {
        remove(entry)
      }
    }
    unsafe rmdir(path)
  }

  /// Writes pieces into a new file until an empty one comes.
  static func fill(_ path: String, pieces next: () -> [UInt8]) throws(Refusal) {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw refusal("write", path) }
    defer { close(file) }
    while true {
      let piece = next()
      if piece.isEmpty { return }
      guard send(piece, to: file) else { throw refusal("write", path) }
    }
  }

  /// Puts a finished file in the place of `target`, at once; a link stays a link, permissions stay,
  /// and a device or pipe is written to.
  static func move(_ finished: String, to target: String) throws(Refusal) {
    if kind(target) == .other {
      let file = unsafe open(target, O_WRONLY | O_CLOEXEC)
      guard file >= 0 else { throw refusal("write", target) }
      defer { close(file) }
      return try eachPiece(of: finished) { piece throws(Refusal) in
        guard send(piece, to: file) else { throw refusal("write", target) }
      }
    }
    try makeFolders(above: target)
    let place = realPath(target) ?? target
    var status = stat()
    if unsafe stat(place, &status) == 0 { unsafe chmod(finished, status.st_mode & 0o7777) }
    if unsafe rename(finished, place) == 0 { return }
    // A link to another disk: the bytes are brought there first.
    guard errno == EXDEV else { throw refusal("write", target) }
    let beside = "\(place).\(getpid()).tmp"
    do throws(Refusal) {
      let file = unsafe open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard file >= 0 else { throw refusal("write", target) }
      defer { close(file) }
      try eachPiece(of: finished) { piece throws(Refusal) in
        guard send(piece, to: file) else { throw refusal("write", target) }
      }
      guard unsafe rename(beside, place) == 0 else { throw refusal("write", target) }
    } catch {
      remove(beside)
      throw error
    }
  }

  /// Hands the bytes of a file on in pieces.
  static func eachPiece(
    of path: String, _ use: ([UInt8]) throws(Refusal) -> Void
  ) throws(Refusal) {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw refusal("read", path) }
    defer { close(file) }
    while true {
      let piece = nextPiece(of: file)
      if piece.isEmpty { return }
      try use(piece)
    }
  }

  /// The next bytes that a descriptor gives; none at its end.
  static func nextPiece(of descriptor: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      return Array(buffer.prefix(max(0, count)))
    }
  }
}
