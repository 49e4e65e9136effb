internal import Synchronization

/// Slows down whoever tries passwords: so many failures for a name, and for an address, in a while.
final class SignInLimit: Sendable {
  /// Something that failures are counted for.
  enum Key: Sendable, Hashable {
    case name(String)
    case address(String)

    /// Several people may come from one address.
    var allowed: Int {
      switch self {
      case .name: 5
      case .address: 20
      }
    }
  }

  private let failures = Mutex<[Key: [Int64]]>([:])
  private let window: Int64

  init(window: Int64 = 5 * 60_000) {
    self.window = window
  }

  /// The milliseconds until one may try again; nil when one may.
  func wait(for keys: [Key], now: Int64) -> Int64? {
    failures.withLock { failures in
      let times = keys.compactMap { key -> Int64? in
        let recent = (failures[key] ?? []).filter { $0 > now - window }
        guard recent.count >= key.allowed, let first = recent.suffix(key.allowed).first else {
          return nil
        }
        return first + window - now
      }
      return times.max()
    }
  }

  /// Notes a failure.
  func fail(_ keys: [Key], now: Int64) {
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
  func succeed(_ key: Key) {
    failures.withLock { $0[key] = nil }
  }
}
