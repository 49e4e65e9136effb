import Testing
import Vocabulary

@testable import Parsing

@Suite struct ConnectionTests {
  func project(_ text: String) -> ProjectFile { ProjectFile(parsing: [("washi.yaml", text)]) }

  @Test func readsConnections() throws {
    let file = project(
      """
      connections:
        warehouse:
          driver: postgresql
          uri: postgresql://db.example.com/credit
          user: env:DB_USER
          password: env:DB_PASSWORD
          options: { adbc.postgresql.batch_size_hint_bytes: 1000000 }
          version: SELECT max(loaded_at) FROM loads
        lake: { driver: /opt/libdriver.so, entrypoint: Begin, uri: env:LAKE, version: snapshot-7 }
        plain: { driver: duckdb }
      """)
    #expect(file.diagnostics == [])
    #expect(file.connections.map(\.name) == ["warehouse", "lake", "plain"])
    #expect(file.connections[0].variables.map(\.name) == ["DB_USER", "DB_PASSWORD"])
    guard case .query(let query, _) = file.connections[0].version else {
      Issue.record("no query")
      return
    }
    #expect(query == "SELECT max(loaded_at) FROM loads")
    #expect(file.connections[1].version == .snapshot("snapshot-7"))
    #expect(file.connections[2].version == .never)
    guard case .adbc(let options) = file.connections[0].engine else { return }
    #expect(options.driverName == "postgresql")
    #expect(options.options.map(\.key) == ["adbc.postgresql.batch_size_hint_bytes"])
  }

  @Test func overlaysReplaceKeysOfAConnection() throws {
    let file = ProjectFile(parsing: [
      ("washi.yaml", "connections: { w: { driver: postgresql, uri: postgresql://dev/x } }"),
      ("washi.prod.yaml", "connections: { w: { uri: postgresql://prod/x } }"),
    ])
    guard case .adbc(let options)? = file.connections.first?.engine else {
      Issue.record("no connection")
      return
    }
    #expect(options.uri?.text == .literal("postgresql://prod/x"))
    #expect(options.driver == "postgresql")
  }

  @Test(arguments: [
    ("{ driver: postgresql, uri: \"postgresql://u:hush@h/d\" }", "secret-in-file"),
    ("{ driver: postgresql, uri: \"host=h password=hush\" }", "secret-in-file"),
    ("{ driver: postgresql, uri: \"postgresql://h/d?password=hush\" }", "secret-in-file"),
    ("{ driver: postgresql, password: hush }", "secret-in-file"),
    ("{ driver: snowflake, options: { adbc.snowflake.sql.auth_token: hush } }", "secret-in-file"),
    ("{ drivr: postgresql }", "unknown-option"), ("{ uri: x }", "missing-option"),
    ("{ driver: postgresql, password: \"env:\" }", "wrong-value"),
    ("{ driver: postgresql, version: \"SELECT 1; SELECT 2\" }", "wrong-value"),
    ("{ driver: postgresql, version: \"SELECT $a\" }", "wrong-value"),
  ])
  func refuses(_ text: String, _ rule: String) {
    let found = project("connections:\n  w: \(text)\n").diagnostics
    #expect(found.contains { $0.rule == rule && $0.range?.start.line == 2 }, "\(found)")
    #expect(!found.contains { "\($0)".contains("hush") })
  }

  @Test func identityKnowsNoCredentials() throws {
    func identity(_ text: String, _ environment: [String: String] = [:]) throws -> Fingerprint {
      try #require(project("connections:\n  w: \(text)\n").connections.first)
        .identity(in: environment)
    }
    let plain = try identity("{ driver: postgresql, uri: postgresql://h/d }")
    let named = try identity("{ driver: postgresql, uri: env:U }", ["U": "postgresql://a:b@h/d"])
    #expect(plain == named)
    let other = try identity("{ driver: postgresql, uri: env:U }", ["U": "postgresql://a:c@h/e"])
    #expect(plain != other)
    #expect(
      try identity("{ driver: postgresql, uri: env:U }", ["U": "host=h dbname=d password='a b'"])
        == identity("{ driver: postgresql, uri: env:U }", ["U": "dbname=d host=h user=x"]))
  }

  @Test func addsCredentialsToAddresses() {
    #expect(
      ConnectionAddress.adding(user: "a@b", password: "p:/ w", to: "postgresql://h:5432/d?x=1")
        == "postgresql://a%40b:p%3A%2F%20w@h:5432/d?x=1")
    #expect(
      ConnectionAddress.adding(user: nil, password: "q", to: "postgresql://u@h/d")
        == "postgresql://u:q@h/d")
    #expect(
      ConnectionAddress.adding(user: "u", password: "it's", to: "host=h")
        == "host=h user='u' password='it\\'s'")
    let parts = ConnectionAddress.confidentialParts(of: "postgresql://u:p%20w@h.example:1/d")
    #expect(parts.secrets == ["p%20w", "p w"])
    #expect(parts.places == ["u", "u", "h.example", "h.example"])
  }
}

