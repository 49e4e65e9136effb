public import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A file that could not be read or written.
public struct FileError: Error, Sendable, Hashable {
  /// The path.
  public var path: String
  /// The system's words, such as `No such file or directory`.
  public var reason: String

  /// A failure with its reason.
  init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The failure that `errno` tells of.
  public init(system path: String) {
    self.init(path)
  }

  init(_ path: String) {
    self.path = path
    // `strerror` gives a static C string, which is copied at once.
    reason = unsafe String(cString: strerror(errno))
  }
}

extension Fingerprint {
  /// The digest and the size in bytes of a file, read in pieces.
  public static func ofFile(at path: String) throws(FileError) -> (Fingerprint, size: Int) {
    // The path is passed as a C string; the descriptor is closed on every way out.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path) }
    defer { close(descriptor) }
    var combiner = Combiner()
    var size = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      // The buffer outlives the call and is as long as told.
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe read(descriptor, bytes.baseAddress, bytes.count)
      }
      guard count >= 0 else { throw FileError(path) }
      if count == 0 { return (combiner.fingerprint, size) }
      combiner.update(buffer[..<count])
      size += count
    }
  }
}

/// The UTF-8 text of a file; nil when it cannot be read, or is no text.
func textOfFile(_ path: String) -> String? {
  // The path is passed as a C string; the descriptor is closed on every way out.
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    // The buffer outlives the call and is as long as told.
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    guard count >= 0 else { return nil }
    if count == 0 { return String(validating: bytes, as: UTF8.self) }
    bytes += buffer[..<count]
  }
}

/// Puts a finished file where it belongs: into place at once, with its folders made.
///
/// A reader sees the old file or the new one, never a part. Works across file systems by a copy beside
/// the target.
func moveFile(_ source: String, to target: String) throws(FileError) {
  try makeFolders(above: target)
  // Paths are passed as C strings.
  if unsafe rename(source, target) == 0 { return }
  guard errno == EXDEV else { throw FileError(target) }
  let beside = target + ".partial"
  try copyFile(source, to: beside)
  guard unsafe rename(beside, target) == 0 else { throw FileError(target) }
  unsafe unlink(source)
}

func makeFolders(above path: String) throws(FileError) {
  let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
  var folder = ""
  for (index, part) in parts.enumerated() {
    folder += (index == 0 ? "" : "/") + part
    guard !folder.isEmpty else { continue }
    // The path is passed as a C string.
    if unsafe mkdir(folder, 0o777) != 0, errno != EEXIST { throw FileError(folder) }
  }
}

func copyFile(_ source: String, to target: String) throws(FileError) {
  let input = unsafe open(source, O_RDONLY | O_CLOEXEC)
  guard input >= 0 else { throw FileError(source) }
  defer { close(input) }
  let output = unsafe open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard output >= 0 else { throw FileError(target) }
  defer { close(output) }
  var buffer = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    // The buffer outlives both calls and is as long as told.
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe read(input, $0.baseAddress, $0.count)
    }
    guard count >= 0 else { throw FileError(source) }
    if count == 0 { return }
    var written = 0
    while written < count {
      let step = unsafe buffer.withUnsafeBytes {
        unsafe write(output, $0.baseAddress?.advanced(by: written), count - written)
      }
      guard step > 0 else { throw FileError(target) }
      written += step
    }
  }
}
