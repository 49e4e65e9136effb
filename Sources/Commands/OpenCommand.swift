internal import Archiving
internal import ArgumentParser
internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// `washi open`: a version in the browser.
struct OpenCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "open",
    abstract: "Open a version in the browser, and print its path.",
    discussion: """
      Addresses are those of `washi show`. Where there is no browser, the path is all.

      EXAMPLES:
        washi open credit/monthly
        washi open credit/monthly@2021-01/v1
      """)

  @Argument(help: "The address of a version.")
  var address: String = "latest"

  @Option(help: ArgumentHelp("The folder of the versions (default: output).", valueName: "dir"))
  var output: String?

  func perform(at desk: Desk) async throws -> ExitStatus {
    let project = desk.project
    let archive = try Archive(at: output, of: project)
    let resolved = try archive.resolve(VersionAddress(address, in: project))
    let page = resolved.path + "/index.html"
    if let opener = opener(desk.circumstances.environment) { start(opener, page) }
    desk.console.say(project.shown(page))
    return .done
  }

  /// The program that opens files with what the user prefers; nil without a screen.
  private func opener(_ environment: [String: String]) -> String? {
    #if canImport(Darwin)
      return "/usr/bin/open"
    #else
      guard environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else {
        return nil
      }
      return (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/xdg-open" }
        .first { unsafe access($0, X_OK) == 0 }
    #endif
  }

  private func start(_ program: String, _ page: String) {
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup(program), strdup(page), nil]
    defer {
      unsafe free(arguments[0])
      unsafe free(arguments[1])
    }
    var id: pid_t = 0
    guard unsafe posix_spawn(&id, program, nil, nil, &arguments, environ) == 0 else { return }
    var status: Int32 = 0
    unsafe waitpid(id, &status, 0)
  }
}
