import Foundation
import GRDB
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@testable import Serving

@Suite struct AccessTests {
  @Test func letsEverybodyOnThisMachineInWhileNobodyWasAdded() async throws {
    let bench = try Bench()
    #expect(await bench.get("/").status == 200)
    _ = try await bench.session("ada", Grant(.admin))
    let asked = await bench.get("/")
    #expect(asked.status == 303)
    #expect(asked.location == "/signin")
    #expect(await bench.get("/api/v1/notebooks").status == 401)
  }

  @Test func letsNobodyInElsewhere() async throws {
    let bench = try Bench { $0.isOpen = false }
    #expect(await bench.get("/").status == 303)
    #expect(await bench.get("/api/v1/notebooks").status == 401)
    #expect(await bench.get("/metrics").status == 303)
    #expect(await bench.get("/healthz").status == 200)
    #expect(await bench.get("/readyz").status == 200)
  }

  @Test func signsInAndOut() async throws {
    let bench = try Bench()
    try await bench.workplace.store.setUser(
      "ada", password: "correct horse", grants: [Grant(.viewer)], now: bench.now())
    let page = await bench.get("/signin?back=%2Fruns")
    #expect(page.status == 200)
    let wrong = await bench.post(
      "/signin", ["name": "ada", "password": "wrong horse"], token: page.formToken)
    #expect(wrong.status == 401)
    #expect(wrong.headers[.setCookie] == nil)
    let right = await bench.post(
      "/signin", ["name": "ada", "password": "correct horse", "back": "/runs"],
      token: page.formToken)
    #expect(right.status == 303)
    #expect(right.location == "/runs")
    let flags = right.headers[.setCookie] ?? ""
    #expect(flags.contains("HttpOnly") && flags.contains("SameSite=Lax"))
    let headers = ["Cookie": right.cookie]
    #expect(await bench.get("/runs", headers).status == 200)
    let out = await bench.post("/signout", [:], headers)
    #expect(out.status == 303)
    #expect(await bench.get("/runs", headers).status == 303)
  }

  @Test(arguments: ["//evil.example", "https://evil.example", "/\\evil", "/\u{9}/evil"])
  func neverLeadsElsewhereAfterSignIn(_ back: String) async throws {
    let bench = try Bench()
    try await bench.workplace.store.setUser(
      "ada", password: "correct horse", grants: [Grant(.viewer)], now: bench.now())
    let page = await bench.get("/signin")
    let reply = await bench.post(
      "/signin", ["name": "ada", "password": "correct horse", "back": back],
      token: page.formToken)
    #expect(reply.location == "/")
  }

  @Test func slowsDownWhoeverTriesPasswords() async throws {
    let bench = try Bench()
    try await bench.workplace.store.setUser(
      "ada", password: "correct horse", grants: [Grant(.viewer)], now: bench.now())
    let token = await bench.get("/signin").formToken
    for _ in 0..<5 {
      let reply = await bench.post("/signin", ["name": "ada", "password": "no"], token: token)
      #expect(reply.status == 401)
    }
    let blocked = await bench.post(
      "/signin", ["name": "ada", "password": "correct horse"], token: token)
    #expect(blocked.status == 429)
    #expect(blocked.headers[.retryAfter] != nil)
    bench.advance(by: 6 * 60_000)
    let later = await bench.post(
      "/signin", ["name": "ada", "password": "correct horse"], token: token)
    #expect(later.status == 303)
  }

