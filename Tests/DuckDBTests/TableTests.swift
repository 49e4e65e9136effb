import DuckDB
import Testing
import Vocabulary

@Suite struct TableTests {
  @Test func storesATableAndReadsItBack() throws {
    let connection = try connection()
    let rows = 5000
    let table = Table(columns: [
      Column("n", integers: (0..<rows).map { $0 % 7 == 0 ? nil : Int64($0) }),
      Column("x", reals: (0..<rows).map { $0 % 5 == 0 ? nil : Double($0) / 4 }),
      Column("a \"text\"", texts: (0..<rows).map { $0 % 3 == 0 ? nil : "row \($0) of many, é" }),
      Column(
        name: "flag", type: .boolean,
        cells: .booleans((0..<rows).map { $0 % 4 == 0 ? nil : $0 % 2 == 0 })),
      Column(
        name: "day", type: .date,
        cells: .dates((0..<rows).map { $0 == 9 ? nil : CalendarDate(daysSinceEpoch: Int32($0)) })),
      Column(
        name: "at", type: .timestamp,
        cells: .timestamps((0..<rows).map { Timestamp(microsecondsSinceEpoch: Int64($0) * 77) })),
    ])
    try connection.createTable("t", from: table)
    #expect(try connection.query("SELECT * FROM t") == table)
    #expect(throws: DuckDBError.self) { try connection.createTable("t", from: table) }
    try connection.createTable("t", from: table.prefix(3), replacing: true)
    #expect(try connection.count("SELECT count(*) FROM t") == 3)
  }

  @Test func storesPlainArrays() throws {
    let connection = try connection()
    try connection.createTable(
      "t",
      columns: [
        ("d", .doubles([1, .nan, .infinity])), ("f", .floats([0.5, 1, 2])),
        ("i", .integers32([1, 2, 3])), ("l", .integers([4, 5, 6])), ("s", .texts(["", "b", "c"])),
      ])
    #expect(try connection.doubles("SELECT f + i + l FROM t") == [5.5, 8, 11])
    #expect(try connection.scalar("SELECT d FROM t LIMIT 1 OFFSET 2") == .double(.infinity))
    #expect(throws: DuckDBError.self) {
      try connection.createTable("u", columns: [("a", .doubles([1])), ("b", .doubles([]))])
    }
    #expect(throws: DuckDBError.self) {
      try connection.createTable("u", columns: [("a", .doubles([1])), ("A", .doubles([2]))])
    }
  }

  @Test func readsNumbersWithoutBoxes() throws {
    let connection = try connection()
    let columns = try connection.doubleColumns(
      """
      SELECT i, i::DECIMAL(9, 2) / 4, CASE WHEN i % 2 = 0 THEN i::HUGEINT END, i > 1, i::UTINYINT, NULL
      FROM range(4) t(i)
      """)
    #expect(columns[0] == [0, 1, 2, 3])
    #expect(columns[1] == [0, 0.25, 0.5, 0.75])
    #expect(columns[2][0] == 0 && columns[2][1].isNaN)
    #expect(columns[3] == [0, 0, 1, 1])
    #expect(columns[5].allSatisfy { $0.isNaN })
    #expect(throws: DuckDBError.self) { try connection.doubles("SELECT 'x'") }
    #expect(throws: DuckDBError.self) { try connection.doubles("SELECT 1, 2") }
  }

  @Test func describesColumnsWithoutRunning() throws {
    let columns = try connection().columns(
      of: """
        SELECT $x::INTEGER AS a, 1.5 AS b, [1] AS c, now() AS d, error('never') AS e,
          'x'::ENUM ('x') AS f FROM range(1000000000000) -- end
        ;
        """, binding: ["x": .int(1)])
    #expect(columns.map(\.name) == ["a", "b", "c", "d", "e", "f"])
    #expect(columns.map(\.type) == [.integer, .decimal(scale: 1), .text, .timestamp, .text, .text])
    #expect(columns[1].engineType == "DECIMAL(2,1)")
    let fromFirst = try connection().columns(of: "FROM (VALUES (1, DATE '2021-01-01')) t(a, b)")
    #expect(fromFirst.map(\.type) == [.integer, .date])
    #expect(try connection().columns(of: "VALUES (1)").count == 1)
    let error = try #require(throws: DuckDBError.self) {
      try connection().columns(of: "SELECT nope")
    }
    #expect(error.position == 7)
  }

  @Test func keepsInvalidTextFromCrashing() throws {
    let value = try connection().scalar("SELECT '\\xFF\\xC3'::BLOB")
    #expect(value == .text("\\xFF\\xC3"))
  }

  @Test func streamsFieldsAndReleasesUnusedStreams() throws {
    let connection = try connection()
    try connection.execute(
      "CREATE TABLE t AS SELECT i::INTEGER AS i, i / 2 AS x, 'a' AS s FROM range(9) r(i)")
    let stream = try connection.stream(
      "SELECT i, x, s, 1.5 AS d FROM t WHERE i > $n", binding: ["n": .int(3)])
    #expect(stream.fields.map(\.name) == ["i", "x", "s", "d"])
    #expect(stream.fields.prefix(3).map(\.format) == ["i", "g", "u"])
    #expect(stream.fields[3].format.hasPrefix("d:2,1"))
    #expect(stream.failure == nil)
    #expect(throws: DuckDBError.self) { try connection.stream("SELECT nope FROM t") }
  }
}
