import CEngines
import Vocabulary

/// Reads a C stream by the rules of the Arrow C data interface alone, as an engine would, and prints
/// its values.
struct CColumns {
  var names: [String] = []
  var formats: [String] = []
  /// The values of each column, NULL as nil.
  var values: [[String?]] = []
  /// What `get_last_error` said.
  var failure: String?

  init(reading stream: ColumnStream) {
    let pointer = unsafe stream.address.assumingMemoryBound(to: ArrowArrayStream.self)
    var schema = unsafe ArrowSchema()
    guard unsafe pointer.pointee.get_schema(pointer, &schema) == 0 else { return }
    defer { unsafe schema.release?(&schema) }
    let count = unsafe Int(schema.n_children)
    for index in 0..<count {
      guard let child = unsafe schema.children[index] else { continue }
      unsafe names.append(String(cString: child.pointee.name))
      unsafe formats.append(String(cString: child.pointee.format))
    }
    values = Array(repeating: [], count: count)
    while true {
      var array = unsafe ArrowArray()
      guard unsafe pointer.pointee.get_next(pointer, &array) == 0 else {
        failure = unsafe pointer.pointee.get_last_error(pointer).map { unsafe String(cString: $0) }
        return
      }
      guard unsafe array.release != nil else { return }
      for index in 0..<count {
        if let schema = unsafe schema.children[index], let column = unsafe array.children[index] {
          for row in 0..<(unsafe Int(array.length)) {
            unsafe values[index].append(Self.value(row, of: column.pointee, schema.pointee))
          }
        }
      }
      unsafe array.release(&array)
    }
  }

  private static func value(
    _ row: Int, of array: ArrowArray, _ schema: ArrowSchema
  ) -> String? {
    let format = unsafe String(cString: schema.format)
    if format == "n" { return nil }
    if unsafe array.null_count > 0, let bits = unsafe array.buffers[0] {
      if unsafe bits.load(fromByteOffset: row / 8, as: UInt8.self) >> (row % 8) & 1 == 0 {
        return nil
      }
    }
    func number<Number>(_ type: Number.Type, buffer: Int = 1, at index: Int? = nil) -> Number {
      unsafe UnsafeRawPointer(array.buffers[buffer]).unsafelyUnwrapped
        .load(fromByteOffset: (index ?? row) * MemoryLayout<Number>.size, as: Number.self)
    }
    func span(isLarge: Bool) -> Range<Int> {
      isLarge
        ? Int(number(Int64.self))..<Int(number(Int64.self, at: row + 1))
        : Int(number(Int32.self))..<Int(number(Int32.self, at: row + 1))
    }
    func child(_ index: Int, _ row: Int) -> String {
      guard let part = unsafe array.children[index], let schema = unsafe schema.children[index]
      else { return "?" }
      return unsafe value(row, of: part.pointee, schema.pointee) ?? "NULL"
    }
    switch format {
    case "b":
      return number(UInt8.self, at: row / 8) >> (row % 8) & 1 == 1 ? "true" : "false"
    case "c": return "\(number(Int8.self))"
    case "C": return "\(number(UInt8.self))"
    case "s": return "\(number(Int16.self))"
    case "i", "tdD", "tts", "ttm", "tiM": return "\(number(Int32.self))"
    case "f": return "\(number(Float.self))"
    case "g": return "\(number(Double.self))"
    case "u", "U", "z", "Z":
      let bytes = span(isLarge: format == "U" || format == "Z").map {
        number(UInt8.self, buffer: 2, at: $0)
      }
      return format.lowercased() == "u" ? String(decoding: bytes, as: UTF8.self) : "\(bytes)"
    case "+l", "+L":
      return "[" + span(isLarge: format == "+L").map { child(0, $0) }.joined(separator: ", ") + "]"
    case "+m":
      return "{" + span(isLarge: false).map { child(0, $0) }.joined(separator: ", ") + "}"
    case "+s":
      let parts = 0..<(unsafe Int(array.n_children))
      return "(" + parts.map { child($0, row) }.joined(separator: ", ") + ")"
    default:
      if format.hasPrefix("+w:"), let size = Int(format.dropFirst(3)) {
        let rows = (row * size)..<((row + 1) * size)
        return "[" + rows.map { child(0, $0) }.joined(separator: ", ") + "]"
      }
      if format.hasPrefix("d:") || format == "tin" {
        return "\(number(Int64.self, at: 2 * row + 1)):\(number(UInt64.self, at: 2 * row))"
      }
      if format.hasPrefix("w:"), let size = Int(format.dropFirst(2)) {
        return "\(((row * size)..<((row + 1) * size)).map { number(UInt8.self, at: $0) })"
      }
      return "\(number(Int64.self))"
    }
  }
}
