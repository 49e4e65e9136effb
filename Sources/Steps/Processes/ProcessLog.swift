internal import Vocabulary

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What a process writes: the whole goes to a file, the last lines stay in memory, and secrets become
/// `***` on the way. However much it is, it takes the same memory.
struct ProcessLog: ~Copyable {
  /// So many last bytes stay in memory.
  static let kept = 1 << 16

  /// How many bytes came.
  private(set) var byteCount = 0
  /// How many lines came.
  private(set) var lineCount = 0
  /// Why the whole is not in its file, when it is not.
  private(set) var problem: FileError?

  private let path: String?
  private let descriptor: Int32
  private let secrets: [[UInt8]]
  private var tail: [UInt8] = []
  /// Bytes that may be the beginning of a secret.
  private var pending: [UInt8] = []

  /// A log whose whole goes to `path`, when there is one.
  init(at path: String?, hiding secrets: [String]) {
    self.path = path
    // A secret of one or two letters would hide everything and nothing.
    self.secrets = secrets.map { Array($0.utf8) }.filter { $0.count > 2 }
    guard let path else {
      descriptor = -1
      return
    }
    do throws(FileError) { try makeFolders(above: path) } catch { problem = error }
    // The path is passed as a C string; the descriptor is closed at the end.
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    if descriptor < 0, problem == nil { problem = FileError(path) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Takes the next piece.
  mutating func append(_ bytes: ArraySlice<UInt8>) {
    byteCount += bytes.count
    guard let longest = secrets.map(\.count).max() else { return keep(bytes) }
    pending += bytes
    let whole = Self.hiding(secrets, in: pending)
    // Fewer bytes than the longest secret has may still become one.
    let rest = min(longest - 1, whole.count)
    keep(whole.dropLast(rest))
    pending = Array(whole.suffix(rest))
  }

  /// Takes note that nothing more comes.
  mutating func end() {
    keep(pending[...])
    pending = []
    if let last = tail.last, last != 10 { lineCount += 1 }
  }

  /// The last lines, without what would move a terminal's cursor.
  func lastLines(_ count: Int) -> [String] {
    var lines = tail.split(separator: 10, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    // The first of the kept bytes may stand in the middle of a line.
    if byteCount > Self.kept, lines.count > count { lines.removeFirst() }
    return lines.suffix(count).map { Self.plain(String(decoding: $0, as: UTF8.self)) }
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    lineCount += bytes.count { $0 == 10 }
    tail += bytes.suffix(Self.kept)
    if tail.count > 2 * Self.kept { tail.removeFirst(tail.count - Self.kept) }
    guard descriptor >= 0, problem == nil, let path else { return }
    var rest = bytes
    while !rest.isEmpty {
      // The slice outlives the call and is as long as told.
      let written = unsafe rest.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress, $0.count)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        problem = FileError(path)
        // A part would look like the whole, and a full disk is needed for more important things.
        ftruncate(descriptor, 0)
        unsafe unlink(path)
        return
      }
      rest = rest.dropFirst(written)
    }
  }

  /// The bytes with every secret as `***`.
  static func hiding(_ secrets: [[UInt8]], in bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if let secret = secrets.first(where: { $0[0] == byte && bytes[index...].starts(with: $0) }) {
        result += Array("***".utf8)
        index += secret.count
      } else {
        result.append(byte)
        index += 1
      }
    }
    return result
  }

  /// A line without colours and other control sequences; of a line that was written over, the last.
  private static func plain(_ line: String) -> String {
    let last = line.split(separator: "\r").last.map(String.init) ?? ""
    var result = ""
    var isEscape = false
    for scalar in last.unicodeScalars {
      if isEscape {
        if scalar.properties.isAlphabetic { isEscape = false }
      } else if scalar.value == 27 {
        isEscape = true
      } else if scalar.value >= 32 || scalar == "\t" {
        result.unicodeScalars.append(scalar)
      }
    }
    return result.count > 500 ? result.prefix(500) + "…" : result
  }
}
