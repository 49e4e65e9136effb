internal import Connecting
internal import Parsing
internal import Steps
internal import Synchronization
internal import Vocabulary

/// One connection of a run: opened when it is first needed, used by one step at a time, opened again
/// after it broke off.
final class RemoteDesk: Sendable {
  let connection: ConnectionDeclaration
  private let opener: any ConnectionOpening
  private let surroundings: ConnectionSurroundings
  private let state = Mutex(State())
  /// Held while a step works there.
  private let turn = Mutex<Void>(())

  private struct State {
    var session: (any RemoteSession)?
    /// The steps whose tables are kept there.
    var kept: Set<String> = []
  }

  init(
    _ connection: ConnectionDeclaration, opener: any ConnectionOpening,
    in surroundings: ConnectionSurroundings
  ) {
    self.connection = connection
    self.opener = opener
    self.surroundings = surroundings
  }

  /// Works there, alone. Whoever wishes to stop meanwhile is heard: the statement that runs is
  /// cancelled, again and again until it ends.
  func work<Success>(
    until cancellation: Cancellation,
    _ body: (any RemoteSession) throws(RemoteError) -> Success
  ) throws(RemoteError) -> Success {
    var outcome: Result<Success, RemoteError>?
    turn.withLock { _ in
      do throws(RemoteError) {
        if cancellation.reason != nil { throw RemoteError(.cancelled, "it was asked to stop") }
        let session = try openSession()
        let watch = Task.detached(priority: .high) {
          while !Task.isCancelled {
            if cancellation.reason != nil { session.cancel() }
            try? await Task.sleep(for: .milliseconds(cancellation.reason == nil ? 50 : 200))
          }
        }
        defer { watch.cancel() }
        outcome = .success(try body(session))
      } catch {
        if error.kind == .lost { close() }
        outcome = .failure(error)
      }
    }
    guard let outcome else { throw RemoteError(.other, "nothing was done") }
    return try outcome.get()
  }

  /// Whether a step's table is kept there in this conversation.
  func keeps(_ step: String) -> Bool { state.withLock { $0.kept.contains(step) } }

  /// Notes that a step's table is kept there, or is not any more.
  func note(_ step: String, isKept: Bool) {
    state.withLock { state in
      if isKept { state.kept.insert(step) } else { state.kept.remove(step) }
    }
  }

  /// Ends the conversation; the next work begins another one.
  func close() {
    let session = state.withLock { state in
      defer { state = State() }
      return state.session
    }
    session?.close()
  }

  private func openSession() throws(RemoteError) -> any RemoteSession {
    if let session = state.withLock({ $0.session }) { return session }
    let session = try opener.open(connection, in: surroundings)
    state.withLock { $0.session = session }
    return session
  }
}
