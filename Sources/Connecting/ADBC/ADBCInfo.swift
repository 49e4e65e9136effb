internal import CEngines

/// What a driver says of itself and of the engine: texts by ADBC's numbers for them.
///
/// They come as a union of Arrow's, whose dense form the engine here does not read; texts are the
/// first of its members.
enum ADBCInfo {
  /// The texts of a stream, which is used up.
  static func texts(_ stream: UnsafeMutablePointer<ArrowArrayStream>) -> [Int: String] {
    var schema = unsafe ArrowSchema()
    guard unsafe stream.pointee.get_schema?(stream, &schema) == 0 else { return [:] }
    let form = unsafe ArrowColumn(schema)
    unsafe schema.release?(&schema)
    guard form.children.count == 2, form.children[0].format == "I",
      form.children[1].children.first?.format == "u"
    else { return [:] }
    let isDense = form.children[1].format.hasPrefix("+ud")
    var found: [Int: String] = [:]
    while true {
      var array = unsafe ArrowArray()
      guard unsafe stream.pointee.get_next?(stream, &array) == 0,
        let release = unsafe array.release
      else { return found }
      unsafe note(array, isDense: isDense, in: &found)
      unsafe release(&array)
    }
  }

  private static func note(_ array: ArrowArray, isDense: Bool, in found: inout [Int: String]) {
    guard let codes = unsafe array.children?[0]?.pointee,
      let union = unsafe array.children?[1]?.pointee,
      let texts = unsafe union.children?[0]?.pointee,
      let numbers = unsafe codes.buffers?[1], let kinds = unsafe union.buffers?[0],
      let ends = unsafe texts.buffers?[1]
    else { return }
    let bytes = unsafe texts.buffers?[2]
    let places = unsafe isDense ? union.buffers?[1] : nil
    for row in 0..<Int(clamping: unsafe array.length) {
      guard unsafe kinds.loadUnaligned(fromByteOffset: row, as: Int8.self) == 0 else { continue }
      var place = row
      if let places = unsafe places {
        place = Int(unsafe places.loadUnaligned(fromByteOffset: row * 4, as: Int32.self))
      }
      let start = Int(unsafe ends.loadUnaligned(fromByteOffset: place * 4, as: Int32.self))
      let end = Int(unsafe ends.loadUnaligned(fromByteOffset: place * 4 + 4, as: Int32.self))
      let code = unsafe numbers.loadUnaligned(fromByteOffset: row * 4, as: UInt32.self)
      guard start < end, let bytes = unsafe bytes else { continue }
      let text = unsafe UnsafeRawBufferPointer(start: bytes + start, count: end - start)
      found[Int(code)] = unsafe String(decoding: text, as: UTF8.self)
    }
  }
}
