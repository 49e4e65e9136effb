public import Hummingbird
public import Logging

/// What comes along with a request: its log and where it came from.
public struct WorkplaceContext: RequestContext {
  /// What Hummingbird keeps with a request.
  public var coreContext: CoreRequestContextStorage
  /// The address of the other side; nil when it is no network address.
  public var remoteAddress: String?

  /// The context of a request that came over a connection.
  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    remoteAddress = source.channel.remoteAddress?.ipAddress
  }

  /// The context of a request that came over no connection.
  public init(logger: Logger, remoteAddress: String? = nil) {
    coreContext = CoreRequestContextStorage(source: Loose(logger: logger))
    self.remoteAddress = remoteAddress
  }

  private struct Loose: RequestContextSource {
    var logger: Logger
  }
}
