internal import Dispatch
internal import Synchronization

/// Lets calls that ask for the same number of threads run side by side, and calls that ask for
/// another one wait for their end.
///
/// LightGBM keeps one number of threads for the whole process, which every call with parameters sets.
/// A prediction makes a buffer for each of them, then starts as many threads as the number says at
/// that moment: when another call has raised it in between, they write behind the buffers' end.
final class ThreadTurns: Sendable {
  private struct State {
    var threads = 0
    var inside = 0
    /// In the order in which they came, so that nobody waits for ever.
    var waiting: [(threads: Int, turn: DispatchSemaphore)] = []
  }

  private let state = Mutex(State())

  /// Does `body`, which makes LightGBM work with so many threads (0 is all there are).
  func run<Success, Failure: Error>(
    _ threads: Int, _ body: () throws(Failure) -> Success
  ) throws(Failure) -> Success {
    enter(threads)
    defer { leave() }
    return try body()
  }

  private func enter(_ threads: Int) {
    let turn = state.withLock { state -> DispatchSemaphore? in
      if state.waiting.isEmpty, state.inside == 0 || state.threads == threads {
        state.threads = threads
        state.inside += 1
        return nil
      }
      let turn = DispatchSemaphore(value: 0)
      state.waiting.append((threads, turn))
      return turn
    }
    turn?.wait()
  }

  private func leave() {
    state.withLock { state in
      state.inside -= 1
      guard state.inside == 0, let next = state.waiting.first else { return }
      state.threads = next.threads
      while let next = state.waiting.first, next.threads == state.threads {
        state.waiting.removeFirst()
        state.inside += 1
        next.turn.signal()
      }
    }
  }
}
