public import GRDB

/// Somebody with a name.
public struct User: Sendable, Hashable {
  /// The name.
  public var name: String
  /// What they may do where.
  public var grants: [Grant]
  /// What is kept of the password; nil when they come by token or proxy only.
  var password: String?
  /// When they were added, milliseconds since 1970.
  public var createdAt: Int64
}

/// A token as lists show it; its text is shown once and not kept.
public struct Token: Sendable, Hashable, Codable {
  /// The public part, which names it.
  public var id: String
  /// Whose it is.
  public var user: String
  /// What it is for.
  public var label: String
  /// The most that it allows; nil for all that the user may.
  public var role: Role?
  /// When it was made, milliseconds since 1970.
  public var createdAt: Int64
  /// When it ends; nil for never.
  public var endsAt: Int64?
  /// When it was revoked.
  public var revokedAt: Int64?
}

extension Token: FetchableRecord {}

extension WorkplaceStore {
  /// Whether anybody has been added.
  public func hasUsers() async throws -> Bool {
    try await read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT * FROM users)") ?? false }
  }

  /// Everybody, by name.
  public func users() async throws -> [User] {
    try await read { database in
      try String.fetchAll(database, sql: "SELECT name FROM users ORDER BY name")
        .compactMap { try Self.user($0, database) }
    }
  }

  /// Somebody by name.
  func user(_ name: String) async throws -> User? {
    try await read { try Self.user(name, $0) }
  }

  /// Adds somebody, or changes what they may do and, when one is given, their password; their
  /// sessions end then.
  public func setUser(
    _ name: String, password: String?, grants: [Grant], now: Int64
  ) async throws {
    var hash: String?
    if let password {
      guard let made = await PasswordHash.text(for: password) else {
        throw ServingError("the password cannot be hashed")
      }
      hash = made
    }
    let kept = hash
    try await write { database in
      try database.execute(
        sql: """
          INSERT INTO users VALUES (?, ?, ?)
          ON CONFLICT (name) DO UPDATE SET password = ifnull(excluded.password, password)
          """, arguments: [name, kept, now])
      if kept != nil {
        try database.execute(sql: "DELETE FROM sessions WHERE user = ?", arguments: [name])
      }
      guard !grants.isEmpty else { return }
      try database.execute(sql: "DELETE FROM grants WHERE user = ?", arguments: [name])
      for grant in grants {
        try database.execute(
          sql: "INSERT OR REPLACE INTO grants VALUES (?, ?, ?)",
          arguments: [name, grant.folder, grant.role.rawValue])
      }
    }
  }

  /// Takes somebody out with their tokens and sessions; false when there is nobody of that name.
  public func removeUser(_ name: String) async throws -> Bool {
    try await write { database in
      try database.execute(sql: "DELETE FROM users WHERE name = ?", arguments: [name])
      return database.changesCount > 0
    }
  }

  static func user(_ name: String, _ database: Database) throws -> User? {
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT * FROM users WHERE name = ?", arguments: [name])
    else { return nil }
    let grants = try Row.fetchAll(
      database, sql: "SELECT folder, role FROM grants WHERE user = ? ORDER BY folder",
      arguments: [name]
    ).compactMap { row in
      Role(rawValue: row["role"]).map { Grant($0, in: row["folder"]) }
    }
    return User(
      name: row["name"], grants: grants, password: row["password"], createdAt: row["createdAt"])
  }
}

extension WorkplaceStore {
  /// Makes a token for a user and tells its text, which nobody can learn again.
  public func makeToken(
    for user: String, label: String, role: Role?, endsAt: Int64?, now: Int64
  ) async throws -> (token: Token, text: String) {
    let (id, secret) = (Secret.random(8), Secret.random(32))
    let text = "washi_\(id)_\(secret)"
    let token = Token(
      id: id, user: user, label: label, role: role, createdAt: now, endsAt: endsAt)
    try await write { database in
      try database.execute(
        sql: "INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
        arguments: [id, user, label, Secret.digest(text), role?.rawValue, now, endsAt])
    }
    return (token, text)
  }

  /// The tokens of a user or of everybody, newest first.
  public func tokens(of user: String?) async throws -> [Token] {
    try await read { database in
      try Token.fetchAll(
        database, sql: "SELECT * FROM tokens WHERE user = ifnull(?, user) ORDER BY createdAt DESC",
        arguments: [user])
    }
  }

  /// Ends a token for good; false when there is none of that name, or it is somebody else's.
  public func revokeToken(_ id: String, of user: String?, now: Int64) async throws -> Bool {
    try await write { database in
      try database.execute(
        sql: """
          UPDATE tokens SET revokedAt = ifnull(revokedAt, ?)
          WHERE id = ? AND user = ifnull(?, user)
          """, arguments: [now, id, user])
      return database.changesCount > 0
    }
  }

  /// Whom a token stands for by its digest, and what it allows them at most.
  func readBearer(_ digest: String, now: Int64) async throws -> (user: User, token: Token)? {
    try await read { database in
      guard
        let token = try Token.fetchOne(
          database,
          sql: """
            SELECT * FROM tokens
            WHERE digest = ? AND revokedAt IS NULL AND (endsAt IS NULL OR endsAt > ?)
            """, arguments: [digest, now]),
        let user = try Self.user(token.user, database)
      else { return nil }
      return (user, token)
    }
  }
}

extension WorkplaceStore {
  /// A session ends when nobody came for so long, and in any case after seven days.
  static let idleLifetime: Int64 = 8 * 3_600_000
  static let wholeLifetime: Int64 = 7 * 24 * 3_600_000

  /// Begins a session and tells the cookie's value.
  func beginSession(of user: String, now: Int64) async throws -> String {
    let text = Secret.random(32)
    try await write { database in
      try database.execute(
        sql: "DELETE FROM sessions WHERE seenAt < ? OR createdAt < ?",
        arguments: [now - Self.idleLifetime, now - Self.wholeLifetime])
      try database.execute(
        sql: "INSERT INTO sessions VALUES (?, ?, ?, ?)",
        arguments: [Secret.digest(text), user, now, now])
    }
    return text
  }

  /// Whose session it is, by the digest of the cookie's value.
  func readSession(_ digest: String, now: Int64) async throws -> User? {
    let found = try await read { database -> (User, Int64)? in
      guard
        let row = try Row.fetchOne(
          database,
          sql: "SELECT * FROM sessions WHERE digest = ? AND seenAt >= ? AND createdAt >= ?",
          arguments: [digest, now - Self.idleLifetime, now - Self.wholeLifetime]),
        let user = try Self.user(row["user"], database)
      else { return nil }
      return (user, row["seenAt"])
    }
    // A write for every request would be too much for what it tells.
    if let found, now - found.1 > 60_000 {
      try await write { database in
        try database.execute(
          sql: "UPDATE sessions SET seenAt = ? WHERE digest = ?", arguments: [now, digest])
      }
    }
    return found?.0
  }

  /// Ends a session.
  func endSession(digest: String) async throws {
    try await write { database in
      try database.execute(sql: "DELETE FROM sessions WHERE digest = ?", arguments: [digest])
    }
  }
}
