internal import ArgumentParser
internal import Comparing
internal import Vocabulary

/// `washi git-text`: a version's `report.json` as lines for `git show` and `git log -p`, which call
/// no driver.
struct GitTextCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "git-text",
    abstract: "Show git a report's facts line by line; git calls this itself.",
    shouldDisplay: false)

  @Argument(help: "A file with the content of a report.json.", completion: .file())
  var file: String

  func perform(at desk: Desk) async throws -> ExitStatus {
    let bytes = try Files.bytes(
      of: Paths.absolute(file, in: desk.circumstances.workingDirectory))
    guard let summary = ReportSummary(reading: bytes) else {
      // Whatever else lies under that name is shown as it is.
      desk.console.say(
        String(decoding: bytes, as: UTF8.self).split(
          separator: "\n", omittingEmptySubsequences: false
        ).map { visibleText($0) }.joined(separator: "\n"))
      return .done
    }
    let lines = summary.text.split(separator: "\n").map { visibleText($0) }
    desk.console.say(lines.joined(separator: "\n"))
    return .done
  }
}
