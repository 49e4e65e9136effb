internal import Synchronization

/// Who somebody is, kept for a moment: a program that has a thousand rows scored a second must not
/// make the disk be asked a thousand times.
///
/// What this process changes is forgotten at once; what another one does, such as
/// `washi serve token revoke`, holds within a second.
struct Acquaintances: Sendable {
  /// Answers are good for so many milliseconds.
  private static let freshness: Int64 = 1000
  private static let remembered = 2000

  private struct Answer<Value: Sendable>: Sendable {
    var at: Int64
    var value: Value

    func isFresh(_ now: Int64) -> Bool { (0..<Acquaintances.freshness).contains(now - at) }
  }

  private var bearers: [String: Answer<(user: User, token: Token)>] = [:]
  private var sessions: [String: Answer<User>] = [:]
  private var users: Answer<Bool>?
  /// Counts what was forgotten: an answer that was asked for before must not be kept after.
  private(set) var generation = 0

  mutating func forget() {
    generation &+= 1
    bearers.removeAll()
    sessions.removeAll()
    users = nil
  }

  /// Whom a token stands for, by the token's digest.
  func bearer(_ digest: String, now: Int64) -> (user: User, token: Token)? {
    guard let known = bearers[digest], known.isFresh(now),
      known.value.token.endsAt.map({ $0 > now }) ?? true
    else { return nil }
    return known.value
  }

  mutating func keep(
    bearer value: (user: User, token: Token), _ digest: String, now: Int64, asked: Int
  ) {
    guard asked == generation else { return }
    if bearers.count >= Self.remembered { bearers.removeAll() }
    bearers[digest] = Answer(at: now, value: value)
  }

  /// Whose session it is, by the digest of the cookie.
  func session(_ digest: String, now: Int64) -> User? {
    sessions[digest].flatMap { $0.isFresh(now) ? $0.value : nil }
  }

  mutating func keep(session user: User, _ digest: String, now: Int64, asked: Int) {
    guard asked == generation else { return }
    if sessions.count >= Self.remembered { sessions.removeAll() }
    sessions[digest] = Answer(at: now, value: user)
  }

  /// Whether anybody has been added.
  func hasUsers(now: Int64) -> Bool? {
    users.flatMap { $0.isFresh(now) ? $0.value : nil }
  }

  mutating func keep(hasUsers: Bool, now: Int64, asked: Int) {
    guard asked == generation else { return }
    users = Answer(at: now, value: hasUsers)
  }
}

extension WorkplaceStore {
  /// Whom a token's text stands for, and what it allows them at most.
  func bearer(_ text: String, now: Int64) async throws -> (user: User, token: Token)? {
    let digest = Secret.digest(text)
    let (known, asked) = acquaintances.withLock { known in
      (known.bearer(digest, now: now), known.generation)
    }
    if let known { return known }
    guard let found = try await readBearer(digest, now: now) else { return nil }
    acquaintances.withLock { $0.keep(bearer: found, digest, now: now, asked: asked) }
    return found
  }

  /// Whose session a cookie's value stands for.
  func session(_ text: String, now: Int64) async throws -> User? {
    let digest = Secret.digest(text)
    let (known, asked) = acquaintances.withLock { known in
      (known.session(digest, now: now), known.generation)
    }
    if let known { return known }
    guard let found = try await readSession(digest, now: now) else { return nil }
    acquaintances.withLock { $0.keep(session: found, digest, now: now, asked: asked) }
    return found
  }

  /// Whether anybody has been added, as of a moment ago.
  func hasUsers(now: Int64) async throws -> Bool {
    let (known, asked) = acquaintances.withLock { known in
      (known.hasUsers(now: now), known.generation)
    }
    if let known { return known }
    let found = try await hasUsers()
    acquaintances.withLock { $0.keep(hasUsers: found, now: now, asked: asked) }
    return found
  }
}
