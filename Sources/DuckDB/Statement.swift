internal import CEngines
internal import Vocabulary

/// The statements of one SQL text, told apart by DuckDB's parser but not yet bound to tables.
@safe final class StatementList {
  let count: Int
  private let handle: duckdb_extracted_statements?
  private let sql: String
  private let connection: Connection

  init(_ sql: String, on connection: Connection) throws(DuckDBError) {
    try SQLText.checkNesting(of: sql)
    let functions = connection.functions
    var extracted: duckdb_extracted_statements?
    count = unsafe Int(clamping: functions.extract_statements(connection.handle, sql, &extracted))
    if count == 0, let words = unsafe functions.extract_statements_error(extracted) {
      let message = unsafe String(cString: words)
      unsafe functions.destroy_extracted(&extracted)
      throw DuckDBError(reported: message, sql: sql)
    }
    unsafe handle = unsafe extracted
    self.sql = sql
    self.connection = connection
  }

  deinit {
    var closing = unsafe handle
    unsafe connection.functions.destroy_extracted(&closing)
  }

  /// Prepares the statement at `index`; the ones before it must have run when it needs their tables.
  func prepare(_ index: Int) throws(DuckDBError) -> Statement {
    let functions = connection.functions
    var prepared: duckdb_prepared_statement?
    let state = unsafe functions.prepare_extracted_statement(
      connection.handle, handle, idx_t(index), &prepared)
    return try unsafe Statement(taking: prepared, state, on: connection, sql: sql, shift: 0)
  }

  /// The only statement.
  func only() throws(DuckDBError) -> Statement {
    guard count == 1 else {
      throw DuckDBError(
        .shape,
        count == 0
          ? "the SQL is empty" : "one statement was expected, but there are \(count)", sql: sql)
    }
    return try prepare(0)
  }
}

/// A prepared statement and the values bound to its parameters.
@safe final class Statement {
  let connection: Connection
  let sql: String
  let shift: Int
  private let handle: duckdb_prepared_statement

  /// Prepares `text`; errors speak of `original`, which begins `shift` bytes into it.
  convenience init(
    _ text: String, on connection: Connection, original: String, shift: Int
  ) throws(DuckDBError) {
    var prepared: duckdb_prepared_statement?
    let state = unsafe connection.functions.prepare(connection.handle, text, &prepared)
    try unsafe self.init(taking: prepared, state, on: connection, sql: original, shift: shift)
  }

  /// Takes over a handle that DuckDB made, destroying it when it only holds an error.
  init(
    taking prepared: duckdb_prepared_statement?, _ state: duckdb_state, on connection: Connection,
    sql: String, shift: Int
  ) throws(DuckDBError) {
    let functions = connection.functions
    guard state == 0, let handle = unsafe prepared else {
      let words = unsafe functions.prepare_error(prepared).map { unsafe String(cString: $0) }
      var closing = unsafe prepared
      unsafe functions.destroy_prepare(&closing)
      throw DuckDBError(
        reported: words ?? "DuckDB prepared no statement", sql: sql, shift: shift)
    }
    self.connection = connection
    self.sql = sql
    self.shift = shift
    unsafe self.handle = unsafe handle
  }

  deinit {
    var closing: duckdb_prepared_statement? = unsafe handle
    unsafe connection.functions.destroy_prepare(&closing)
  }

  var isSelect: Bool { kind == .select }

  var kind: StatementKind {
    unsafe StatementKind(code: connection.functions.prepared_statement_type(handle))
  }

  /// The parameters' names without `$`, in DuckDB's order; positional ones are `1`, `2`, ...
  var parameters: [String] {
    let functions = connection.functions
    let count = unsafe functions.nparams(handle)
    return (0..<count).map { index in
      guard let name = unsafe functions.parameter_name(handle, index + 1) else {
        return String(index + 1)
      }
      // DuckDB hands over a copy.
      defer { unsafe functions.free(UnsafeMutablePointer(mutating: name)) }
      return unsafe String(cString: name)
    }
  }

