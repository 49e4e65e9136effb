internal import GRDB
internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// What the workplace keeps beside the versions: users, tokens, sessions, orders, uploads and the
/// audit log, in one SQLite file.
///
/// For example: `let store = try WorkplaceStore(at: ".washi/serve/serve.db")`.
public final class WorkplaceStore: Sendable {
  let database: DatabaseQueue
  /// Who was asked about a moment ago.
  let acquaintances = Mutex(Acquaintances())

  /// Opens the file, which is made when it is not there and which nobody else may read.
  public init(at path: String) throws(ServingError) {
    do {
      var configuration = Configuration()
      configuration.journalMode = .wal
      configuration.busyMode = .timeout(5)
      configuration.foreignKeysEnabled = true
      // An order that was accepted must survive even a loss of power.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      Self.reserve(path)
      database = try DatabaseQueue(path: path, configuration: configuration)
      try Self.migrator.migrate(database)
    } catch {
      throw ServingError("the workplace's file \(path) cannot be used: \(error)")
    }
  }

  /// Makes the file, when it is not there, so that nobody else may read it. SQLite gives the files
  /// beside it the same rights, and says why when the file cannot be opened.
  private static func reserve(_ path: String) {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    if file >= 0 { close(file) }
  }

  /// Opens the store in the folder of a workplace, which is made when it is not there.
  public convenience init(inFolder folder: String) throws(ServingError) {
    try DiskFile.makeFolder(folder)
    try self.init(at: "\(folder)/serve.db")
  }

  /// Writes a copy of everything into a folder that is new or empty, while the server may run: the
  /// file as of one moment, and the uploads that it names.
  public func backUp(from folder: String, to target: String) throws(ServingError) {
    guard DiskFile.names(in: target).isEmpty else {
      throw ServingError("\(target) is not empty")
    }
    try DiskFile.makeFolder("\(target)/uploads")
    do {
      Self.reserve("\(target)/serve.db")
      let copy = try DatabaseQueue(path: "\(target)/serve.db")
      try database.backup(to: copy)
      try copy.close()
    } catch {
      throw ServingError("the copy \(target)/serve.db cannot be written: \(error)")
    }
    // The uploads after the file that names them: nothing that it names is missing.
    for name in DiskFile.names(in: "\(folder)/uploads") {
      try DiskFile.copy("\(folder)/uploads/\(name)", to: "\(target)/uploads/\(name)")
    }
  }

  func read<Answer: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Answer
  ) async throws -> Answer {
    try await database.read(body)
  }

  func write<Answer: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Answer
  ) async throws -> Answer {
    let answer = try await database.write(body)
    // Whatever it was: it may have been about somebody.
    acquaintances.withLock { $0.forget() }
    return answer
  }

  /// The tables, and the steps that lead from older ones to them. A released step is never edited.
  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 workplace") { database in
      try database.execute(sql: tables)
    }
    migrator.registerMigration("2 triggers") { database in
      try database.execute(sql: triggerTables)
    }
    return migrator
  }

  private static let tables = """
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
    """
}

/// Something that keeps the workplace from working: no fault of a visitor's.
public struct ServingError: Error, Sendable, CustomStringConvertible {
  /// One sentence: what, and why.
  public var description: String

  /// An obstacle.
  public init(_ description: String) {
    self.description = description
  }
}
