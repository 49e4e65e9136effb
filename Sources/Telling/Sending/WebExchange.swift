internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif
#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Requests over the network, until a deadline that all of them share.
public struct WebExchange: Exchange {
  private let client: HTTPClient
  private let address: String
  private let headers: [(name: String, value: String)]
  private let deadline: ContinuousClock.Instant
  private let limit: Duration

  private init(
    _ client: HTTPClient, to address: String, headers: [(name: String, value: String)],
    until deadline: ContinuousClock.Instant, limit: Duration
  ) {
    self.client = client
    self.address = address
    self.headers = headers
    self.deadline = deadline
    self.limit = limit
  }

  /// Does work with a client for one service, and closes its connections afterwards.
  ///
  /// No request outlives `deadline`, and each has at most `limit`.
  public static func using<Outcome: Sendable>(
    _ address: String, headers: [(name: String, value: String)] = [],
    until deadline: ContinuousClock.Instant, limit: Duration = .seconds(30),
    _ work: (WebExchange) async -> Outcome
  ) async -> Outcome {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(3)))
    // A server that is away is asked again by whoever decides that, not at once.
    configuration.connectionPool.retryConnectionEstablishment = false
    let client = HTTPClient(
      eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
      configuration: configuration)
    let outcome = await work(
      WebExchange(client, to: address, headers: headers, until: deadline, limit: limit))
    try? await client.shutdown()
    return outcome
  }

  /// The value of an `Authorization` header for a user with a password.
  public static func basic(user: String, password: String) -> String {
    "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
  }

  /// The answer to a request, whatever its status; throws `away` when there is none.
  public func answer(to query: Query) async throws(SendingError) -> Reply {
    let left = min(limit, deadline - .now)
    guard left > .zero else { throw SendingError(.away, "did not take everything in time") }
    var request = HTTPClientRequest(url: address + query.path)
    request.method = HTTPMethod(rawValue: query.method)
    request.headers.add(name: "User-Agent", value: "washi")
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body = query.body {
      request.headers.add(name: "Content-Type", value: query.type)
      request.body = .bytes(ByteBuffer(bytes: body))
    }
    do {
      let parts = left.components
      let response = try await client.execute(
        request,
        timeout: .nanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000))
      let body = try await response.body.collect(upTo: 1 << 24)
      return Reply(status: Int(response.status.code), body: Array(body.readableBytesView))
    } catch {
      throw SendingError(.away, Self.reason(of: error))
    }
  }

  /// What kept a request from its answer, as the end of a sentence.
  private static func reason(of error: any Error) -> String {
    switch error {
    case let error as HTTPClientError:
      switch error {
      case .connectTimeout: "cannot be reached: no answer to the connection"
      case .deadlineExceeded, .readTimeout, .writeTimeout: "did not answer in time"
      case .remoteConnectionClosed: "closed the connection"
      default: "cannot be reached: \(error.shortDescription)"
      }
    case let error as IOError: "cannot be reached: \(words(for: error.errnoCode))"
    case let error as NIOConnectionError:
      "cannot be reached: "
        + (error.connectionErrors.first.map { inner in
          (inner.error as? IOError).map { words(for: $0.errnoCode) } ?? "\(inner.error)"
        } ?? "the name \(error.host) is not known")
    default: "cannot be reached: \(error)"
    }
  }

  private static func words(for code: CInt) -> String {
    unsafe strerror(code).map { unsafe String(cString: $0) }?.lowercased() ?? "error \(code)"
  }
}
