internal import CEngines
internal import Vocabulary

/// A stream read to its end, its columns kept narrow and in one piece, as a stream for LightGBM.
///
/// DuckDB's own arrays are rounded up to powers of two, so that a filtered chunk of 1,200 rows takes
/// the room of 2,048, and LightGBM keeps every array until its bins are made.
@safe final class NarrowColumns {
  let columns: [NarrowColumn]
  private let rowCount: Int
  private let texts: [UnsafeMutablePointer<CChar>]
  private let arrays: UnsafeMutableBufferPointer<ArrowArray>
  private let arrayPlaces: UnsafeMutableBufferPointer<UnsafeMutablePointer<ArrowArray>?>
  private let schemas: UnsafeMutableBufferPointer<ArrowSchema>
  private let schemaPlaces: UnsafeMutableBufferPointer<UnsafeMutablePointer<ArrowSchema>?>
  /// For each column its validity bits and its numbers; then the one buffer of the structure, which
  /// says nothing of missing rows.
  private let buffers: UnsafeMutableBufferPointer<UnsafeRawPointer?>
  private var isRead = false

  /// Reads `source`, whose columns have these fields, to its end, and lets go of it.
  init(
    reading source: UnsafeMutablePointer<ArrowArrayStream>, _ fields: [ColumnStream.Field]
  ) throws(LightGBMError) {
    let columns = fields.map { _ in NarrowColumn() }
    var rows = 0
    defer { unsafe source.pointee.release?(source) }
    while true {
      var array = unsafe ArrowArray()
      guard unsafe source.pointee.get_next?(source, &array) == 0 else {
        let words = unsafe source.pointee.get_last_error?(source)
        throw LightGBMError(
          .source, unsafe words.map { unsafe String(cString: $0) } ?? "the rows could not be made")
      }
      guard unsafe array.release != nil else { break }
      defer { unsafe array.release?(&array) }
      guard unsafe array.n_children == Int64(columns.count) else {
        throw LightGBMError(.shape, "the stream's arrays do not have its columns")
      }
      rows += unsafe Int(clamping: array.length)
      for (place, column) in columns.enumerated() {
        guard let child = unsafe array.children?[place]?.pointee else { continue }
        unsafe column.append(child, format: fields[place].format)
      }
    }
    self.columns = columns
    rowCount = rows
    let count = columns.count
    // Formats, names and "+s", all ended by 0.
    unsafe texts = (columns.map(\.format) + fields.map(\.name) + ["+s"]).map { text in
      let bytes = text.utf8CString
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (place, byte) in bytes.enumerated() { unsafe copy[place] = byte }
      return unsafe copy
    }
    unsafe arrays = .allocate(capacity: max(1, count))
    unsafe arrays.initialize(repeating: ArrowArray())
    unsafe arrayPlaces = .allocate(capacity: max(1, count))
    unsafe arrayPlaces.initialize(repeating: nil)
    unsafe schemas = .allocate(capacity: max(1, count))
    unsafe schemas.initialize(repeating: ArrowSchema())
    unsafe schemaPlaces = .allocate(capacity: max(1, count))
    unsafe schemaPlaces.initialize(repeating: nil)
    unsafe buffers = .allocate(capacity: 2 * count + 1)
    unsafe buffers.initialize(repeating: nil)
  }

  deinit {
    unsafe texts.forEach { unsafe $0.deallocate() }
    unsafe arrays.deallocate()
    unsafe arrayPlaces.deallocate()
    unsafe schemas.deallocate()
    unsafe schemaPlaces.deallocate()
    unsafe buffers.deallocate()
  }

  /// Calls `body` with a C stream over the columns. They are lent: whoever reads the stream must be
  /// done when `body` ends, as LightGBM is with a data set that it has made.
  func withStream<Success>(_ body: (UnsafeMutablePointer<ArrowArrayStream>) -> Success) -> Success {
    var stream = unsafe ArrowArrayStream()
    unsafe stream.private_data = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe stream.get_schema = { stream, schema in
      guard let columns = unsafe NarrowColumns.of(stream), let schema = unsafe schema else {
        return 22
      }
      unsafe columns.write(to: schema)
      return 0
    }
    unsafe stream.get_next = { stream, array in
      guard let columns = unsafe NarrowColumns.of(stream), let array = unsafe array else {
        return 22
      }
      unsafe columns.write(to: array)
      return 0
    }
    unsafe stream.get_last_error = { _ in nil }
    // Everything is owned by Swift; nothing to free here.
    unsafe stream.release = { stream in unsafe stream?.pointee.release = nil }
    return withExtendedLifetime(self) { unsafe body(&stream) }
  }

  private func write(to schema: UnsafeMutablePointer<ArrowSchema>) {
    for place in columns.indices {
      var child = unsafe ArrowSchema()
      unsafe child.format = unsafe UnsafePointer(texts[place])
      unsafe child.name = unsafe UnsafePointer(texts[columns.count + place])
      // 2: values may be missing.
      unsafe child.flags = 2
      unsafe child.release = NarrowColumns.releaseSchema
      unsafe schemas[place] = unsafe child
      unsafe schemaPlaces[place] = unsafe schemas.baseAddress.map { unsafe $0 + place }
    }
    var whole = unsafe ArrowSchema()
    unsafe whole.format = unsafe UnsafePointer(texts[2 * columns.count])
    unsafe whole.n_children = Int64(columns.count)
    unsafe whole.children = unsafe schemaPlaces.baseAddress
    unsafe whole.release = NarrowColumns.releaseSchema
    unsafe schema.pointee = unsafe whole
  }

  /// The rows at the first call, the end of the stream at the next.
  private func write(to array: UnsafeMutablePointer<ArrowArray>) {
    unsafe array.pointee = unsafe ArrowArray()
    guard !isRead, rowCount > 0 else { return }
    isRead = true
    for (place, column) in columns.enumerated() {
      unsafe buffers[2 * place] = unsafe column.buffers.validity
      unsafe buffers[2 * place + 1] = unsafe column.buffers.numbers
      var child = unsafe ArrowArray()
      unsafe child.length = Int64(rowCount)
      unsafe child.null_count = Int64(column.missingCount)
      unsafe child.n_buffers = 2
      unsafe child.buffers = unsafe buffers.baseAddress.map { unsafe $0 + 2 * place }
      unsafe child.release = NarrowColumns.releaseArray
      unsafe arrays[place] = unsafe child
      unsafe arrayPlaces[place] = unsafe arrays.baseAddress.map { unsafe $0 + place }
    }
    var whole = unsafe ArrowArray()
    unsafe whole.length = Int64(rowCount)
    unsafe whole.n_buffers = 1
    unsafe whole.buffers = unsafe buffers.baseAddress.map { unsafe $0 + 2 * columns.count }
    unsafe whole.n_children = Int64(columns.count)
    unsafe whole.children = unsafe arrayPlaces.baseAddress
    unsafe whole.release = NarrowColumns.releaseArray
    unsafe array.pointee = unsafe whole
  }

  private static let releaseSchema: @convention(c) (UnsafeMutablePointer<ArrowSchema>?) -> Void = {
    schema in
    unsafe schema?.pointee.release = nil
  }

  private static let releaseArray: @convention(c) (UnsafeMutablePointer<ArrowArray>?) -> Void = {
    array in
    unsafe array?.pointee.release = nil
  }

  private static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> NarrowColumns? {
    guard let data = unsafe stream?.pointee.private_data else { return nil }
    return unsafe Unmanaged<NarrowColumns>.fromOpaque(data).takeUnretainedValue()
  }
}
