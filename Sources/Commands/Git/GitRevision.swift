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
    return try repository.folder(of: entries, named: tree)
  }

  /// The files of a tree at any depth; nil when it is no tree.
  private func list(_ tree: String) throws(Refusal) -> [GitRepository.Entry]? {
    let outcome = try repository.output(["ls-tree", "-r", "-z", "--end-of-options", tree])
    guard outcome.isSuccess else {
      if outcome.errors.contains("not a tree object") { return nil }
      let reason = outcome.errors.split(separator: "\n").first.map(String.init) ?? ""
      throw refusal("git cannot find \(address): \(visibleText(reason))", [])
    }
    return GitRepository.entries(outcome.bytes)
  }

  /// What a link says.
  private func target(_ object: String) throws(Refusal) -> String {
    let outcome = try repository.output(["cat-file", "blob", "--end-of-options", object])
    let text = String(decoding: outcome.bytes.prefix(200), as: UTF8.self)
    guard outcome.isSuccess, !text.isEmpty, !text.contains("/"), text != ".." else {
      throw refusal("\(address) is no version's folder", [])
    }
    return text
  }

  private var repository: GitRepository { GitRepository(at: workingDirectory) }

  private func refusal(_ summary: String, _ solutions: [String]) -> Refusal {
    Refusal([.error("git", summary, at: nil, solutions: solutions)])
  }
}
