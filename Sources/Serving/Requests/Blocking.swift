internal import Dispatch

/// Does work that waits for a disk or an engine on a thread of its own, so that the few threads that
/// answer requests do not wait with it.
func blocking<Answer: Sendable>(
  _ work: @escaping @Sendable () throws -> Answer
) async throws -> Answer {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global().async {
      continuation.resume(with: Result { try work() })
    }
  }
}
