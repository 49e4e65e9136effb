internal import CEngines
internal import Synchronization
public import Vocabulary

/// One conversation with a database. Calls from several threads wait for each other; only
/// `interrupt()` does not wait.
///
/// For example: `try connection.query("SELECT $x + 1 AS y", binding: ["x": .int(1)])`.
@safe public final class Connection {
  /// The database it talks to.
  public let database: Database
  let handle: duckdb_connection
  private let lock = Mutex<Void>(())

  /// A connection to `database`.
  public init(_ database: Database) throws(DuckDBError) {
    var opened: duckdb_connection?
    guard unsafe database.library.functions.connect(database.handle, &opened) == 0,
      let handle = unsafe opened
    else { throw DuckDBError(.other, "DuckDB made no connection") }
    self.database = database
    unsafe self.handle = unsafe handle
  }

  deinit {
    var closing: duckdb_connection? = unsafe handle
    unsafe functions.disconnect(&closing)
  }

  var functions: DuckDBFunctions { database.library.functions }

  /// Stops the statement that runs now, from any thread; it fails with `.interrupted`.
  public func interrupt() {
    unsafe functions.interrupt(handle)
  }

  /// Runs `body` while no other thread uses this connection.
  func exclusively<Success>(
    _ body: () throws(DuckDBError) -> Success
  ) throws(DuckDBError) -> Success {
    // `withLock` wants a sending result; the value never leaves the calling thread.
    var outcome: Result<Success, DuckDBError>?
    lock.withLock { _ in
      do throws(DuckDBError) {
        outcome = .success(try body())
      } catch {
        outcome = .failure(error)
      }
    }
    guard let outcome else { throw DuckDBError(.other, "the statement did not run") }
    return try outcome.get()
  }
}

// The handle is set once; every statement runs under `lock`, and DuckDB allows interrupting a
// connection from another thread.
extension Connection: @unchecked Sendable {}

extension Connection {
  /// Runs one or several statements and drops their rows.
  ///
  /// Returns how many rows the last one changed.
  @discardableResult
  public func execute(
    _ sql: String, binding values: [String: Value] = [:]
  ) throws(DuckDBError) -> Int {
    try exclusively { () throws(DuckDBError) in
      var changed = 0
      let statements = try StatementList(sql, on: self)
      for index in 0..<statements.count {
        let statement = try statements.prepare(index)
        try statement.bind(values)
        changed = try statement.run().rowsChanged
      }
      return changed
    }
  }

  /// The rows of one statement as a table; with a `limit`, fetching stops after so many rows.
  public func query(
    _ sql: String, binding values: [String: Value] = [:], limit: Int? = nil
  ) throws(DuckDBError) -> Table {
    try exclusively { () throws(DuckDBError) in
      let result = try readable(sql, values)
      var readers = result.columnReaders()
      var rows = 0
      while rows < limit ?? .max, let chunk = try result.nextChunk() {
        let count = min(chunk.count, (limit ?? .max) - rows)
        for index in readers.indices { unsafe readers[index].read(chunk.vector(index), count) }
        rows += count
      }
      return Table(columns: readers.map { $0.column() })
    }
  }

  /// The one value of a statement that gives one row with one column.
  public func scalar(
    _ sql: String, binding values: [String: Value] = [:]
  ) throws(DuckDBError) -> Value {
    let table = try query(sql, binding: values, limit: 2)
    guard table.columns.count == 1, table.rowCount <= 1 else {
      throw DuckDBError(
        .shape,
        "one value was expected, but there are \(table.columns.count) columns and "
          + (table.rowCount > 1 ? "several rows" : "one row"), sql: sql)
    }
    return table.rowCount == 0 ? .null : table.columns[0][0]
  }

  /// The one whole number of a statement such as `SELECT count(*) FROM t`.
  public func count(
    _ sql: String, binding values: [String: Value] = [:]
  ) throws(DuckDBError) -> Int {
    guard case .int(let number) = try scalar(sql, binding: values) else {
      throw DuckDBError(.shape, "a whole number was expected", sql: sql)
    }
    return Int(number)
  }

  /// Runs the statement; columns of kinds that have no Swift reading come as text.
  func readable(_ sql: String, _ values: [String: Value]) throws(DuckDBError) -> QueryResult {
    let statement = try StatementList(sql, on: self).only()
    try statement.bind(values)
    let result = try statement.run(streaming: true)
    let odd = result.types.indices.filter { !result.types[$0].isReadable }
    guard !odd.isEmpty else { return result }
    guard statement.isSelect else {
      throw DuckDBError(
        .shape, "column `\(result.names[odd[0]])` can only be read as text: use CAST in a SELECT",
        sql: sql)
    }
    // DuckDB allows one open result per connection.
    result.close()
    return try asText(odd, of: result, sql, values)
  }

  /// The same SELECT with the columns `odd` cast to VARCHAR, as DuckDB itself prints them.
  private func asText(
    _ odd: [Int], of result: QueryResult, _ sql: String, _ values: [String: Value]
  ) throws(DuckDBError) -> QueryResult {
    let list = result.names.indices.map { index in
      odd.contains(index) ? "CAST(c\(index) AS VARCHAR)" : "c\(index)"
    }.joined(separator: ", ")
    let names = result.names.indices.map { "c\($0)" }.joined(separator: ", ")
    let head = "SELECT \(list) FROM (\n"
    let wrapped = try Statement(
      head + SQLText.withoutTerminator(sql) + "\n) AS q(\(names))", on: self, original: sql,
      shift: head.utf8.count)
    try wrapped.bind(values)
    let texts = try wrapped.run(streaming: true)
    texts.names = result.names
    return texts
  }
}
