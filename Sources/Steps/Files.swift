internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

// The few things that steps do with files beside what the engine does.

/// Writes a file whole, or throws.
func writeFile(_ bytes: [UInt8], to path: String) throws(FileError) {
  // The path is passed as a C string; the descriptor is closed on every way out.
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw FileError(path) }
  defer { close(descriptor) }
  var rest = bytes[...]
  while !rest.isEmpty {
    // The slice outlives the call and is as long as told.
    let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { throw FileError(path) }
    rest = rest.dropFirst(count)
  }
}

/// The bytes of a file, no more than `most`.
func readFile(_ path: String, most: Int) throws(FileError) -> [UInt8] {
  var all: [UInt8] = []
  try forEachPiece(of: path) { piece in
    all += piece
    return all.count < most
  }
  return all
}

/// Whether a file holds these bytes, read in pieces.
func contains(_ wanted: [UInt8], at path: String) throws(FileError) -> Bool {
  var window: [UInt8] = []
  var isFound = false
  try forEachPiece(of: path) { piece in
    window += piece
    isFound = window.firstRange(of: wanted) != nil
    window = Array(window.suffix(wanted.count - 1))
    return !isFound
  }
  return isFound
}

/// Hands over a file's bytes in order until the taker has enough.
private func forEachPiece(
  of path: String, _ take: (ArraySlice<UInt8>) -> Bool
) throws(FileError) {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError(path) }
  defer { close(descriptor) }
  var buffer = [UInt8](repeating: 0, count: 1 << 18)
  while true {
    // The buffer outlives the call and is as long as told.
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw FileError(path) }
    guard count > 0, take(buffer[..<count]) else { return }
  }
}

/// Whether there is a regular file, links not followed: what a process leaves may lead anywhere.
func isFile(_ path: String) -> Bool {
  var status = stat()
  return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

/// The names in a folder of regular files, by their bytes; none when it cannot be read.
func fileNames(in folder: String) -> [String] {
  names(in: folder).filter { isFile("\(folder)/\($0)") }
}

/// Takes a folder away with everything in it; what cannot be removed stays.
func removeFolder(_ path: String) {
  for name in names(in: path) {
    let inner = "\(path)/\(name)"
    var status = stat()
    guard unsafe lstat(inner, &status) == 0 else { continue }
    if status.st_mode & S_IFMT == S_IFDIR {
      removeFolder(inner)
    } else {
      unsafe unlink(inner)
    }
  }
  unsafe rmdir(path)
}

private func names(in folder: String) -> [String] {
  guard let directory = unsafe opendir(folder) else { return [] }
  defer { unsafe closedir(directory) }
  var names: [String] = []
  while let entry = unsafe readdir(directory) {
    // The name ends with a zero byte within the entry.
    let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
