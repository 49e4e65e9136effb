import Archiving
import Foundation
import Steps
import Synchronization
import Testing
import Vocabulary

@Suite struct RegistryTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "washi-registry-\(UUID().uuidString)")

  private var registry: ModelRegistry { ModelRegistry(folder.path, shownAs: "registry") }

  private func actor(_ user: String = "ada", at: Int64 = 1) -> ModelRegistry.Actor {
    ModelRegistry.Actor(at: at, user: user, host: "here")
  }

  @discardableResult
  private func register(_ text: String, name: String = "credit") throws -> Int {
    let registration = Registration(
      name: name, model: "model", files: [.init(name: "model.json", text: text)],
      metrics: ["auc": 0.7])
    let facts = ModelRegistry.Facts(
      name: name, digest: registration.digest.description, metrics: registration.metrics,
      notebook: "n", edition: "e", parameters: [:], inputs: [:], engines: [:])
    return try registry.register(registration, facts, by: actor()).number
  }

  private func historyText() throws -> String {
    try String(contentsOf: folder.appending(path: "credit/history.jsonl"), encoding: .utf8)
  }

  @Test func keepsEqualBundlesOnce() throws {
    #expect(try register("a") == 1)
    #expect(try register("b") == 2)
    #expect(try register("a") == 1)
    #expect(registry.versions(of: "credit") == [1, 2])
    #expect(try registry.facts(of: "credit", 2).metrics == ["auc": 0.7])
    #expect(registry.names() == ["credit"])
    try FileManager.default.removeItem(at: folder)
  }

  @Test func movesAliasesAndBack() throws {
    for text in ["a", "b", "c"] { try register(text) }
    #expect(try registry.promote("credit", 1, to: "champion", by: actor()) == nil)
    #expect(try registry.promote("credit", 2, to: "champion", by: actor()) == 1)
    #expect(try registry.promote("credit", 2, to: "champion", by: actor()) == 2)
    #expect(try registry.promote("credit", 3, to: "champion", by: actor("eve")) == 2)
    #expect(try registry.rollback("credit", "champion", by: actor()).to == 2)
    #expect(try registry.rollback("credit", "champion", by: actor()).to == 1)
    #expect(throws: ArchiveError.self) { try registry.rollback("credit", "champion", by: actor()) }
    #expect(try registry.number("credit", "champion") == 1)
    #expect(try registry.demote("credit", "champion", by: actor()) == 1)
    #expect(try registry.aliases(of: "credit") == [:])
    #expect(try registry.rollback("credit", "champion", by: actor()).to == 1)
    let events = try registry.history(of: "credit")
    #expect(events.filter { $0.action == .promote }.map(\.by) == ["ada", "ada", "eve"])
    #expect(events.count == 10)
    try FileManager.default.removeItem(at: folder)
  }

  @Test func saysWhichAliasesThereAre() throws {
    for text in ["a", "b"] { try register(text) }
    try registry.promote("credit", 2, to: "champion", by: actor())
    let error = #expect(throws: ArchiveError.self) { try registry.number("credit", "champoin") }
    #expect(error?.solutions == ["did you mean `champion`?", "it has `champion` (v2)"])
    #expect(throws: ArchiveError.self) { try registry.number("credit", "v7") }
    #expect(throws: ArchiveError.self) { try registry.number("credti", "latest") }
    #expect(throws: ArchiveError.self) {
      try registry.promote("credit", 1, to: "v3", by: actor())
    }
    #expect(throws: ArchiveError.self) { try register("x", name: "../credit") }
    try FileManager.default.removeItem(at: folder)
  }

  @Test func letsOneOfManyWin() throws {
    for index in 0..<8 { try register("model \(index)") }
    try registry.promote("credit", 1, to: "champion", by: actor())
    let winners = Mutex<[Int]>([])
    let registry = registry
    DispatchQueue.concurrentPerform(iterations: 7) { index in
      let number = index + 2
      let actor = ModelRegistry.Actor(at: Int64(number), user: "u\(number)", host: "here")
      // All of them decided while v1 was champion.
      if (try? registry.promote(
        "credit", number, to: "champion", expecting: .version(1), by: actor)) != nil
      {
        winners.withLock { $0.append(number) }
      }
    }
    let won = winners.withLock { $0 }
    #expect(won.count == 1)
    #expect(try registry.number("credit", "champion") == won.first)
    let promotions = try registry.history(of: "credit").filter { $0.action == .promote }
    #expect(promotions.map(\.version) == [1] + won)
    try FileManager.default.removeItem(at: folder)
  }

  /// Wherever the writing of a promotion is cut off, the old or the new champion is there.
  @Test func hasAChampionWhereverAPromotionIsCutOff() throws {
    for text in ["a", "b", "c"] { try register(text) }
    try registry.promote("credit", 1, to: "champion", by: actor())
    let before = try historyText()
    try registry.promote("credit", 2, to: "champion", by: actor())
    let after = try historyText()
    let file = folder.appending(path: "credit/history.jsonl")
    for length in before.utf8.count...after.utf8.count {
      try Data(after.utf8.prefix(length)).write(to: file)
      let champion = try registry.number("credit", "champion")
      #expect(champion == (length == after.utf8.count ? 2 : 1))
    }
    try Data(after.utf8.dropLast(5)).write(to: file)
    try registry.promote("credit", 3, to: "champion", by: actor())
    #expect(try registry.number("credit", "champion") == 3)
    #expect(try historyText().hasPrefix(before))
    #expect(
      try historyText().split(separator: "\n").count == before.split(separator: "\n").count + 1)
    try FileManager.default.removeItem(at: folder)
  }

  /// A version whose maker was killed before the history told of it is told of by the next who makes it.
  @Test func tellsOfAVersionThatTheHistoryMissed() throws {
    for text in ["a", "b"] { try register(text) }
    let file = folder.appending(path: "credit/history.jsonl")
    let lines = try historyText().split(separator: "\n")
    try Data("\(lines[0])\n".utf8).write(to: file)
    #expect(registry.versions(of: "credit") == [1, 2])
    #expect(try registry.number("credit", "latest") == 2)
    #expect(try register("b") == 2)
    #expect(try registry.history(of: "credit").map(\.version) == [1, 2])
    #expect(try register("a") == 1)
    #expect(try registry.history(of: "credit").count == 2)
    try FileManager.default.removeItem(at: folder)
  }

  @Test func refusesABundleThatChanged() throws {
    try register("a")
    try Data("b".utf8).write(to: folder.appending(path: "credit/v1/model/model.json"))
    let error = #expect(throws: ArchiveError.self) { try registry.model("credit", 1) }
    #expect(error?.kind == .changedContent)
    try FileManager.default.removeItem(at: folder)
  }
}
