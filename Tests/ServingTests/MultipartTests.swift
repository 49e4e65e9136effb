import Testing

@testable import Serving

@Suite struct MultipartTests {
  private static let body = """
    preamble\r
    --cut\r
    Content-Disposition: form-data; name="form"\r
    \r
    token\r
    --cut\r
    Content-Disposition: form-data; name="file"; filename="a %22b%22.csv"\r
    Content-Type: text/csv\r
    \r
    x,y\r
    --cut-not-quite\r
    1,2\r
    --cut\r
    content-disposition: form-data; name="empty"\r
    \r
    \r
    --cut--\r
    epilogue
    """

  private struct Part: Equatable {
    var name: String
    var file: String?
    var text: String
  }

  private func parts(_ body: String, pieces: Int) throws -> (parts: [Part], isComplete: Bool) {
    var multipart = try #require(Multipart(contentType: "multipart/form-data; boundary=cut"))
    var found: [Part] = []
    var rest = Array(body.utf8)[...]
    while !rest.isEmpty {
      for event in try multipart.take(rest.prefix(pieces)) {
        switch event {
        case .part(let name, let file): found.append(Part(name: name, file: file, text: ""))
        case .bytes(let bytes):
          found[found.count - 1].text += String(decoding: bytes, as: UTF8.self)
        case .end: break
        }
      }
      rest = rest.dropFirst(pieces)
    }
    return (found, multipart.isComplete)
  }

  @Test(arguments: [1, 2, 3, 5, 7, 16, 64, 10_000])
  func findsTheSamePartsHoweverTheBytesCome(_ pieces: Int) throws {
    let (parts, isComplete) = try parts(Self.body, pieces: pieces)
    #expect(isComplete)
    #expect(
      parts == [
        Part(name: "form", file: nil, text: "token"),
        Part(name: "file", file: "a \"b\".csv", text: "x,y\r\n--cut-not-quite\r\n1,2"),
        Part(name: "empty", file: nil, text: ""),
      ])
  }

  @Test func noticesWhenTheEndIsMissing() throws {
    let cut = String(Self.body.prefix(200))
    #expect(try !parts(cut, pieces: 10).isComplete)
  }

  @Test func givesUpOnAHeadWithoutEnd() throws {
    let body = "--cut\r\nContent-Disposition: " + String(repeating: "x", count: 20_000)
    #expect(throws: Problem.self) { try parts(body, pieces: 1000) }
  }

  @Test(arguments: ["text/plain", "multipart/form-data", "multipart/form-data; boundary="])
  func needsABoundary(_ type: String) {
    #expect(Multipart(contentType: type) == nil)
  }
}

@Suite struct UploadCheckTests {
  private func columns(_ bytes: [UInt8], _ format: String = "csv") throws -> [String] {
    try UploadCheck(
      name: "f", head: bytes, tail: Array(bytes.suffix(4)), isWhole: true
    ).columns(of: format)
  }

  @Test func readsTheHeader() throws {
    #expect(try columns(Array("\u{FEFF}a,\"b,c\",d\r\n1,2,3\n".utf8)) == ["a", "b,c", "d"])
    #expect(try columns(Array("a;b\n1;2\n".utf8)) == ["a", "b"])
    #expect(try columns(Array("{\"a\":1}\n".utf8), "jsonl") == [])
    #expect(try columns(Array("PAR1xxxxPAR1".utf8), "parquet") == [])
  }

  @Test(
    arguments: [
      [0x50, 0x4B, 3, 4, 20, 0], [0x1F, 0x8B, 8, 0], [0x28, 0xB5, 0x2F, 0xFD, 0], [0x61, 0, 0x62],
      [0xFF, 0xFE, 0x61, 0], Array("a,,c\n1,2,3\n".utf8),
    ] as [[UInt8]])
  func refusesWhatIsNoTable(_ bytes: [UInt8]) {
    #expect(throws: Problem.self) { try columns(bytes) }
  }

  @Test func refusesAFileUnderAnotherFlag() {
    #expect(throws: Problem.self) { try columns(Array("a,b\n".utf8), "parquet") }
    #expect(throws: Problem.self) { try columns(Array("a,b\n".utf8), "jsonl") }
  }
}
