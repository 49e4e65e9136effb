internal import Synchronization
internal import Vocabulary

/// A wish to stop, set from any thread and seen by the running step.
public final class Cancellation: Sendable {
  /// Why the run shall stop.
  public enum Reason: Sendable, Hashable {
    /// The user or the system asked for it.
    case interrupted
    /// The run took longer than this many seconds.
    case timeout(seconds: Double)
    /// The step took longer than this many seconds.
    case stepTimeout(seconds: Double)

    /// The rule that diagnostics carry.
    public var rule: String {
      switch self {
      case .interrupted: "interrupted"
      case .timeout, .stepTimeout: "timeout"
      }
    }

    /// One sentence for the report.
    public var sentence: String {
      switch self {
      case .interrupted: "the run was interrupted"
      case .timeout(let seconds):
        "the run's time limit of \(shortestText(seconds)) s was reached"
      case .stepTimeout(let seconds):
        "its time limit of \(shortestText(seconds)) s was reached"
      }
    }
  }

  private let state = Mutex<Reason?>(nil)
  private let whole: Cancellation?

  /// Nothing is asked for yet; what is asked of the `whole` is asked of this part of it, too.
  public init(within whole: Cancellation? = nil) {
    self.whole = whole
  }

  /// The wish, when there is one.
  public var reason: Reason? { whole?.reason ?? state.withLock { $0 } }

  /// Asks to stop; the first reason stays.
  public func cancel(_ reason: Reason) {
    state.withLock { $0 = $0 ?? reason }
  }

  /// Takes back the timeout of one step, so that another try or the next step can run.
  public func clearStepTimeout() {
    state.withLock { if case .stepTimeout = $0 { $0 = nil } }
  }
}
