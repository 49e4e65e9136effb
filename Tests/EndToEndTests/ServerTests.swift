import Foundation
import Testing

/// The server as people and programs meet it: the built command, real sockets on loopback.
@Suite struct ServerTests {
  private static let notebook = """
    ---
    title: Cups
    edition: "{{ strftime($month, '%Y-%m') }}"
    catalog:
      cups: { path: "data/{{ strftime($month, '%Y%m') }}.csv", upload: true }
    ---

    # Cups in {{ strftime($month, '%B %Y') }}

    ```yaml parameters
    month: { type: month, default: 2021-01 }
    size:  { type: int, default: 1000, min: 1 }
    ```

    ```sql step total show=5
    SELECT sum(cups) AS cups FROM cups
    ```

    ```sql step slow
    SELECT count(*) AS n FROM range($size) a, range($size) b WHERE hash(a.range, b.range) % 7 = 0
    ```

    ```yaml step kept
    { uses: export, table: total, path: cups.csv }
    ```
    """

  @Test func runsUploadsAndHandsOutWhatItMade() async throws {
    let shop = try Workshop()
    try shop.write("notebooks/shop/cups.md", Self.notebook)
    let server = try await Server(in: shop)
    #expect(try server.get("/").body.contains("Cups"))
    let page = try server.get("/notebooks/shop/cups")
    #expect(page.status == 200)
    let form = [
      ("form", nil, page.formToken), ("p.month", nil, "2021-02"), ("do", nil, "run"),
      ("upload.cups", "feb.csv", "day,cups\n1,20\n2,22\n"),
    ]
    let ordered = try server.post(form, to: "/notebooks/shop/cups")
    #expect(ordered.status == 303)
    let run = ordered.header("Location").split(separator: "/").last.map(String.init) ?? ""
    let ended = try await server.end(of: run)
    #expect(ended.contains("\"state\":\"done\""), "\(ended)")
    #expect(try shop.read("data/202102.csv") == "day,cups\n1,20\n2,22\n")
    #expect(try shop.read("output/shop/cups/2021-02/v1/artifacts/cups.csv").contains("42"))
    let report = try server.get("/reports/shop/cups@2021-02")
    let frame = try #require(report.body.range(of: "src=\"/files/"))
    let address = String(report.body[frame.lowerBound...].dropFirst(5).prefix { $0 != "\"" })
    #expect(try server.get(address).body.contains("Cups in February 2021"))
    let saved = try server.get("/download/shop/cups@2021-02/v1/artifacts/cups.csv")
    #expect(saved.body == (try shop.read("output/shop/cups/2021-02/v1/artifacts/cups.csv")))
    #expect(try shop.washi("log").output.contains("shop/cups@2021-02/v1"))
    #expect(server.end(by: SIGTERM) == 0)
  }

  @Test func losesNoRunWhenItIsKilled() async throws {
    let shop = try Workshop()
    try shop.write("notebooks/cups.md", Self.notebook)
    try shop.write("data/202101.csv", "day,cups\n1,1\n")
    let first = try await Server(in: shop)
    var runs: [String] = []
    for size in [9000, 10, 11] {
      let order = #"{"notebook":"cups","parameters":{"size":\#(size)}}"#
      let reply = try first.send(
        "POST", "/api/v1/runs", ["X-Washi-Form": try first.formToken()], Data(order.utf8))
      #expect(reply.status == 202)
      let run = try #require(reply.body.firstRange(of: "\"run\":\""))
      runs.append(String(reply.body[run.upperBound...].prefix { $0 != "\"" }))
    }
    #expect(first.end(by: SIGKILL) == SIGKILL)
    let second = try await Server(in: shop)
    for run in runs {
      #expect(try await second.end(of: run).contains("\"state\":\"done\""))
    }
    #expect(second.end(by: SIGTERM) == 0)
  }

  @Test func servesNobodyElseBeforeSomebodyWasAdded() throws {
    let shop = try Workshop()
    for arguments in [
      ["--host", "0.0.0.0"], ["--public-url", "https://x.example"],
      ["--proxy-header", "X-User", "--trusted-proxy", "127.0.0.1"],
    ] {
      let refused = try shop.washi(["serve", "--port", "0"] + arguments)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("washi serve user add"))
    }
  }

  @Test func saysWhatIsWrongWithPeopleAndTokens() throws {
    let shop = try Workshop()
    #expect(try shop.washi("serve", "user", "add", "ada").status == 2)
    #expect(try shop.washi("serve", "user", "add", "ada", "--role", "king").status == 2)
    let added = try shop.washi("serve", "user", "add", "ada", "--role", "admin", "--no-password")
    #expect(added.status == 0)
    #expect(try shop.washi("serve", "user", "list").output.contains("ada   admin"))
    let unknown = try shop.washi("serve", "token", "add", "adda", "job")
    #expect(unknown.status == 2)
    #expect(unknown.errors.contains("did you mean `ada`?"))
    let token = try shop.washi("serve", "token", "add", "ada", "job", "--role", "viewer")
    #expect(token.output.hasPrefix("washi_"))
    let id = token.output.split(separator: "_")[1]
    #expect(try shop.washi("serve", "token", "revoke", String(id)).status == 0)
    #expect(try shop.washi("serve", "token", "list").output.contains("revoked"))
  }
}

/// A running `washi serve` with a client that knows as much HTTP as it needs.
private final class Server {
  private let process = Process()
  private let port: UInt16

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

  init(in shop: borrowing Workshop) async throws {
    let output = shop.folder.appending(path: ".serve-\(UUID().uuidString)")
    try Data().write(to: output)
    process.executableURL = Workshop.executable
    process.arguments = ["serve", "--port", "0"]
    process.currentDirectoryURL = shop.folder
    process.environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": shop.folder.path,
      "WASHI_DUCKDB": Workshop.library("duckdb"), "WASHI_LIGHTGBM": Workshop.library("lightgbm"),
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
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
    var request =
      "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in headers { request += "\(name): \(value)\r\n" }
    request += "Content-Length: \(body.count)\r\n\r\n"
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: false)
    try handle.write(contentsOf: Data(request.utf8) + body)
    let answer = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    let cut = try #require(answer.firstRange(of: "\r\n\r\n"))
    let head = String(answer[..<cut.lowerBound])
    return Reply(
      status: Int(head.split(separator: " ")[1]) ?? 0, head: head,
      body: String(answer[cut.upperBound...]))
  }
}
