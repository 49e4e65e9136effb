import Archiving
import Foundation
import HTTPTypes
import NIOCore
import Steps
import Synchronization
import Testing
import Vocabulary

@testable import Serving

/// Registered models: their pages, their API, and scoring by alias.
@Suite struct ModelTests {
  private static let name = "credit-default"
  private static let actor = ModelRegistry.Actor(at: 1_790_000_000_000, user: "ada", host: "here")
  static let row = #"{"age":25,"income":430.5,"home":"house","married":true}"#

  /// The bundle of `ScoringTests`; another `variant` has other numbers in its first tree.
  static func files(_ variant: Int) throws -> [Registration.File] {
    try ["encoder.json", "model.json", "model.txt"].map { name in
      var text = try String(contentsOfFile: "\(ScoringTests.folder)/\(name)", encoding: .utf8)
      if name == "model.txt", variant > 0 {
        // As long as before: the text says how long its trees are.
        text = text.replacing("0.37631218501999131", with: "0.\(variant)7631218501999131")
      }
      return Registration.File(name: name, text: text)
    }
  }

  @discardableResult
  static func register(
    _ bench: Bench, _ variant: Int, auc: Double = 0.7, notebook: String = "team/a",
    name: String = ModelTests.name
  ) throws -> Int {
    let registration = Registration(
      name: name, model: "model", files: try files(variant), metrics: ["auc": auc, "rows": 200])
    let facts = ModelRegistry.Facts(
      name: name, digest: registration.digest.description, metrics: registration.metrics,
      notebook: notebook, edition: "2021-01", parameters: ["limit": "10"],
      inputs: ["data/a.csv": String(repeating: "ab", count: 32)], engines: ["LightGBM": "4.7"])
    return try bench.registry.register(registration, facts, by: actor).number
  }

  /// Two versions, the first one champion.
  private static func bench() throws -> Bench {
    let bench = try Bench()
    try register(bench, 0)
    try register(bench, 9, auc: 0.72)
    try bench.registry.promote(name, 1, to: "champion", by: actor)
    return bench
  }

  private static func predict(
    _ bench: Bench, _ alias: String, _ headers: [String: String] = [:]
  ) async -> Bench.Reply {
    var headers = headers
    if headers["Authorization"] == nil { headers["X-Washi-Form"] = await bench.formToken() }
    return await bench.send(
      .post, "/api/v1/models/\(name)@\(alias)/predict", headers, body: [ByteBuffer(string: row)])
  }

  private static func score(_ reply: Bench.Reply) -> Double {
    (reply.json["predictions"] as? [[String: Any]])?.first?["score"] as? Double ?? -1
  }

  /// Says to other tasks that something is over.
  private final class Flag: Sendable {
    private let value = Mutex(false)
    var isUp: Bool { value.withLock { $0 } }
    func raise() { value.withLock { $0 = true } }
  }

  // MARK: - Scoring

  @Test func scoresByAliasVersionAndLatest() async throws {
    let bench = try Self.bench()
    let champion = await Self.predict(bench, "champion")
    #expect(champion.status == 200, "\(champion.text)")
    #expect(champion.json["version"] as? String == "credit-default@v1")
    #expect(champion.json["model"] as? String == "credit-default")
    #expect(Self.score(await Self.predict(bench, "v1")) == Self.score(champion))
    let newest = await Self.predict(bench, "latest")
    #expect(newest.json["version"] as? String == "credit-default@v2")
    #expect(Self.score(newest) != Self.score(champion))
    let none = await Self.predict(bench, "challenger")
    #expect(none.status == 404)
    #expect((none.json["detail"] as? String ?? "").contains("it has champion, latest"))
    #expect(await Self.predict(bench, "v3").status == 404)
  }

