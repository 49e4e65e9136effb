// Processes are in the full Foundation only.
internal import Foundation
internal import Vocabulary

/// The program `rclone`, one process for each call.
struct Rclone: Sendable {
  private let path: String
  private let environment: [String: String]

  /// Finds the program by `PATH`.
  init(in environment: [String: String] = ProcessInfo.processInfo.environment) throws(StorageError)
  {
    self.environment = environment
    let folders = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    let found = folders.lazy.map { "\($0)/rclone" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let found else {
      throw StorageError(
        "the shared storage needs rclone, which is not on the PATH",
        solutions: ["apt-get install rclone, or brew install rclone"])
    }
    path = found
  }

  /// Runs a command to its end and gives its standard output.
  @discardableResult
  func run(
    _ arguments: [String], toleratingAbsence isAbsenceFine: Bool = false
  ) throws(StorageError) -> String {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments =
      [
        "--contimeout", "20s", "--timeout", "120s", "--retries", "2", "--low-level-retries", "3",
      ] + arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    do {
      try scratch.write("", as: "output")
      try scratch.write("", as: "errors")
      let output = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(scratch.path)/output"))
      let errors = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(scratch.path)/errors"))
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      process.waitUntilExit()
      try output.close()
      try errors.close()
    } catch let error as StorageError {
      throw error
    } catch {
      throw StorageError("cannot start \(path): \(error)")
    }
    // 3 and 4: the folder or file is not there.
    let code = process.terminationStatus
    guard code == 0 || (isAbsenceFine && (code == 3 || code == 4)) else {
      let said = scratch.text("errors")
      if isAbsenceFine, Self.tellsOfAbsenceOnly(said) { return "" }
      throw StorageError(
        "rclone \(arguments[0]) failed (exit \(code)): \(lastSentence(of: said))",
        solutions: ["`rclone lsd` with the same remote shows whether it can be reached"])
    }
    return scratch.text("output")
  }

  /// What a remote is. The name and the type are all that is asked of the configuration.
  func kind(of remote: String) throws(StorageError) -> RcloneStore.Kind {
    let name = String(remote.prefix { $0 != ":" })
    if name.isEmpty {
      // `:local:/path` names the type itself.
      return Self.kind(named: String(remote.dropFirst().prefix { $0 != ":" }))
    }
    let variable = "RCLONE_CONFIG_\(name.uppercased())_TYPE"
    if let type = environment[variable] { return Self.kind(named: type) }
    let remotes = try run(["listremotes", "--long"])
    for line in remotes.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0] == name {
        return Self.kind(named: parts[1].filter { $0 != " " })
      }
    }
    throw StorageError(
      "rclone's configuration has no remote `\(name)`",
      solutions: ["`rclone config` makes one", "or set \(variable) and what belongs to it"])
  }

  private static func kind(named type: String) -> RcloneStore.Kind {
    RcloneStore.Kind(rawValue: type) ?? .other
  }

  /// Files of a list that are not there are told as errors.
  private static func tellsOfAbsenceOnly(_ text: String) -> Bool {
    let errors = text.split(separator: "\n").filter {
      $0.contains("ERROR") || $0.contains("Failed")
    }
    return !errors.isEmpty
      && errors.allSatisfy { line in
        ["not found", "Not Found", "doesn't exist", "no such file", "404"].contains {
          line.contains($0)
        }
      }
  }

  /// The last thing that was said, without what looks like a credential.
  private func lastSentence(of text: String) -> String {
    let line =
      text.split(separator: "\n").last { !$0.isEmpty }.map(String.init) ?? "it said nothing"
    var sentence = String(line.drop { !$0.isLetter }.prefix(300))
    for (name, value) in environment where name.hasPrefix("RCLONE_") && value.count >= 4 {
      let words = ["PASS", "SECRET", "KEY", "TOKEN", "USER", "ACCOUNT", "CREDENTIAL"]
      if words.contains(where: name.contains) {
        sentence = sentence.replacingOccurrences(of: value, with: "***")
      }
    }
    // user:password@ of an address.
    return sentence.replacingOccurrences(
      of: "://[^/@ ]*@", with: "://", options: .regularExpression)
  }

  /// The seconds since 1970 of a time as `lsjson` prints it.
  static func seconds(_ text: String) -> Double? {
    let form = ISO8601DateFormatter()
    form.formatOptions = [.withInternetDateTime]
    // The formatter does not read fractions of nine digits.
    var whole = text
    if let dot = whole.firstIndex(of: ".") {
      whole = String(whole[..<dot] + whole[whole.index(after: dot)...].drop { $0.isNumber })
    }
    return form.date(from: whole)?.timeIntervalSince1970
  }
}
