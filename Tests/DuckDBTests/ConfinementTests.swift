import DuckDB
import Testing
import Vocabulary

@Suite struct ConfinementTests {
  private func confined() throws -> Connection {
    let connection = try connection()
    try connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    try connection.confine(
      directories: ["\(packageRoot)/Tests/DuckDBTests"], files: ["\(packageRoot)/Package.swift"],
      memoryLimit: "1GB")
    return connection
  }

  @Test(
    arguments: [
      "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM '/etc/passwd.csv'",
      "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_blob('/etc/hostname')",
      "COPY t TO '/tmp/washi-confinement.csv'", "ATTACH '/tmp/washi-confinement.db'",
      "SET threads = 4", "SET enable_external_access = true", "RESET lock_configuration",
      "SET TimeZone = 'Asia/Tokyo'", "SET allowed_directories = ['/']", "INSTALL httpfs",
      "LOAD httpfs",
      "SELECT getenv('HOME')", "SELECT * FROM read_csv('https://example.com/a.csv')",
      "SELECT * FROM read_text('../../etc/passwd')", "PRAGMA threads = 4",
      "CREATE PERSISTENT SECRET s (TYPE s3)", "EXPORT DATABASE '/tmp/washi-confinement'",
      "CALL enable_logging('QueryLog', storage_path := '/tmp/washi-log')",
      "SELECT * FROM glob('/etc/*')", "SELECT * FROM read_duckdb('/etc/passwd')",
    ])
  func refusesToLeaveTheSession(sql: String) throws {
    let connection = try confined()
    do throws(DuckDBError) {
      let table = try connection.query(sql)
      Issue.record("\(sql) gave \(table.rowCount) rows")
    } catch {
      #expect(!error.summary.isEmpty)
    }
  }

  @Test func readsWhatIsAllowedInUTC() throws {
    let connection = try confined()
    let folder = "\(packageRoot)/Tests/DuckDBTests"
    #expect(
      try connection.count(
        "SELECT count(*) FROM read_text($f)", binding: ["f": .text("\(folder)/Engine.swift")]) == 1)
    #expect(
      try connection.count(
        "SELECT count(*) FROM read_text($f)", binding: ["f": .text("\(packageRoot)/Package.swift")])
        == 1)
    #expect(try connection.scalar("SELECT current_setting('TimeZone')") == .text("UTC"))
    #expect(try connection.scalar("SELECT current_setting('threads')") == .int(1))
    #expect(
      try connection.scalar("SELECT strftime(TIMESTAMPTZ '2021-01-01 00:00:00+00', '%H:%M')")
        == .text("00:00"))
    // New connections of the same database are confined too.
    let other = try connection.database.connect()
    #expect(try other.scalar("SELECT current_setting('TimeZone')") == .text("UTC"))
    #expect(throws: DuckDBError.self) { try other.query("FROM read_text('/etc/passwd')") }
  }
}
