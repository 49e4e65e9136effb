internal import GRDB

extension History {
  /// The newest runs first, of one notebook or of all.
  public func runs(
    of notebook: String? = nil, edition: String? = nil, limit: Int
  ) throws(ArchiveError) -> [RunRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM runs WHERE notebook = ifnull(?, notebook)
            AND edition IS ifnull(?, edition)
          ORDER BY started_at DESC, id DESC LIMIT ?
          """, arguments: [notebook, edition, limit]
      ).map(Self.record)
    }
  }

  /// The run of this name, or the only one whose name begins so.
  public func run(_ id: String) throws(ArchiveError) -> RunRecord? {
    let found = try read { database in
      try Row.fetchAll(
        database,
        sql: "SELECT * FROM runs WHERE id = :id OR substr(id, 1, length(:id)) = :id LIMIT 2",
        arguments: ["id": id]
      ).map(Self.record)
    }
    return found.first { $0.id == id } ?? (found.count == 1 ? found.first : nil)
  }

  /// The names of all notebooks that were ever run, sorted.
  public func notebooks() throws(ArchiveError) -> [String] {
    try read { try String.fetchAll($0, sql: "SELECT DISTINCT notebook FROM runs ORDER BY 1") }
  }

  /// The names of all figures of a notebook, sorted.
  public func metricNames(of notebook: String?) throws(ArchiveError) -> [String] {
    try read { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT DISTINCT name FROM metrics JOIN runs ON runs.id = run
          WHERE notebook = ifnull(?, notebook) ORDER BY 1
          """, arguments: [notebook])
    }
  }

  /// Parameters, steps and figures of a run.
  public func details(of id: String) throws(ArchiveError) -> RunDetails {
    try read { database in
      func rows(_ table: String) throws -> [Row] {
        try Row.fetchAll(
          database, sql: "SELECT * FROM \(table) WHERE run = ? ORDER BY position",
          arguments: [id])
      }
      var details = RunDetails()
      details.parameters = try rows("parameters").map {
        RunDetails.Parameter(
          name: $0["name"], type: $0["type"], value: $0["value"], origin: $0["origin"])
      }
      details.steps = try rows("steps").map {
        RunDetails.Step(
          name: $0["name"], state: $0["state"], milliseconds: $0["milliseconds"],
          rows: $0["row_count"], message: $0["message"])
      }
      details.metrics = try rows("metrics").map {
        RunDetails.Figure(name: $0["name"], value: $0["value"], unit: $0["unit"])
      }
      return details
    }
  }

  private static func record(_ row: Row) -> RunRecord {
    var run = RunRecord(
      id: row["id"], notebook: row["notebook"], edition: row["edition"],
      startedAt: row["started_at"], user: row["user"], host: row["host"],
      process: ProcessIdentity(id: row["process_id"], start: row["process_start"]))
    run.endedAt = row["ended_at"]
    run.status = RunRecord.Status(rawValue: row["status"]) ?? .interrupted
    run.exitCode = row["exit_code"]
    run.version = row["version"]
    run.isNew = row["is_new"]
    run.digest = row["digest"]
    run.path = row["path"]
    run.message = row["message"]
    return run
  }

  private func read<Answer: Sendable>(
    _ body: @Sendable (Database) throws -> Answer
  ) throws(ArchiveError) -> Answer {
    do { return try database.read(body) } catch { throw .history(error, database.path) }
  }
}
