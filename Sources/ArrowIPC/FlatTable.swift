/// A table of a FlatBuffers message, every access checked against the message's bounds.
///
/// Source: https://flatbuffers.dev/internals/. A table starts with the distance back to its vtable,
/// which lists, by field, where in the table the field lies; 0 means that the field has its default.
struct FlatTable {
  private let bytes: AlignedBytes
  /// Where the message lies in the bytes.
  private let bounds: Range<Int>
  private let start: Int
  private let vtable: Int
  private let vtableSize: Int

  /// The root table of the message in `bounds`.
  init(rootOf bytes: AlignedBytes, in bounds: Range<Int>) throws(ArrowIPCError) {
    guard bounds.count >= 4 else { throw .malformed("a message is empty") }
    let offset: UInt32 = try bytes.number(at: bounds.lowerBound)
    try self.init(bytes, bounds, at: bounds.lowerBound + Int(offset))
  }

  private init(
    _ bytes: AlignedBytes, _ bounds: Range<Int>, at start: Int
  ) throws(ArrowIPCError) {
    self.bytes = bytes
    self.bounds = bounds
    self.start = start
    let distance: Int32 = try Self.number(in: bytes, bounds, at: start)
    vtable = start - Int(distance)
    vtableSize = Int(try Self.number(in: bytes, bounds, at: vtable) as UInt16)
    guard vtableSize >= 4, vtable + vtableSize <= bounds.upperBound else {
      throw .malformed("a table has no list of fields")
    }
  }

  /// The number of field `id`, or `default` when it is left out.
  func number<Number: FixedWidthInteger>(
    _ id: Int, default value: Number
  ) throws(ArrowIPCError) -> Number {
    guard let place = try place(of: id) else { return value }
    return try number(at: place)
  }

  /// The truth value of field `id`.
  func truth(_ id: Int, default value: Bool = false) throws(ArrowIPCError) -> Bool {
    try number(id, default: value ? 1 as UInt8 : 0) != 0
  }

  /// The table that field `id` points to.
  func table(_ id: Int) throws(ArrowIPCError) -> FlatTable? {
    guard let place = try place(of: id) else { return nil }
    return try FlatTable(bytes, bounds, at: target(of: place))
  }

  /// The text that field `id` points to.
  func text(_ id: Int) throws(ArrowIPCError) -> String? {
    guard let place = try place(of: id) else { return nil }
    let range = try elements(at: target(of: place), size: 1).range
    // A name with a NUL would be cut where C strings end.
    return unsafe bytes.withBytes(range) { unsafe String(validating: $0, as: UTF8.self) }
      .flatMap { $0.utf8.contains(0) ? nil : $0 }
  }

  /// The tables that the vector of field `id` points to; none when it is left out.
  func tables(_ id: Int) throws(ArrowIPCError) -> [FlatTable] {
    guard let place = try place(of: id) else { return [] }
    let (range, count) = try elements(at: target(of: place), size: 4)
    var tables: [FlatTable] = []
    for index in 0..<count {
      let element = range.lowerBound + 4 * index
      tables.append(try FlatTable(bytes, bounds, at: target(of: element)))
    }
    return tables
  }

  /// The pairs of 64-bit numbers in the vector of field `id`: Arrow's nodes and buffers are structs
  /// of two such numbers.
  func pairs(_ id: Int) throws(ArrowIPCError) -> [(first: Int64, second: Int64)] {
    guard let place = try place(of: id) else { return [] }
    let (range, count) = try elements(at: target(of: place), size: 16)
    var pairs: [(first: Int64, second: Int64)] = []
    pairs.reserveCapacity(count)
    for index in 0..<count {
      let pair = range.lowerBound + 16 * index
      pairs.append((try number(at: pair), try number(at: pair + 8)))
    }
    return pairs
  }

  /// Whether field `id` is there.
  func has(_ id: Int) throws(ArrowIPCError) -> Bool { try place(of: id) != nil }

  private func place(of id: Int) throws(ArrowIPCError) -> Int? {
    let slot = 4 + 2 * id
    guard slot + 2 <= vtableSize else { return nil }
    let offset: UInt16 = try number(at: vtable + slot)
    return offset == 0 ? nil : start + Int(offset)
  }

  private func target(of place: Int) throws(ArrowIPCError) -> Int {
    place + Int(try number(at: place) as UInt32)
  }

  private func elements(
    at place: Int, size: Int
  ) throws(ArrowIPCError) -> (range: Range<Int>, count: Int) {
    let count = Int(try number(at: place) as UInt32)
    let first = place + 4
    guard count <= (bounds.upperBound - first) / size else {
      throw .malformed("a list is longer than its message")
    }
    return (first..<(first + count * size), count)
  }

  private func number<Number: FixedWidthInteger>(
    at offset: Int
  ) throws(ArrowIPCError) -> Number {
    try Self.number(in: bytes, bounds, at: offset)
  }

  private static func number<Number: FixedWidthInteger>(
    in bytes: AlignedBytes, _ bounds: Range<Int>, at offset: Int
  ) throws(ArrowIPCError) -> Number {
    guard offset >= bounds.lowerBound,
      offset <= bounds.upperBound - MemoryLayout<Number>.size
    else { throw .malformed("a message points outside of itself") }
    return try bytes.number(at: offset)
  }
}
