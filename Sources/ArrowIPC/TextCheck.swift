/// Whether bytes are UTF-8, many texts at a time: engines take it for granted.
enum TextCheck {
  /// Whether `bytes`, cut at the offsets, which lie within and never fall, are all UTF-8 texts.
  static func isText<Offset: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, cutAt offsets: UnsafeBufferPointer<Offset>
  ) -> Bool {
    guard let first = unsafe offsets.first, let last = unsafe offsets.last else { return true }
    let used = unsafe UnsafeRawBufferPointer(rebasing: bytes[Int(first)..<Int(last)])
    if unsafe isASCII(used) { return true }
    guard unsafe isUTF8(used) else { return false }
    // The whole is UTF-8; each text is, too, when no cut goes through a character.
    for index in offsets.indices {
      let offset = unsafe Int(offsets[index])
      if offset < Int(last), unsafe bytes[offset] & 0xC0 == 0x80 { return false }
    }
    return true
  }

  private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var seen: UInt64 = 0
    let words = bytes.count / 8
    for word in 0..<words {
      seen |= unsafe bytes.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self)
    }
    for index in (8 * words)..<bytes.count { seen |= unsafe UInt64(bytes[index]) }
    return seen & 0x8080_8080_8080_8080 == 0
  }

  /// The Unicode Standard, table 3-7: well-formed UTF-8 byte sequences.
  private static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    func follows(_ distance: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
      index + distance < bytes.count && (unsafe range.contains(bytes[index + distance]))
    }
    while index < bytes.count {
      let byte = unsafe bytes[index]
      switch byte {
      case 0..<0x80: index += 1
      case 0xC2...0xDF where follows(1): index += 2
      case 0xE0 where follows(1, 0xA0...0xBF) && follows(2),
        0xED where follows(1, 0x80...0x9F) && follows(2),
        0xE1...0xEC where follows(1) && follows(2),
        0xEE...0xEF where follows(1) && follows(2):
        index += 3
      case 0xF0 where follows(1, 0x90...0xBF) && follows(2) && follows(3),
        0xF1...0xF3 where follows(1) && follows(2) && follows(3),
        0xF4 where follows(1, 0x80...0x8F) && follows(2) && follows(3):
        index += 4
      default: return false
      }
    }
    return true
  }
}
