import CEngines
import DuckDB
import Testing
import Vocabulary

@testable import LightGBM

/// Columns on their way to LightGBM, kept as narrow as their numbers allow.
@Suite struct NarrowColumnsTests {
  /// Reads the columns of a query.
  private static func columns(_ query: String) throws -> [NarrowColumn] {
    let stream = try connection().stream(query)
    return try unsafe NarrowColumns(reading: stream.unconsumed(), stream.fields).columns
  }

  @Test(arguments: [
    ("(i % 2 = 0)", "c"), ("(i % 200 - 100)::BIGINT", "c"), ("(i % 128)::DOUBLE", "c"),
    ("i % 129", "s"), ("(i * 7 % 40000)::UINTEGER", "i"), ("(i * 100000)::DOUBLE", "i"),
    ("i % 100 + .5::DOUBLE", "f"),
    ("(i * 1000)::DOUBLE + CASE i WHEN 9999 THEN .5 ELSE 0 END", "g"),
    ("(i / 10.0)::DOUBLE", "g"), ("(i / 10.0)::FLOAT", "f"),
    ("CASE WHEN i < 9000 THEN i % 7 ELSE 1e300 END", "g"),
    ("CASE WHEN i < 9000 THEN (i % 7)::DOUBLE ELSE 'inf'::DOUBLE END", "f"),
    ("(i * 2147483647)::BIGINT", "g"), ("CASE WHEN i < 20000 THEN NULL::DOUBLE ELSE i END", "c"),
    ("CASE WHEN i % 3 > 0 THEN i % 100 END", "c"),
    ("CASE WHEN i % 5000 > 0 THEN 'nan'::DOUBLE ELSE i / 4 END", "s"),
  ])
  func keepsEveryNumberAsItIs(_ expression: String, _ format: String) throws {
    let query = "FROM range(10000) t(i)"
    let column = try #require(
      try Self.columns("SELECT \(expression) AS x \(query)").first)
    #expect(column.format == format)
    #expect(column.count == 10_000)
    let expected = try connection().doubles(
      "SELECT CAST(\(expression) AS DOUBLE) \(query)")
    for row in 0..<10_000 {
      let value = column.value(at: row) ?? .nan
      #expect(value == expected[row] || value.isNaN && expected[row].isNaN, "row \(row)")
    }
    #expect(column.missingCount == expected.count { $0.isNaN })
  }

  @Test func lendsNothingTwice() throws {
    let stream = try connection().stream("SELECT 1 AS x")
    _ = try unsafe NarrowColumns(reading: stream.unconsumed(), stream.fields)
    #expect(throws: LightGBMError.self) { _ = try unsafe stream.unconsumed() }
  }

  @Test func passesOnWhyTheRowsCouldNotBeMade() throws {
    let stream = try connection().stream(
      "SELECT CAST(CASE i WHEN 5000 THEN 'x' ELSE '1' END AS INTEGER) AS x FROM range(9000) t(i)")
    let error = #expect(throws: LightGBMError.self) {
      try unsafe NarrowColumns(reading: stream.unconsumed(), stream.fields)
    }
    #expect(error?.kind == .source)
    #expect(error?.message.contains("'x'") == true)
  }
}
