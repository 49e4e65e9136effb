import Foundation
import GRDB
import Testing

@testable import Archiving

/// Files that released versions of Washi have written are opened, read and written on.
///
/// The schemas stand here as the released versions made them, and are never changed with the code's.
@Suite struct MigrationTests {
  /// A released schema, by the last step that it knows.
  struct Released: Sendable, CustomTestStringConvertible {
    var step: String
    var sql: String
    var testDescription: String { step }
  }

  static let released = [
    Released(
      step: "1 runs",
      sql: """
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1 runs');
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
        INSERT INTO runs VALUES
          ('20210101T060000Z-aaaaa', 'credit/monthly', '2021-01', 1609480800000, 1609480815000,
           'done', 0, 1, 1, 'd1', NULL, NULL, 'ann', 'here', 4194304, 'x'),
          ('20210201T060000Z-bbbbb', 'credit/monthly', '2021-02', 1612159200000, NULL,
           'running', NULL, NULL, 0, NULL, NULL, NULL, 'ann', 'here', 4194304, 'x');
        INSERT INTO parameters VALUES
          ('20210101T060000Z-aaaaa', 0, 'target_date', 'month', '2021-01', 'injected');
        INSERT INTO steps VALUES
          ('20210101T060000Z-aaaaa', 0, 'scores', 'done', 12.5, 300, NULL);
        INSERT INTO metrics VALUES
          ('20210101T060000Z-aaaaa', 0, 'evaluation.auc', 0.75, NULL);
        """)
  ]

  /// A migration that is added wants the schema before it recorded above.
  @Test func recordsEverySchemaButTheNewest() {
    let steps = HistorySchema.migrator.migrations
    #expect(Self.released.map(\.step) == Array(steps.prefix(Self.released.count)))
    #expect(Self.released.count >= steps.count - 1)
  }

  @Test(arguments: released) func opensTheHistoryOf(_ released: Released) throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/.washi"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let old = try DatabaseQueue(path: "\(folder)/history.db")
    try old.write { try $0.execute(sql: released.sql) }
    try old.close()

    let history = try History(in: folder)
    #expect(history.remark == nil)
    let runs = try history.runs(of: "credit/monthly", limit: 9)
    #expect(runs.map(\.id) == ["20210201T060000Z-bbbbb", "20210101T060000Z-aaaaa"])
    let first = try #require(runs.last)
    #expect(first.status == .done && first.version == 1 && first.digest == "d1")
    let details = try history.details(of: first.id)
    #expect(details.parameters.map(\.value) == ["2021-01"])
    #expect(details.steps.map(\.rows) == [300])
    #expect(details.metrics.map(\.value) == [0.75])

    // It is written on: what was left running is interrupted, and a new run has its place.
    var run = RunRecord(
      id: "20210301T060000Z-ccccc", notebook: "credit/monthly", startedAt: 1_614_578_400_000,
      user: "bob", host: "here")
    try history.begin(run)
    run.status = .done
    try history.finish(run, details)
    #expect(
      try history.runs(limit: 9).map(\.status) == [.done, .interrupted, .done])
    #expect(try History(in: folder).details(of: run.id).metrics == details.metrics)
  }
}
