internal import CEngines
public import Vocabulary

extension Connection {
  /// The rows of a SELECT as an Arrow stream, computed while they are consumed.
  ///
  /// The stream has its own connection to the same database, so that other statements can run
  /// meanwhile; it sees what is committed, and no temporary tables.
  public func stream(
    _ sql: String, binding values: [String: Value] = [:]
  ) throws(DuckDBError) -> ColumnStream {
    let statement = try StatementList(sql, on: database.connect()).only()
    try statement.bind(values)
    let producer = try ArrowProducer(statement.run(streaming: true))
    let fields = try producer.fields()
    return producer.columnStream(fields)
  }
}

/// Makes Arrow arrays of a result's chunks. The C stream holds it until the stream is released.
@safe private final class ArrowProducer {
  private let result: QueryResult
  private var options: duckdb_arrow_options?
  /// The error of the last call, and its words for C.
  private(set) var error: DuckDBError?
  private var words: UnsafeMutablePointer<CChar>?

  init(_ result: QueryResult) {
    self.result = result
    let functions = result.functions
    unsafe options = unsafe result.withHandle { unsafe functions.result_get_arrow_options($0) }
  }

  deinit {
    unsafe result.functions.destroy_arrow_options(&options)
    unsafe words?.deallocate()
  }

  /// Names and formats of the columns.
  func fields() throws(DuckDBError) -> [ColumnStream.Field] {
    var schema = unsafe ArrowSchema()
    guard unsafe writeSchema(to: &schema) == 0 else {
      throw error ?? DuckDBError(.other, "the columns have no Arrow form")
    }
    defer { unsafe schema.release?(&schema) }
    return unsafe (0..<Int(clamping: schema.n_children)).map { index in
      let child = unsafe schema.children?[index]?.pointee
      return unsafe ColumnStream.Field(
        name: child?.name.map { unsafe String(cString: $0) } ?? "",
        format: child?.dictionary != nil
          ? "dictionary" : child?.format.map { unsafe String(cString: $0) } ?? "")
    }
  }

  func writeSchema(to schema: UnsafeMutablePointer<ArrowSchema>) -> CInt {
    let functions = result.functions
    var types: [duckdb_logical_type?] = unsafe result.names.indices.map { index in
      unsafe result.withHandle { unsafe functions.column_logical_type($0, idx_t(index)) }
    }
    let names = unsafe result.names.map { unsafe copiedCString($0) }
    defer {
      for index in unsafe types.indices { unsafe functions.destroy_logical_type(&types[index]) }
      unsafe names.forEach { unsafe $0.deallocate() }
    }
    var pointers = unsafe names.map { unsafe UnsafePointer<CChar>?($0) }
    return unsafe outcome(
      functions.to_arrow_schema(options, &types, &pointers, idx_t(names.count), schema))
  }

  func writeNext(to array: UnsafeMutablePointer<ArrowArray>) -> CInt {
    unsafe array.pointee.release = nil
    do throws(DuckDBError) {
      guard let chunk = try result.nextChunk() else { return 0 }
      return unsafe outcome(
        result.functions.data_chunk_to_arrow(options, chunk.handle, array))
    } catch {
      return fail(error)
    }
  }

  /// The words of the last error, alive until the next one.
  var lastWords: UnsafePointer<CChar>? { unsafe UnsafePointer(words) }

  private func outcome(_ data: duckdb_error_data?) -> CInt {
    var data = unsafe data
    defer { unsafe result.functions.destroy_error_data(&data) }
    guard unsafe data != nil, unsafe result.functions.error_data_has_error(data) else { return 0 }
    let message = unsafe result.functions.error_data_message(data)
    return unsafe fail(
      DuckDBError(
        reported: message.map { unsafe String(cString: $0) } ?? "no Arrow form",
        code: Int(result.functions.error_data_error_type(data)), sql: result.statement.sql))
  }

  private func fail(_ error: DuckDBError) -> CInt {
    self.error = error
    unsafe words?.deallocate()
    unsafe words = unsafe copiedCString(error.summary)
    // EIO: any number but 0 means failure to the consumer.
    return 5
  }

  /// The C stream over this producer.
  func columnStream(_ fields: [ColumnStream.Field]) -> ColumnStream {
    let stream = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
    unsafe stream.initialize(to: ArrowArrayStream())
    unsafe stream.pointee.private_data = unsafe Unmanaged.passRetained(self).toOpaque()
    unsafe stream.pointee.get_schema = { stream, schema in
      guard let producer = unsafe ArrowProducer.of(stream), let schema = unsafe schema else {
        return 22
      }
      return unsafe producer.writeSchema(to: schema)
    }
    unsafe stream.pointee.get_next = { stream, array in
      guard let producer = unsafe ArrowProducer.of(stream), let array = unsafe array else {
        return 22
      }
      return unsafe producer.writeNext(to: array)
    }
    unsafe stream.pointee.get_last_error = { unsafe ArrowProducer.of($0)?.lastWords }
    unsafe stream.pointee.release = { stream in
      guard let data = unsafe stream?.pointee.private_data else { return }
      unsafe stream?.pointee.private_data = nil
      unsafe stream?.pointee.release = nil
      unsafe Unmanaged<ArrowProducer>.fromOpaque(data).release()
    }
    return unsafe ColumnStream(
      fields: fields, address: UnsafeMutableRawPointer(stream), error: { self.error },
      release: {
        // A consumer that took the stream over has set `release` to nil.
        unsafe stream.pointee.release?(stream)
        unsafe stream.deallocate()
      })
  }

  private static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> ArrowProducer? {
    guard let data = unsafe stream?.pointee.private_data else { return nil }
    return unsafe Unmanaged<ArrowProducer>.fromOpaque(data).takeUnretainedValue()
  }
}

/// The text with a NUL at its end, in memory that the caller frees.
private func copiedCString(_ text: String) -> UnsafeMutablePointer<CChar> {
  let bytes = text.utf8CString
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
  for (index, byte) in bytes.enumerated() { unsafe copy[index] = byte }
  return unsafe copy
}
