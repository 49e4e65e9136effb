internal import CEngines
public import Vocabulary

/// A column to be stored, in the form in which the caller has it.
public enum ColumnSource: Sendable {
  /// DOUBLE; NaN stays NaN.
  case doubles([Double])
  /// FLOAT; NaN stays NaN.
  case floats([Float])
  /// INTEGER.
  case integers32([Int32])
  /// BIGINT.
  case integers([Int64])
  /// VARCHAR.
  case texts([String])
  /// The type of the cells, with NULLs; decimals become DOUBLE.
  case cells(Column.Cells)

  var count: Int {
    switch self {
    case .doubles(let values): values.count
    case .floats(let values): values.count
    case .integers32(let values): values.count
    case .integers(let values): values.count
    case .texts(let values): values.count
    case .cells(let cells): Column(name: "", type: .text, cells: cells).count
    }
  }

  var code: TypeCode {
    switch self {
    case .doubles, .cells(.reals): .double
    case .floats: .float
    case .integers32: .integer
    case .integers, .cells(.integers): .bigint
    case .texts, .cells(.texts): .varchar
    case .cells(.booleans): .boolean
    case .cells(.dates): .date
    case .cells(.timestamps): .timestamp
    }
  }

  var engineType: String {
    switch code {
    case .double: "DOUBLE"
    case .float: "FLOAT"
    case .integer: "INTEGER"
    case .bigint: "BIGINT"
    case .boolean: "BOOLEAN"
    case .date: "DATE"
    case .timestamp: "TIMESTAMP"
    default: "VARCHAR"
    }
  }
}

extension Connection {
  /// Stores `table` under `name`, which must be free unless `replacing`.
  public func createTable(
    _ name: String, from table: Table, replacing: Bool = false
  ) throws(DuckDBError) {
    try createTable(
      name, columns: table.columns.map { ($0.name, .cells($0.cells)) }, replacing: replacing)
  }

  /// Stores columns of equal length as a table.
  ///
  /// For example: `try connection.createTable("scores", columns: [("score", .doubles(scores))])`.
  public func createTable(
    _ name: String, columns: [(name: String, source: ColumnSource)], replacing: Bool = false
  ) throws(DuckDBError) {
    guard let rows = columns.first?.source.count, columns.allSatisfy({ $0.source.count == rows })
    else {
      throw DuckDBError(.shape, "a table needs columns, all of the same length", name: name)
    }
    let types = columns.map { "\(SQLText.identifier($0.name)) \($0.source.engineType)" }
    let verb = replacing ? "CREATE OR REPLACE TABLE" : "CREATE TABLE"
    try execute("\(verb) \(SQLText.identifier(name)) (\(types.joined(separator: ", ")))")
    do throws(DuckDBError) {
      try exclusively { () throws(DuckDBError) in
        try append(columns.map(\.source), rows, to: name)
      }
    } catch {
      // Half a table is worse than none; the first error is the one to tell.
      _ = try? execute("DROP TABLE \(SQLText.identifier(name))")
      throw error
    }
  }

  private func append(_ sources: [ColumnSource], _ rows: Int, to name: String) throws(DuckDBError) {
    let appender = try Appender(to: name, sources.map(\.code), on: self)
    var start = 0
    while start < rows {
      let range = start..<min(start + appender.capacity, rows)
      for (index, source) in sources.enumerated() { appender.write(source, range, to: index) }
      try appender.append(range.count)
      start = range.upperBound
    }
    try appender.flush()
  }
}

/// DuckDB's bulk loader for one table, and the chunk that is filled again and again.
@safe private final class Appender {
  /// Rows of one chunk.
  let capacity: Int
  private let connection: Connection
  private var handle: duckdb_appender?
  private var chunk: duckdb_data_chunk?

  init(to name: String, _ codes: [TypeCode], on connection: Connection) throws(DuckDBError) {
    let functions = connection.functions
    self.connection = connection
    capacity = Int(clamping: functions.vector_size())
    var opened: duckdb_appender?
    let state = unsafe functions.appender_create(connection.handle, nil, name, &opened)
    unsafe handle = unsafe opened
    unsafe chunk = nil
    guard state == 0 else { throw failure() }
    var types: [duckdb_logical_type?] = unsafe codes.map {
      functions.create_logical_type($0.rawValue)
    }
    unsafe chunk = unsafe functions.create_data_chunk(&types, idx_t(codes.count))
    for index in unsafe types.indices { unsafe functions.destroy_logical_type(&types[index]) }
  }