@Suite struct ForeignSQLTests {
  @Test(arguments: [
    ("SELECT * FROM a", ["a"]),
    (
      "select x from a, b join c on a.x = c.x, d where y in (select z from e)",
      ["a", "b", "c", "d", "e"]
    ),
    ("SELECT * FROM public.a JOIN \"B b\" USING (x)", ["B b"]),
    (
      "WITH a AS (SELECT * FROM b), c (x, y) AS MATERIALIZED (SELECT 1) SELECT * FROM a, c, d",
      ["b", "d"]
    ),
    ("SELECT extract(year FROM day), substring(t FROM 2), x IS DISTINCT FROM y FROM a", ["a"]),
    ("SELECT * FROM generate_series(1, 3) AS s, LATERAL (SELECT * FROM a) AS l", ["a"]),
    ("SELECT 'FROM x', $t$ FROM y $t$, \"FROM\" -- FROM z\n /* FROM w /* x */ */ FROM a", ["a"]),
    ("SELECT * FROM (a LEFT JOIN b ON true) UNION ALL SELECT * FROM ONLY c", ["a", "b", "c"]),
    ("WITH a AS (SELECT * FROM a), b AS (SELECT * FROM a) SELECT * FROM b", ["a"]),
    ("WITH RECURSIVE a AS (SELECT 1 UNION SELECT * FROM a) SELECT * FROM a", []),
    ("TABLE a", ["a"]), ("SELECT * FROM `a`", ["a"]),
    ("SELECT count(*) FILTER (WHERE x), f(a, b) FROM t ORDER BY a, b", ["t"]),
    ("SELECT * FROM a x, b AS y WHERE x.table = 1", ["a", "b"]),
  ])
  func findsTables(_ sql: String, _ tables: [String]) {
    #expect(ForeignSQL(sql).tables.map(\.text) == tables)
  }

  @Test func findsOrder() {
    #expect(ForeignSQL("SELECT * FROM a ORDER BY x").isOrdered)
    #expect(!ForeignSQL("SELECT rank() OVER (ORDER BY x) FROM a").isOrdered)
    #expect(!ForeignSQL("SELECT * FROM (SELECT * FROM a ORDER BY x) AS q").isOrdered)
    #expect(ForeignSQL("SELECT * FROM a LIMIT 5").isLimited)
    #expect(ForeignSQL("SELECT * FROM a ORDER BY x FETCH FIRST 5 ROWS ONLY").isLimited)
    #expect(!ForeignSQL("SELECT \"order\" FROM a").isOrdered)
  }

  @Test func rendersParameters() {
    let sql = ForeignSQL("SELECT $day::date, '$day' FROM a WHERE x > $é AND y = $day -- $no\n;\n")
    #expect(sql.parameters.map(\.text) == ["day", "é", "day"])
    let rendered = sql.rendered { _, index in "?\(index)" }
    #expect(rendered.text == "SELECT ?0::date, '$day' FROM a WHERE x > ?1 AND y = ?2")
    #expect(rendered.sourceOffset(of: 7) == 7)
    let place = rendered.text.utf8.count - 2
    #expect(rendered.sourceOffset(of: place) == sql.text.utf8.count - 4)
  }

  @Test func tellsStatements() {
    #expect(ForeignSQL("SELECT 1; SELECT 2;").statementCount == 2)
    #expect(ForeignSQL(" ; -- x\n").statementCount == 0)
    #expect(ForeignSQL("DROP TABLE a").firstWord == "DROP")
    #expect(!ForeignSQL("DELETE FROM a").isQuery)
    #expect(
      ForeignSQL("WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d").changingWord?.text
        == "DELETE")
    #expect(
      ForeignSQL("SELECT 'it\\'s FROM b' FROM a", in: .init(escapesBackslashes: true)).tables.map(
        \.text) == ["a"])
  }
}
