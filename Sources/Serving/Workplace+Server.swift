internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import ServiceLifecycle

extension Workplace {
  /// Listens and answers until the process is asked to end; then it finishes what it began.
  ///
  /// `whenReady` is told the port that is really listened on.
  public func serve(
    on host: String, port: Int, whenReady: @escaping @Sendable (Int) -> Void
  ) async throws {
    try await recover()
    let settings = HTTP1Channel.Configuration(
      // Streams of events say something more often than this.
      idleTimeout: .seconds(75),
      httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
    let application = Application(
      responder: self,
      server: HTTPServerBuilder { responder in
        LoopChannel(base: HTTP1Channel(responder: responder, configuration: settings))
      },
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), serverName: "washi"),
      services: [QueueService(workplace: self)],
      onServerRunning: { channel in whenReady(channel.localAddress?.port ?? port) },
      logger: log)
    do {
      try await application.runService()
    } catch {
      await scoreLog?.end()
      throw error
    }
    // After the last request.
    await scoreLog?.end()
  }
}

/// Runs the queue beside the server, and closes the workplace when the server shuts down.
private struct QueueService: Service {
  var workplace: Workplace

  func run() async throws {
    await withGracefulShutdownHandler {
      await cancelWhenGracefulShutdown { await workplace.work() }
    } onGracefulShutdown: {
      Task { await workplace.close() }
    }
  }
}
