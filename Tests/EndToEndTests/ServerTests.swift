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
    #expect(try shop.washi("serve", "backup", "copy").output == "copy\n")
    #expect(try shop.washi("serve", "backup", "copy").errors.contains("not empty"))
    #expect(server.end(by: SIGTERM) == 0)
    let files = FileManager.default
    try files.removeItem(at: shop.folder.appending(path: ".washi/serve"))
    try files.moveItem(
      at: shop.folder.appending(path: "copy"), to: shop.folder.appending(path: ".washi/serve"))
    let restored = try await Server(in: shop)
    #expect(try restored.get(run).body.contains("The report is published."))
    #expect(try shop.files(below: ".washi/serve/uploads").count == 1)
    #expect(restored.end(by: SIGTERM) == 0)
  }
}
