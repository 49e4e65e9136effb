import DuckDB
import Testing
import Vocabulary

@Suite struct QueryTests {
  @Test func readsEveryScalarTypeWithItsNulls() throws {
    let table = try connection().query(
      """
      SELECT true AS b, 1::TINYINT AS i8, (-2)::SMALLINT AS i16, 3::INTEGER AS i32, 4::BIGINT AS i64,
        5::UTINYINT AS u8, 6::USMALLINT AS u16, 7::UINTEGER AS u32, 8::UBIGINT AS u64,
        9::HUGEINT AS huge, 1.5::FLOAT AS f, 2.25::DOUBLE AS d, 12.345 AS dec,
        DATE '2021-02-28' AS day, TIMESTAMP '2021-02-28 12:30:00.5' AS at,
        TIMESTAMP_NS '1969-12-31 23:59:59.9999995' AS ns, 'x'::ENUM ('w', 'x') AS e, 'text' AS t,
        'a text of more than twelve bytes: é' AS long
      UNION ALL BY NAME SELECT NULL AS b
      """)
    #expect(
      table.row(0) == [
        .bool(true), .int(1), .int(-2), .int(3), .int(4), .int(5), .int(6), .int(7), .int(8),
        .int(9), .double(1.5), .double(2.25), .double(12.345),
        .date(CalendarDate(parsing: "2021-02-28")!),
        .timestamp(Timestamp(parsing: "2021-02-28 12:30:00.5")!),
        .timestamp(Timestamp(microsecondsSinceEpoch: -1)), .text("x"), .text("text"),
        .text("a text of more than twelve bytes: é"),
      ])
    #expect(table.row(1).allSatisfy { $0.isNull })
    #expect(table["dec"]?.type == .decimal(scale: 3))
    #expect(table["huge"]?.type == .integer)
  }

  @Test func printsOtherTypesAsTheEngineDoes() throws {
    let table = try connection().query(
      """
      SELECT [1, NULL] AS list, {'a': 1, 'b': 'x y'} AS pair, INTERVAL 3 MONTH AS span,
        TIME '01:02:03' AS clock, 'ab'::BLOB AS bytes, 7 AS seven, map {'k': 1} AS m,
        '00000000-0000-0000-0000-000000000001'::UUID AS id -- done
      ; -- really
      """)
    #expect(
      table.row(0) == [
        .text("[1, NULL]"), .text("{'a': 1, 'b': x y}"), .text("3 months"), .text("01:02:03"),
        .text("ab"), .int(7), .text("{k=1}"), .text("00000000-0000-0000-0000-000000000001"),
      ])
    #expect(
      table.columns.map(\.name) == ["list", "pair", "span", "clock", "bytes", "seven", "m", "id"])
  }

  @Test func widensWholeNumbersThatDoNotFit() throws {
    let table = try connection().query(
      "SELECT 18446744073709551615::UBIGINT AS u, 170141183460469231731687303715884105727 AS h")
    #expect(table.row(0) == [.double(1.8446744073709552e19), .double(1.7014118346046923e38)])
  }

  @Test func readsMoreRowsThanOneChunkAndStopsAtTheLimit() throws {
    let connection = try connection()
    let sql = "SELECT i, CASE WHEN i % 3 > 0 THEN i * 2 END AS twice FROM range(10000) t(i)"
    let all = try connection.query(sql)
    #expect(all.rowCount == 10_000)
    #expect(all.row(9999) == [.int(9999), .null])
    #expect(all.row(9998) == [.int(9998), .int(19_996)])
    #expect(try connection.query(sql, limit: 3000).rowCount == 3000)
    #expect(try connection.query("SELECT i FROM range(10000000000) t(i)", limit: 5).rowCount == 5)
    #expect(try connection.query(sql, limit: 0).columns.map(\.name) == ["i", "twice"])
  }

  @Test func readsInstantsAsUTCAndInfinitiesWithoutCrash() throws {
    let connection = try connection()
    #expect(
      try connection.scalar("SELECT TIMESTAMPTZ '2021-01-01 09:00:00+09'")
        == .timestamp(Timestamp(parsing: "2021-01-01 00:00:00")!))
    let table = try connection.query(
      """
      SELECT 'infinity'::TIMESTAMP, '-infinity'::TIMESTAMP, 'infinity'::DATE, '-infinity'::DATE,
        'infinity'::TIMESTAMP_S, 'nan'::DOUBLE, 'infinity'::FLOAT
      """)
    for value in table.row(0) { #expect(!value.plainText.isEmpty) }
  }

  @Test func bindsValuesByName() throws {
    let connection = try connection()
    let day = CalendarDate(parsing: "2021-01-01")!
    let values: [String: Value] = [
      "day": .date(day), "name": .text("o'hara \"$x\""), "n": .int(3), "x": .double(0.5),
      "flag": .bool(false), "none": .null,
      "at": .timestamp(Timestamp(parsing: "2021-01-01 10:00")!),
      "names": .list([.text("a"), .text("b")]), "unused": .text("?"),
      "mixed": .list([.int(1), .double(2.5), .null]), "empty": .list([]),
      "deep": .list([.list([.int(1)]), .list([])]),
    ]
    let table = try connection.query(
      """
      SELECT strftime($day, '%Y-%m'), $name, $n + 1, $x, $flag, $none, $at, 'b' IN $names,
        list_sum($mixed), len($empty), len($deep), $n
      """, binding: values)
    #expect(
      table.row(0) == [
        .text("2021-01"), .text("o'hara \"$x\""), .int(4), .double(0.5), .bool(false), .null,
        .timestamp(Timestamp(parsing: "2021-01-01 10:00")!), .bool(true), .double(3.5), .int(0),
        .int(2), .int(3),
      ])
    #expect(
      try connection.count(
        "SELECT count(*) FROM range($a, $b, INTERVAL 1 MONTH)",
        binding: ["a": .date(day), "b": .date(CalendarDate(parsing: "2021-04-01")!)]) == 3)
  }

  @Test func keepsHostileNamesAndTextAsTheyAre() throws {
    let connection = try connection()
    let name = "<script>\"; DROP TABLE t; --\n${x}"
    let table = try connection.query(
      "SELECT 1 AS \(SQLText.identifier(name)), [1] AS \"a\", 2 AS a")
    #expect(table.columns.map(\.name) == [name, "a", "a_1"] || table.columns[0].name == name)
    #expect(try connection.scalar("SELECT \(SQLText.literal(name))") == .text(name))
  }

  @Test func runsSeveralStatementsInOrder() throws {
    let connection = try connection()
    let changed = try connection.execute(
      "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (2); INSERT INTO t SELECT $n",
      binding: ["n": .int(3)])
    #expect(changed == 1)
    #expect(try connection.count("SELECT sum(a) FROM t") == 6)
  }

  @Test func interruptsARunningStatement() async throws {
    let connection = try connection()
    let running = Task.detached { () -> DuckDBError? in
      do throws(DuckDBError) {
        _ = try connection.count("SELECT count(*) FROM range(100000000) a, range(100000000) b")
        return nil
      } catch {
        return error
      }
    }
    try await Task.sleep(for: .milliseconds(200))
    connection.interrupt()
    #expect(await running.value?.kind == .interrupted)
    #expect(try connection.count("SELECT 1") == 1)
  }
}
