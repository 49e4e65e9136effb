internal import CEngines
public import Vocabulary

/// Rows of feature columns as bytes that can travel, each number as narrow as its neighbours allow.
///
/// A parcel is the number of rows (4 bytes), then for each column its Arrow format (1 byte), whether
/// numbers are missing (1 byte), then the bits that say which are there, then the numbers, all
/// little-endian.
public struct PackedColumns: Sendable, Hashable {
  /// How many rows there are.
  public let rowCount: Int
  /// The bytes.
  public let bytes: [UInt8]
  /// Where each column starts.
  private let places: [Int]

  /// The most rows of a parcel.
  public static let rowLimit = 1 << 20

  /// A parcel that has arrived, with so many columns; throws when the bytes are no such parcel.
  public init(bytes: [UInt8], columns count: Int) throws(LightGBMError) {
    guard bytes.count >= 4 else { throw Self.damaged }
    let rows = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    guard (1...Self.rowLimit).contains(rows) else { throw Self.damaged }
    var place = 4
    var places: [Int] = []
    for _ in 0..<count {
      guard place + 2 <= bytes.count, bytes[place + 1] <= 1,
        let size = NarrowColumn.size(ofFormat: bytes[place])
      else { throw Self.damaged }
      places.append(place)
      place += 2 + (bytes[place + 1] == 1 ? (rows + 7) / 8 : 0) + rows * size
    }
    guard place == bytes.count else { throw Self.damaged }
    rowCount = rows
    self.bytes = bytes
    self.places = places
  }

  private static let damaged = LightGBMError(.source, "the rows that arrived are damaged")

  /// Reads a stream to its end and hands its rows over parcel by parcel.
  public static func pack(
    _ stream: ColumnStream, _ take: ([UInt8]) throws(LightGBMError) -> Void
  ) throws(LightGBMError) {
    try ColumnCheck.check(stream.fields)
    let source = try unsafe stream.unconsumed()
    defer { unsafe source.pointee.release?(source) }
    var columns = stream.fields.map { _ in NarrowColumn() }
    var rows = 0
    func flush() throws(LightGBMError) {
      guard rows > 0 else { return }
      var bytes = (0..<4).map { UInt8(truncatingIfNeeded: rows >> (8 * $0)) }
      for column in columns { column.pack(into: &bytes) }
      columns = stream.fields.map { _ in NarrowColumn() }
      rows = 0
      try take(bytes)
    }
    // Parcels of about a megabyte, so that whoever sends them can stop soon.
    let wanted = max(1024, min(rowLimit / 2, (1 << 19) / max(1, stream.fields.count)))
    while true {
      var array = unsafe ArrowArray()
      guard unsafe source.pointee.get_next?(source, &array) == 0 else {
        let words = unsafe source.pointee.get_last_error?(source).map { unsafe String(cString: $0) }
        throw LightGBMError(
          .source, stream.failure.map { "\($0)" } ?? words ?? "the rows could not be made")
      }
      guard unsafe array.release != nil else { break }
      defer { unsafe array.release?(&array) }
      guard unsafe array.n_children == Int64(columns.count) else {
        throw LightGBMError(.shape, "the stream's arrays do not have its columns")
      }
      guard unsafe array.length <= Int64(rowLimit / 2) else {
        throw LightGBMError(.shape, "the stream's arrays have too many rows")
      }
      rows += unsafe Int(clamping: array.length)
      for (place, column) in columns.enumerated() {
        guard let child = unsafe array.children?[place]?.pointee else { continue }
        unsafe column.append(child, format: stream.fields[place].format)
      }
      if rows >= wanted { try flush() }
    }
    try flush()
  }

  /// The numbers of a column, NaN where one is missing.
  func append(column: Int, to numbers: UnsafeMutablePointer<Double>) {
    var place = places[column]
    let format = bytes[place]
    let validity = bytes[place + 1] == 1 ? place + 2 : nil
    place += 2 + (validity == nil ? 0 : (rowCount + 7) / 8)
    for row in 0..<rowCount {
      if let validity, bytes[validity + row / 8] >> UInt8(row % 8) & 1 == 0 {
        unsafe numbers[row] = .nan
      } else {
        unsafe numbers[row] = NarrowColumn.number(in: bytes, at: place, row, ofFormat: format)
      }
    }
  }
}

/// Parcels as a stream of columns, each of which is let go of when it has been read.
@safe private final class ParcelProducer {
  private var parcels: [PackedColumns]
  private let names: [String]
  private var next = 0

  init(_ parcels: [PackedColumns], _ names: [String]) {
    self.parcels = parcels
    self.names = names
  }

  static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> ParcelProducer? {
    guard let data = unsafe stream?.pointee.private_data else { return nil }
    return unsafe Unmanaged<ParcelProducer>.fromOpaque(data).takeUnretainedValue()
  }

