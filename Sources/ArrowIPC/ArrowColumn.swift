/// The values of a column in a batch: where its buffers lie, checked so that reading them by the rules
/// of the Arrow C data interface stays within the bytes.
struct ArrowColumn {
  var length: Int
  var nullCount: Int
  /// Places in the batch's bytes, in the order of the C data interface; nil is a bitmap that is left
  /// out because no value is missing.
  var buffers: [Range<Int>?]
  var children: [ArrowColumn] = []
}

/// Takes the nodes and buffers of a record batch message apart, in the order in which columns and their
/// parts have them.
struct ColumnReader {
  /// More rows than anybody puts into one batch; keeps sums of lengths far from overflow.
  private static let lengthLimit: Int64 = 1 << 31

  private let bytes: AlignedBytes
  private let body: Range<Int>
  private var nodes: ArraySlice<(first: Int64, second: Int64)>
  private var buffers: ArraySlice<(first: Int64, second: Int64)>

  /// A reader of the record batch `message`, whose buffers lie in `body`.
  init(
    of message: FlatTable, in bytes: AlignedBytes, body: Range<Int>
  ) throws(ArrowIPCError) {
    self.bytes = bytes
    self.body = body
    nodes = try message.pairs(1)[...]
    buffers = try message.pairs(2)[...]
  }

  /// Fails when nodes or buffers are left over.
  func finish() throws(ArrowIPCError) {
    guard nodes.isEmpty, buffers.isEmpty else {
      throw .malformed("a batch has more columns than its schema")
    }
  }

  /// The next column, which must have at least `least` values.
  mutating func column(
    of field: ArrowField, atLeast least: Int
  ) throws(ArrowIPCError) -> ArrowColumn {
    guard let node = nodes.popFirst() else {
      throw .malformed("a batch has fewer columns than its schema")
    }
    guard least <= Self.lengthLimit, (Int64(least)...Self.lengthLimit).contains(node.first),
      (0...node.first).contains(node.second)
    else { throw .malformed("column `\(field.name)` says that it has \(node.first) values") }
    var column = ArrowColumn(
      length: Int(node.first), nullCount: Int(node.second), buffers: [])
    if case .null = field.type {
      column.nullCount = column.length
      return column
    }
    try readValidity(of: &column, field)
    switch field.type {
    case .null: break
    case .boolean: try readValues(of: &column, field, bits: 1)
    case .integer(let bits, _), .float(let bits): try readValues(of: &column, field, bits: bits)
    case .decimal: try readValues(of: &column, field, bits: 128)
    case .fixedBinary(let width): try readValues(of: &column, field, bits: 8 * width)
    case .date, .time(.second), .time(.milli), .interval(.months):
      try readValues(of: &column, field, bits: 32)
    case .dateInMillis, .time, .timestamp, .duration, .interval(.daysAndMillis):
      try readValues(of: &column, field, bits: 64)
    case .interval(.monthsDaysNanos): try readValues(of: &column, field, bits: 128)
    case .text(let isLarge): try readBytes(of: &column, field, isLarge: isLarge, isText: true)
    case .binary(let isLarge): try readBytes(of: &column, field, isLarge: isLarge, isText: false)
    case .list(let element, let isLarge):
      let last = try readOffsets(of: &column, field, isLarge: isLarge)
      column.children = [try self.column(of: element, atLeast: last)]
    case .map(let entries, _):
      let last = try readOffsets(of: &column, field, isLarge: false)
      column.children = [try self.column(of: entries, atLeast: last)]
    case .fixedList(let element, let count):
      // Both factors are at most 2^31.
      column.children = [try self.column(of: element, atLeast: column.length * count)]
    case .structure(let parts):
      for part in parts {
        column.children.append(try self.column(of: part, atLeast: column.length))
      }
    }
    return column
  }

