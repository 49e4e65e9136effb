internal import Synchronization

/// Slows down whoever tries passwords: so many failures for a name, and for an address, in a while.
final class SignInLimit: Sendable {
  private let failures = Mutex<[String: [Int64]]>([:])
  private let allowed: Int
  private let window: Int64

  init(allowed: Int = 5, window: Int64 = 5 * 60_000) {
    self.allowed = allowed
    self.window = window
  }

  /// The milliseconds until one may try again; nil when one may.
  func wait(for keys: [String], now: Int64) -> Int64? {
    failures.withLock { failures in
      let times = keys.compactMap { key -> Int64? in
        let recent = (failures[key] ?? []).filter { $0 > now - window }
        guard recent.count >= allowed, let first = recent.suffix(allowed).first else { return nil }
        return first + window - now
      }
      return times.max()
    }
  }

  /// Notes a failure.
  func fail(_ keys: [String], now: Int64) {
    failures.withLock { failures in
      // Names are whatever strangers send: what is over is forgotten before the table grows.
      if failures.count > 10_000 {
        failures = failures.filter { $0.value.contains { $0 > now - window } }
      }
      for key in keys {
        failures[key] = (failures[key] ?? []).filter { $0 > now - window } + [now]
      }
    }
  }

  /// Forgets the failures of a name that has signed in.
  func succeed(_ key: String) {
    failures.withLock { $0[key] = nil }
  }
}
