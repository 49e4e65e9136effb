internal import Comparing
internal import Vocabulary

/// A git repository, asked by the program `git`; nothing in it is changed and nothing checked out.
///
/// For example: `try GitRepository(at: folder).answer(["rev-parse", "HEAD"])?.line`.
struct GitRepository {
  /// A folder in the repository, absolute.
  let directory: String

  init(at directory: String) {
    self.directory = directory
  }

  /// A file as git lists it.
  struct Entry {
    var mode: String
    var object: String
    var path: String
  }

  /// What git answers, whatever it is.
  func output(
    _ arguments: [String], input: [UInt8] = []
  ) throws(Refusal) -> ChildProcess.Output {
    let words = ["-C", directory, "--no-pager", "--no-replace-objects"] + arguments
    do {
      return try ChildProcess.output(of: "git", words, input: input)
    } catch {
      throw Refusal([
        .error(
          "git", "git cannot be started", at: nil,
          explanation: error.diagnostics.first?.summary,
          solutions: ["install git, or name versions by their folders"])
      ])
    }
  }

  /// What git answers when it says yes.
  func answer(
    _ arguments: [String], input: [UInt8] = []
  ) throws(Refusal) -> ChildProcess.Output? {
    let output = try output(arguments, input: input)
    return output.isSuccess ? output : nil
  }

  /// The lines of `git ls-tree -z` or `git ls-files -s -z`: mode, object and path.
  static func entries(_ bytes: [UInt8]) -> [Entry] {
    bytes.split(separator: 0).compactMap { line in
      let parts = line.split(separator: 9, maxSplits: 1)
      guard parts.count == 2 else { return nil }
      let words = parts[0].split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
      guard words.count == 3 else { return nil }
      // A tree's line says the kind before the object, an index's line the stage behind it.
      let object = words[1].count < 40 ? words[2] : words[1]
      return Entry(
        mode: words[0], object: object, path: String(decoding: parts[1], as: UTF8.self))
    }
  }

  /// The contents of a version's files in one call; paths are those below its folder.
  func folder(of entries: [Entry], named name: String) throws(Refusal) -> ReportFolder {
    let objects = entries.map { $0.object + "\n" }.joined()
    let output = try output(["cat-file", "--batch"], input: Array(objects.utf8))
    var folder = ReportFolder(name: name, files: [:])
    var rest = output.bytes[...]
    for entry in entries {
      guard let end = rest.firstIndex(of: 10) else {
        folder.problems.append("\(entry.path) of \(name) cannot be read")
        continue
      }
      let head = rest[..<end].split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
      guard head.count == 3, head[1] == "blob", let size = Int(head[2]), size >= 0,
        rest.count > end - rest.startIndex + size
      else {
        folder.problems.append("\(entry.path) of \(name) cannot be read")
        rest = rest[end...].dropFirst()
        continue
      }
      let bytes = Array(rest[(end + 1)...].prefix(size))
      rest = rest[(end + 1)...].dropFirst(size + 1)
      guard entry.mode.hasPrefix("100") else {
        folder.problems.append("\(entry.path) of \(name) is no plain file")
        continue
      }
      folder.files[entry.path] =
        ReportFolder.isCompared(entry.path)
        ? .text(bytes) : .digest(Fingerprint(of: bytes), size: bytes.count)
    }
    return folder
  }
}
