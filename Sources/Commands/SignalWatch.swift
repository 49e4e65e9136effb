internal import Dispatch
internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Turns Ctrl-C and a request to terminate into a wish to stop; a second one ends the process.
final class SignalWatch {
  private final class Received: Sendable {
    let first = Mutex<ExitStatus?>(nil)
  }

  private let arrived: Received
  private let sources: [any DispatchSourceSignal]

  /// What was received first.
  var received: ExitStatus? { arrived.first.withLock { $0 } }

  /// Watches until it is let go.
  init(onSignal stop: @escaping @Sendable () -> Void) {
    let arrived = Received()
    self.arrived = arrived
    sources = [(SIGINT, ExitStatus.interrupted), (SIGTERM, .terminated)].map { number, status in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        let isFirst = arrived.first.withLock { first in
          defer { first = first ?? status }
          return first == nil
        }
        if isFirst { stop() } else { _exit(status.rawValue) }
      }
      source.activate()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }
}
