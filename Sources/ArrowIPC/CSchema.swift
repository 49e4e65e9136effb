internal import CEngines

/// What a C schema points to, alive until the schema is released.
@safe private final class SchemaNode {
  let format: UnsafeMutablePointer<CChar>
  let name: UnsafeMutablePointer<CChar>
  let children: ChildPointers<ArrowSchema>

  init(_ field: ArrowField) {
    unsafe format = unsafe copiedCString(field.type.format)
    unsafe name = unsafe copiedCString(field.name)
    let parts = field.type.children
    unsafe children = unsafe ChildPointers(count: parts.count) { index, child in
      unsafe child.initialize(to: ArrowSchema(parts[index]))
    }
  }

  deinit {
    unsafe format.deallocate()
    unsafe name.deallocate()
  }
}

extension ArrowSchema {
  /// The C form of a field, which whoever takes it releases.
  @unsafe init(_ field: ArrowField) {
    let node = SchemaNode(field)
    unsafe self.init()
    unsafe format = unsafe UnsafePointer(node.format)
    unsafe name = unsafe UnsafePointer(node.name)
    // ARROW_FLAG_NULLABLE, ARROW_FLAG_MAP_KEYS_SORTED.
    unsafe flags = field.isNullable ? 2 : 0
    if case .map(_, isSorted: true) = field.type { unsafe flags |= 4 }
    unsafe n_children = Int64(node.children.count)
    unsafe children = unsafe node.children.pointer
    unsafe private_data = unsafe Unmanaged.passRetained(node).toOpaque()
    unsafe release = { schema in
      guard let schema = unsafe schema, let data = unsafe schema.pointee.private_data else {
        return
      }
      unsafe schema.pointee.private_data = nil
      unsafe schema.pointee.release = nil
      let node = unsafe Unmanaged<SchemaNode>.fromOpaque(data).takeRetainedValue()
      // A consumer that has moved a child away has set its `release` to nil.
      unsafe node.children.forEach { unsafe $0.pointee.release?($0) }
    }
  }
}

/// The text with a NUL at its end, in memory that the caller frees.
func copiedCString(_ text: String) -> UnsafeMutablePointer<CChar> {
  let bytes = text.utf8CString
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
  for (index, byte) in bytes.enumerated() { unsafe copy[index] = byte }
  return unsafe copy
}
