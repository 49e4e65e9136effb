internal import GRPCCore
internal import GRPCNIOTransportHTTP2Posix
internal import GRPCProtobuf
internal import SwiftProtobuf

/// Calls to a server over one connection, which is made when it is needed and again when it broke.
final class SparkChannel: Sendable {
  /// As much as Spark's own clients take; the server's batches are 4 MB.
  private static let largestMessage = 128 << 20

  private let client: GRPCClient<HTTP2ClientTransport.Posix>
  private let metadata: Metadata
  private let connections: Task<Void, Never>

  init(to server: SparkServer) throws(SparkError) {
    var metadata = Metadata()
    for (name, value) in server.headers.sorted(by: { $0.key < $1.key }) {
      metadata.addString(value, forKey: name)
    }
    if let token = server.token { metadata.addString("Bearer \(token)", forKey: "authorization") }
    self.metadata = metadata
    do {
      let client = GRPCClient(
        transport: try .http2NIOPosix(
          target: .dns(host: server.host, port: server.port),
          transportSecurity: Self.security(server),
          config: .defaults { config in
            // A server closes connections that are tried more often than every five minutes.
            config.connection.keepalive = .init(
              time: .seconds(360), timeout: .seconds(20), allowWithoutCalls: false)
          }))
      self.client = client
      connections = Task.detached { try? await client.runConnections() }
    } catch {
      throw SparkError(.unreachable, "the address cannot be used: \(error)")
    }
  }

  deinit { connections.cancel() }

  private static func security(
    _ server: SparkServer
  ) -> HTTP2ClientTransport.Posix.TransportSecurity {
    guard server.isSecure else { return .plaintext }
    guard let path = server.certificates else { return .tls }
    return .tls(
      .defaults { $0.trustRoots = .certificates([.file(path: path, format: .pem)]) })
  }

  /// Closes the connection at once.
  func close() {
    client.beginGracefulShutdown()
    connections.cancel()
  }

  /// The answer to one call, at most `limit` after it was asked.
  func answer<Request: Message, Response: Message>(
    _ method: String, _ request: Request, within limit: Duration = .seconds(30)
  ) async throws -> Response {
    var options = self.options
    options.timeout = limit
    return try await client.unary(
      request: ClientRequest(message: request, metadata: metadata), descriptor: descriptor(method),
      serializer: ProtobufSerializer<Request>(), deserializer: ProtobufDeserializer<Response>(),
      options: options
    ) { try $0.message }
  }

  /// Takes the answers of one call as they come.
  func answers<Request: Message, Response: Message>(
    _ method: String, _ request: Request, of type: Response.Type,
    _ take: @escaping @Sendable (Response) async throws -> Void
  ) async throws {
    try await client.serverStreaming(
      request: ClientRequest(message: request, metadata: metadata), descriptor: descriptor(method),
      serializer: ProtobufSerializer<Request>(), deserializer: ProtobufDeserializer<Response>(),
      options: options
    ) { response in
      for try await message in response.messages { try await take(message) }
    }
  }

  private var options: CallOptions {
    var options = CallOptions.defaults
    options.maxResponseMessageBytes = Self.largestMessage
    options.maxRequestMessageBytes = Self.largestMessage
    options.waitForReady = false
    return options
  }

  private func descriptor(_ method: String) -> MethodDescriptor {
    MethodDescriptor(fullyQualifiedService: "spark.connect.SparkConnectService", method: method)
  }
}
