import DuckDB
import Parsing
import Testing
import Vocabulary

@testable import Connecting

/// The package's root, found from this file.
let packageRoot = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

/// DuckDB is an ADBC driver, too: a real engine at the other end without a server.
@Suite struct DriverTests {
  static let surroundings = ConnectionSurroundings(
    duckDB: LibrarySearch(folders: ["\(packageRoot)/.deps/lib"]), directory: "/nowhere")

  func declaration(_ text: String) throws -> ConnectionDeclaration {
    let file = ProjectFile(parsing: [("washi.yaml", "connections:\n  w: \(text)\n")])
    return try #require(file.connections.first)
  }

  func query(_ sql: String, _ values: [String: Value] = [:]) -> RemoteQuery {
    RemoteQuery(ForeignSQL(sql), binding: values)
  }

  func here() throws -> Connection {
    try Database(Library.load(Self.surroundings.duckDBSearch)).connect()
  }

  func session() throws -> any RemoteSession {
    try declaration("{ driver: duckdb, uri: \":memory:\" }").open(in: Self.surroundings)
  }

  @Test func bringsRowsWithTheirTypes() throws {
    let session = try session()
    let rows = try session.rows(
      of: query(
        """
        SELECT i, i / 2 AS half, i::DECIMAL(9, 2) AS money, 'n' || i AS name, DATE '2021-01-01' AS day,
          TIMESTAMP '2021-01-01 01:02:03' AS time, i % 2 = 0 AS even, [i, NULL] AS list,
          CASE WHEN i > 1 THEN i END AS missing
        FROM range(3000) AS t(i) WHERE i <> $no AND $text = 'it''s' ORDER BY i
        """, ["no": .int(7), "text": .text("it's")]))
    guard case .stream(let stream) = rows else {
      Issue.record("no stream")
      return
    }
    let here = try here()
    try here.createTable("t", consuming: stream)
    let columns = try here.columns(of: "SELECT * FROM t").map(\.engineType)
    #expect(
      columns == [
        "BIGINT", "DOUBLE", "DECIMAL(9,2)", "VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN", "BIGINT[]",
        "BIGINT",
      ])
    #expect(try here.count("SELECT count(*) FROM t") == 2999)
    #expect(try here.count("SELECT count(missing) FROM t") == 2997)
    #expect(try here.scalar("SELECT name FROM t WHERE i = 2999") == .text("n2999"))
  }

  @Test func keepsTablesThere() throws {
    let session = try session()
    try session.keep(query("SELECT 1 AS x, $a AS y", ["a": .double(0.5)]), as: "one")
    try session.keep(query("SELECT x + 1 AS x FROM one"), as: "two")
    try session.keep(query("SELECT 5 AS x"), as: "one")
    #expect(try session.value(of: query("SELECT sum(x) FROM (FROM one UNION ALL FROM two)")) == "7")
    guard case .stream(let stream) = try session.rows(ofKept: "two") else { return }
    #expect(try here().query(consuming: stream).row(0) == [.int(2)])
    #expect(try session.value(of: query("SELECT NULL")) == nil)
    #expect(session.engines.map(\.name).contains { $0.lowercased().contains("duckdb") })
  }

  @Test func saysWhatIsWrongWithSQL() throws {
    let session = try session()
    #expect { try session.rows(of: query("SELECT nothing FROM nowhere")) } throws: { error in
      (error as? RemoteError)?.summary.contains("nowhere") ?? false
    }
    // A session goes on after that.
    #expect(try session.value(of: query("SELECT 3")) == "3")
  }

  @Test func saysWhatIsWrongWithDrivers() throws {
    func problem(_ text: String) throws -> RemoteError? {
      let declaration = try declaration(text)
      do throws(RemoteError) {
        _ = try declaration.open(in: Self.surroundings)
        return nil
      } catch {
        return error
      }
    }
    let missing = try problem("{ driver: nosuch, uri: x }")
    #expect(missing?.kind == .driver)
    #expect(missing?.solutions.contains { $0.contains("WASHI_ADBC_NOSUCH") } ?? false)
    let wrong = try problem("{ driver: \(packageRoot)/.deps/lib/lib_lightgbm.so }")
    #expect(wrong?.summary.contains("is no ADBC driver") ?? false)
    #expect(try problem("{ driver: duckdb, uri: env:NOBODY }")?.summary.contains("NOBODY") ?? false)
    #expect(try problem("{ driver: duckdb, uri: missing/folder/x.db }")?.kind == .unreachable)
  }

  @Test func takesDecimalsFromText() throws {
    let here = try here()
    func table(_ values: String) throws -> [ColumnDescription] {
      let text = try here.stream("SELECT * FROM (VALUES \(values)) AS t(x)")
      let stream = unsafe ColumnStream(
        fields: [.init(name: "x", format: "u", isDecimalText: true)], address: text.address,
        error: { text.failure }, release: {})
      try here.execute("DROP TABLE IF EXISTS d")
      try here.createTable("d", consuming: stream)
      withExtendedLifetime(text) {}
      return try here.columns(of: "SELECT * FROM d")
    }
    #expect(try table("('12.50'), ('-3'), (NULL), ('0.125')")[0].engineType == "DECIMAL(38,3)")
    #expect(try here.scalar("SELECT CAST(sum(x) AS VARCHAR) FROM d") == .text("9.625"))
    #expect(try table("(NULL)")[0].engineType == "DECIMAL(38,0)")
    #expect(throws: DuckDBError.self) { try table("('NaN')") }
    #expect(throws: DuckDBError.self) { try table("('1234567890123456789012345678901234567890')") }
  }

  @Test func masksWhatMessagesMustNotSay() {
    let discretion = Discretion(secrets: ["hunter2"], places: ["db.example.com", "a"])
    let text = "a user \"a\" at db.example.com with hunter2"
    #expect(discretion.applied(to: text) == "a user \"***\" at *** with ***")
    #expect(
      discretion.applied(to: text, isOfStatement: true)
        == "a user \"a\" at db.example.com with ***")
  }
}
