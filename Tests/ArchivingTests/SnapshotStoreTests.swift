import Archiving
import Foundation
import Testing
import Vocabulary

@Suite struct SnapshotStoreTests {
  private func store(_ scratch: Scratch) -> SnapshotStore {
    SnapshotStore("\(scratch.path)/snapshots")
  }

  private func keep(_ text: String, _ scratch: Scratch) throws -> Fingerprint {
    try scratch.write(text, to: "staged")
    let digest = Fingerprint(of: text)
    try store(scratch).keep(digest, from: "\(scratch.path)/staged")
    return digest
  }

  @Test func keepsEqualBytesOnceAndFindsThemByTheirFirstDigits() throws {
    let scratch = try Scratch()
    let digest = try keep("rows", scratch)
    #expect(try keep("rows", scratch) == digest)
    _ = try keep("other rows", scratch)
    #expect(store(scratch).items().count == 2)
    #expect(try store(scratch).path(of: digest).hasSuffix("\(digest).parquet"))
    #expect(store(scratch).digest(beginning: String(digest.description.prefix(8))) == digest)
    #expect(store(scratch).digest(beginning: String(digest.description.prefix(5))) == nil)
    #expect(scratch.names("snapshots").allSatisfy { !$0.hasPrefix(".") })
  }

  @Test func neverGivesBytesThatChanged() throws {
    let scratch = try Scratch()
    let digest = try keep("rows", scratch)
    try scratch.write("rowz", to: "snapshots/\(digest).parquet")
    let error = #expect(throws: ArchiveError.self) { try store(scratch).path(of: digest) }
    #expect(error?.kind == .changedContent)
    // Whoever has the rows mends it.
    #expect(try keep("rows", scratch) == digest)
    #expect(scratch.text("snapshots/\(digest).parquet") == "rows")
    try scratch.write("else", to: "staged")
    #expect(throws: ArchiveError.self) {
      try store(scratch).keep(Fingerprint(of: "what was promised"), from: "\(scratch.path)/staged")
    }
    #expect(throws: ArchiveError.self) { try store(scratch).keep(Fingerprint(of: "x"), from: nil) }
    #expect(scratch.names("snapshots").count == 1)
  }

  @Test func takesAwayWhatIsNotReferredTo() throws {
    let scratch = try Scratch()
    let used = try keep("used", scratch)
    let unused = try keep("unused", scratch)
    try scratch.write("half", to: "snapshots/.\(used).parquet-77")
    let store = store(scratch)
    #expect(try store.sweep(keeping: [used], unusedSince: 0, dryRun: false).isEmpty)
    #expect(
      try store.sweep(keeping: [used], unusedSince: nil, dryRun: true).map(\.digest) == [unused])
    #expect(store.items().count == 2)
    #expect(try store.sweep(keeping: [used], unusedSince: nil, dryRun: false).count == 1)
    #expect(scratch.names("snapshots") == ["\(used).parquet"])
    #expect(
      try SnapshotStore("/nowhere/at/all").sweep(keeping: [], unusedSince: nil, dryRun: true)
        .isEmpty)
  }
}
