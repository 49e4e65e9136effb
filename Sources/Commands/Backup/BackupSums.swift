internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The SHA-256 of every file of a copy, in the form of sha256sum(1).
struct BackupSums {
  /// The file that lists them.
  static let name = "SHA256SUMS"

  private var digests: [String: String] = [:]

  /// The sums of the files in a folder, links left out.
  init(of folder: String) throws(Refusal) {
    try add(folder, "")
  }

  /// The sums that a file lists.
  init(parsing text: String) {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2 else { continue }
      digests[String(parts[1].dropFirst())] = String(parts[0])
    }
  }

  /// The lines of the file.
  var text: String {
    digests.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }.joined()
  }

  /// What of a folder is not as listed, in words.
  func differences(from found: BackupSums) -> [String] {
    digests.keys.sorted().compactMap { path in
      guard let other = found.digests[path] else { return "\(path) is missing" }
      return other == digests[path] ? nil : "\(path) has changed"
    }
      + found.digests.keys.sorted().filter { digests[$0] == nil }
      .map { "\($0) is not listed in \(Self.name)" }
  }

  private mutating func add(_ folder: String, _ prefix: String) throws(Refusal) {
    for name in Files.names(in: folder) where !(prefix.isEmpty && name == Self.name) {
      let path = "\(folder)/\(name)"
      var status = stat()
      guard unsafe lstat(path, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: try add(path, "\(prefix)\(name)/")
      case S_IFREG: digests["\(prefix)\(name)"] = try Self.digest(of: path)
      default: continue
      }
    }
  }

  private static func digest(of path: String) throws(Refusal) -> String {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Files.refusal("read", path) }
    defer { close(file) }
    var combiner = Fingerprint.Combiner()
    while true {
      let bytes = Files.nextPiece(of: file)
      if bytes.isEmpty { return combiner.fingerprint.description }
      combiner.update(bytes[...])
    }
  }
}
