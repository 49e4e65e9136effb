import Archiving
import Foundation
import Steps
import Storing
import Testing
import Vocabulary

/// Registries of several machines over one shared folder.
@Suite struct SharedRegistryTests {
  private let root: String

  init() throws {
    root = FileManager.default.temporaryDirectory.path + "/washi-shared-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  private func machine(_ name: String, isShared: Bool = true) -> ModelRegistry {
    var registry = ModelRegistry("\(root)/\(name)", shownAs: "registry")
    if isShared { registry.shelf = Shelf(FolderStore("\(root)/mounted")) }
    return registry
  }

  private func actor(_ user: String) -> ModelRegistry.Actor {
    ModelRegistry.Actor(at: 1, user: user, host: "here")
  }

  @discardableResult
  private func register(_ text: String, in registry: ModelRegistry) throws -> Int {
    let registration = Registration(
      name: "credit", model: "model", files: [.init(name: "model.json", text: text)],
      metrics: ["auc": 0.7])
    let facts = ModelRegistry.Facts(
      name: "credit", digest: registration.digest.description, metrics: registration.metrics,
      notebook: "n", edition: "e", parameters: [:], inputs: [:], engines: [:])
    return try registry.register(registration, facts, by: actor(text)).number
  }

  @Test func numbersVersionsOverAllMachines() throws {
    let (a, b) = (machine("a"), machine("b"))
    #expect(try register("one", in: a) == 1)
    #expect(try register("two", in: b) == 2)
    #expect(try register("one", in: b) == 1)
    try a.pull()
    #expect(a.versions(of: "credit") == [1, 2])
    let file = "\(root)/a/credit/v2/model/model.json"
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "two")
    #expect(try a.history(of: "credit") == b.history(of: "credit"))
    try FileManager.default.removeItem(atPath: root)
  }

  @Test func letsOneOfTwoWhoDecidedAtTheSameTimePromote() throws {
    let (a, b) = (machine("a"), machine("b"))
    try register("one", in: a)
    try register("two", in: b)
    try a.pull()
    try b.promote("credit", 2, to: "champion", expecting: .version(nil), by: actor("ben"))
    let error = #expect(throws: ArchiveError.self) {
      try a.promote("credit", 1, to: "champion", expecting: .version(nil), by: actor("ada"))
    }
    #expect(error?.kind == .movedAlias)
    #expect(try a.aliases(of: "credit") == ["champion": 2])
    try FileManager.default.removeItem(atPath: root)
  }

  @Test func keepsOneHistoryOfManyChangesAtOnce() async throws {
    try register("one", in: machine("m0"))
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<6 {
        group.addTask {
          let registry = machine("m\(index)")
          try? registry.pull()
          _ = try? registry.promote("credit", 1, to: "alias-\(index)", by: actor("\(index)"))
        }
      }
    }
    let other = machine("other")
    try other.pull()
    #expect(try other.aliases(of: "credit").count == 6)
    #expect(try other.history(of: "credit").count == 7)
    try FileManager.default.removeItem(atPath: root)
  }

  @Test func givesWhatWasThereBeforeAnythingWasShared() throws {
    let alone = machine("a", isShared: false)
    try register("one", in: alone)
    try alone.promote("credit", 1, to: "champion", by: actor("ada"))
    try machine("a").pull()
    let b = machine("b")
    try b.pull()
    #expect(try b.history(of: "credit") == alone.history(of: "credit"))
    // Somebody who made other models of that name alone has to decide.
    let stranger = machine("c", isShared: false)
    try register("else", in: stranger)
    let error = #expect(throws: ArchiveError.self) { try machine("c").pull() }
    #expect(error?.kind == .changedContent)
    try FileManager.default.removeItem(atPath: root)
  }
}
