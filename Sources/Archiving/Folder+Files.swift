internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension Folder {
  /// Makes it as a project's state folder, which nobody wants in a commit; when that cannot be said,
  /// whoever works in it still goes on.
  func makeState() throws(ArchiveError) {
    try make()
    if kind(of: ".gitignore") == nil { try? put(Array("*\n".utf8), at: ".gitignore") }
  }

  /// Writes a new file; the folders on the way to it are made.
  func put(_ bytes: [UInt8], at name: String) throws(ArchiveError) {
    let file = try create(name)
    defer { close(file) }
    try Self.writeAll(bytes[...], to: file, at: path(of: name))
  }

  /// Copies a file of elsewhere into a new file, and tells the fingerprint of the copied bytes.
  func copy(_ source: String, to name: String) throws(ArchiveError) -> Fingerprint {
    let file = try create(name)
    defer { close(file) }
    let target = path(of: name)
    return try Self.consume(source) { bytes throws(ArchiveError) in
      try Self.writeAll(bytes, to: file, at: target)
    }
  }

  /// The fingerprint of a file's bytes.
  func fingerprint(of name: String) throws(ArchiveError) -> Fingerprint {
    try Self.consume(path(of: name)) { _ in }
  }

  /// A file's bytes.
  func bytes(of name: String) throws(ArchiveError) -> [UInt8] {
    var all: [UInt8] = []
    _ = try Self.consume(path(of: name)) { all += $0 }
    return all
  }

  /// What a link says.
  func target(of name: String) -> String? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer -> String? in
      guard let start = buffer.baseAddress else { return nil }
      let count = unsafe readlink(path(of: name), start, buffer.count)
      guard count >= 0 else { return nil }
      return unsafe String(
        decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// Puts a file's new content in place at once: readers see the old or the new one, never a part.
  func replace(_ name: String, with bytes: [UInt8]) throws(ArchiveError) {
    let temporary = ".\(name)-\(UInt64.random(in: 0 ... .max))"
    do throws(ArchiveError) {
      try put(bytes, at: temporary)
      try Self.syncEntry(path(of: temporary))
      guard unsafe rename(path(of: temporary), path(of: name)) == 0 else {
        throw .system("write", path(of: name))
      }
    } catch {
      unsafe unlink(path(of: temporary))
      throw error
    }
  }

  private func create(_ name: String) throws(ArchiveError) -> Int32 {
    if let cut = name.lastIndex(of: "/") { _ = try makeInside(String(name[..<cut])) }
    let target = path(of: name)
    let file = unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .system("write", target) }
    return file
  }

  private static func writeAll(
    _ bytes: ArraySlice<UInt8>, to file: Int32, at target: String
  ) throws(ArchiveError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .system("write", target) }
      rest = rest.dropFirst(count)
    }
  }

  private static func consume(
    _ source: String, _ take: (ArraySlice<UInt8>) throws(ArchiveError) -> Void
  ) throws(ArchiveError) -> Fingerprint {
    let file = unsafe open(source, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .system("read", source) }
    defer { close(file) }
    var combiner = Fingerprint.Combiner()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe read(file, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .system("read", source) }
      if count == 0 { return combiner.fingerprint }
      let bytes = buffer.prefix(count)
      combiner.update(bytes)
      try take(bytes)
    }
  }
}
