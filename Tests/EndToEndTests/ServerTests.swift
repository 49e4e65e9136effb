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
      ["--host", "0.0.0.0", "--tls-certificate", "c.pem", "--tls-key", "k.pem"],
      ["--public-url", "https://x.example"],
      ["--proxy-header", "X-User", "--trusted-proxy", "127.0.0.1"],
    ] {
      let refused = try shop.washi(["serve", "--port", "0"] + arguments)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("washi serve user add"))
    }
  }

  @Test func sendsNoPasswordsOverPlainHTTP() throws {
    let shop = try Workshop()
    #expect(
      try shop.washi("serve", "user", "add", "ada", "--role", "admin", "--no-password").status == 0)
    let refused = try shop.washi("serve", "--port", "0", "--host", "0.0.0.0")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("--tls-certificate"))
  }

  @Test func letsNoSecondServerLookAfterTheSameOrders() async throws {
    let shop = try Workshop()
    let first = try await Server(in: shop)
    let second = try shop.washi("serve", "--port", "0")
    #expect(second.status == 1)
    #expect(second.errors.contains("another server looks after this project already"))
    #expect(try shop.washi("restore", "nothing").status == 2)
    #expect(first.end(by: SIGKILL) == SIGKILL)
    let third = try await Server(in: shop)
    #expect(third.end(by: SIGTERM) == 0)
  }

  /// One request must never be read as two by whoever stands in between.
  private static let smuggled = [
    "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "Content-Length: 0\r\nContent-Length: 60\r\n\r\n", "Content-Length: +0\r\n\r\n",
    "Content-Length: 0x0\r\n\r\n", "Content-Length : 0\r\n\r\n",
    "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
    "X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
  ]

  @Test func readsNoRequestWithinAnother() async throws {
    let shop = try Workshop()
    let server = try await Server(in: shop)
    #expect(try server.get("/readyz").body == "ready\n")
    for head in Self.smuggled {
      let text =
        "POST /signin HTTP/1.1\r\nHost: 127.0.0.1\r\n\(head)"
        + "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
      let answer = try server.raw(Data(text.utf8))
      #expect(!answer.contains("ready\n"), "\(head): \(answer)")
    }
    #expect(server.end(by: SIGTERM) == 0)
  }

  @Test func speaksHTTPSWithItsOwnFilesAndReadsThemAgain() async throws {
    let shop = try Workshop()
    let make = """
      for n in one two; do openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
        -keyout $n.key -out $n.pem -days 2 -subj /CN=$n -addext subjectAltName=IP:127.0.0.1; done
      cp one.pem cert.pem; cp one.key cert.key
      printf 'GET /healthz HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nConnection: close\\r\\n\\r\\n' >ask
      """
    let made = try shop.run("bash", "-c", make)
    try #require(made.status == 0, "\(made.errors)")
    let mixed = try shop.washi(
      "serve", "--port", "0", "--tls-certificate", "one.pem", "--tls-key", "two.key")
    #expect(mixed.status == 1)
    #expect(mixed.errors.contains("is not the key of the certificate"))
    let server = try await Server(
      in: shop, ["--tls-certificate", "cert.pem", "--tls-key", "cert.key"])
    func ask(trusting authority: String) throws -> String {
      try shop.run(
        "bash", "-c",
        "openssl s_client -quiet -verify_return_error -CAfile \(authority) "
          + "-connect 127.0.0.1:\(server.port) <ask; true"
      ).output
    }
    let answer = try ask(trusting: "one.pem")
    #expect(answer.contains("200 OK") && answer.hasSuffix("ok\n"))
    #expect(answer.lowercased().contains("strict-transport-security"))
    #expect(try ask(trusting: "two.pem").isEmpty)
    // Nobody is answered in plain words.
    #expect(
      !(try server.raw(Data("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)))
        .contains("ok\n"))
    #expect(try shop.run("bash", "-c", "cp two.pem cert.pem; cp two.key cert.key").status == 0)
    server.signal(SIGHUP)
    var isNew = false
    for _ in 0..<200 where !isNew {
      isNew = try ask(trusting: "two.pem").hasSuffix("ok\n")
    }
    #expect(isNew)
    #expect(server.end(by: SIGTERM) == 0)
  }

  @Test func logsRequestsAsJSON() async throws {
    let shop = try Workshop()
    let server = try await Server(in: shop, ["--log-format", "json"])
    _ = try server.get("/runs/none?secret=1")
    #expect(server.end(by: SIGTERM) == 0)
    let lines = try server.log.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    }
    let line = try #require(lines.first { $0["route"] == "run" })
    #expect(line["status"] == "404" && line["path"] == "/runs/none" && line["method"] == "GET")
    #expect(line["level"] == "info" && line["user"] == "local")
    #expect(line["time"]?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
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

  @Test func bringsBackWhatWasBackedUp() async throws {
    let shop = try Workshop()
    try shop.write("notebooks/cups.md", Self.notebook)
    let server = try await Server(in: shop)
    let order = [
      ("form", nil, try server.get("/notebooks/cups").formToken), ("p.size", nil, "3"),
      ("do", nil, "run"), ("upload.cups", "jan.csv", "cups\n5\n"),
    ]
    let run = try server.post(order, to: "/notebooks/cups").header("Location")
    _ = try await server.end(of: String(run.dropFirst("/runs/".count)))
    #expect(try shop.washi("backup", "copy").output == "copy\n")
    #expect(try shop.run("bash", "-c", "cd copy && sha256sum -c SHA256SUMS").status == 0)
    #expect(try shop.washi("backup", "copy").errors.contains("not empty"))
    #expect(try shop.washi("restore", "copy").errors.contains("another server"))
    let versions = try shop.files(below: "output")
    #expect(server.end(by: SIGTERM) == 0)
    #expect(try shop.washi("restore", "copy").errors.contains("--replace"))
    let files = FileManager.default
    for name in [".washi", "output"] {
      try files.removeItem(at: shop.folder.appending(path: name))
    }
    let brought = try shop.washi("restore", "copy")
    #expect(brought.status == 0, "\(brought.errors)")
    #expect(try shop.files(below: "output") == versions)
    #expect(try shop.washi("log").output.contains("cups@2021-01/v1"))
    let restored = try await Server(in: shop)
    #expect(try restored.get(run).body.contains("The report is published."))
    #expect(try shop.files(below: ".washi/serve/uploads").count == 1)
    #expect(try restored.get("/reports/cups@2021-01").status == 200)
    #expect(restored.end(by: SIGTERM) == 0)
    // Over what is there: nothing is lost.
    try shop.write("output/mine.txt", "mine")
    #expect(try shop.washi("restore", "copy", "--replace").status == 0)
    #expect(try shop.files(below: ".washi").keys.contains { $0.hasSuffix("output/mine.txt") })
    try shop.write("copy/output/cups/2021-01/v1/report.md", "forged")
    let forged = try shop.washi("restore", "copy", "--replace")
    #expect(forged.status == 2)
    #expect(forged.errors.contains("output/cups/2021-01/v1/report.md has changed"))
  }
}
