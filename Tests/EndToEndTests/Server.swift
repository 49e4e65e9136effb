import Foundation
import Testing

/// A running `washi serve` with a client that knows as much HTTP as it needs.
final class Server {
  private let process = Process()
  private let errors: URL
  let port: UInt16

  struct Reply {
    var status: Int
    var head: String
    var body: String

    func header(_ name: String) -> String {
      head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
        .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) } ?? ""
    }

    var formToken: String {
      guard let range = body.range(of: "name=\"form\" value=\"") else { return "" }
      return String(body[range.upperBound...].prefix { $0 != "\"" })
    }
  }

  /// Starts it on a free port with these further words; `environment` adds to its own.
  init(
    in shop: borrowing Workshop, _ arguments: [String] = [], environment: [String: String] = [:]
  ) async throws {
    errors = shop.folder.appending(path: ".serve-\(UUID().uuidString).log")
    try Data().write(to: errors)
    let output = shop.folder.appending(path: ".serve-\(UUID().uuidString)")
    try Data().write(to: output)
    process.executableURL = Workshop.executable
    process.arguments = ["serve", "--port", "0"] + arguments
    process.currentDirectoryURL = shop.folder
    process.environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": shop.folder.path,
      "WASHI_DUCKDB": Workshop.library("duckdb"), "WASHI_LIGHTGBM": Workshop.library("lightgbm"),
    ].merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    var port: UInt16?
    while port == nil, process.isRunning {
      try await Task.sleep(for: .milliseconds(20))
      let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
      guard text.hasSuffix("\n") else { continue }
      port = text.split(separator: ":").last.flatMap {
        UInt16($0.trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }
    self.port = try #require(port)
  }

  deinit {
    if process.isRunning { process.terminate() }
  }

  /// What it has said on standard error.
  var log: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

  /// Sends a signal and does not wait.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Ends it; tells the exit code or the signal.
  func end(by signal: Int32) -> Int32 {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationStatus
  }

  func get(_ path: String) throws -> Reply { try send("GET", path) }

  func formToken() throws -> String {
    let text = try get("/api/v1/me").body
    let range = try #require(text.firstRange(of: "\"formToken\":\""))
    return String(text[range.upperBound...].prefix { $0 != "\"" })
  }

  func post(_ fields: [(name: String, file: String?, value: String)], to path: String) throws
    -> Reply
  {
    var body = ""
    for (name, file, value) in fields {
      body += "--cut\r\nContent-Disposition: form-data; name=\"\(name)\""
      body += file.map { "; filename=\"\($0)\"" } ?? ""
      body += "\r\n\r\n\(value)\r\n"
    }
    body += "--cut--\r\n"
    return try send(
      "POST", path, ["Content-Type": "multipart/form-data; boundary=cut"], Data(body.utf8))
  }

  /// What the API says of a run when it is over.
  func end(of run: String) async throws -> String {
    for _ in 0..<3000 {
      let text = try get("/api/v1/runs/\(run)").body
      if !text.contains("\"state\":\"queued\""), !text.contains("\"state\":\"running\",\"steps\""),
        !text.contains("\"state\":\"running\",\"uploads\"")
      {
        return text
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    return "it did not end"
  }

  func send(
    _ method: String, _ path: String, _ headers: [String: String] = [:], _ body: Data = Data()
  ) throws -> Reply {
    var request =
      "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in headers { request += "\(name): \(value)\r\n" }
    request += "Content-Length: \(body.count)\r\n\r\n"
    let answer = try raw(Data(request.utf8) + body)
    let cut = try #require(answer.firstRange(of: "\r\n\r\n"))
    let head = String(answer[..<cut.lowerBound])
    return Reply(
      status: Int(head.split(separator: " ")[1]) ?? 0, head: head,
      body: String(answer[cut.upperBound...]))
  }

  /// Sends bytes as they are, and tells everything that comes back until the server closes.
  func raw(_ bytes: Data) throws -> String {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(file >= 0)
    defer { close(file) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(connected == 0)
    try FileHandle(fileDescriptor: file, closeOnDealloc: false).write(contentsOf: bytes)
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    // A server that neither answers nor closes is found by what is missing, not by waiting.
    var wait = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    while unsafe poll(&wait, 1, 20_000) > 0 {
      let count = unsafe recv(file, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      answer += buffer.prefix(count)
    }
    return String(decoding: answer, as: UTF8.self)
  }
}