  /// Binds those of `values` that the statement names; each of its names must be among them.
  func bind(_ values: [String: Value]) throws(DuckDBError) {
    let functions = connection.functions
    let names = parameters
    for (index, name) in names.enumerated() {
      guard let value = values[name] else {
        throw DuckDBError(
          .parameter, "parameter `$\(name)` has no value", sql: sql,
          position: SQLText.offset(ofParameter: name, in: sql), length: name.utf8.count + 1,
          name: name)
      }
      var boxed = unsafe box(value)
      defer { unsafe functions.destroy_value(&boxed) }
      guard unsafe functions.bind_value(handle, idx_t(index + 1), boxed) == 0 else {
        throw DuckDBError(
          .parameter, "parameter `$\(name)` cannot be a \(value.typeName)", sql: sql,
          position: SQLText.offset(ofParameter: name, in: sql), length: name.utf8.count + 1,
          name: name)
      }
    }
  }

  /// Runs it. A streaming result is computed while it is fetched.
  func run(streaming: Bool = false) throws(DuckDBError) -> QueryResult {
    let functions = connection.functions
    var result = unsafe duckdb_result()
    let state =
      streaming
      ? unsafe functions.execute_prepared_streaming(handle, &result)
      : unsafe functions.execute_prepared(handle, &result)
    return try unsafe QueryResult(taking: result, state, of: self)
  }
}

extension Statement {
  /// The value as DuckDB's own, which the caller destroys.
  private func box(_ value: Value) -> duckdb_value? {
    let functions = connection.functions
    switch value {
    case .null: return functions.create_null_value()
    case .bool(let flag): return functions.create_bool(flag)
    case .int(let number): return functions.create_int64(number)
    case .double(let number): return functions.create_double(number)
    case .text(var text):
      return text.withUTF8 { bytes in
        unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
          unsafe functions.create_varchar_length(
            characters.baseAddress, idx_t(characters.count))
        }
      }
    case .date(let day):
      return functions.create_date(duckdb_date(days: day.daysSinceEpoch))
    case .timestamp(let time):
      return functions.create_timestamp(
        duckdb_timestamp(micros: time.microsecondsSinceEpoch))
    case .list(let values):
      let type = ElementType(of: values)
      var boxes: [duckdb_value?] = unsafe values.map { unsafe box(type.fitting($0)) }
      var child = unsafe logicalType(of: type)
      defer {
        unsafe functions.destroy_logical_type(&child)
        for index in unsafe boxes.indices { unsafe functions.destroy_value(&boxes[index]) }
      }
      let count = idx_t(values.count)
      return unsafe boxes.withUnsafeMutableBufferPointer { buffer in
        unsafe functions.create_list_value(child, buffer.baseAddress, count)
      }
    }
  }

  private func logicalType(of type: ElementType) -> duckdb_logical_type? {
    let functions = connection.functions
    switch type {
    case .scalar(let code): return functions.create_logical_type(code.rawValue)
    case .list(let element):
      var child = unsafe logicalType(of: element)
      defer { unsafe functions.destroy_logical_type(&child) }
      return unsafe functions.create_list_type(child)
    }
  }
}

/// The one type of a list's elements: numbers widen to DOUBLE, other mixtures to text.
private indirect enum ElementType: Equatable {
  case scalar(TypeCode)
  case list(ElementType)

  init(of values: [Value]) {
    var common: ElementType?
    for value in values {
      let type: ElementType
      switch value {
      case .null: continue
      case .bool: type = .scalar(.boolean)
      case .int: type = .scalar(.bigint)
      case .double: type = .scalar(.double)
      case .text: type = .scalar(.varchar)
      case .date: type = .scalar(.date)
      case .timestamp: type = .scalar(.timestamp)
      case .list(let inner): type = .list(ElementType(of: inner))
      }
      common = common.map { $0.joined(with: type) } ?? type
    }
    self = common ?? .scalar(.varchar)
  }

  private func joined(with other: ElementType) -> ElementType {
    switch (self, other) {
    case (let left, let right) where left == right: left
    case (.scalar(.bigint), .scalar(.double)), (.scalar(.double), .scalar(.bigint)):
      .scalar(.double)
    case (.scalar(.date), .scalar(.timestamp)), (.scalar(.timestamp), .scalar(.date)):
      .scalar(.timestamp)
    case (.list(let left), .list(let right)): .list(left.joined(with: right))
    default: .scalar(.varchar)
    }
  }

  /// The value itself, or its plain text in a list of text.
  func fitting(_ value: Value) -> Value {
    switch (self, value) {
    case (_, .null), (.list, _): value
    case (.scalar(.varchar), _): .text(value.plainText)
    default: value
    }
  }
}
