internal import CEngines
public import Vocabulary

extension DenseMatrix {
  /// The matrix as a stream of one batch whose columns have these names, for engines that take
  /// streams; NaN stays NaN, which they read as missing.
  ///
  /// For example: `DenseMatrix(columnCount: 2, values: [1, 2, 3, 4]).stream(named: ["a", "b"])`.
  public func stream(named names: [String]) -> ColumnStream {
    MatrixProducer(self, names).columnStream()
  }
}

/// Lends a matrix, column after column, to whoever reads Arrow arrays. The C structs hold it until they
/// are released.
@safe private final class MatrixProducer {
  private let names: [String]
  private let rowCount: Int
  private let values: UnsafeMutableBufferPointer<Double>
  private let texts: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>>
  private let arrays: UnsafeMutableBufferPointer<ArrowArray>
  private let arrayPlaces: UnsafeMutableBufferPointer<UnsafeMutablePointer<ArrowArray>?>
  private let schemas: UnsafeMutableBufferPointer<ArrowSchema>
  private let schemaPlaces: UnsafeMutableBufferPointer<UnsafeMutablePointer<ArrowSchema>?>
  /// For each column no validity bits and its numbers.
  private let buffers: UnsafeMutableBufferPointer<UnsafeRawPointer?>
  /// A structure has no buffer of numbers, and says nothing of missing rows.
  private let noBuffers: UnsafeMutablePointer<UnsafeRawPointer?>
  private var isRead = false

  init(_ matrix: DenseMatrix, _ names: [String]) {
    let count = matrix.columnCount
    self.names = (0..<count).map { names.indices.contains($0) ? names[$0] : "c\($0)" }
    rowCount = matrix.rowCount
    unsafe values = .allocate(capacity: max(1, count * matrix.rowCount))
    for row in 0..<matrix.rowCount {
      for column in 0..<count {
        unsafe values.initializeElement(
          at: column * matrix.rowCount + row, to: matrix.values[row * count + column])
      }
    }
    unsafe texts = .allocate(capacity: count + 2)
    for (index, text) in (self.names + ["+s", "g"]).enumerated() {
      let bytes = text.utf8CString
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (place, byte) in bytes.enumerated() { unsafe copy[place] = byte }
      unsafe texts.initializeElement(at: index, to: copy)
    }
    unsafe arrays = .allocate(capacity: max(1, count))
    unsafe arrays.initialize(repeating: ArrowArray())
    unsafe arrayPlaces = .allocate(capacity: max(1, count))
    unsafe arrayPlaces.initialize(repeating: nil)
    unsafe schemas = .allocate(capacity: max(1, count))
    unsafe schemas.initialize(repeating: ArrowSchema())
    unsafe schemaPlaces = .allocate(capacity: max(1, count))
    unsafe schemaPlaces.initialize(repeating: nil)
    unsafe buffers = .allocate(capacity: max(1, 2 * count))
    unsafe buffers.initialize(repeating: nil)
    unsafe noBuffers = .allocate(capacity: 1)
    unsafe noBuffers.initialize(to: nil)
  }

  deinit {
    for index in unsafe texts.indices { unsafe texts[index].deallocate() }
    unsafe texts.deallocate()
    unsafe values.deallocate()
    unsafe arrays.deallocate()
    unsafe arrayPlaces.deallocate()
    unsafe schemas.deallocate()
    unsafe schemaPlaces.deallocate()
    unsafe buffers.deallocate()
    unsafe noBuffers.deallocate()
  }

  func columnStream() -> ColumnStream {
    let stream = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
    unsafe stream.initialize(to: ArrowArrayStream())
    unsafe stream.pointee.private_data = retained()
    unsafe stream.pointee.get_schema = { stream, schema in
      guard let producer = unsafe MatrixProducer.of(stream?.pointee.private_data),
        let schema = unsafe schema
      else { return 22 }
      unsafe producer.write(to: schema)
      return 0
    }
    unsafe stream.pointee.get_next = { stream, array in
      guard let producer = unsafe MatrixProducer.of(stream?.pointee.private_data),
        let array = unsafe array
      else { return 22 }
      unsafe producer.write(to: array)
      return 0
    }
    unsafe stream.pointee.get_last_error = { _ in nil }
    unsafe stream.pointee.release = { stream in
      unsafe MatrixProducer.release(stream?.pointee.private_data)
      unsafe stream?.pointee.private_data = nil
      unsafe stream?.pointee.release = nil
    }
    return unsafe ColumnStream(
      fields: names.map { ColumnStream.Field(name: $0, format: "g") },
      address: UnsafeMutableRawPointer(stream), error: { nil },
      release: {
        // A consumer that took the stream over has set `release` to nil.
        unsafe stream.pointee.release?(stream)
        unsafe stream.deallocate()
      })
  }

