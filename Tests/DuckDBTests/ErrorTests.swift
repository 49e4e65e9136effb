import DuckDB
import Testing
import Vocabulary

@Suite struct ErrorTests {
  private func failure(_ sql: String, _ values: [String: Value] = [:]) throws -> DuckDBError {
    let connection = try connection()
    return try #require(throws: DuckDBError.self) { try connection.query(sql, binding: values) }
  }

  @Test func pointsAtAnUnknownColumn() throws {
    let error = try failure("SELECT 'é',\n  agee FROM (SELECT 1 AS age)")
    #expect(error.kind == .binder)
    #expect(error.position == 15)
    #expect(error.length == 4)
    #expect(error.name == "agee")
    #expect(error.candidates == ["age"])
    #expect(error.summary.hasPrefix("Referenced column \"agee\" not found"))
    #expect(!error.summary.contains("LINE"))
    #expect(error.sql?.hasPrefix("SELECT 'é'") == true)
  }

  @Test func pointsAtASyntaxError() throws {
    let error = try failure("SELECT 1 FRM t WHERE x")
    #expect(error.kind == .parser)
    #expect(error.position == 13)
  }

  @Test func pointsAtTheFailingCastWhileFetching() throws {
    let error = try failure("SELECT [1], CAST(v AS INTEGER) FROM (VALUES ('1'), ('x')) t(v)")
    #expect(error.kind == .conversion)
    #expect(error.position == 12)
    #expect(error.summary.contains("Could not convert string 'x'"))
  }

  @Test func namesAParameterWithoutValue() throws {
    let error = try failure("SELECT '$b', $a, $b /* $c */", ["a": .int(1)])
    #expect(error.kind == .parameter)
    #expect(error.name == "b")
    #expect(error.position == 17)
  }

  @Test func refusesNoneOrSeveralStatementsInAQuery() throws {
    #expect(try failure("SELECT 1; SELECT 2").kind == .shape)
    #expect(try failure(" -- nothing").kind == .shape)
    #expect(try failure("SELECT\0 1").summary.isEmpty == false)
  }

  @Test func saysWhatWasLookedForWhenTheLibraryIsMissing() throws {
    let error = try #require(throws: DuckDBError.self) {
      try Library.load(LibrarySearch(explicit: "/nowhere/libduckdb.so"))
    }
    #expect(error.kind == .library)
    #expect(error.message.contains("/nowhere/libduckdb.so"))
    #expect(error.message.contains("washi doctor"))
    let wrong = try #require(throws: DuckDBError.self) {
      try Library.load(LibrarySearch(explicit: "\(packageRoot)/.deps/lib/lib_lightgbm.so"))
    }
    #expect(wrong.message.contains("duckdb_library_version"))
  }

  @Test func describesTheLibrary() throws {
    let description = try library().description
    #expect(description.name == "DuckDB")
    #expect(description.version.split(separator: ".").count == 3)
  }
}
