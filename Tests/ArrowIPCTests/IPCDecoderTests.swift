import Foundation
import Testing
import Vocabulary

@testable import ArrowIPC

/// The fixtures were written by `Fixtures/make` with pyarrow 26.0.1.
@Suite struct IPCDecoderTests {
  @Test func readsEveryType() throws {
    let table = try columns(of: "types")
    let expected = try String(contentsOf: fixture("types.txt"), encoding: .utf8)
    var lines: [String] = []
    for (index, name) in table.names.enumerated() {
      let values = table.values[index].map { $0 ?? "NULL" }.joined(separator: " | ")
      lines.append("\(name) \(table.formats[index]): \(values)")
    }
    #expect(lines.joined(separator: "\n") + "\n" == expected)
  }

  @Test func readsSeveralBatches() throws {
    let table = try columns(of: "batches")
    #expect(table.names == ["n", "word"])
    #expect(table.values[0] == (0..<10).map { "\($0)" })
    #expect(table.values[1] == (0..<10).map { $0 % 3 == 0 ? nil : "w\($0)" })
  }

  @Test func readsNoRows() throws {
    let table = try columns(of: "empty")
    #expect(table.names == ["n", "word", "list"])
    #expect(table.values == [[], [], []])
  }

  @Test func takesOneStreamForEachBatch() throws {
    var decoder = IPCDecoder()
    let bytes = try bytes(of: "batches")
    let first = try decoder.batches(in: bytes)
    let second = try decoder.batches(in: bytes)
    #expect((first + second).map(\.rowCount) == [4, 4, 2, 4, 4, 2])
    let other = try self.bytes(of: "empty")
    #expect(throws: ArrowIPCError.self) { try decoder.batches(in: other) }
  }

  @Test(arguments: [
    ("dictionary", "column `kind` has type DICTIONARY, which has no local counterpart"),
    ("half", "column `outer.h` has type FLOAT16, which has no local counterpart"),
    ("wide", "column `d` has type DECIMAL(50, 2) of 256 bits, which has no local counterpart"),
    ("view", "column `v` has type STRING_VIEW, which has no local counterpart"),
    ("union", "column `u` has type UNION, which has no local counterpart"),
  ])
  func namesTheColumnWhoseTypeIsForeign(_ name: String, _ summary: String) throws {
    let bytes = try bytes(of: name)
    var decoder = IPCDecoder()
    let error = #expect(throws: ArrowIPCError.self) { try decoder.batches(in: bytes) }
    #expect(error?.summary == summary)
  }

  @Test(arguments: ["lz4", "zstd"]) func refusesCompression(_ name: String) throws {
    let bytes = try bytes(of: name)
    var decoder = IPCDecoder()
    let error = #expect(throws: ArrowIPCError.self) { try decoder.batches(in: bytes) }
    #expect(error?.kind == .unsupported)
    #expect(error?.summary.contains("compress") == true)
  }

  @Test func everyTruncationIsAnErrorOrEndsBetweenMessages() throws {
    for name in ["types", "batches", "empty"] {
      let bytes = try bytes(of: name)
      for end in 0..<bytes.count { read(Array(bytes[..<end])) }
    }
  }

  @Test func changedBytesNeverCrash() throws {
    var random = Xorshift(state: 20_240_229)
    for name in ["types", "batches", "empty", "dictionary", "union"] {
      let bytes = try bytes(of: name)
      for _ in 0..<3000 {
        var changed = bytes
        for _ in 0..<(1 + Int(random.next() % 4)) {
          let place = Int(random.next() % UInt64(changed.count))
          // Small and extreme numbers meet more branches than any byte.
          let any = UInt8(truncatingIfNeeded: random.next())
          let choice: [UInt8] = [0, 1, 4, 8, 0x7F, 0x80, 0xFF, any]
          changed[place] = choice[Int(random.next() % UInt64(choice.count))]
        }
        read(changed)
      }
    }
  }

  @Test func everyPlaceMayBeWrong() throws {
    let bytes = try bytes(of: "types")
    // Each place with each of the values takes ten times as long, and passes.
    for (place, value) in zip(stride(from: 0, to: bytes.count, by: 2), cycle([0, 1, 0x7F, 0xFF])) {
      var changed = bytes
      changed[place] = value
      read(changed)
    }
  }

  @Test func refusesTextThatIsNotUTF8() throws {
    var bytes = try bytes(of: "batches")
    let word = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("w1".utf8)) })
    bytes[word] = 0xFF
    var decoder = IPCDecoder()
    let error = #expect(throws: ArrowIPCError.self) { try decoder.batches(in: bytes) }
    #expect(error?.summary.contains("UTF-8") == true)
  }

  @Test func refusesCharactersThatAreCut() {
    let bytes = Array("añb".utf8)
    func isText(_ offsets: [Int32]) -> Bool {
      unsafe bytes.withUnsafeBytes { bytes in
        unsafe offsets.withUnsafeBufferPointer { unsafe TextCheck.isText(bytes, cutAt: $0) }
      }
    }
    #expect(isText([0, 1, 3, 4]))
    #expect(isText([1, 3]))
    #expect(!isText([0, 2, 4]))
    #expect(!isText([2, 4]))
    #expect(!isText([0, 2]))
  }

  @Test func tellsTheConsumerWhatEndedTheStream() throws {
    var decoder = IPCDecoder()
    var batches = try decoder.batches(in: bytes(of: "batches"))
    let stream = ColumnStream.pulling(try #require(decoder.fields)) {
      guard !batches.isEmpty else { throw ArrowIPCError(.malformed, "the server went away") }
      return batches.removeFirst()
    }
    let table = CColumns(reading: stream)
    #expect(table.failure == "the server went away")
    #expect(table.values[0].count == 10)
    #expect(stream.failure as? ArrowIPCError == ArrowIPCError(.malformed, "the server went away"))
  }

  /// Reads the bytes and all values in them, when they are not refused.
  private func read(_ bytes: [UInt8]) {
    var decoder = IPCDecoder()
    guard let batches = try? decoder.batches(in: bytes), let fields = decoder.fields else { return }
    // Rows without values cost no bytes, so a changed length may be anything.
    var left = batches.filter { $0.rowCount < 10_000 }[...]
    _ = CColumns(reading: .pulling(fields) { left.popFirst() })
  }

  private func columns(of name: String) throws -> CColumns {
    var decoder = IPCDecoder()
    var batches = try decoder.batches(in: bytes(of: name))[...]
    return CColumns(reading: .pulling(try #require(decoder.fields)) { batches.popFirst() })
  }

  private func bytes(of name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: fixture(name + ".arrows")))
  }

  private func fixture(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
  }
}

/// The values again and again.
private func cycle(_ values: [UInt8]) -> some Sequence<UInt8> {
  sequence(state: 0) { index in
    defer { index += 1 }
    return values[index % values.count]
  }
}

/// Marsaglia's xorshift64: the same numbers everywhere.
private struct Xorshift {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
