internal import ArgumentParser
internal import Comparing
internal import Reporting
internal import Vocabulary

/// `washi git-diff`: git calls it for every file of a version that differs, as `washi init --git`
/// told it to.
///
/// A version's `report.json` stands for the version: there the whole difference is printed. Its
/// other files say nothing, unless somebody changed them while the report says the same.
struct GitDiffCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "git-diff",
    abstract: "Show git what changed in a report; git calls this itself.",
    discussion: """
      `washi init --git` sets this as the driver of reports' files, so that `git diff` prints what \
      `washi diff` would. The arguments are those of git's GIT_EXTERNAL_DIFF.
      """,
    shouldDisplay: false)

  @Argument(
    parsing: .captureForPassthrough,
    help: "path old-file old-hex old-mode new-file new-hex new-mode [new-path message]")
  var words: [String] = []

  func perform(at desk: Desk) async throws -> ExitStatus {
    guard words.count >= 7 else {
      // A file that a merge left with two contents comes with its path alone.
      guard words.count == 1 else { throw ValidationError("git gives seven arguments or more") }
      desk.console.say("* Unmerged path \(visibleText(words[0]))")
      return .done
    }
    let old = File(path: words[0], content: words[1], object: words[2])
    let new = File(path: words.count > 7 ? words[7] : words[0], content: words[4], object: words[5])
    let repository = GitRepository(at: desk.circumstances.workingDirectory)
    let text = try Driver(old: old, new: new, repository: repository, hasColor: hasColor(at: desk))
      .text()
    if !text.isEmpty { desk.console.say(text) }
    return .done
  }

  /// Git's pager shows colours though the output is no terminal.
  private func hasColor(at desk: Desk) -> Bool {
    let environment = desk.circumstances.environment
    return desk.console.hasOutputColor
      || environment["GIT_PAGER_IN_USE"] == "true" && (environment["NO_COLOR"] ?? "").isEmpty
        && environment["TERM"] != "dumb"
  }

  /// One side as git gives it.
  fileprivate struct File {
    var path: String
    /// The file with its content; `/dev/null` where there is none.
    var content: String
    var object: String

    var exists: Bool { content != "/dev/null" }
  }
}

private struct Driver {
  let old: GitDiffCommand.File
  let new: GitDiffCommand.File
  let repository: GitRepository
  let hasColor: Bool

  func text() throws(Refusal) -> String {
    let file = new.exists ? new : old
    guard let version = GitVersionPath(of: file.path) else { return try plain() }
    let isReport = file.path == version.folder + "/report.json"
    switch (old.exists, new.exists) {
    case (true, true):
      return isReport ? try changed(version) : try touched(version)
    case (false, true):
      return isReport ? try published(version) : ""
    case (true, false):
      return isReport ? "\(visibleText(version.folder)) was removed" : ""
    case (false, false):
      return ""
    }
  }

  /// A new version beside the one before it.
  private func published(_ version: GitVersionPath) throws(Refusal) -> String {
    guard let place = try GitPlace(ofBlob: new.object, at: new.path, in: repository),
      let report = try place.report(at: version.folder, in: repository)
    else { return try plain() }
    guard let before = try version.predecessor(in: place, of: repository),
      let old = try place.report(at: before.folder, in: repository)
    else { return "\(visibleText(version.folder)) is new: nothing was published before it" }
    return Difference(from: old, to: report).terminalText(color: hasColor)
  }

  /// One version with two contents.
  private func changed(_ version: GitVersionPath) throws(Refusal) -> String {
    guard let from = try GitPlace(ofBlob: old.object, at: old.path, in: repository),
      let to = try GitPlace(ofBlob: new.object, at: new.path, in: repository),
      var before = try from.report(at: GitVersionPath(of: old.path)?.folder ?? "", in: repository),
      let after = try to.report(at: version.folder, in: repository)
    else { return try plain() }
    if before.name == after.name { before.name += " before" }
    return Difference(from: before, to: after).terminalText(color: hasColor)
  }

  /// A file that differs in a version: the report's own difference tells it, unless the report
  /// says the same.
  private func touched(_ version: GitVersionPath) throws(Refusal) -> String {
    guard let from = try GitPlace(ofBlob: old.object, at: old.path, in: repository),
      let to = try GitPlace(ofBlob: new.object, at: new.path, in: repository),
      let before = try from.report(at: GitVersionPath(of: old.path)?.folder ?? "", in: repository),
      let after = try to.report(at: version.folder, in: repository),
      before.files["report.json"] != after.files["report.json"]
    else { return try plain() }
    return ""
  }

  /// The lines that differ, as git itself finds them.
  private func plain() throws(Refusal) -> String {
    let names = [
      old.exists ? "a/\(old.path)" : "/dev/null", new.exists ? "b/\(new.path)" : "/dev/null",
    ].map { visibleText($0) }
    let output = try repository.output([
      "diff", "--no-index", "--no-ext-diff", "--no-textconv", "--no-color", "--", old.content,
      new.content,
    ])
    let lines = output.bytes.split(separator: 10, omittingEmptySubsequences: false)
      .map { visibleText(String(decoding: $0, as: UTF8.self)) }
    guard let start = lines.firstIndex(where: { $0.hasPrefix("@@ ") }) else {
      return "Files \(names[0]) and \(names[1]) differ"
    }
    let head = ["--- \(names[0])", "+++ \(names[1])"]
    return (head + lines[start...].dropLast()).joined(separator: "\n")
  }
}
