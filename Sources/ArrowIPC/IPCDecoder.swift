/// Reads Arrow IPC streams: a schema, then batches.
///
/// Every length and offset is checked, so that damaged bytes are an error and nothing worse. Values are
/// not touched: they stay in the bytes in which they came.
///
/// Source: https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
///
/// For example: `var decoder = IPCDecoder(); let batches = try decoder.batches(in: bytes)`.
public struct IPCDecoder {
  /// The columns, once a schema has come.
  public private(set) var fields: [ArrowField]?

  /// A decoder that has read nothing.
  public init() {}

  /// The batches of a whole stream. When a stream was read before, its schema must be the same:
  /// senders such as Spark put each batch into a stream of its own.
  public mutating func batches(
    in stream: some Collection<UInt8>
  ) throws(ArrowIPCError) -> [RecordBatch] {
    let bytes = AlignedBytes(stream)
    var batches: [RecordBatch] = []
    var position = 0
    var hasSchema = false
    while let message = try Message(in: bytes, at: position) {
      position = message.body.upperBound
      switch message.kind {
      case .schema:
        guard !hasSchema else { throw .malformed("a stream has two schemas") }
        hasSchema = true
        try take(schema: message.header)
      case .batch:
        guard hasSchema, let fields else { throw .malformed("a batch comes before its schema") }
        batches.append(
          try RecordBatch(message.header, of: fields, in: bytes, body: message.body))
      case .dictionary: throw .unsupported("dictionaries")
      }
    }
    guard hasSchema else { throw .malformed("there is no schema") }
    return batches
  }

  private mutating func take(schema: FlatTable) throws(ArrowIPCError) {
    let found = try ArrowField.reading(schema: schema)
    guard fields == nil || fields == found else {
      throw .malformed("the columns change between two batches")
    }
    fields = found
  }
}

/// One message of a stream: its header, and where its body lies.
private struct Message {
  enum Kind: UInt8 {
    case schema = 1
    case dictionary = 2
    case batch = 3
  }

  let kind: Kind
  let header: FlatTable
  let body: Range<Int>

  /// The message at `position`; nil at the end of the stream.
  init?(in bytes: AlignedBytes, at position: Int) throws(ArrowIPCError) {
    guard position < bytes.count else { return nil }
    var start = position
    var size: Int32 = try bytes.number(at: start)
    start += 4
    // Since Arrow 0.15 a marker comes first, so that what follows is aligned to 8 bytes.
    if size == -1 {
      size = try bytes.number(at: start)
      start += 4
    }
    if size == 0 { return nil }
    guard size > 0, Int(size) <= bytes.count - start else {
      throw .malformed("a message is cut off")
    }
    let bounds = start..<(start + Int(size))
    let message = try FlatTable(rootOf: bytes, in: bounds)
    // V1 to V3 were never released.
    guard try message.number(0, default: 0 as Int16) >= 3 else {
      throw .unsupported("a version before 1.0 of the format")
    }
    guard let kind = Kind(rawValue: try message.number(1, default: 0)),
      let header = try message.table(2)
    else { throw .malformed("a message of no known kind") }
    let length: Int64 = try message.number(3, default: 0)
    guard length >= 0, length <= Int64(bytes.count - bounds.upperBound) else {
      throw .malformed("a batch is cut off")
    }
    self.kind = kind
    self.header = header
    body = bounds.upperBound..<(bounds.upperBound + Int(length))
  }
}
