internal import Comparing
internal import Vocabulary

/// A version as a git revision holds it: `HEAD~1:output/credit/monthly/2021-01`.
struct GitRevision {
  /// The revision and the path in it, as the user wrote them.
  let address: String
  /// Where the user stands.
  let workingDirectory: String

  /// Whether an address can mean a git revision: a colon with a revision before it.
  static func isAddress(_ text: String) -> Bool {
    guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { return false }
    let revision = text[..<colon]
    // An edition's name may hold a colon too; in git an `@` has a brace behind it or stands alone.
    guard let at = revision.firstIndex(of: "@") else { return true }
    return revision == "@" || revision[at...].dropFirst().first.map { "{~^".contains($0) } ?? false
  }

  /// Reads the version's files out of the repository's objects; nothing is checked out.
  func folder() throws(Refusal) -> ReportFolder {
    var tree = address
    while tree.hasSuffix("/") { tree.removeLast() }
    var entries = try list(tree)
    // An edition's folder, or its link `latest`, leads to a version.
    for _ in 0..<3 where entries?.contains(where: { $0.path == "report.json" }) != true {
      if let link = entries?.first(where: { $0.path == "latest" && $0.mode == "120000" }) {
        tree += "/" + (try target(link.object))
      } else if entries == nil, let cut = tree.lastIndex(of: "/") {
        tree = "\(tree[..<cut])/\(try target(tree))"
      } else {
        break
      }
      entries = try list(tree)
    }
    guard let entries, entries.contains(where: { $0.path == "report.json" }) else {
      throw refusal(
        "\(address) holds no report",
        ["name a version's folder, such as HEAD~1:output/credit/monthly/2021-01/v1"])
    }
    return try read(entries, name: tree)
  }

  private struct Entry {
    var mode: String
    var object: String
    var path: String
  }

  /// The files of a tree at any depth; nil when it is no tree.
  private func list(_ tree: String) throws(Refusal) -> [Entry]? {
    let outcome = try git(["ls-tree", "-r", "-z", "--end-of-options", tree])
    guard outcome.status == 0 else {
      if outcome.errors.contains("not a tree object") { return nil }
      let reason = outcome.errors.split(separator: "\n").first.map(String.init) ?? ""
      throw refusal("git cannot find \(address): \(visibleText(reason))", [])
    }
    return outcome.output.split(separator: 0).compactMap { line in
      let parts = line.split(separator: 9, maxSplits: 1)
      guard parts.count == 2 else { return nil }
      let words = parts[0].split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
      guard words.count == 3 else { return nil }
      return Entry(
        mode: words[0], object: words[2], path: String(decoding: parts[1], as: UTF8.self))
    }
  }

  /// What a link says.
  private func target(_ object: String) throws(Refusal) -> String {
    let outcome = try git(["cat-file", "blob", "--end-of-options", object])
    let text = String(decoding: outcome.output.prefix(200), as: UTF8.self)
    guard outcome.status == 0, !text.isEmpty, !text.contains("/"), text != ".." else {
      throw refusal("\(address) is no version's folder", [])
    }
    return text
  }

  /// The contents of all files in one call.
  private func read(_ entries: [Entry], name: String) throws(Refusal) -> ReportFolder {
    let objects = entries.map { $0.object + "\n" }.joined()
    let outcome = try git(["cat-file", "--batch"], input: Array(objects.utf8))
    var folder = ReportFolder(name: name, files: [:])
    var rest = outcome.output[...]
    for entry in entries {
      guard let end = rest.firstIndex(of: 10) else { break }
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

  private func git(
    _ arguments: [String], input: [UInt8] = []
  ) throws(Refusal) -> Program.Outcome {
    let words = ["-C", workingDirectory, "--no-pager", "--no-replace-objects"] + arguments
    guard let outcome = Program.run("git", words, input: input) else {
      throw refusal(
        "\(address) is a git revision, but git cannot be started",
        ["install git, or name the version's folder"])
    }
    return outcome
  }

  private func refusal(_ summary: String, _ solutions: [String]) -> Refusal {
    Refusal([.error("git", summary, at: nil, solutions: solutions)])
  }
}
