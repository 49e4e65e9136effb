internal import CEngines

/// What a C array points to, alive until the array is released: its buffers' addresses, its parts, and
/// the bytes themselves.
@safe private final class ArrayNode {
  let bytes: AlignedBytes
  let buffers: UnsafeMutablePointer<UnsafeRawPointer?>
  let children: ChildPointers<ArrowArray>

  init(_ column: ArrowColumn, in bytes: AlignedBytes) {
    self.bytes = bytes
    unsafe buffers = .allocate(capacity: max(1, column.buffers.count))
    for (index, range) in column.buffers.enumerated() {
      unsafe (buffers + index).initialize(to: range.map { unsafe bytes.address(of: $0) })
    }
    unsafe children = unsafe ChildPointers(count: column.children.count) { index, child in
      unsafe child.initialize(to: ArrowArray(column.children[index], in: bytes))
    }
  }

  deinit { unsafe buffers.deallocate() }
}

extension ArrowArray {
  /// The C form of a batch, a structure of its columns, which whoever takes it releases.
  @unsafe init(_ batch: RecordBatch) {
    let rows = ArrowColumn(
      length: batch.rowCount, nullCount: 0, buffers: [nil], children: batch.columns)
    unsafe self.init(rows, in: batch.bytes)
  }

  fileprivate init(_ column: ArrowColumn, in bytes: AlignedBytes) {
    let node = ArrayNode(column, in: bytes)
    unsafe self.init()
    unsafe length = Int64(column.length)
    unsafe null_count = Int64(column.nullCount)
    unsafe n_buffers = Int64(column.buffers.count)
    unsafe buffers = unsafe node.buffers
    unsafe n_children = Int64(node.children.count)
    unsafe children = unsafe node.children.pointer
    unsafe private_data = unsafe Unmanaged.passRetained(node).toOpaque()
    unsafe release = { array in
      guard let array = unsafe array, let data = unsafe array.pointee.private_data else { return }
      unsafe array.pointee.private_data = nil
      unsafe array.pointee.release = nil
      let node = unsafe Unmanaged<ArrayNode>.fromOpaque(data).takeRetainedValue()
      // A consumer that has moved a child away has set its `release` to nil.
      unsafe node.children.forEach { unsafe $0.pointee.release?($0) }
    }
  }
}