  private mutating func readValidity(
    of column: inout ArrowColumn, _ field: ArrowField
  ) throws(ArrowIPCError) {
    let buffer = try nextBuffer(field)
    guard column.nullCount > 0 else { return column.buffers.append(nil) }
    column.buffers.append(try part(buffer, (column.length + 7) / 8, field))
  }

  private mutating func readValues(
    of column: inout ArrowColumn, _ field: ArrowField, bits: Int
  ) throws(ArrowIPCError) {
    let size = (column.length * bits + 7) / 8
    column.buffers.append(try part(try nextBuffer(field), size, field))
  }

  private mutating func readBytes(
    of column: inout ArrowColumn, _ field: ArrowField, isLarge: Bool, isText: Bool
  ) throws(ArrowIPCError) {
    let last = try readOffsets(of: &column, field, isLarge: isLarge)
    let values = try part(try nextBuffer(field), last, field)
    column.buffers.append(values)
    guard isText, let offsets = column.buffers[1] else { return }
    let isValid = unsafe bytes.withBytes(values) { values in
      unsafe bytes.withBytes(offsets) { offsets in
        isLarge
          ? unsafe TextCheck.isText(values, cutAt: offsets.assumingMemoryBound(to: Int64.self))
          : unsafe TextCheck.isText(values, cutAt: offsets.assumingMemoryBound(to: Int32.self))
      }
    }
    guard isValid else { throw .malformed("column `\(field.name)` holds text that is not UTF-8") }
  }

  /// Reads a buffer of offsets that never fall; returns the last one.
  private mutating func readOffsets(
    of column: inout ArrowColumn, _ field: ArrowField, isLarge: Bool
  ) throws(ArrowIPCError) -> Int {
    let buffer = try nextBuffer(field)
    // Without values there need be no offsets; the zeros behind the bytes are one then.
    if column.length == 0 {
      column.buffers.append(buffer.lowerBound..<buffer.lowerBound)
      return 0
    }
    let width = isLarge ? 8 : 4
    let offsets = try part(buffer, (column.length + 1) * width, field)
    guard offsets.lowerBound.isMultiple(of: width) else { throw misplaced(field) }
    column.buffers.append(offsets)
    let last = unsafe bytes.withBytes(offsets) { offsets in
      isLarge
        ? unsafe Self.last(of: offsets.assumingMemoryBound(to: Int64.self))
        : unsafe Self.last(of: offsets.assumingMemoryBound(to: Int32.self))
    }
    guard let last else { throw misplaced(field) }
    return last
  }

  /// The last of offsets that begin at 0 or more and never fall; nil when they do.
  private static func last<Offset: FixedWidthInteger>(
    of offsets: UnsafeBufferPointer<Offset>
  ) -> Int? {
    var previous: Offset = 0
    var falls = false
    for index in offsets.indices {
      let offset = unsafe offsets[index]
      falls = falls || offset < previous
      previous = offset
    }
    return falls ? nil : Int(previous)
  }

  private mutating func nextBuffer(_ field: ArrowField) throws(ArrowIPCError) -> Range<Int> {
    guard let buffer = buffers.popFirst() else {
      throw .malformed("a batch has fewer buffers than its schema")
    }
    guard buffer.first >= 0, buffer.second >= 0, buffer.first <= body.count,
      buffer.second <= Int64(body.count) - buffer.first
    else { throw misplaced(field) }
    let start = body.lowerBound + Int(buffer.first)
    return start..<(start + Int(buffer.second))
  }

  /// The first `size` bytes of a buffer, at a place that suits numbers of 8 bytes.
  private func part(
    _ buffer: Range<Int>, _ size: Int, _ field: ArrowField
  ) throws(ArrowIPCError) -> Range<Int> {
    guard size <= buffer.count, size == 0 || buffer.lowerBound.isMultiple(of: 8) else {
      throw misplaced(field)
    }
    return buffer.lowerBound..<(buffer.lowerBound + size)
  }

  private func misplaced(_ field: ArrowField) -> ArrowIPCError {
    .malformed("the values of column `\(field.name)` are not where they should be")
  }
}
