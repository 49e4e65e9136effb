import Synchronization
import Testing

@testable import Telling

@Suite struct WebExchangeTests {
  /// The answer, or why there is none.
  private func ask(
    _ address: String, headers: [(name: String, value: String)] = [],
    within time: Duration = .seconds(20), _ query: Query = Query("GET", "/")
  ) async -> Result<Reply, SendingError> {
    await WebExchange.using(address, headers: headers, until: .now + time) { exchange in
      do throws(SendingError) {
        return .success(try await exchange.answer(to: query))
      } catch {
        return .failure(error)
      }
    }
  }

  @Test func sendsARequestAndBringsTheAnswer() async throws {
    let asked = Mutex<StubServer.Asked?>(nil)
    let server = try await StubServer { request in
      asked.withLock { $0 = request }
      return (201, "fine", [:])
    }
    let result = await ask(
      server.address, headers: [("Authorization", "Bearer x")],
      Query("PUT", "/a/b?c=d", type: "text/plain", body: Array("héllo".utf8)))
    await server.stop()
    #expect(try result.get() == Reply(status: 201, body: Array("fine".utf8)))
    let request = try #require(asked.withLock { $0 })
    #expect(request.method == "PUT" && request.path == "/a/b?c=d")
    #expect(request.headers["authorization"] == "Bearer x")
    #expect(request.headers["content-type"] == "text/plain")
    #expect(request.body == Array("héllo".utf8))
  }

  @Test func saysThatNobodyListens() async throws {
    let server = try await StubServer { _ in nil }
    let address = server.address
    await server.stop()
    let result = await ask(address)
    #expect(
      result
        == .failure(SendingError(.away, "cannot be reached: connection refused")))
  }

  @Test func givesUpAtTheDeadline() async throws {
    let server = try await StubServer { _ in nil }
    let result = await ask(server.address, within: .milliseconds(200))
    await server.stop()
    #expect(result == .failure(SendingError(.away, "did not answer in time")))
    let late = await ask(server.address, within: .zero)
    #expect(late == .failure(SendingError(.away, "did not take everything in time")))
  }

  @Test func followsNoRedirect() async throws {
    let server = try await StubServer { request in
      request.path == "/" ? (302, "", ["Location": "/elsewhere"]) : (200, "", [:])
    }
    let result = await ask(server.address)
    await server.stop()
    #expect(try result.get().status == 302)
  }

  @Test(arguments: [
    (500, "oops", SendingError.Kind.away, "answered 500: oops"),
    (503, "<html><body>x</body></html>", .away, "answered 503"),
    (429, "", .away, "answered 429"), (408, "", .away, "answered 408"),
    (404, #"{"message": "no such thing\nat all"}"#, .rejected, "answered 404: no such thing"),
    (400, #"{"error_code": "X", "message": "bad"}"#, .rejected, "answered 400: bad"),
    (401, "\u{1B}[31mno\u{7}", .rejected, "answered 401: [31mno"),
  ])
  func tellsWhatHelpsFromWhatDoesNot(
    status: Int, body: String, kind: SendingError.Kind, reason: String
  ) {
    #expect(
      SendingError(Reply(status: status, body: Array(body.utf8))) == SendingError(kind, reason))
  }
}
