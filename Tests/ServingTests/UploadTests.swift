import Foundation
import HTTPTypes
import NIOCore
import Synchronization
import Testing

@testable import Serving

@Suite struct UploadTests {
  private func form(
    _ bench: Bench, _ file: String, name: String = "jan.csv", month: String = "2021-01",
    extra: String = "", token: String? = nil, tokenFirst: Bool = true
  ) async -> Bench.Reply {
    let known: String
    if let token { known = token } else { known = await bench.formToken() }
    func field(_ name: String, _ value: String) -> String {
      "--cut\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    let upload =
      "--cut\r\nContent-Disposition: form-data; name=\"upload.rows\"; filename=\"\(name)\"\r\n"
      + "Content-Type: text/csv\r\n\r\n\(file)\r\n"
    let rest = field("p.month", month) + field("do", "run") + extra
    let body =
      (tokenFirst
        ? field("form", known) + rest + upload : upload + field("form", known) + rest)
      + "--cut--\r\n"
    return await bench.send(
      .post, "/notebooks/sales", ["Content-Type": "multipart/form-data; boundary=cut"],
      body: body.utf8.chunked(37))
  }

  private let replace = "--cut\r\nContent-Disposition: form-data; name=\"replace\"\r\n\r\nyes\r\n"

  @Test func putsAnUploadWhereTheNotebookLooks() async throws {
    let bench = try Bench()
    let reply = await form(bench, "x,y\n1,2\n")
    #expect(reply.status == 303)
    let id = String(reply.location.dropFirst("/runs/".count))
    _ = try await bench.finish(id)
    #expect(bench.text("data/202101.csv") == "x,y\n1,2\n")
    #expect(await bench.get("/runs/\(id)").text.contains("data/202101.csv"))
  }

  @Test func replacesADifferentFileOnlyWhenItIsSaid() async throws {
    let bench = try Bench()
    try bench.write("x\n9\n", to: "data/202101.csv")
    let refused = await form(bench, "x\n1\n")
    #expect(refused.status == 409)
    #expect(bench.text("data/202101.csv") == "x\n9\n")
    let same = await form(bench, "x\n9\n")
    #expect(same.status == 303)
    let allowed = await form(bench, "x\n1\n", extra: replace)
    #expect(allowed.status == 303)
    _ = try await bench.finish(String(allowed.location.dropFirst("/runs/".count)))
    #expect(bench.text("data/202101.csv") == "x\n1\n")
  }

  @Test(arguments: [
    ("PK\u{3}\u{4}zip", 415), ("", 415), ("a,b\n1,2\n", 415), ("x,,z\n1,2,3\n", 415),
  ])
  func refusesWhatIsNotTheFile(_ file: String, _ status: Int) async throws {
    let bench = try Bench()
    let reply = await form(bench, file)
    #expect(reply.status == status)
    #expect(bench.text("data/202101.csv") == nil)
    #expect(
      try FileManager.default.contentsOfDirectory(
        atPath: bench.workplace.places.folder + "/incoming"
      ).isEmpty)
  }

