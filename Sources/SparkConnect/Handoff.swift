internal import Dispatch
internal import Synchronization

/// Things on their way from a task to a thread: the task waits while too many are there, the thread
/// blocks while there are none, so that a large result is never in memory as a whole.
final class Handoff<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var producer: CheckedContinuation<Void, Never>?
    /// Set when no more will come: nil in it is a good end.
    var end: SparkError??
    var isAbandoned = false
  }

  private let capacity: Int
  private let state = Mutex(State())
  private let arrivals = DispatchSemaphore(value: 0)

  init(capacity: Int) {
    self.capacity = capacity
  }

  /// Gives one to the thread, when there is room for it; false when the thread wants no more.
  func put(_ element: Element) async -> Bool {
    await withCheckedContinuation { continuation in
      let goesOn = state.withLock { state in
        guard !state.isAbandoned else { return true }
        state.elements.append(element)
        guard state.elements.count >= capacity else { return true }
        state.producer = continuation
        return false
      }
      arrivals.signal()
      if goesOn { continuation.resume() }
    }
    return state.withLock { !$0.isAbandoned }
  }

  /// Says that no more will come; the first end stays.
  func finish(_ error: SparkError?) {
    state.withLock { $0.end = $0.end ?? .some(error) }
    arrivals.signal()
  }

  /// The next one, waited for; nil at the end.
  func take() throws(SparkError) -> Element? {
    arrivals.wait()
    let (element, producer, end) = state.withLock { state in
      let producer = state.producer
      state.producer = nil
      return (
        state.elements.isEmpty ? nil : state.elements.removeFirst(), producer, state.end
      )
    }
    producer?.resume()
    if let element { return element }
    // Whoever asks again at the end is told the same.
    arrivals.signal()
    if case .some(.some(let error)) = end { throw error }
    return nil
  }

  /// Says that nothing more is wanted.
  func abandon() {
    let producer = state.withLock { state in
      state.isAbandoned = true
      state.elements = []
      defer { state.producer = nil }
      return state.producer
    }
    producer?.resume()
  }
}
