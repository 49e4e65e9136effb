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

extension RecordBatch {
  /// The text of a row in a column of type `.text`; nil when it is NULL.
  public func text(inColumn index: Int, row: Int) -> String? {
    let column = columns[index]
    precondition(row >= 0 && row < column.length && column.buffers.count == 3)
    if let validity = column.buffers[0],
      (try? bytes.number(at: validity.lowerBound + row / 8, as: UInt8.self))
        .map({ $0 >> (row % 8) & 1 == 0 }) ?? true
    {
      return nil
    }
    guard let offsets = column.buffers[1], let values = column.buffers[2] else { return nil }
    let isLarge = offsets.count == (column.length + 1) * 8
    func offset(_ row: Int) -> Int? {
      isLarge
        ? (try? bytes.number(at: offsets.lowerBound + 8 * row, as: Int64.self)).map(Int.init)
        : (try? bytes.number(at: offsets.lowerBound + 4 * row, as: Int32.self)).map(Int.init)
    }
    guard let first = offset(row), let end = offset(row + 1) else { return nil }
    let range = (values.lowerBound + first)..<(values.lowerBound + end)
    return unsafe bytes.withBytes(range) { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
