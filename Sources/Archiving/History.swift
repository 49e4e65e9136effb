internal import GRDB

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The history of runs: who ran what, when, with which parameters, how long it took, what came out.
///
/// It is a convenience beside the versions: whoever records a run goes on when this throws.
/// For example: `let history = try History(in: ".washi")`.
public final class History: Sendable {
  let database: DatabaseQueue
  /// What was odd about the file, such as a damaged one that was moved aside.
  public let remark: String?

  /// Opens `history.db` in the state folder and brings its tables up to date.
  ///
  /// A damaged file is moved aside and a new history begun. A file of a newer Washi, a locked one
  /// and one that may not be written throw.
  public convenience init(in folder: String) throws(ArchiveError) {
    try Folder(folder).makeState()
    let path = Folder(folder).path(of: "history.db")
    do {
      self.init(try Self.open(path, in: Folder(folder)), remark: nil)
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_NOTADB || error.resultCode == .SQLITE_CORRUPT
    {
      let aside = try Self.moveAside(path)
      do {
        self.init(
          try Self.open(path, in: Folder(folder)),
          remark: "the run history was damaged; it is now \(aside)")
      } catch {
        throw .history(error, path)
      }
    } catch {
      throw .history(error, path)
    }
  }

  /// Opens the history for reading only when there is one.
  public static func existing(in folder: String) throws(ArchiveError) -> History? {
    guard Folder(folder).kind(of: "history.db") == .file else { return nil }
    return try History(in: folder)
  }

  /// Writes a copy as of one moment into a new file.
  public func backUp(to path: String) throws(ArchiveError) {
    do {
      let copy = try DatabaseQueue(path: path)
      try database.backup(to: copy)
      try copy.close()
    } catch {
      throw .history(error, path)
    }
  }

  private init(_ database: DatabaseQueue, remark: String?) {
    self.database = database
    self.remark = remark
  }

  private static func open(_ path: String, in folder: Folder) throws -> DatabaseQueue {
    do {
      let database = try connect(to: path)
      if try isUpToDate(database, path) { return database }
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_ERROR || error.resultCode == .SQLITE_BUSY
    {
      // Another process is making the tables at this moment.
    }
    // Several runs may be the first of a project: one of them makes the tables.
    let lock = try FolderLock(folder)
    defer { withExtendedLifetime(lock) {} }
    let clock = ContinuousClock()
    let end = clock.now + .seconds(2)
    while true {
      do {
        let database = try connect(to: path)
        if try !isUpToDate(database, path) { try HistorySchema.migrator.migrate(database) }
        return database
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && clock.now < end {
        // SQLite does not wait for others when it turns to its journal.
        usleep(10_000)
      }
    }
  }

  private static func connect(to path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.journalMode = .wal
    // Nobody holds the file for longer than one small transaction.
    configuration.busyMode = .timeout(2)
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Whether all tables are there; throws when there are more than this Washi knows of.
  private static func isUpToDate(_ database: DatabaseQueue, _ path: String) throws -> Bool {
    let migrator = HistorySchema.migrator
    return try database.read { database in
      guard try !migrator.hasBeenSuperseded(database) else {
        throw ArchiveError(
          .history, "\(path) was written by a newer Washi", path: path,
          solutions: ["update Washi, or move the file away to begin a new history"])
      }
      return try migrator.hasCompletedMigrations(database)
    }
  }

  private static func moveAside(_ path: String) throws(ArchiveError) -> String {
    var number = 1
    while Folder.kind(at: "\(path).damaged-\(number)") != nil { number += 1 }
    let aside = "\(path).damaged-\(number)"
    guard unsafe rename(path, aside) == 0 else { throw .system("move aside", path) }
    unsafe unlink("\(path)-wal")
    unsafe unlink("\(path)-shm")
    return aside
  }
}

extension ArchiveError {
  /// What SQLite says about the history at `path`.
  static func history(_ error: any Error, _ path: String) -> ArchiveError {
    if let error = error as? ArchiveError { return error }
    guard let error = error as? DatabaseError else {
      return ArchiveError(.history, "\(path): \(error)", path: path)
    }
    let sentence = error.sql.map { ", in `\($0)`" } ?? ""
    let reason =
      error.resultCode == .SQLITE_BUSY
      ? "another program holds it locked" : error.message ?? "\(error.resultCode)"
    return ArchiveError(.history, "\(path): \(reason)\(sentence)", path: path)
  }
}