  private func write(to schema: UnsafeMutablePointer<ArrowSchema>) {
    let count = names.count
    for column in 0..<count {
      var child = unsafe ArrowSchema()
      unsafe child.format = unsafe UnsafePointer(texts[count + 1])
      unsafe child.name = unsafe UnsafePointer(texts[column])
      // 2: values may be missing.
      unsafe child.flags = 2
      unsafe child.private_data = retained()
      unsafe child.release = MatrixProducer.releaseSchema
      unsafe schemas[column] = unsafe child
      unsafe schemaPlaces[column] = unsafe schemas.baseAddress.map { unsafe $0 + column }
    }
    var whole = unsafe ArrowSchema()
    unsafe whole.format = unsafe UnsafePointer(texts[count])
    unsafe whole.n_children = Int64(count)
    unsafe whole.children = unsafe schemaPlaces.baseAddress
    unsafe whole.private_data = retained()
    unsafe whole.release = MatrixProducer.releaseSchema
    unsafe schema.pointee = unsafe whole
  }

  /// The rows at the first call, the end of the stream at the next.
  private func write(to array: UnsafeMutablePointer<ArrowArray>) {
    unsafe array.pointee = unsafe ArrowArray()
    guard !isRead, rowCount > 0 else { return }
    isRead = true
    for column in names.indices {
      unsafe buffers[2 * column + 1] = unsafe UnsafeRawPointer(
        values.baseAddress.map { unsafe $0 + column * rowCount })
      var child = unsafe ArrowArray()
      unsafe child.length = Int64(rowCount)
      unsafe child.n_buffers = 2
      unsafe child.buffers = unsafe buffers.baseAddress.map { unsafe $0 + 2 * column }
      unsafe child.private_data = retained()
      unsafe child.release = MatrixProducer.releaseArray
      unsafe arrays[column] = unsafe child
      unsafe arrayPlaces[column] = unsafe arrays.baseAddress.map { unsafe $0 + column }
    }
    var whole = unsafe ArrowArray()
    unsafe whole.length = Int64(rowCount)
    unsafe whole.n_buffers = 1
    unsafe whole.buffers = unsafe noBuffers
    unsafe whole.n_children = Int64(names.count)
    unsafe whole.children = unsafe arrayPlaces.baseAddress
    unsafe whole.private_data = retained()
    unsafe whole.release = MatrixProducer.releaseArray
    unsafe array.pointee = unsafe whole
  }

  private static let releaseSchema: @convention(c) (UnsafeMutablePointer<ArrowSchema>?) -> Void = {
    schema in
    guard let schema = unsafe schema, unsafe schema.pointee.release != nil else { return }
    for index in unsafe 0..<Int(clamping: schema.pointee.n_children) {
      if let child = unsafe schema.pointee.children?[index] { unsafe child.pointee.release?(child) }
    }
    let data = unsafe schema.pointee.private_data
    unsafe schema.pointee.release = nil
    unsafe MatrixProducer.release(data)
  }

  private static let releaseArray: @convention(c) (UnsafeMutablePointer<ArrowArray>?) -> Void = {
    array in
    guard let array = unsafe array, unsafe array.pointee.release != nil else { return }
    for index in unsafe 0..<Int(clamping: array.pointee.n_children) {
      if let child = unsafe array.pointee.children?[index] { unsafe child.pointee.release?(child) }
    }
    let data = unsafe array.pointee.private_data
    unsafe array.pointee.release = nil
    unsafe MatrixProducer.release(data)
  }

  private func retained() -> UnsafeMutableRawPointer {
    unsafe Unmanaged.passRetained(self).toOpaque()
  }

  private static func of(_ data: UnsafeMutableRawPointer?) -> MatrixProducer? {
    guard let data = unsafe data else { return nil }
    return unsafe Unmanaged<MatrixProducer>.fromOpaque(data).takeUnretainedValue()
  }

  private static func release(_ data: UnsafeMutableRawPointer?) {
    guard let data = unsafe data else { return }
    unsafe Unmanaged<MatrixProducer>.fromOpaque(data).release()
  }
}
