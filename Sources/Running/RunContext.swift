internal import DuckDB
internal import Planning
internal import Steps
internal import Synchronization
internal import Vocabulary

/// What all steps of one run have in common. A value that every thread may hold.
struct RunContext: Sendable {
  let plan: Plan
  let database: Database
  var surroundings: Session.Surroundings
  /// What decides results, beside the steps themselves.
  let keys: Plan.KeyContext
  /// The wish that the whole run shall stop.
  let cancellation: Cancellation
  /// The connections that work now.
  let connections: OpenConnections
  let observe: @Sendable (RunEvent) -> Void

  var cache: ResultCache? { surroundings.cache }
}

/// The connections that may be in the middle of a statement, so that each can be stopped.
final class OpenConnections: Sendable {
  private let open = Mutex<[ObjectIdentifier: Connection]>([:])

  func add(_ connection: Connection) {
    open.withLock { $0[ObjectIdentifier(connection)] = connection }
  }

  func remove(_ connection: Connection) {
    open.withLock { $0[ObjectIdentifier(connection)] = nil }
  }

  /// Stops every statement that runs.
  func interrupt() {
    for connection in open.withLock({ Array($0.values) }) { connection.interrupt() }
  }
}
