public import GRDB

extension WorkplaceStore {
  /// Orders that are not over, first ordered first.
  func openJobs() async throws -> [Job] {
    try await read { database in
      try Job.fetchAll(
        database,
        sql: """
          SELECT * FROM jobs WHERE state IN ('queued', 'running') ORDER BY orderedAt, id
          """)
    }
  }

  /// The newest orders first, of one notebook or of all.
  func jobs(of notebook: String? = nil, limit: Int) async throws -> [Job] {
    try await read { database in
      try Job.fetchAll(
        database,
        sql: """
          SELECT * FROM jobs WHERE notebook = ifnull(?, notebook)
          ORDER BY orderedAt DESC, id DESC LIMIT ?
          """, arguments: [notebook, limit])
    }
  }

  func job(_ id: String) async throws -> Job? {
    try await read { try Job.fetchOne($0, key: id) }
  }

  /// The order that a caller has sent under a name of their own.
  func job(of user: String, key: String) async throws -> Job? {
    try await read { database in
      try Job.fetchOne(
        database, sql: "SELECT * FROM jobs WHERE user = ? AND key = ?", arguments: [user, key])
    }
  }

  /// Puts an order into the file; an earlier one of the same caller under the same key is answered
  /// instead.
  func accept(_ job: Job) async throws -> Job {
    try await write { database in
      if let key = job.key,
        let earlier = try Job.fetchOne(
          database, sql: "SELECT * FROM jobs WHERE user = ? AND key = ?",
          arguments: [job.user, key])
      {
        return earlier
      }
      try job.insert(database)
      return job
    }
  }

  func update(_ job: Job) async throws {
    try await write { try job.update($0) }
  }

  /// The newest order of every notebook that has one.
  func newestJobs() async throws -> [String: Job] {
    let jobs = try await read { database in
      try Job.fetchAll(
        database,
        sql: """
          SELECT * FROM (
            SELECT *, row_number() OVER (PARTITION BY notebook ORDER BY orderedAt DESC, id DESC) AS n
            FROM jobs
          ) WHERE n = 1
          """)
    }
    return Dictionary(jobs.map { ($0.notebook, $0) }) { first, _ in first }
  }
}

/// A line of the audit log.
public struct AuditEntry: Sendable, Hashable, Codable {
  /// Milliseconds since 1970.
  public var at: Int64
  /// Who.
  public var user: String
  /// From where.
  public var address: String
  /// What they did, such as `run` or `download`.
  public var action: String
  /// With what.
  public var subject: String
}

extension AuditEntry: FetchableRecord {}

extension WorkplaceStore {
  /// Notes what somebody did.
  func note(
    _ action: String, _ subject: String, by user: String, from address: String, at now: Int64
  )
    async throws
  {
    try await write { database in
      try database.execute(
        sql: "INSERT INTO audit (at, user, address, action, subject) VALUES (?, ?, ?, ?, ?)",
        arguments: [now, user, address, action, subject])
    }
  }

  /// The newest lines of the audit log first.
  public func audit(limit: Int) async throws -> [AuditEntry] {
    try await read { database in
      try AuditEntry.fetchAll(
        database,
        sql: "SELECT at, user, address, action, subject FROM audit ORDER BY id DESC LIMIT ?",
        arguments: [limit])
    }
  }
}
