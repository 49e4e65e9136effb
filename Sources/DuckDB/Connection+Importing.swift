internal import CEngines
internal import Synchronization
public import Vocabulary

/// Rows of other engines, taken as they come: Arrow's columns become DuckDB's, and what is more than
/// memory is written to the temporary directory.
extension Connection {
  /// Stores the rows of a stream as a table, whose name must be free; the stream is used up.
  ///
  /// Decimals that come as text become DECIMAL(38, s) with as many digits behind the point as their
  /// numbers have. An error of the stream's producer is in the stream's `failure`.
  public func createTable(
    _ name: String, consuming stream: ColumnStream
  ) throws(DuckDBError) {
    let decimals = stream.fields.filter(\.isDecimalText).map(\.name)
    let target = SQLText.identifier(name)
    _ = try scanning(stream) { rows throws(DuckDBError) in
      try execute("CREATE TABLE \(target) AS SELECT * FROM \(rows)")
    }
    do throws(DuckDBError) {
      // Only the column itself is written anew; the others stay where they are.
      for column in decimals {
        let type = try decimalType(of: column, in: target)
        try execute(
          "ALTER TABLE \(target) ALTER \(SQLText.identifier(column)) SET DATA TYPE \(type)")
      }
    } catch {
      _ = try? execute("DROP TABLE \(target)")
      throw error
    }
  }

  /// The rows of a stream as a table in memory, columns of kinds without a Swift reading as text; the
  /// stream is used up.
  public func query(consuming stream: ColumnStream) throws(DuckDBError) -> Table {
    try scanning(stream) { rows throws(DuckDBError) in
      // A statement may be run twice to read odd columns as text, and a stream only flows once.
      let table = SQLText.identifier("\(rows.dropFirst().dropLast()) kept")
      try execute("CREATE TABLE \(table) AS SELECT * FROM \(rows)")
      defer { _ = try? execute("DROP TABLE \(table)") }
      return try query("SELECT * FROM \(table)")
    }
  }

  /// Calls `body` with the quoted name under which the stream's rows can be read, once.
  private func scanning<Success>(
    _ stream: ColumnStream, _ body: (String) throws(DuckDBError) -> Success
  ) throws(DuckDBError) -> Success {
    // The view lies among the database's own, which other connections see too.
    let number = streamCount.wrappingAdd(1, ordering: .relaxed).newValue
    let name = "rows on their way \(number)"
    try exclusively { () throws(DuckDBError) in
      let address = unsafe stream.address.assumingMemoryBound(to: ArrowArrayStream.self)
      guard unsafe functions.arrow_scan(handle, name, address) == 0 else {
        throw DuckDBError(.shape, "the columns that came have no form here")
      }
    }
    defer {
      _ = try? execute("DROP VIEW IF EXISTS \(SQLText.identifier(name))")
      withExtendedLifetime(stream) {}
    }
    return try body(SQLText.identifier(name))
  }

  /// The type that holds the decimals of a column of text exactly.
  private func decimalType(
    of column: String, in table: String
  ) throws(DuckDBError) -> String {
    let name = SQLText.identifier(column)
    let facts = try query(
      """
      SELECT
        coalesce(max(CASE WHEN contains(\(name), '.') THEN length(\(name)) - instr(\(name), '.') END), 0),
        coalesce(max(length(ltrim(split_part(\(name), '.', 1), '-'))), 0),
        count(*) FILTER (WHERE lower(\(name)) IN ('nan', 'inf', '-inf', 'infinity', '-infinity'))
      FROM \(table)
      """)
    let numbers = facts.row(0).map { Int($0.number ?? 0) }
    guard numbers[2] == 0 else {
      throw DuckDBError(
        .outOfRange, "column `\(column)` holds decimals that are no numbers (NaN or infinite)",
        name: column)
    }
    guard numbers[0] + numbers[1] <= 38 else {
      throw DuckDBError(
        .outOfRange,
        "column `\(column)` needs \(numbers[1]) digits before and \(numbers[0]) behind the point, and decimals have 38",
        name: column)
    }
    return "DECIMAL(38, \(numbers[0]))"
  }
}

private let streamCount = Atomic(0)