  @Test func keepsPasswordsAndTokensAsDigestsOnly() async throws {
    let bench = try Bench()
    try await bench.workplace.store.setUser(
      "ada", password: "correct horse", grants: [Grant(.viewer)], now: bench.now())
    let token = try await bench.token("ben", Grant(.viewer))["Authorization"] ?? ""
    let session = try await bench.session("cy", Grant(.viewer))["Cookie"] ?? ""
    try await bench.workplace.store.database.writeWithoutTransaction {
      _ = try $0.checkpoint(.truncate)
    }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: bench.workplace.places.database))
    for secret in ["correct horse", String(token.dropFirst(7)), String(session.dropFirst(14))] {
      #expect(secret.count > 10)
      #expect(bytes.range(of: Data(secret.utf8)) == nil)
    }
    #expect(bytes.range(of: Data("scrypt$".utf8)) != nil)
  }

  @Test(arguments: ["washi_session=", "washi_session=forged", "washi_session=' OR 1=1 --"])
  func refusesForgedSessions(_ cookie: String) async throws {
    let bench = try Bench()
    _ = try await bench.session("ada", Grant(.admin))
    #expect(await bench.get("/runs", ["Cookie": cookie]).status == 303)
  }

  @Test func endsSessionsThatAreOldOrIdle() async throws {
    let bench = try Bench()
    let headers = try await bench.session("ada", Grant(.admin))
    bench.advance(by: 7 * 3_600_000)
    #expect(await bench.get("/runs", headers).status == 200)
    bench.advance(by: 7 * 3_600_000)
    #expect(await bench.get("/runs", headers).status == 200, "it was used in between")
    bench.advance(by: 9 * 3_600_000)
    #expect(await bench.get("/runs", headers).status == 303)
    let other = try await bench.session("ben", Grant(.admin))
    for _ in 0..<24 {
      bench.advance(by: 7 * 3_600_000)
      _ = await bench.get("/runs", other)
    }
    bench.advance(by: 3_600_000)
    #expect(await bench.get("/runs", other).status == 303, "a week is the longest")
  }

  @Test func endsSessionsWhenThePasswordChanges() async throws {
    let bench = try Bench()
    let headers = try await bench.session("ada", Grant(.admin))
    try await bench.workplace.store.setUser(
      "ada", password: "another horse", grants: [], now: bench.now())
    #expect(await bench.get("/runs", headers).status == 303)
  }

  @Test func showsOnlyWhatARoleReaches() async throws {
    let bench = try Bench()
    try bench.publish("sales/2021-01/v1")
    let viewer = try await bench.token("ben", Grant(.viewer, in: "team"))
    #expect(await bench.get("/notebooks/team/a", viewer).status == 200)
    #expect(await bench.get("/notebooks/sales", viewer).status == 404)
    #expect(await bench.get("/reports/sales@2021-01/v1", viewer).status == 404)
    #expect(await bench.get("/download/sales@2021-01/v1/tables/rows.csv", viewer).status == 404)
    #expect(await bench.get("/history/sales", viewer).status == 404)
    #expect(
      await bench.get("/compare/page?new=sales@2021-01/v1&old=sales@2021-01/v1", viewer).status
        == 404)
    #expect(await bench.get("/", viewer).text.contains("sales") == false)
    #expect(await bench.get("/audit", viewer).status == 403)
    #expect(await bench.get("/metrics", viewer).status == 403)
    let order = #"{"notebook":"team/a"}"#
    let refused = await bench.send(
      .post, "/api/v1/runs", viewer, body: [ByteBuffer(string: order)])
    #expect(refused.status == 403)
    let creditors = try await bench.token("cy", Grant(.viewer, in: "tea"))
    #expect(await bench.get("/notebooks/team/a", creditors).status == 404)
  }

  @Test func limitsATokenToItsRole() async throws {
    let bench = try Bench()
    let token = try await bench.token("ada", Grant(.admin), limit: .viewer)
    #expect(await bench.get("/api/v1/notebooks", token).status == 200)
    #expect(await bench.get("/metrics", token).status == 403)
    let order = ByteBuffer(string: #"{"notebook":"sales"}"#)
    #expect(await bench.send(.post, "/api/v1/runs", token, body: [order]).status == 403)
  }

  @Test func refusesTokensThatEndedOrWereRevoked() async throws {
    let bench = try Bench()
    let headers = try await bench.token("ada", Grant(.admin))
    #expect(await bench.get("/api/v1/me", headers).status == 200)
    let tokens = try await bench.workplace.store.tokens(of: "ada")
    let id = try #require(tokens.first?.id)
    #expect(
      try await !bench.workplace.store.revokeToken(id, of: "ben", now: 1), "not somebody else's")
    #expect(try await bench.workplace.store.revokeToken(id, of: "ada", now: 1))
    #expect(await bench.get("/api/v1/me", headers).status == 401)
    let (_, text) = try await bench.workplace.store.makeToken(
      for: "ada", label: "short", role: nil, endsAt: bench.now() + 1000, now: bench.now())
    #expect(await bench.get("/api/v1/me", ["Authorization": "Bearer \(text)"]).status == 200)
    bench.advance(by: 1001)
    #expect(await bench.get("/api/v1/me", ["Authorization": "Bearer \(text)"]).status == 401)
  }

  /// Another process may change who is who; what was answered a moment ago holds for a second.
  @Test func heedsWithinASecondWhatAnotherProcessRevokes() async throws {
    let bench = try Bench()
    let headers = try await bench.token("ada", Grant(.viewer))
    let session = try await bench.session("ben", Grant(.viewer))
    #expect(await bench.get("/api/v1/me", headers).status == 200)
    #expect(await bench.get("/api/v1/me", session).status == 200)
    let other = try WorkplaceStore(inFolder: bench.folder + "/.washi/serve")
    let id = try #require(try await other.tokens(of: "ada").first?.id)
    #expect(try await other.revokeToken(id, of: nil, now: bench.now()))
    #expect(try await other.removeUser("ben"))
    bench.advance(by: 1000)
    #expect(await bench.get("/api/v1/me", headers).status == 401)
    #expect(await bench.get("/api/v1/me", session).status == 401)
  }

  @Test func makesTokensOnTheAccountPage() async throws {
    let bench = try Bench()
    let headers = try await bench.session("ada", Grant(.runner))
    let page = await bench.get("/account", headers)
    let made = await bench.post(
      "/account/tokens", ["label": "nightly", "role": "viewer"], headers, token: page.formToken)
    let start = try #require(made.text.range(of: "washi_"))
    let text = String(made.text[start.lowerBound...].prefix { $0 != "<" })
    #expect(await bench.get("/api/v1/me", ["Authorization": "Bearer \(text)"]).status == 200)
    #expect(await bench.get("/account", headers).text.contains(text) == false)
  }

  @Test func takesFormsFromItsOwnPagesOnly() async throws {
    let bench = try Bench()
    let page = await bench.get("/notebooks/team/a")
    let path = "/notebooks/team/a"
    #expect(await bench.post(path, ["do": "check"], token: page.formToken).status == 200)
    #expect(await bench.post(path, ["do": "check"], token: "guess").status == 403)
    #expect(await bench.post(path, ["do": "check"], token: "").status == 403)
    for headers in [
      ["Origin": "https://evil.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
      ["Sec-Fetch-Site": "same-site"],
    ] {
      let reply = await bench.post(path, ["do": "check"], headers, token: page.formToken)
      #expect(reply.status == 403)
    }
    let own = ["Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"]
    #expect(await bench.post(path, ["do": "check"], own, token: page.formToken).status == 200)
    #expect(bench.press.started.withLock { $0 }.isEmpty)
  }

  @Test func doesNotTakeAnotherVisitorsFormToken() async throws {
    let bench = try Bench()
    let ada = try await bench.session("ada", Grant(.runner))
    let ben = try await bench.session("ben", Grant(.runner))
    let token = await bench.get("/notebooks/team/a", ada).formToken
    let reply = await bench.post("/notebooks/team/a", ["do": "check"], ben, token: token)
    #expect(reply.status == 403)
  }

  @Test func wantsTheFormTokenOfASessionThatUsesTheAPI() async throws {
    let bench = try Bench()
    let headers = try await bench.session("ada", Grant(.runner))
    let order = ByteBuffer(string: #"{"notebook":"team/a"}"#)
    #expect(await bench.send(.post, "/api/v1/runs", headers, body: [order]).status == 403)
    var all = headers
    all["X-Washi-Form"] = await bench.formToken(headers)
    #expect(await bench.send(.post, "/api/v1/runs", all, body: [order]).status == 202)
  }

  @Test(arguments: [
    "evil.example", "evil.example:8000", "127.0.0.1.evil.example", "[::2]:8000", "",
  ])
  func answersToNoOtherName(_ host: String) async throws {
    let bench = try Bench()
    #expect(await bench.get("/", ["Host": host]).status == 421)
  }

  @Test(arguments: ["localhost:8000", "127.0.0.1", "[::1]:8000"])
  func answersToItsOwnNames(_ host: String) async throws {
    let bench = try Bench()
    #expect(await bench.get("/", ["Host": host]).status == 200)
  }

  @Test func believesTheProxyAndNobodyElse() async throws {
    let bench = try Bench {
      $0.isOpen = false
      $0.proxy = WorkplaceSettings.Proxy(header: "X-Forwarded-User", addresses: ["10.0.0.1"])
    }
    _ = try await bench.session("ada", Grant(.admin))
    let header = ["X-Forwarded-User": "ada"]
    let through = await bench.send(.get, "/runs", header, from: "10.0.0.1")
    #expect(through.status == 200)
    #expect(await bench.send(.get, "/runs", header, from: "10.0.0.2").status == 303)
    #expect(await bench.send(.get, "/runs", header, from: nil).status == 303)
    let stranger = ["X-Forwarded-User": "mallory"]
    #expect(await bench.send(.get, "/runs", stranger, from: "10.0.0.1").status == 303)
  }

  @Test func countsFailuresByTheAddressBehindTheProxy() async throws {
    let bench = try Bench {
      $0.isOpen = false
      $0.publicURL = "https://reports.example"
    }
    _ = try await bench.session("ada", Grant(.admin))
    let headers = ["X-Forwarded-For": "6.6.6.6, 10.1.1.1"]
    _ = await bench.post(
      "/signin", ["name": "ada", "password": "x"], headers,
      token: await bench.get("/signin").formToken)
    let line = try #require(try await bench.workplace.store.audit(limit: 1).first)
    #expect(line.action == "sign-in failed" && line.address == "10.1.1.1")
    let direct = try Bench()
    _ = try await direct.session("ada", Grant(.admin))
    let token = await direct.get("/signin").formToken
    _ = await direct.post("/signin", ["name": "ada", "password": "x"], headers, token: token)
    let other = try #require(try await direct.workplace.store.audit(limit: 1).first)
    #expect(other.address == "127.0.0.1", "from nobody's proxy the header means nothing")
  }

  @Test func believesNoHeaderThatComesTwice() async throws {
    let bench = try Bench {
      $0.isOpen = false
      $0.proxy = WorkplaceSettings.Proxy(header: "X-Forwarded-User", addresses: ["10.0.0.1"])
    }
    _ = try await bench.session("ada", Grant(.admin))
    // Two fields of one name that differ in case only are one name.
    let twice = ["X-Forwarded-User": "mallory", "x-forwarded-user": "ada"]
    #expect(await bench.send(.get, "/runs", twice, from: "10.0.0.1").status == 400)
  }

  @Test func notesWhoDidWhat() async throws {
    let bench = try Bench()
    try bench.publish("sales/2021-01/v1")
    let headers = try await bench.session("ada", Grant(.admin))
    _ = await bench.get("/download/sales@2021-01/v1/tables/rows.csv", headers)
    _ = await bench.post("/notebooks/team/a", ["do": "run"], headers)
    let lines = try await bench.workplace.store.audit(limit: 10)
    #expect(lines.map(\.action) == ["run", "download"])
    #expect(lines.allSatisfy { $0.user == "ada" && $0.address == "127.0.0.1" })
    #expect(await bench.get("/audit", headers).text.contains("sales@2021-01/v1/tables/rows.csv"))
  }

  @Test func hashesPasswordsAsTheStandardSays() async throws {
    // RFC 7914, section 12, third vector, as our text.
    let salt = Data("SodiumChloride".utf8).base64EncodedString()
    let hash = Data(
      [
        0x70, 0x23, 0xbd, 0xcb, 0x3a, 0xfd, 0x73, 0x48, 0x46, 0x1c, 0x06, 0xcd, 0x81, 0xfd, 0x38,
        0xeb, 0xfd, 0xa8, 0xfb, 0xba, 0x90, 0x4f, 0x8e, 0x3e, 0xa9, 0xb5, 0x43, 0xf6, 0x54, 0x5d,
        0xa1, 0xf2,
      ] as [UInt8]
    ).base64EncodedString()
    let text = "scrypt$16384$8$1$\(salt)$\(hash)"
    #expect(await PasswordHash.isRight("pleaseletmein", for: text))
    #expect(await !PasswordHash.isRight("pleaseletmeout", for: text))
    #expect(await !PasswordHash.isRight("pleaseletmein", for: nil))
  }
}