  @Test func followsAPromotionByAnotherProcess() async throws {
    let bench = try Self.bench()
    #expect(
      await Self.predict(bench, "champion").json["version"] as? String == "credit-default@v1")
    // What `washi models promote` does.
    try ModelRegistry(bench.folder + "/registry", shownAs: "registry")
      .promote(Self.name, 2, to: "champion", by: Self.actor)
    #expect(
      await Self.predict(bench, "champion").json["version"] as? String == "credit-default@v2")
    _ = try bench.registry.rollback(Self.name, "champion", by: Self.actor)
    #expect(
      await Self.predict(bench, "champion").json["version"] as? String == "credit-default@v1")
  }

  /// Promotions in a loop under requests: every answer is the old or the new model's, whole, and
  /// none fails.
  @Test func dropsNoRequestWhileModelsArePromoted() async throws {
    let bench = try Self.bench()
    let scores = [
      "credit-default@v1": Self.score(await Self.predict(bench, "v1")),
      "credit-default@v2": Self.score(await Self.predict(bench, "v2")),
    ]
    let token = try await bench.token("ada", Grant(.admin))
    let isOver = Flag()
    let seen = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<4 {
        group.addTask {
          var versions: [String] = []
          while !isOver.isUp || versions.count < 20 {
            let reply = await Self.predict(bench, "champion", token)
            #expect(reply.status == 200, "\(reply.text)")
            let version = reply.json["version"] as? String ?? ""
            #expect(Self.score(reply) == scores[version])
            versions.append(version)
            // Other tests want the processors, too.
            try await Task.sleep(for: .milliseconds(5))
          }
          return versions
        }
      }
      group.addTask {
        for round in 0..<30 {
          let body = #"{"version":\#(round % 2 == 0 ? 2 : 1)}"#
          let reply = await bench.send(
            .post, "/api/v1/models/\(Self.name)/promote", token, body: [ByteBuffer(string: body)])
          #expect(reply.status == 200, "\(reply.text)")
        }
        isOver.raise()
        return []
      }
      return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
    }
    #expect(seen == ["credit-default@v1", "credit-default@v2"])
  }

  // MARK: - Pages

  @Test func showsModelsWithTheirAliasesAndFigures() async throws {
    let bench = try Self.bench()
    let list = await bench.get("/models").text
    #expect(list.contains("href=\"/models/credit-default\""))
    #expect(list.contains("<strong>champion</strong> v1"))
    let page = await bench.get("/models/credit-default").text
    for words in [
      "0.7200", "team/a@2021-01", "LightGBM 4.7", "limit 10", "v1 became champion",
      "/models/credit-default/demote?alias=champion", "credit-default@champion/predict",
    ] { #expect(page.contains(words), "\(words)") }
    #expect(await bench.get("/models/none").status == 404)
    #expect(await bench.get("/models/credit-default?lang=ja").text.contains("バージョン"))
  }

  @Test func asksBeforeItPromotesAndNotesWhoDid() async throws {
    let bench = try Self.bench()
    let page = await bench.get("/models/credit-default/promote?version=v2&alias=champion")
    #expect(page.text.contains("Make v2 of credit-default the champion?"))
    #expect(page.text.contains("+0.0200"))
    #expect(try bench.registry.aliases(of: Self.name) == ["champion": 1])
    let done = await bench.post(
      "/models/credit-default/promote",
      ["version": "v2", "alias": "champion", "expect": "1", "because": "better by .02"])
    #expect(done.status == 303 && done.location == "/models/credit-default")
    #expect(try bench.registry.aliases(of: Self.name) == ["champion": 2])
    let event = try #require(try bench.registry.history(of: Self.name).last)
    #expect(event.by == "local" && event.because == "better by .02" && event.from == 1)
    #expect(await bench.get("/audit").text.contains("credit-default@champion v1 to v2"))
    let back = await bench.get("/models/credit-default/rollback?alias=champion")
    #expect(back.text.contains("Roll champion of credit-default back to v1?"))
    _ = await bench.post(
      "/models/credit-default/rollback", ["alias": "champion", "expect": "2"])
    #expect(try bench.registry.aliases(of: Self.name) == ["champion": 1])
    _ = await bench.post(
      "/models/credit-default/demote", ["alias": "champion", "expect": "1"])
    #expect(try bench.registry.aliases(of: Self.name) == [:])
  }

  @Test func doesNothingWhenSomebodyElseWasQuicker() async throws {
    let bench = try Self.bench()
    try bench.registry.promote(Self.name, 2, to: "champion", by: Self.actor)
    for (change, version) in [("promote", "v1"), ("rollback", ""), ("demote", "")] {
      let late = await bench.post(
        "/models/credit-default/\(change)",
        ["version": version, "alias": "champion", "expect": "1"])
      #expect(late.status == 409, "\(change): \(late.status)")
    }
    #expect(try bench.registry.aliases(of: Self.name) == ["champion": 2])
    let body = #"{"version":1,"expect":1}"#
    let token = try await bench.token("ada", Grant(.admin))
    let reply = await bench.send(
      .post, "/api/v1/models/\(Self.name)/promote", token, body: [ByteBuffer(string: body)])
    #expect(reply.status == 409)
    #expect((reply.json["detail"] as? String ?? "").contains("was v1 when it was compared with"))
  }

  @Test func takesChangesFromItsOwnPagesOnly() async throws {
    let bench = try Self.bench()
    let forged = await bench.post(
      "/models/credit-default/promote", ["version": "v2", "alias": "champion"], token: "forged")
    #expect(forged.status == 403)
    #expect(try bench.registry.aliases(of: Self.name) == ["champion": 1])
    #expect(await bench.get("/models/credit-default/remove").status == 404)
  }

  @Test func letsOnlyAdminsOfTheNotebookMoveAliases() async throws {
    let bench = try Self.bench()
    let runner = try await bench.session("ben", Grant(.runner))
    #expect(await bench.get("/models/credit-default", runner).status == 200)
    #expect(!(await bench.get("/models/credit-default", runner).text.contains("/demote")))
    #expect(
      await bench.get("/models/credit-default/promote?version=v2", runner).status == 403)
    let refused = await bench.post(
      "/models/credit-default/promote", ["version": "v2", "alias": "champion"], runner)
    #expect(refused.status == 403)
    let owner = try await bench.session("eve", Grant(.admin, in: "team"))
    let done = await bench.post(
      "/models/credit-default/promote", ["version": "v2", "alias": "champion", "expect": "1"],
      owner)
    #expect(done.status == 303)
  }

  /// A version belongs to the notebook that made it.
  @Test func hidesModelsOfNotebooksThatOneMayNotRead() async throws {
    let bench = try Self.bench()
    try Self.register(bench, 8, notebook: "sales")
    let sales = try await bench.token("ben", Grant(.viewer, in: "sales"))
    let other = try await bench.token("kim", Grant(.viewer, in: "elsewhere"))
    #expect(await Self.predict(bench, "champion", sales).status == 404)
    #expect(await Self.predict(bench, "v3", sales).status == 200)
    #expect(await Self.predict(bench, "latest", sales).status == 200)
    #expect(await Self.predict(bench, "v3", other).status == 404)
    let seen = await bench.get("/api/v1/models/credit-default", sales)
    #expect((seen.json["versions"] as? [[String: Any]])?.count == 1)
    #expect((seen.json["aliases"] as? [String: Any])?.isEmpty == true)
    #expect(await bench.get("/api/v1/models/credit-default", other).status == 404)
    #expect((await bench.get("/api/v1/models", other).json["registered"] as? [Any])?.count == 0)
  }

  @Test(arguments: [
    ("promote", "{}", 404), ("promote", "[]", 400), ("promote", #"{"version":9}"#, 404),
    ("promote", #"{"version":2,"alias":"v7"}"#, 400),
    ("promote", #"{"version":2,"alias":"../x"}"#, 400),
    ("promote", #"{"version":2,"expct":1}"#, 400), ("promote", #"{"version":[2]}"#, 400),
    ("promote", #"{"version":2,"expect":null}"#, 409), ("promote", #"{"version":"latest"}"#, 200),
    ("promote", #"{"version":"champion","alias":"backup","expect":null}"#, 200),
    ("rollback", "{}", 409), ("demote", #"{"alias":"none"}"#, 404), ("demote", "{}", 200),
  ])
  func answersChangesOfTheAPI(_ change: String, _ body: String, _ status: Int) async throws {
    let bench = try Self.bench()
    let token = try await bench.token("ada", Grant(.admin))
    let reply = await bench.send(
      .post, "/api/v1/models/\(Self.name)/\(change)", token, body: [ByteBuffer(string: body)])
    #expect(reply.status == status, "\(reply.text)")
  }

  @Test func escapesWhateverTheHistorySays() async throws {
    let bench = try Self.bench()
    let attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    try bench.registry.promote(
      Self.name, 2, to: "champion",
      by: ModelRegistry.Actor(at: 1, user: attack, host: attack), because: attack)
    for path in ["/models", "/models/credit-default", "/models/credit-default/rollback"] {
      let text = await bench.get(path).text
      #expect(!text.contains("<script>alert") && !text.contains("<img src=x"))
    }
  }

  /// A bundle whose bytes are not those that were registered is not served and not promoted.
  @Test func servesNoBundleThatWasChanged() async throws {
    let bench = try Self.bench()
    try bench.write("{}", to: "registry/credit-default/v2/model/encoder.json")
    let reply = await Self.predict(bench, "v2")
    #expect(reply.status == 503)
    #expect((reply.json["detail"] as? String ?? "").contains("not those that were registered"))
    let promoted = await bench.post(
      "/models/credit-default/promote", ["version": "v2", "alias": "champion", "expect": "1"])
    #expect(promoted.status == 409)
    #expect(try bench.registry.aliases(of: Self.name) == ["champion": 1])
  }
}
