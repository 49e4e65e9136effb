/// Some rows of a table, column by column, in the bytes in which they came.
public struct RecordBatch {
  /// How many rows.
  public let rowCount: Int
  let columns: [ArrowColumn]
  let bytes: AlignedBytes

  /// The rows of a record batch message.
  init(
    _ message: FlatTable, of fields: [ArrowField], in bytes: AlignedBytes, body: Range<Int>
  ) throws(ArrowIPCError) {
    guard try !message.has(3) else {
      throw .unsupported("compressed batches; switch compression off at the sender")
    }
    let length: Int64 = try message.number(0, default: 0)
    guard (0...(1 << 31)).contains(length) else { throw .malformed("a batch of \(length) rows") }
    var reader = try ColumnReader(of: message, in: bytes, body: body)
    var columns: [ArrowColumn] = []
    for field in fields {
      columns.append(try reader.column(of: field, atLeast: Int(length)))
    }
    try reader.finish()
    rowCount = Int(length)
    self.columns = columns
    self.bytes = bytes
  }
}
