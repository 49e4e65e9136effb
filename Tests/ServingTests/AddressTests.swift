import HTTPTypes
import Testing

@testable import Serving

@Suite struct AddressTests {
  @Test(arguments: [
    "/notebooks/../secret", "/notebooks/%2e%2e/secret", "/notebooks/a%2F..%2Fb", "/notebooks/./x",
    "/files/x/sales@2021-01/v1/%2e%2e%2f%2e%2e%2fserve.db", "/a%00b", "/a%0d%0ab", "/a%5cb",
    "/%ff", "/%zz", "/%2", "relative",
  ])
  func refusesWhatCouldClimb(_ target: String) {
    #expect(throws: Problem.self) { try Address(target) }
  }

  @Test func decodesComponentsAndQuery() throws {
    let address = try Address("/notebooks/credit%2Fmonthly/?a=1+2&b=%E5%86%8A&a=3")
    #expect(address.components == ["notebooks", "credit/monthly"])
    #expect(address["a"] == "1 2")
    #expect(address["b"] == "冊")
    #expect(address["c"] == nil)
  }

  @Test(arguments: ["a b/ü&?#%+\"'<>", "credit/monthly", "~-._@", ""])
  func decodesWhatItEncodes(_ text: String) {
    #expect(Address.decoded(Address.encoded(text)) == text)
  }

  @Test func knowsPlacesByTheirAddress() throws {
    func route(_ path: String) throws -> Route { try Route(.get, try Address(path)) }
    let place = Route.Place(notebook: "credit/monthly", edition: "2021-01", version: 2)
    #expect(try route("/reports/credit/monthly@2021-01/v2") == .report(place))
    #expect(
      try route("/download/credit/monthly@2021-01/v2/artifacts/a/b.csv")
        == .download(place, file: "artifacts/a/b.csv"))
    #expect(
      try route("/api/v1/notebooks/credit%2Fmonthly/versions/2021-01/2/artifacts/a%2Fb.csv")
        == .api(.versionArtifact(place, "a/b.csv")))
    #expect(
      try route("/files/pass/credit/monthly@2021-01/v2/index.html")
        == .passedFile(pass: "pass", place, file: "index.html"))
  }

  @Test(arguments: [
    ("/nowhere", 404), ("/signout", 405), ("/api/v1/runs/x/cancel", 405), ("/api/v1/nowhere", 404),
    ("/reports/sales", 404), ("/assets/a/b", 404),
  ])
  func tellsUnknownPathsFromWrongMethods(_ path: String, _ status: Int) throws {
    let address = try Address(path)
    let problem = #expect(throws: Problem.self) { try Route(.get, address) }
    #expect(problem?.status.code == status)
  }

  @Test(arguments: [
    ("/signout", "POST"), ("/api/v1/uploads", "POST"), ("/models/x/promote", "GET, POST, HEAD"),
    ("/api/v1/runs", "GET, POST, HEAD"),
  ])
  func saysWhichMethodsAnAddressTakes(_ path: String, _ methods: String) async throws {
    let reply = await (try Bench()).send(.delete, path)
    #expect(reply.status == 405 && reply.headers[.allow] == methods)
  }

  @Test(arguments: [
    ("bytes=0-3", 10, ByteRange.part(0...3)), ("bytes=5-", 10, .part(5...9)),
    ("bytes=-4", 10, .part(6...9)), ("bytes=-40", 10, .part(0...9)),
    ("bytes=5-99", 10, .part(5...9)), ("bytes=10-", 10, .impossible),
    ("bytes=-0", 10, .impossible), ("bytes=0-1,4-5", 10, .whole), ("lines=0-1", 10, .whole),
    ("bytes=5-2", 10, .whole), ("bytes=a-b", 10, .whole), ("bytes=0-0", 0, .impossible),
  ])
  func readsRanges(_ text: String, _ size: Int, _ range: ByteRange) {
    #expect(ByteRange(parsing: text, of: size) == range)
  }
}