  deinit {
    unsafe connection.functions.destroy_data_chunk(&chunk)
    _ = unsafe connection.functions.appender_destroy(&handle)
  }

  /// Hands the first `count` rows of the chunk over and empties it.
  func append(_ count: Int) throws(DuckDBError) {
    unsafe connection.functions.data_chunk_set_size(chunk, idx_t(count))
    guard unsafe connection.functions.append_data_chunk(handle, chunk) == 0 else {
      throw failure()
    }
    unsafe connection.functions.data_chunk_reset(chunk)
  }

  func flush() throws(DuckDBError) {
    guard unsafe connection.functions.appender_flush(handle) == 0 else { throw failure() }
  }

  private func failure() -> DuckDBError {
    let functions = connection.functions
    var data = unsafe functions.appender_error_data(handle)
    defer { unsafe functions.destroy_error_data(&data) }
    let words = unsafe functions.error_data_message(data).map { unsafe String(cString: $0) }
    return unsafe DuckDBError(
      reported: words ?? "the rows were refused", code: Int(functions.error_data_error_type(data)),
      sql: nil)
  }

  func write(_ source: ColumnSource, _ range: Range<Int>, to index: Int) {
    let vector = unsafe connection.functions.data_chunk_get_vector(chunk, idx_t(index))
    switch source {
    case .doubles(let values): unsafe copy(values, range, to: vector)
    case .floats(let values): unsafe copy(values, range, to: vector)
    case .integers32(let values): unsafe copy(values, range, to: vector)
    case .integers(let values): unsafe copy(values, range, to: vector)
    case .texts(let values):
      for (row, text) in values[range].enumerated() { unsafe assign(text, row, to: vector) }
    case .cells(.texts(let values)):
      let invalid = unsafe invalidate(values, range, vector)
      for (row, text) in values[range].enumerated() where !invalid || text != nil {
        unsafe assign(text ?? "", row, to: vector)
      }
    case .cells(.booleans(let values)): unsafe fill(values, range, vector, UInt8(0)) { $0 ? 1 : 0 }
    case .cells(.integers(let values)): unsafe fill(values, range, vector, Int64(0)) { $0 }
    case .cells(.reals(let values)): unsafe fill(values, range, vector, 0.0) { $0 }
    case .cells(.dates(let values)):
      unsafe fill(values, range, vector, Int32(0)) { $0.daysSinceEpoch }
    case .cells(.timestamps(let values)):
      unsafe fill(values, range, vector, Int64(0)) { $0.microsecondsSinceEpoch }
    }
  }

  private func copy<Number: BitwiseCopyable>(
    _ values: [Number], _ range: Range<Int>, to vector: duckdb_vector?
  ) {
    let target = unsafe connection.functions.vector_get_data(vector)
    unsafe values[range].withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      unsafe target?.copyMemory(from: source, byteCount: bytes.count)
    }
  }

  private func fill<Cell, Stored: BitwiseCopyable>(
    _ values: [Cell?], _ range: Range<Int>, _ vector: duckdb_vector?, _ empty: Stored,
    _ stored: (Cell) -> Stored
  ) {
    unsafe invalidate(values, range, vector)
    unsafe copy(values[range].map { $0.map(stored) ?? empty }, 0..<range.count, to: vector)
  }

  /// Clears the validity bits of missing values; tells whether there are any.
  @discardableResult
  private func invalidate<Cell>(
    _ values: [Cell?], _ range: Range<Int>, _ vector: duckdb_vector?
  ) -> Bool {
    guard values[range].contains(where: { $0 == nil }) else { return false }
    unsafe connection.functions.vector_ensure_validity_writable(vector)
    let validity = unsafe connection.functions.vector_get_validity(vector)
    for (row, value) in values[range].enumerated() where value == nil {
      unsafe validity?[row >> 6] &= ~(1 << UInt64(row & 63))
    }
    return true
  }

  private func assign(_ text: String, _ row: Int, to vector: duckdb_vector?) {
    var text = text
    text.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        unsafe connection.functions.vector_assign_string_element_len(
          vector, idx_t(row), characters.baseAddress, idx_t(characters.count))
      }
    }
  }
}
