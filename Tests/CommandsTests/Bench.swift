import Foundation
import Synchronization

@testable import Commands

/// A desk in a folder of its own, whose console is two texts.
final class Bench: Sendable {
  let folder: String
  private let texts = Mutex<(out: String, err: String)>(("", ""))
  private let extra: [String: String]
  private let input: String

  init(environment: [String: String] = [:], input: String = "") throws {
    let made = FileManager.default.temporaryDirectory.path + "/washi-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
    folder = Files.realPath(made) ?? made
    extra = environment
    self.input = input
    // A project of its own, whatever lies above.
    try write("", to: "washi.yaml")
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  var out: String { texts.withLock { $0.out } }
  var err: String { texts.withLock { $0.err } }

  func desk(isTerminal: Bool = false) -> Desk {
    let ticks = Mutex<Int64>(1_700_000_000_000)
    var circumstances = Circumstances.ofThisProcess()
    circumstances.environment.merge(extra) { _, extra in extra }
    circumstances.workingDirectory = folder
    circumstances.user = "ann"
    circumstances.host = "here"
    circumstances.executable = #filePath
    circumstances.now = {
      ticks.withLock { ticks in
        ticks += 250
        return ticks
      }
    }
    circumstances.standardInput = { [input] in Array(input.utf8) }
    let console = Console(
      isTerminal: isTerminal, hasColor: false, width: 80,
      output: { text in self.texts.withLock { $0.out += text } },
      error: { text in self.texts.withLock { $0.err += text } })
    return Desk(circumstances: circumstances, console: console)
  }

  @discardableResult
  func washi(_ arguments: String...) async -> ExitStatus {
    texts.withLock { $0 = ("", "") }
    return await answer(arguments, at: desk())
  }

  func write(_ text: String, to file: String) throws {
    let url = URL(fileURLWithPath: "\(folder)/\(file)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func text(_ file: String) -> String? {
    try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
  }

  func names(_ path: String = "") -> [String] { Files.names(in: "\(folder)/\(path)") }
}
