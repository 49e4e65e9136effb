internal import Dispatch
internal import Synchronization

/// What a task has come to, seen from another thread.
private final class Outcome<Success: Sendable>: Sendable {
  let value = Mutex<Result<Success, any Error>?>(nil)
  let isThere = DispatchSemaphore(value: 0)

  func set(_ result: Result<Success, any Error>) {
    value.withLock { $0 = result }
    isThere.signal()
  }
}

/// Does asynchronous work and blocks this thread until it is done; `started` is given the task, so
/// that another thread can cancel it. Never call it from a task: its thread may be the one needed.
func waiting<Success: Sendable>(
  for work: @escaping @Sendable () async throws -> Success,
  started: (Task<Void, Never>) -> Void = { _ in }
) throws -> Success {
  let outcome = Outcome<Success>()
  let task = Task.detached {
    do {
      outcome.set(.success(try await work()))
    } catch {
      outcome.set(.failure(error))
    }
  }
  started(task)
  outcome.isThere.wait()
  guard let result = outcome.value.withLock({ $0 }) else { throw CancellationError() }
  return try result.get()
}
