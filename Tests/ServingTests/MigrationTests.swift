import Foundation
import GRDB
import Testing

@testable import Serving

/// The workplace's file of a released version of Washi is opened, read and written on.
///
/// The schema stands here as the released version made it, and is never changed with the code's.
@Suite struct MigrationTests {
  private static let first = """
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES ('1 workplace');
    CREATE TABLE users (
      name TEXT PRIMARY KEY NOT NULL,
      password TEXT,
      createdAt INTEGER NOT NULL
    );
    CREATE TABLE grants (
      user TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
      folder TEXT NOT NULL,
      role TEXT NOT NULL,
      PRIMARY KEY (user, folder)
    ) WITHOUT ROWID;
    CREATE TABLE tokens (
      id TEXT PRIMARY KEY NOT NULL,
      user TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
      label TEXT NOT NULL,
      digest TEXT NOT NULL UNIQUE,
      role TEXT,
      createdAt INTEGER NOT NULL,
      endsAt INTEGER,
      revokedAt INTEGER
    );
    CREATE TABLE sessions (
      digest TEXT PRIMARY KEY NOT NULL,
      user TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
      createdAt INTEGER NOT NULL,
      seenAt INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE jobs (
      id TEXT PRIMARY KEY NOT NULL,
      notebook TEXT NOT NULL,
      edition TEXT,
      parameters TEXT NOT NULL,
      uploads TEXT NOT NULL,
      user TEXT NOT NULL,
      state TEXT NOT NULL,
      orderedAt INTEGER NOT NULL,
      startedAt INTEGER,
      endedAt INTEGER,
      attempts INTEGER NOT NULL,
      processID INTEGER,
      processStart TEXT,
      cancelledBy TEXT,
      cancelledAt INTEGER,
      key TEXT,
      keyDigest TEXT,
      run TEXT,
      version INTEGER,
      isNew INTEGER,
      path TEXT,
      message TEXT,
      UNIQUE (user, key)
    );
    CREATE INDEX jobsByTime ON jobs (orderedAt);
    CREATE INDEX jobsByNotebook ON jobs (notebook, orderedAt);
    CREATE TABLE uploads (
      digest TEXT NOT NULL,
      user TEXT NOT NULL,
      name TEXT NOT NULL,
      size INTEGER NOT NULL,
      format TEXT NOT NULL,
      columns TEXT NOT NULL,
      createdAt INTEGER NOT NULL,
      PRIMARY KEY (digest, user)
    ) WITHOUT ROWID;
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      user TEXT NOT NULL,
      address TEXT NOT NULL,
      action TEXT NOT NULL,
      subject TEXT NOT NULL
    );
    INSERT INTO users VALUES ('ann', NULL, 1);
    INSERT INTO grants VALUES ('ann', '', 'admin');
    INSERT INTO jobs (id, notebook, edition, parameters, uploads, user, state, orderedAt, attempts)
      VALUES ('j1', 'credit/monthly', '2021-01', '[]', '[]', 'ann', 'queued', 5, 0);
    INSERT INTO audit (at, user, address, action, subject)
      VALUES (5, 'ann', '127.0.0.1', 'order', 'credit/monthly');
    """

  @Test func opensTheFileOfTheFirstRelease() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "washi-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "serve.db").path
    let old = try DatabaseQueue(path: path)
    try await old.write { try $0.execute(sql: Self.first) }
    try old.close()

    let store = try WorkplaceStore(at: path)
    #expect(try await store.users().map(\.name) == ["ann"])
    var job = try #require(try await store.job("j1"))
    #expect(job.notebook == "credit/monthly" && job.edition == "2021-01")
    #expect(try await store.audit(limit: 9).count == 1)
    job.attempts = 1
    try await store.update(job)
    let again = try WorkplaceStore(at: path)
    #expect(try await again.job("j1")?.attempts == 1)
    #expect(try await again.openJobs().map(\.id) == ["j1"])
  }
}
