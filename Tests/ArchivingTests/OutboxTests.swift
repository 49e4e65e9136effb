import Foundation
import Testing

@testable import Archiving

@Suite struct OutboxTests {
  private func withOutbox(_ body: (Outbox, String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/washi-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(Outbox(in: folder), folder)
  }

  @Test func keepsErrandsUntilTheyAreDone() throws {
    try withOutbox { outbox, _ in
      #expect(outbox.ids == [])
      try outbox.add("2.b", [2])
      try outbox.add("1.a", [1])
      try outbox.add("1.a", [9])
      #expect(outbox.ids == ["1.a", "2.b"])
      #expect(try outbox.entry("1.a") == [1])
      let claim = try #require(outbox.claim("1.a"))
      #expect(claim.progress() == nil)
      try claim.note([5])
      try claim.note([6, 7])
      #expect(outbox.progress("1.a") == [6, 7])
      claim.end()
      #expect(outbox.ids == ["2.b"])
      #expect(outbox.claim("1.a") == nil)
    }
  }

  @Test func letsOneWorkOnAnErrand() throws {
    try withOutbox { outbox, _ in
      try outbox.add("a", [1])
      do {
        let claim = try #require(outbox.claim("a"))
        #expect(outbox.claim("a") == nil)
        try claim.note([3])
      }
      // Whoever had it is gone; what was noted stays.
      #expect(outbox.claim("a")?.progress() == [3])
    }
  }

  @Test func remembersWhoIsAway() throws {
    try withOutbox { outbox, _ in
      #expect(outbox.away("host:5000") == nil)
      outbox.noteAway("host:5000", at: 42)
      #expect(outbox.away("host:5000") == 42)
      #expect(outbox.away("host:5001") == nil)
      outbox.notePresent("host:5000")
      #expect(outbox.away("host:5000") == nil)
      #expect(outbox.ids == [])
    }
  }
}
