import Testing

@testable import Teaming

/// Messages, put together again from whatever arrives.
struct FrameTests {
  @Test func readsMessagesHoweverTheyAreCut() throws {
    let frames = [
      Frame(.order, "{}"), Frame(.alive), Frame(.rows, Array(0...255)), Frame(.done, "12"),
    ]
    let bytes = frames.flatMap(\.bytes)
    for size in [1, 2, 3, 7, 100, bytes.count] {
      var reader = FrameReader(limit: 1000)
      var found: [Frame] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        reader.add(bytes[start..<min(start + size, bytes.count)])
        while let frame = try reader.next() { found.append(frame) }
      }
      #expect(found == frames)
      #expect(reader.pending == 0)
    }
  }

  @Test func waitsForTheRestOfAMessage() throws {
    let bytes = Frame(.order, "abcdef").bytes
    for count in 0..<bytes.count {
      var reader = FrameReader(limit: 1000)
      reader.add(bytes[..<count])
      #expect(try reader.next() == nil)
    }
  }

  @Test func refusesLengthsBeyondTheLimit() {
    var reader = FrameReader(limit: 100)
    reader.add([101, 0, 0, 0, 7])
    #expect(throws: TeamError.self) { try reader.next() }
    reader = FrameReader(limit: 100)
    reader.add([0xFF, 0xFF, 0xFF, 0xFF, 7])
    #expect(throws: TeamError.self) { try reader.next() }
  }

  @Test func refusesKindsThatAreNone() {
    for kind in [0, 99, 255] as [UInt8] {
      var reader = FrameReader(limit: 100)
      reader.add([0, 0, 0, 0, kind])
      #expect(throws: TeamError.self) { try reader.next() }
    }
  }

  @Test func neverCrashesOnBytesThatAreNoMessages() {
    var state: UInt64 = 7
    for _ in 0..<2000 {
      var reader = FrameReader(limit: 4096)
      let bytes = (0..<64).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
      }
      reader.add(bytes)
      while let frame = try? reader.next() { #expect(frame.payload.count <= 64) }
    }
  }
}

/// Addresses as people write them.
struct WorkerAddressTests {
  @Test(arguments: [
    ("trainer-1:7171", "trainer-1", 7171), ("10.0.0.4:1", "10.0.0.4", 1),
    ("[::1]:7171", "::1", 7171),
    ("trainer-1", "trainer-1", 7000), ("[::1]", "::1", 7000),
  ])
  func readsThem(_ text: String, _ host: String, _ port: Int) throws {
    let address = try #require(WorkerAddress(text, port: 7000))
    #expect(address == WorkerAddress(host: host, port: port))
    #expect(WorkerAddress(address.description) == address)
  }

  @Test(arguments: [
    "", ":7171", "a:", "a:b", "a:70000", "a:-1", "a b:1", "http://a:1", "::1", "::1:7171", "[::1",
    "[::1]7",
    "a:7171:1", "名前:1", "a:1x", "a\u{0}:1",
  ])
  func refusesWhatIsNone(_ text: String) {
    #expect(WorkerAddress(text) == nil)
  }
}