  /// The numbers of the next parcel, for whoever releases the array.
  func write(to array: UnsafeMutablePointer<ArrowArray>) {
    unsafe array.pointee = unsafe ArrowArray()
    guard next < parcels.count else { return }
    let parcel = parcels[next]
    let lease = ParcelLease(parcel, columns: names.count)
    // The bytes are not needed any more, and the memory is.
    parcels[next] = PackedColumns.none
    next += 1
    unsafe lease.write(to: array)
  }
}

extension PackedColumns {
  fileprivate static let none = PackedColumns()

  private init() {
    rowCount = 0
    bytes = []
    places = []
  }

  /// Parcels as columns of these names.
  ///
  /// The schema is not written: who reads knows it from the stream's fields.
  public static func stream(of parcels: [PackedColumns], named names: [String]) -> ColumnStream {
    let producer = ParcelProducer(parcels, names)
    let stream = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
    unsafe stream.initialize(to: ArrowArrayStream())
    unsafe stream.pointee.private_data = unsafe Unmanaged.passRetained(producer).toOpaque()
    unsafe stream.pointee.get_schema = { _, _ in 22 }
    unsafe stream.pointee.get_next = { stream, array in
      guard let producer = unsafe ParcelProducer.of(stream), let array = unsafe array else {
        return 22
      }
      unsafe producer.write(to: array)
      return 0
    }
    unsafe stream.pointee.get_last_error = { _ in nil }
    unsafe stream.pointee.release = { stream in
      guard let data = unsafe stream?.pointee.private_data else { return }
      unsafe stream?.pointee.private_data = nil
      unsafe stream?.pointee.release = nil
      unsafe Unmanaged<ParcelProducer>.fromOpaque(data).release()
    }
    return unsafe ColumnStream(
      fields: names.map { ColumnStream.Field(name: $0, format: "g") },
      address: UnsafeMutableRawPointer(stream), error: { nil },
      release: {
        unsafe stream.pointee.release?(stream)
        unsafe stream.deallocate()
      })
  }
}

/// The numbers of one parcel, alive until the Arrow array over them is released.
@safe private final class ParcelLease {
  private let rowCount: Int
  private let numbers: UnsafeMutableBufferPointer<Double>
  private let arrays: UnsafeMutableBufferPointer<ArrowArray>
  private let places: UnsafeMutableBufferPointer<UnsafeMutablePointer<ArrowArray>?>
  /// For each column no validity bits and its numbers; then the structure's own none.
  private let buffers: UnsafeMutableBufferPointer<UnsafeRawPointer?>

  init(_ parcel: PackedColumns, columns count: Int) {
    rowCount = parcel.rowCount
    unsafe numbers = .allocate(capacity: max(1, count * parcel.rowCount))
    unsafe numbers.initialize(repeating: .nan)
    unsafe arrays = .allocate(capacity: max(1, count))
    unsafe arrays.initialize(repeating: ArrowArray())
    unsafe places = .allocate(capacity: max(1, count))
    unsafe places.initialize(repeating: nil)
    unsafe buffers = .allocate(capacity: 2 * count + 1)
    unsafe buffers.initialize(repeating: nil)
    guard let start = unsafe numbers.baseAddress, let first = unsafe arrays.baseAddress else {
      return
    }
    for column in 0..<count {
      let own = unsafe start + column * parcel.rowCount
      unsafe parcel.append(column: column, to: own)
      unsafe buffers[2 * column + 1] = UnsafeRawPointer(own)
      var child = unsafe ArrowArray()
      unsafe child.length = Int64(parcel.rowCount)
      unsafe child.n_buffers = 2
      unsafe child.buffers = unsafe buffers.baseAddress.map { unsafe $0 + 2 * column }
      unsafe child.release = { unsafe $0?.pointee.release = nil }
      unsafe arrays[column] = unsafe child
      unsafe places[column] = unsafe first + column
    }
  }

  deinit {
    unsafe numbers.deallocate()
    unsafe arrays.deallocate()
    unsafe places.deallocate()
    unsafe buffers.deallocate()
  }

  /// Writes the array, which keeps the numbers until it is released.
  func write(to array: UnsafeMutablePointer<ArrowArray>) {
    var whole = unsafe ArrowArray()
    unsafe whole.length = Int64(rowCount)
    unsafe whole.n_buffers = 1
    unsafe whole.buffers = unsafe buffers.baseAddress.map { unsafe $0 + (buffers.count - 1) }
    unsafe whole.n_children = Int64((buffers.count - 1) / 2)
    unsafe whole.children = unsafe places.baseAddress
    unsafe whole.private_data = unsafe Unmanaged.passRetained(self).toOpaque()
    unsafe whole.release = { array in
      guard let data = unsafe array?.pointee.private_data else { return }
      unsafe array?.pointee.private_data = nil
      unsafe array?.pointee.release = nil
      unsafe Unmanaged<ParcelLease>.fromOpaque(data).release()
    }
    unsafe array.pointee = unsafe whole
  }
}
