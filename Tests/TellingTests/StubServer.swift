import NIOCore
import NIOHTTP1
import NIOPosix

/// A server on the loopback interface that answers every request as it is told.
final class StubServer: Sendable {
  /// What it was asked.
  struct Asked: Sendable {
    var method: String
    var path: String
    var headers: [String: String]
    var body: [UInt8]
  }

  private let channel: any Channel
  let port: Int
  var address: String { "http://127.0.0.1:\(port)" }

  /// Answers with a status, a body and headers; nil leaves the request without an answer.
  init(
    _ answer: @escaping @Sendable (Asked) -> (status: Int, body: String, headers: [String: String])?
  ) async throws {
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(Handler(answer))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  func stop() async {
    try? await channel.close()
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable (Asked) -> (status: Int, body: String, headers: [String: String])?
    private var asked = Asked(method: "", path: "", headers: [:], body: [])

    init(
      _ answer:
        @escaping @Sendable (Asked) -> (
          status: Int, body: String, headers: [String: String]
        )?
    ) {
      self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head):
        let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $1 }
        asked = Asked(method: head.method.rawValue, path: head.uri, headers: headers, body: [])
      case .body(let buffer): asked.body += Array(buffer.readableBytesView)
      case .end:
        guard let (status, body, headers) = answer(asked) else { return }
        var fields = HTTPHeaders(headers.map { ($0.key, $0.value) })
        fields.add(name: "Content-Length", value: "\(body.utf8.count)")
        let head = HTTPResponseHead(
          version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      }
    }
  }
}