  @Test func endsAnUploadThatIsTooLargeWhereItIsTooLarge() async throws {
    let bench = try Bench { $0.uploadLimit = 1000 }
    let reply = await form(bench, "x\n" + String(repeating: "1\n", count: 1000))
    #expect(reply.status == 413)
    let length = await bench.send(
      .post, "/api/v1/uploads?name=a.csv",
      ["Content-Length": "10000000000", "X-Washi-Form": await bench.formToken()])
    #expect(length.status == 413)
    let stream = await bench.send(
      .post, "/api/v1/uploads?name=a.csv", ["X-Washi-Form": await bench.formToken()],
      body: (0..<100).map { _ in ByteBuffer(string: String(repeating: "1\n", count: 50)) })
    #expect(stream.status == 413)
    #expect(
      try FileManager.default.contentsOfDirectory(
        atPath: bench.workplace.places.folder + "/incoming"
      ).isEmpty)
  }

  @Test func writesNothingBeforeTheFormHasShownWhereItComesFrom() async throws {
    let bench = try Bench()
    #expect(await form(bench, "x\n1\n", token: "guess").status == 403)
    #expect(await form(bench, "x\n1\n", tokenFirst: false).status == 403)
    #expect(
      try FileManager.default.contentsOfDirectory(
        atPath: bench.workplace.places.folder + "/uploads"
      ).isEmpty)
  }

  @Test(arguments: ["../../../etc/passwd", "..\\..\\x.csv", "/abs.csv", "a\u{0}b.csv", "<b>.csv"])
  func takesNoPathFromAName(_ name: String) async throws {
    let bench = try Bench()
    let reply = await form(bench, "x\n1\n", name: name)
    #expect(reply.status == 303)
    _ = try await bench.finish(String(reply.location.dropFirst("/runs/".count)))
    let names = try FileManager.default.contentsOfDirectory(
      atPath: bench.workplace.places.folder + "/uploads")
    #expect(names.count == 1 && names[0].count == 64)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench.folder + "/data") == ["202101.csv"])
  }

  @Test func followsNoLinkOutOfTheProject() async throws {
    let bench = try Bench()
    let outside = FileManager.default.temporaryDirectory.path + "/washi-out-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: outside) }
    try FileManager.default.removeItem(atPath: bench.folder + "/data")
    try FileManager.default.createSymbolicLink(
      atPath: bench.folder + "/data", withDestinationPath: outside)
    let reply = await form(bench, "x\n1\n")
    let id = String(reply.location.dropFirst("/runs/".count))
    #expect(try await bench.finish(id).state == .failed)
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
  }

  @Test func usesNobodyElsesUpload() async throws {
    let bench = try Bench()
    let ada = try await bench.token("ada", Grant(.runner))
    let sent = await bench.send(
      .post, "/api/v1/uploads?name=jan.csv", ada, body: [ByteBuffer(string: "x\n1\n")])
    #expect(sent.status == 201)
    let digest = try #require(sent.json["upload"] as? String)
    #expect(digest == Secret.digest("x\n1\n"))
    let order = ByteBuffer(
      string: #"{"notebook":"sales","uploads":{"rows":"\#(digest)"}}"#)
    let ben = try await bench.token("ben", Grant(.runner))
    #expect(await bench.send(.post, "/api/v1/runs", ben, body: [order]).status == 404)
    #expect(await bench.send(.post, "/api/v1/runs", ada, body: [order]).status == 202)
  }

  @Test func givesUpOnAnUploadThatDrips() throws {
    var slow = Pace(since: .now - .seconds(60))
    let problem = #expect(throws: Problem.self) { try slow.take(100) }
    #expect(problem?.status.code == 408)
    var steady = Pace(since: .now - .seconds(60))
    #expect(throws: Never.self) { try steady.take(1 << 20) }
    var young = Pace(since: .now - .seconds(5))
    #expect(throws: Never.self) { try young.take(1) }
  }

  @Test func ordersOnceWhatIsSentTwice() async throws {
    let bench = try Bench()
    let headers = try await bench.token("ada", Grant(.runner))
    let sent = await bench.send(
      .post, "/api/v1/uploads?name=jan.csv", headers, body: [ByteBuffer(string: "x\n1\n")])
    let digest = try #require(sent.json["upload"] as? String)
    let order = ByteBuffer(
      string: #"{"notebook":"sales","uploads":{"rows":"\#(digest)"}}"#)
    let key = headers.merging(["Idempotency-Key": "january"]) { $1 }
    let first = await bench.send(.post, "/api/v1/runs", key, body: [order])
    let run = try #require(first.json["run"] as? String)
    _ = try await bench.finish(run)
    // Meanwhile somebody else has changed the file.
    try bench.write("x\n2\n", to: "data/202101.csv")
    let second = await bench.send(.post, "/api/v1/runs", key, body: [order])
    #expect(first.status == 202 && second.status == 200)
    #expect(second.json["run"] as? String == run)
    #expect(bench.press.started.withLock { $0.count } == 1)
  }

  /// A browser forgets a chosen file when the page comes back; the server does not.
  @Test func keepsAFileThatWasSentWithAFormThatWasOnlyChecked() async throws {
    let bench = try Bench()
    func part(_ name: String, _ value: String, file: String? = nil) -> String {
      "--cut\r\nContent-Disposition: form-data; name=\"\(name)\""
        + (file.map { "; filename=\"\($0)\"" } ?? "") + "\r\n\r\n\(value)\r\n"
    }
    func send(_ parts: String...) async -> Bench.Reply {
      let body =
        part("form", await bench.formToken()) + parts.joined() + part("p.month", "2021-03")
        + "--cut--\r\n"
      return await bench.send(
        .post, "/notebooks/sales", ["Content-Type": "multipart/form-data; boundary=cut"],
        body: body.utf8.chunked(64))
    }
    let checked = await send(part("do", "check"), part("upload.rows", "x\n7\n", file: "mar.csv"))
    #expect(checked.status == 200)
    #expect(checked.text.contains("mar.csv (4 bytes) is uploaded and will be used"))
    let mark = "name=\"kept.rows\" value=\""
    let place = try #require(checked.text.firstRange(of: mark))
    let digest = String(checked.text[place.upperBound...].prefix { $0 != "\"" })
    let ordered = await send(
      part("do", "run"), part("kept.rows", digest), part("upload.rows", "", file: ""))
    #expect(ordered.status == 303)
    _ = try await bench.finish(String(ordered.location.dropFirst("/runs/".count)))
    #expect(bench.text("data/202103.csv") == "x\n7\n")
    // Somebody else's digest is no file of theirs.
    let other = try await bench.session("eve", Grant(.runner))
    let stolen = await bench.post(
      "/notebooks/sales", ["do": "run", "p.month": "2021-04", "kept.rows": digest], other)
    #expect(stolen.status == 404)
    #expect(!stolen.text.contains("mar.csv"))
  }

  @Test func takesOldUploadsAwayThatNoOrderNeeds() async throws {
    let bench = try Bench { $0.uploadDays = 30 }
    func upload(_ text: String) async throws -> String {
      let sent = await bench.send(
        .post, "/api/v1/uploads?name=a.csv", ["X-Washi-Form": await bench.formToken()],
        body: [ByteBuffer(string: text)])
      return try #require(sent.json["upload"] as? String)
    }
    func files() throws -> Set<String> {
      Set(try FileManager.default.contentsOfDirectory(atPath: bench.workplace.places.uploads))
    }
    bench.press.script.withLock { $0 = FakePressroom.waits }
    let (old, needed) = (try await upload("x\n1\n"), try await upload("x\n2\n"))
    let order = #"{"notebook":"sales","uploads":{"rows":"\#(needed)"}}"#
    let started = await bench.send(
      .post, "/api/v1/runs", ["X-Washi-Form": await bench.formToken()],
      body: [ByteBuffer(string: order)])
    let run = try #require(started.json["run"] as? String)
    bench.advance(by: 31 * 86_400_000)
    let new = try await upload("x\n3\n")
    // The disk's own clock: what came in just now stays.
    await bench.workplace.sweepUploads()
    #expect(try files() == [old, needed, new])
    let before = Date(timeIntervalSinceNow: -7200)
    for name in [old, needed, new] {
      try FileManager.default.setAttributes(
        [.modificationDate: before], ofItemAtPath: bench.workplace.places.upload(name))
    }
    await bench.workplace.sweepUploads()
    #expect(try files() == [old, needed, new], "once an hour is enough")
    bench.advance(by: 3_600_000)
    await bench.workplace.sweepUploads()
    #expect(try files() == [needed, new])
    _ = try await bench.workplace.queue.cancel(run, by: "ada")
    _ = try await bench.finish(run)
    bench.advance(by: 3_600_000)
    await bench.workplace.sweepUploads()
    #expect(try files() == [new])
  }

  @Test func namesTheColumnThatIsMissing() async throws {
    let bench = try Bench()
    let reply = await form(bench, "xx,y\n1,2\n")
    #expect(reply.status == 415)
    #expect(reply.text.contains("no column `x`"))
  }
}

extension Sequence<UInt8> {
  /// The bytes in pieces, as a network brings them.
  func chunked(_ size: Int) -> [ByteBuffer] {
    var rest = Array(self)[...]
    var pieces: [ByteBuffer] = []
    while !rest.isEmpty {
      pieces.append(ByteBuffer(bytes: rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return pieces
  }
}
