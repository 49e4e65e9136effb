internal import GRDB

extension History {
  /// Notes that a run has begun, with which parameters, and that runs whose process is gone were
  /// interrupted.
  public func begin(
    _ run: RunRecord, _ parameters: [RunDetails.Parameter] = []
  ) throws(ArchiveError) {
    try write { database in
      try Self.markInterrupted(database, host: run.host)
      try Self.insert(run, database)
      try Self.insert(parameters, of: run, database)
    }
  }

  /// Notes what became known of a run since it began: its edition, the values of all parameters.
  public func update(
    _ run: RunRecord, _ parameters: [RunDetails.Parameter]
  ) throws(ArchiveError) {
    try write { database in
      try database.execute(sql: "DELETE FROM runs WHERE id = ?", arguments: [run.id])
      try Self.insert(run, database)
      try Self.insert(parameters, of: run, database)
    }
  }

  /// Notes how a run ended; the record replaces the one that `begin` made.
  public func finish(_ run: RunRecord, _ details: RunDetails) throws(ArchiveError) {
    try write { database in
      try database.execute(sql: "DELETE FROM runs WHERE id = ?", arguments: [run.id])
      try Self.insert(run, database)
      try Self.insert(details.parameters, of: run, database)
      for (position, step) in details.steps.enumerated() {
        try database.execute(
          sql: "INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?)",
          arguments: [
            run.id, position, step.name, step.state, step.milliseconds, step.rows, step.message,
          ])
      }
      for (position, figure) in details.metrics.enumerated() {
        try database.execute(
          sql: "INSERT INTO metrics VALUES (?, ?, ?, ?, ?)",
          arguments: [run.id, position, figure.name, figure.value, figure.unit])
      }
    }
  }

  /// Marks the runs of this host as interrupted whose process is gone.
  public func markInterruptedRuns(onHost host: String) throws(ArchiveError) {
    try write { try Self.markInterrupted($0, host: host) }
  }

  private static func markInterrupted(_ database: Database, host: String) throws {
    let rows = try Row.fetchAll(
      database,
      sql: "SELECT id, process_id, process_start FROM runs WHERE status = 'running' AND host = ?",
      arguments: [host])
    for row in rows {
      let process = ProcessIdentity(id: row["process_id"], start: row["process_start"])
      guard !process.isAlive else { continue }
      try database.execute(
        sql: """
          UPDATE runs SET status = 'interrupted', message = 'its process ended without a word'
          WHERE id = ?
          """, arguments: [row["id"] as String])
    }
  }

  private static func insert(_ run: RunRecord, _ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        run.id, run.notebook, run.edition, run.startedAt, run.endedAt, run.status.rawValue,
        run.exitCode, run.version, run.isNew, run.digest, run.path, run.message, run.user,
        run.host, run.process.id, run.process.start,
      ])
  }

  private static func insert(
    _ parameters: [RunDetails.Parameter], of run: RunRecord, _ database: Database
  ) throws {
    for (position, parameter) in parameters.enumerated() {
      try database.execute(
        sql: "INSERT INTO parameters VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          run.id, position, parameter.name, parameter.type, parameter.value, parameter.origin,
        ])
    }
  }

  private func write(_ body: @Sendable (Database) throws -> Void) throws(ArchiveError) {
    do { try database.write(body) } catch { throw .history(error, database.path) }
  }
}

extension History {
  /// Takes out a run that was begun, when it turned out that nothing could run.
  public func forget(_ id: String) throws(ArchiveError) {
    try write { try $0.execute(sql: "DELETE FROM runs WHERE id = ?", arguments: [id]) }
  }
}
