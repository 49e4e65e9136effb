import Foundation
import Synchronization

@testable import Commands

/// A desk in a folder of its own, whose console is two texts.
final class Bench: Sendable {
  let folder: String
  private let texts = Mutex<(out: String, err: String)>(("", ""))
  private let changes: Mutex<(environment: [String: String], build: String)>
  private let input: String
  /// The desk's clock, which goes on from call to call.
  private let ticks = Mutex<Int64>(1_700_000_000_000)

  init(environment: [String: String] = [:], input: String = "") throws {
    let made = FileManager.default.temporaryDirectory.path + "/washi-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
    folder = Files.realPath(made) ?? made
    changes = Mutex((environment, "a build"))
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
    var circumstances = Circumstances.ofThisProcess()
    let (extra, build) = changes.withLock { $0 }
    circumstances.environment.merge(extra) { _, extra in extra }
    circumstances.build = build
    circumstances.workingDirectory = folder
    circumstances.user = "ann"
    circumstances.host = "here"
    circumstances.executable = #filePath
    circumstances.now = {
      self.ticks.withLock { ticks in
        ticks += 250
        return ticks
      }
    }
    circumstances.standardInput = { [input] in Array(input.utf8) }
    let rest = Mutex(Array(input.utf8))
    circumstances.nextInput = {
      rest.withLock { rest in
        let piece = Array(rest.prefix(1000))
        rest.removeFirst(piece.count)
        return piece
      }
    }
    let console = Console(
      isTerminal: isTerminal, hasColor: false, width: 80,
      output: { text in self.texts.withLock { $0.out += text } },
      error: { text in self.texts.withLock { $0.err += text } })
    return Desk(circumstances: circumstances, console: console)
  }

  /// Sets a variable of the environment of later calls.
  func set(_ name: String, _ value: String) { changes.withLock { $0.environment[name] = value } }

  /// Takes the place of another build of the tool.
  func become(build: String) { changes.withLock { $0.build = build } }

  @discardableResult
  func washi(_ arguments: String...) async -> ExitStatus { await call(arguments) }

  @discardableResult
  func call(_ arguments: [String]) async -> ExitStatus {
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

  /// The bytes of every file below a folder, by their paths in it.
  func files(below path: String) throws -> [String: Data] {
    let root = "\(folder)/\(path)"
    var found: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
      guard Files.kind("\(root)/\(name)") == .file else { continue }
      found[name] = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(name)"))
    }
    return found
  }

  func names(_ path: String = "") -> [String] { Files.names(in: "\(folder)/\(path)") }
}
