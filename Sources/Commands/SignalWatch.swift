internal import Dispatch
internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Turns Ctrl-C and a request to terminate into a wish to stop; a second one ends the process.
final class SignalWatch: Sendable {
  private struct State {
    var received: ExitStatus?
    var sources: [any DispatchSourceSignal] = []
  }

  private let state = Mutex(State())

  /// What was received first.
  var received: ExitStatus? { state.withLock { $0.received } }

  /// Watches until it is let go.
  init(onSignal stop: @escaping @Sendable () -> Void) {
    for (number, status) in [(SIGINT, ExitStatus.interrupted), (SIGTERM, .terminated)] {
      unsafe signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in
        let isFirst = self?.state.withLock { state in
          defer { state.received = state.received ?? status }
          return state.received == nil
        }
        if isFirst == true { stop() } else { _exit(status.rawValue) }
      }
      source.activate()
      state.withLock { $0.sources.append(source) }
    }
  }

  deinit {
    state.withLock { state in
      for source in state.sources { source.cancel() }
    }
    unsafe signal(SIGINT, SIG_DFL)
    unsafe signal(SIGTERM, SIG_DFL)
  }
}
