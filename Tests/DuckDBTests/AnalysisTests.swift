import DuckDB
import Testing
import Vocabulary

@Suite struct AnalysisTests {
  private func analyze(_ sql: String) throws -> SQLAnalysis { try connection().analyze(sql) }

  private func text(_ place: SQLAnalysis.Place?, in sql: String) -> String? {
    place.map { place in
      String(decoding: Array(sql.utf8)[place.offset..<(place.offset + place.length)], as: UTF8.self)
    }
  }

  @Test func findsTablesOutsideOfCommonTableExpressions() throws {
    let sql = """
      WITH w AS (SELECT 1 AS one FROM base), w2 AS (FROM w), t AS (FROM t)
      SELECT 'é', (WITH inner_one AS (FROM deep) SELECT count(*) FROM inner_one)
      FROM w2 JOIN s.u AS x USING (id), inner_one, t WHERE k IN (SELECT k FROM "Odd Name")
      """
    let analysis = try analyze(sql)
    #expect(analysis.statement == .select)
    #expect(
      analysis.tables.map(\.path) == [
        ["base"], ["t"], ["deep"], ["s", "u"], ["inner_one"], ["Odd Name"],
      ])
    #expect(text(analysis.tables[3].place, in: sql) == "s.u")
    #expect(text(analysis.tables[5].place, in: sql) == "\"Odd Name\"")
    #expect(analysis.hasJoin && analysis.hasSubquery && analysis.hasAggregate)
    #expect(analysis.relations.contains("x"))
  }

  @Test func knowsRecursiveQueries() throws {
    let analysis = try analyze(
      "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT r.n FROM r"
    )
    #expect(analysis.tables.isEmpty)
    #expect(analysis.freeColumns.isEmpty)
  }

  @Test func findsFilesAndTableFunctions() throws {
    let sql = "SELECT * FROM read_csv(['a.csv', $b]) AS f, 'c.parquet', glob('*')"
    let analysis = try analyze(sql)
    #expect(analysis.tableFunctions.map(\.name) == ["read_csv", "glob"])
    #expect(analysis.tableFunctions[0].literals == ["a.csv"])
    #expect(text(analysis.tableFunctions[0].place, in: sql)?.hasPrefix("read_csv(") == true)
    #expect(analysis.tables.map(\.isFile) == [true])
    #expect(analysis.parameters.map(\.name) == ["b"])
  }

  @Test func tellsMetricsFromColumnsOfTables() throws {
    let sql = """
      SELECT s.x, evaluation.auc, list_transform(xs, lambda v: v + y), v FROM scores AS s
      WHERE scores2.day = $day AND $Day IS NOT NULL
      """
    let analysis = try analyze(sql)
    #expect(
      analysis.qualifiedColumns.map(\.path) == [
        ["s", "x"], ["evaluation", "auc"], ["scores2", "day"],
      ])
    #expect(analysis.freeColumns.map(\.path) == [["evaluation", "auc"], ["scores2", "day"]])
    #expect(text(analysis.freeColumns[0].place, in: sql) == "evaluation.auc")
    #expect(analysis.bareColumns.map(\.path) == [["xs"], ["y"], ["v"]])
    #expect(analysis.parameters.map { text($0.place, in: sql) } == ["$day", "$Day"])
    #expect(analysis.functions.map(\.name) == ["list_transform"])
  }

  @Test func seesOrderAtTheEndOnly() throws {
    #expect(try analyze("SELECT 1 ORDER BY 1").isOrdered)
    #expect(try analyze("SELECT 1 UNION BY NAME SELECT 2 ORDER BY ALL LIMIT 3").isOrdered)
    #expect(try !analyze("(SELECT 1 ORDER BY 1) UNION ALL SELECT 2").isOrdered)
    #expect(try !analyze("SELECT x FROM (SELECT x FROM t ORDER BY x)").isOrdered)
  }

  @Test(
    arguments: [
      ("SELECT a + 1 AS b FROM t WHERE c > 0 ORDER BY b", true), ("SELECT sum(a) FROM t", false),
      ("SELECT a FROM t GROUP BY a", false), ("SELECT DISTINCT a FROM t", false),
      ("SELECT count(DISTINCT a) FROM t", false), ("SELECT a FROM t, u", false),
      ("SELECT sum(a) OVER () FROM t", false), ("SELECT a FROM t LIMIT 3", false),
      ("FROM t UNION FROM u", false), ("SELECT a FROM t USING SAMPLE 10%", false),
      ("FROM t GROUP BY ALL", false), ("SELECT a FROM t QUALIFY row_number() OVER () = 1", false),
    ])
  func knowsWhetherRowsStandByThemselves(sql: String, isRowwise: Bool) throws {
    #expect(try analyze(sql).isRowwise == isRowwise)
  }

  @Test(
    arguments: [
      ("FROM t", SQLAnalysis.Statement.select), ("VALUES (1)", .select), ("TABLE t", .select),
      ("SELECT 1; ;", .select), ("", .empty), (" -- x", .empty),
      ("SELECT 1; SELECT 2", .several(2)),
      ("CREATE TABLE x AS SELECT 1", .other("CREATE")), ("COPY t TO 'x'", .other("COPY")),
      ("ATTACH 'x'", .other("ATTACH")), ("PIVOT t ON y USING sum(v)", .other("PIVOT")),
      ("SELECT * FROM (PIVOT t ON y USING sum(v))", .other("PIVOT")), ("SET x = 1", .other("SET")),
      ("INSERT INTO t VALUES (1)", .other("INSERT")), ("DESCRIBE t", .other("DESCRIBE")),
      ("SUMMARIZE t", .other("SUMMARIZE")), ("EXPLAIN SELECT 1", .other("EXPLAIN")),
      ("/* SELECT */ DROP TABLE t", .other("DROP")), ("SELECT 1; DROP TABLE t", .several(2)),
      ("WITH w AS (INSERT INTO t VALUES (1) RETURNING a) FROM w", .other("INSERT")),
      ("SELECT * FROM (PIVOT t ON y IN (1, 2) USING sum(v))", .select),
    ])
  func saysWhatAStatementIs(sql: String, statement: SQLAnalysis.Statement) throws {
    #expect(try analyze(sql).statement == statement)
  }

  @Test func pointsAtSyntaxErrors() throws {
    let error = try #require(throws: DuckDBError.self) { try analyze("SELECT 'é' FROM t WHERE") }
    #expect(error.kind == .parser)
    #expect(error.position == 19)
    #expect(error.summary == "syntax error at or near \"WHERE\"")
  }

  @Test func noticesClockAndChance() throws {
    let analysis = try analyze("SELECT now(), current_date, random(), x, strftime(d, '%Y') FROM t")
    #expect(analysis.impureCalls.map(\.name) == ["now", "current_date", "random"])
  }

  @Test func marksPositionalParameters() throws {
    #expect(try analyze("SELECT ?, ?").parameters.map(\.isPositional) == [true, true])
    #expect(try analyze("SELECT $1").parameters.map(\.name) == ["1"])
    #expect(throws: DuckDBError.self) { try analyze("SELECT ?, $a") }
  }

  /// A task's stack is much smaller than the main thread's.
  @Test(arguments: [100, 1000, 20_000])
  func survivesDeepNesting(depth: Int) async throws {
    let sums = "SELECT " + String(repeating: "a + ", count: depth) + "1 FROM t"
    let calls =
      "SELECT " + String(repeating: "abs(", count: depth) + "a"
      + String(repeating: ")", count: depth) + " FROM t"
    let queries =
      String(repeating: "SELECT * FROM (", count: depth) + "FROM t"
      + String(repeating: ")", count: depth)
    for sql in [sums, calls, queries] {
      let connection = try connection()
      let tables = await Task.detached {
        do throws(DuckDBError) {
          return try connection.analyze(sql).tables.count
        } catch {
          return error.summary.isEmpty ? 0 : 1
        }
      }.value
      #expect(tables == 1)
    }
  }

  @Test func analyzesManyStatementsOnOneConnection() throws {
    let connection = try connection()
    for index in 0..<50 {
      let analysis = try connection.analyze(
        """
        WITH w AS (SELECT a, b, sum(c) AS total FROM t\(index) WHERE d > $limit GROUP BY ALL)
        SELECT w.a, w.b, round(w.total / n.total, 3) AS share, evaluation.auc
        FROM w JOIN n USING (a) WHERE w.b IS NOT NULL ORDER BY share DESC
        """)
      #expect(Set(analysis.tables.map(\.name)) == ["t\(index)", "n"])
    }
  }
}
