internal import CEngines

/// The result of a statement, fetched chunk by chunk.
@safe final class QueryResult {
  /// A column's type, by which its vectors are read.
  struct ColumnKind {
    /// Nil for a type that is not read here.
    var code: TypeCode?
    /// The type that stores a decimal's or an enum's numbers.
    var storage: TypeCode?
    /// Digits after the point of a decimal.
    var scale = 0
    /// The texts of an enum.
    var labels: [String] = []

    var isReadable: Bool { code != nil }
  }

  var names: [String]
  let types: [ColumnKind]
  let statement: Statement
  private var handle: duckdb_result

  /// Takes over a result that DuckDB made, destroying it when it only holds an error.
  init(
    taking result: duckdb_result, _ state: duckdb_state, of statement: Statement
  ) throws(DuckDBError) {
    let functions = statement.connection.functions
    var result = unsafe result
    guard state == 0 else {
      let error = unsafe Self.error(of: &result, statement)
      unsafe functions.destroy_result(&result)
      throw error ?? DuckDBError(.other, "the statement failed", sql: statement.sql)
    }
    let count = unsafe functions.column_count(&result)
    names = []
    var types: [ColumnKind] = []
    for index in 0..<count {
      let name = unsafe functions.column_name(&result, index)
      names.append(unsafe name.map { unsafe String(cString: $0) } ?? "")
      var type = unsafe functions.column_logical_type(&result, index)
      types.append(unsafe Self.kind(of: type, functions))
      unsafe functions.destroy_logical_type(&type)
    }
    self.types = types
    self.statement = statement
    unsafe handle = unsafe result
  }

  deinit {
    close()
  }

  /// Gives the rows up; names and types stay.
  func close() {
    unsafe functions.destroy_result(&handle)
    unsafe handle = duckdb_result()
  }

  var functions: DuckDBFunctions { statement.connection.functions }

  var rowsChanged: Int {
    unsafe Int(clamping: functions.rows_changed(&handle))
  }

  /// The next rows, or nil behind the last ones.
  func nextChunk() throws(DuckDBError) -> DataChunk? {
    if let chunk = unsafe functions.fetch_chunk(handle) {
      let chunk = unsafe DataChunk(taking: chunk, functions)
      if chunk.count > 0 { return chunk }
    }
    if let error = unsafe Self.error(of: &handle, statement) { throw error }
    return nil
  }

  /// Gives the raw result to a call that needs it.
  func withHandle<Success>(_ body: (UnsafeMutablePointer<duckdb_result>) -> Success) -> Success {
    unsafe body(&handle)
  }

  private static func error(
    of result: UnsafeMutablePointer<duckdb_result>, _ statement: Statement
  ) -> DuckDBError? {
    let functions = statement.connection.functions
    guard let words = unsafe functions.result_error(result) else { return nil }
    let message = unsafe String(cString: words)
    guard !message.isEmpty else { return nil }
    return unsafe DuckDBError(
      reported: message, code: Int(functions.result_error_type(result)), sql: statement.sql,
      shift: statement.shift)
  }

  private static func kind(
    of type: duckdb_logical_type?, _ functions: DuckDBFunctions
  ) -> ColumnKind {
    var kind = unsafe ColumnKind(code: TypeCode(rawValue: functions.get_type_id(type)))
    switch kind.code {
    case .decimal:
      kind.storage = unsafe TypeCode(rawValue: functions.decimal_internal_type(type))
      kind.scale = unsafe Int(functions.decimal_scale(type))
    case .enumeration:
      kind.storage = unsafe TypeCode(rawValue: functions.enum_internal_type(type))
      for index in unsafe 0..<functions.enum_dictionary_size(type) {
        let label = unsafe functions.enum_dictionary_value(type, idx_t(index))
        defer { unsafe functions.free(label) }
        kind.labels.append(unsafe label.map { unsafe String(cString: $0) } ?? "")
      }
    default: break
    }
    return kind
  }
}

/// Up to 2,048 rows of a result, as one vector for each column.
@safe final class DataChunk {
  let count: Int
  private(set) var handle: duckdb_data_chunk?
  private let functions: DuckDBFunctions

  init(taking chunk: duckdb_data_chunk, _ functions: DuckDBFunctions) {
    unsafe handle = unsafe chunk
    self.functions = functions
    count = unsafe Int(clamping: functions.data_chunk_get_size(chunk))
  }

  deinit {
    unsafe functions.destroy_data_chunk(&handle)
  }

  /// The values of the column at `index`, alive as long as the chunk.
  func vector(_ index: Int) -> ColumnVector {
    let vector = unsafe functions.data_chunk_get_vector(handle, idx_t(index))
    return unsafe ColumnVector(
      data: UnsafeRawPointer(functions.vector_get_data(vector)),
      validity: UnsafePointer(functions.vector_get_validity(vector)))
  }
}

/// One column of one chunk: the raw values and a bit for each row that is not NULL.
@unsafe struct ColumnVector {
  var data: UnsafeRawPointer?
  var validity: UnsafePointer<UInt64>?

  /// Calls `body` for each row with its value, or nil for NULL.
  @inline(__always)
  func forEach<Element: BitwiseCopyable>(
    _ type: Element.Type, _ count: Int, _ body: (Element?) -> Void
  ) {
    guard let values = unsafe data?.assumingMemoryBound(to: type) else {
      for _ in 0..<count { body(nil) }
      return
    }
    if let validity = unsafe validity {
      for row in 0..<count {
        let isValid = unsafe validity[row >> 6] & (1 << UInt64(row & 63)) != 0
        body(isValid ? unsafe values[row] : nil)
      }
    } else {
      for row in 0..<count { unsafe body(values[row]) }
    }
  }
}

/// DuckDB's text: up to 12 bytes inside, longer ones behind a pointer.
struct StoredText: BitwiseCopyable {
  var length: UInt32
  var prefix: UInt32
  var rest: UInt64

  /// The text, while its chunk is alive; bytes that are no UTF-8 become U+FFFD.
  @unsafe var string: String {
    if length <= 12 {
      return unsafe withUnsafeBytes(of: self) { bytes in
        unsafe String(decoding: bytes[4..<(4 + Int(length))], as: UTF8.self)
      }
    }
    let start = unsafe UnsafeRawPointer(bitPattern: UInt(rest))
    return unsafe String(
      decoding: UnsafeRawBufferPointer(start: start, count: Int(length)), as: UTF8.self)
  }
}

/// DuckDB's HUGEINT, and what stores wide decimals.
struct StoredHugeInteger: BitwiseCopyable {
  var lower: UInt64
  var upper: Int64

  var value: Int128 { Int128(upper) << 64 | Int128(lower) }
}
