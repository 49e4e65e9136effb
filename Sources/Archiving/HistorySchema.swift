internal import GRDB

/// The tables of the history, and the steps that lead from older ones to them.
///
/// A released migration is never edited: a change is a further one.
enum HistorySchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 runs") { database in
      try database.execute(sql: runs)
    }
    return migrator
  }

  private static let runs = """
    CREATE TABLE runs (
      id TEXT PRIMARY KEY NOT NULL,
      notebook TEXT NOT NULL,
      edition TEXT,
      started_at INTEGER NOT NULL,
      ended_at INTEGER,
      status TEXT NOT NULL,
      exit_code INTEGER,
      version INTEGER,
      is_new INTEGER NOT NULL,
      digest TEXT,
      path TEXT,
      message TEXT,
      user TEXT NOT NULL,
      host TEXT NOT NULL,
      process_id INTEGER NOT NULL,
      process_start TEXT NOT NULL
    );
    CREATE INDEX runs_by_notebook ON runs (notebook, started_at);
    CREATE INDEX runs_unfinished ON runs (status) WHERE status = 'running';
    CREATE TABLE parameters (
      run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      type TEXT NOT NULL,
      value TEXT NOT NULL,
      origin TEXT NOT NULL,
      PRIMARY KEY (run, position)
    ) WITHOUT ROWID;
    CREATE TABLE steps (
      run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      state TEXT NOT NULL,
      milliseconds REAL,
      row_count INTEGER,
      message TEXT,
      PRIMARY KEY (run, position)
    ) WITHOUT ROWID;
    CREATE TABLE metrics (
      run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      value REAL,
      unit TEXT,
      PRIMARY KEY (run, position)
    ) WITHOUT ROWID;
    CREATE INDEX metrics_by_name ON metrics (name, run);
    """
}
