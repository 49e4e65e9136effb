import Foundation
import Testing

/// A temporary project folder and the built `washi` to try on it, as a user would.
struct Workshop: ~Copyable {
  /// What a command left.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
    /// The last line on standard output.
    var lastLine: String { output.split(separator: "\n").last.map(String.init) ?? "" }
  }

  let folder: URL

  /// An empty project, in the system's temporary folder unless said.
  init(below parent: URL = FileManager.default.temporaryDirectory) throws {
    folder = parent.appending(path: "washi-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try write("washi.yaml", "")
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  /// Writes a file below the project, folders included.
  func write(_ path: String, _ text: String) throws {
    try write(path, Data(text.utf8))
  }

  /// Writes a file of bytes below the project, folders included.
  func write(_ path: String, _ data: Data) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  /// The text of a file below the project.
  func read(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: path)), as: UTF8.self)
  }

  /// Every regular file below a folder of the project, by relative path.
  func files(below path: String) throws -> [String: Data] {
    let root = folder.appending(path: path).resolvingSymlinksInPath()
    var found: [String: Data] = [:]
    let keys: [URLResourceKey] = [.isRegularFileKey]
    let walker = FileManager.default.enumerator(at: root, includingPropertiesForKeys: keys)
    while let file = walker?.nextObject() as? URL {
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
        continue
      }
      let name = file.resolvingSymlinksInPath().path.dropFirst(root.path.count + 1)
      found[String(name)] = try Data(contentsOf: file)
    }
    return found
  }

  /// Runs `washi` in the project with a small environment of its own.
  func washi(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
    try washi(arguments, environment: environment)
  }

  /// Runs `washi` in the project with a small environment of its own.
  func washi(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
    try outcome(of: Self.executable, arguments, environment)
  }

  /// Runs another program in the project, with the project's `bin` before everything on its path.
  func run(_ program: String, _ arguments: String...) throws -> Outcome {
    try run(program, arguments)
  }

  /// Runs another program in the project, with the project's `bin` before everything on its path.
  func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> Outcome {
    try outcome(
      of: URL(filePath: "/usr/bin/env"), [program] + arguments,
      ["PATH": "\(folder.path)/bin:/usr/local/bin:/usr/bin:/bin"].merging(environment) { $1 })
  }

  /// Starts `washi` in the project and does not wait; what it writes is dropped.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Process {
    let process = process(Self.executable, arguments, environment)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func process(
    _ program: URL, _ arguments: [String], _ environment: [String: String]
  ) -> Process {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment =
      [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder.path,
        "WASHI_DUCKDB": Self.library("duckdb"), "WASHI_LIGHTGBM": Self.library("lightgbm"),
      ].merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    return process
  }

  private func outcome(
    of program: URL, _ arguments: [String], _ environment: [String: String]
  ) throws -> Outcome {
    let process = process(program, arguments, environment)
    // Files, not pipes: a pipe that nobody empties would stop the process.
    let output = folder.appending(path: ".stdout-\(UUID().uuidString)")
    let errors = folder.appending(path: ".stderr-\(UUID().uuidString)")
    for file in [output, errors] { try Data().write(to: file) }
    defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  /// The package's folder.
  static let package = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The executable that was built with the tests.
  static let executable: URL = {
    #if os(macOS)
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? .main
      let products = bundle.bundleURL.deletingLastPathComponent()
    #else
      let products = Bundle.main.bundleURL
    #endif
    return products.appending(path: "washi")
  }()

  /// The engine's library that `Scripts/setup` unpacked; empty where the system's is used.
  static func library(_ name: String) -> String {
    if let given = ProcessInfo.processInfo.environment["WASHI_\(name.uppercased())"] {
      return given
    }
    let folder = package.appending(path: ".deps/lib")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let file = files.sorted().first { $0.contains(name == "duckdb" ? "duckdb" : "lib_lightgbm") }
    return file.map { folder.appending(path: $0).path } ?? ""
  }
}
