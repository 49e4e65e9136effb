internal import GRDB

/// How far a notebook's schedule is.
struct ScheduleRecord: Sendable, Hashable, Codable, FetchableRecord {
  var notebook: String
  /// The cron line and the zone; another one begins anew.
  var mark: String
  /// Every due time up to this moment is done with, in seconds since 1970.
  var handledAt: Int64
  /// Who has paused it.
  var pausedBy: String?
  /// When, milliseconds since 1970.
  var pausedAt: Int64?
}

/// A file that was seen where a notebook waits for one.
struct Arrival: Sendable, Hashable, Codable, FetchableRecord, PersistableRecord {
  static let databaseTableName = "arrivals"

  var notebook: String
  var entry: String
  /// The path relative to the project.
  var path: String
  var size: Int
  /// When it was changed last, nanoseconds since 1970.
  var modified: Int64
  /// The SHA-256 of its bytes; nil when it was there before anybody waited for it.
  var digest: String?
  /// Milliseconds since 1970.
  var seenAt: Int64
  /// The run that it started, or that had brought it.
  var job: String?
  /// Why it started none.
  var message: String?
}

extension WorkplaceStore {
  static let triggerTables = """
    ALTER TABLE jobs ADD COLUMN cause TEXT;
    CREATE TABLE schedules (
      notebook TEXT PRIMARY KEY NOT NULL,
      mark TEXT NOT NULL,
      handledAt INTEGER NOT NULL,
      pausedBy TEXT,
      pausedAt INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE watches (
      notebook TEXT NOT NULL,
      entry TEXT NOT NULL,
      folder TEXT NOT NULL,
      PRIMARY KEY (notebook, entry)
    ) WITHOUT ROWID;
    CREATE TABLE arrivals (
      notebook TEXT NOT NULL,
      entry TEXT NOT NULL,
      path TEXT NOT NULL,
      size INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      digest TEXT,
      seenAt INTEGER NOT NULL,
      job TEXT,
      message TEXT,
      PRIMARY KEY (notebook, entry, path)
    ) WITHOUT ROWID;
    """

  // MARK: - Schedules

  /// How far a schedule is, if it was seen before.
  func schedule(of notebook: String) async throws -> ScheduleRecord? {
    try await read { database in
      try ScheduleRecord.fetchOne(
        database, sql: "SELECT * FROM schedules WHERE notebook = ?", arguments: [notebook])
    }
  }

  /// How far a schedule is. One that is new or was changed begins now: nothing from before is due.
  func schedule(of notebook: String, mark: String, now: Int64) async throws -> ScheduleRecord {
    if let known = try await schedule(of: notebook), known.mark == mark { return known }
    try await write { database in
      try database.execute(
        sql: """
          INSERT INTO schedules (notebook, mark, handledAt) VALUES (?, ?, ?)
          ON CONFLICT (notebook) DO UPDATE
          SET handledAt = max(handledAt, excluded.handledAt), mark = excluded.mark
          WHERE mark <> excluded.mark
          """, arguments: [notebook, mark, now])
    }
    guard let record = try await schedule(of: notebook) else {
      throw ServingError("the schedule of \(notebook) cannot be kept")
    }
    return record
  }

  /// Notes that due times are done with, and the order that was made of the last of them, both or
  /// nothing; false when somebody else was faster.
  func claim(
    _ notebook: String, from handled: Int64, to moment: Int64, _ job: Job?
  ) async throws -> Bool {
    try await write { database in
      try database.execute(
        sql: "UPDATE schedules SET handledAt = ? WHERE notebook = ? AND handledAt = ?",
        arguments: [moment, notebook, handled])
      guard database.changesCount > 0 else { return false }
      try job?.insert(database)
      return true
    }
  }

  /// Pauses a schedule, or lets it go on from now: what was due meanwhile is left out.
  func pauseSchedule(_ notebook: String, by user: String?, now: Int64) async throws {
    try await write { database in
      try database.execute(
        sql: """
          UPDATE schedules SET pausedBy = ?, pausedAt = ?, handledAt = max(handledAt, ?)
          WHERE notebook = ? AND (pausedBy IS NULL) <> (? IS NULL)
          """,
        arguments: [
          user, user == nil ? nil : now, user == nil ? now / 1000 : Int64.min, notebook, user,
        ])
    }
  }

  /// Whether an order of this kind is not over.
  func hasOpenJob(of notebook: String, by user: String) async throws -> Bool {
    try await read { database in
      try Bool.fetchOne(
        database,
        sql: """
          SELECT EXISTS (SELECT * FROM jobs
            WHERE notebook = ? AND user = ? AND state IN ('queued', 'running'))
          """, arguments: [notebook, user]) ?? false
    }
  }

  // MARK: - Arrivals

  /// The folder in which an entry was waited for last.
  func watchedFolder(of entry: String, in notebook: String) async throws -> String? {
    try await read { database in
      try String.fetchOne(
        database, sql: "SELECT folder FROM watches WHERE notebook = ? AND entry = ?",
        arguments: [notebook, entry])
    }
  }

  /// Begins to wait; the files that are there already start nothing.
  func beginWatch(
    of entry: String, in notebook: String, folder: String, with files: [Arrival]
  ) async throws {
    try await write { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO watches VALUES (?, ?, ?)",
        arguments: [notebook, entry, folder])
      for file in files { try file.insert(database, onConflict: .ignore) }
    }
  }

  /// What was seen for an entry, newest first.
  func arrivals(
    of entry: String? = nil, in notebook: String, limit: Int = -1
  ) async throws -> [Arrival] {
    try await read { database in
      try Arrival.fetchAll(
        database,
        sql: """
          SELECT * FROM arrivals WHERE notebook = ? AND entry = ifnull(?, entry)
          ORDER BY seenAt DESC, path LIMIT ?
          """, arguments: [notebook, entry, limit])
    }
  }

  /// Notes a file and the order that was made of it, both or nothing.
  func keep(_ arrival: Arrival, _ job: Job?) async throws {
    try await write { database in
      try arrival.insert(database, onConflict: .replace)
      try job?.insert(database)
    }
  }

  /// The order that has brought a file to its place as an upload.
  func job(of notebook: String, uploading digest: String, to path: String) async throws -> Job? {
    try await read { database in
      try Job.fetchAll(
        database,
        sql: """
          SELECT * FROM jobs WHERE notebook = ? AND instr(uploads, ?) > 0
          ORDER BY orderedAt DESC LIMIT 20
          """, arguments: [notebook, digest]
      ).first { job in job.uploads.contains { $0.digest == digest && $0.path == path } }
    }
  }
}
