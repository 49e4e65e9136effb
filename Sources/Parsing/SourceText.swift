internal import Vocabulary

/// A text as bytes with its lines, which turns byte offsets into places that editors count.
///
/// Lines end with `\n` only; carriage returns were removed before.
struct SourceText {
  /// The file as the user named it.
  let file: String
  /// The UTF-8 bytes.
  let bytes: [UInt8]
  /// The offset of the first byte of every line; a text that ends with `\n` has no empty last line,
  /// an empty text has one.
  let lineStarts: [Int]
  /// The place of the first byte; every line begins at its column.
  let origin: SourcePosition
  /// The number of Unicode scalars before each multiple of `stride` bytes, so that a place in a
  /// line of megabytes costs no walk through it; empty when all is ASCII.
  private let scalarsBefore: [Int]

  private static let stride = 64

  init(_ text: String, file: String, origin: SourcePosition = SourcePosition(line: 1, column: 1)) {
    self.init(bytes: Array(text.utf8), file: file, origin: origin)
  }

  init(
    bytes: [UInt8], file: String, origin: SourcePosition = SourcePosition(line: 1, column: 1)
  ) {
    self.file = file
    self.bytes = bytes
    self.origin = origin
    var starts = [0]
    var checkpoints: [Int] = []
    var scalars = 0
    var isASCII = true
    for (offset, byte) in bytes.enumerated() {
      if offset % Self.stride == 0 { checkpoints.append(scalars) }
      if byte & 0xC0 != 0x80 { scalars += 1 }
      if byte >= 0x80 { isASCII = false }
      if byte == newline, offset + 1 < bytes.count { starts.append(offset + 1) }
    }
    lineStarts = starts
    scalarsBefore = isASCII ? [] : checkpoints
  }

  /// The number of lines, at least one.
  var lineCount: Int { lineStarts.count }

  /// The bytes of a line (from 0) without its line end; empty behind the last line.
  func line(_ index: Int) -> Range<Int> {
    guard lineStarts.indices.contains(index) else { return bytes.count..<bytes.count }
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] : bytes.count
    if end > start, bytes[end - 1] == newline { end -= 1 }
    return start..<end
  }

  /// The first byte of a line (from 0), the end of the text behind the last.
  func start(ofLine index: Int) -> Int {
    lineStarts.indices.contains(index) ? lineStarts[index] : bytes.count
  }

  /// The line (from 0) that holds a byte; the end of the text belongs to the last line.
  func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The place of a byte.
  func position(at offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    let line = lineIndex(of: offset)
    if offset == bytes.count, bytes.last == newline {
      return SourcePosition(line: origin.line + line + 1, column: origin.column)
    }
    let column = scalarCount(before: offset) - scalarCount(before: lineStarts[line])
    return SourcePosition(line: origin.line + line, column: origin.column + column)
  }

  /// The places of a stretch of bytes.
  func range(_ offsets: Range<Int>) -> SourceRange {
    SourceRange(
      file: file, start: position(at: offsets.lowerBound), end: position(at: offsets.upperBound))
  }

  /// A stretch as text.
  func text(_ offsets: Range<Int>) -> String {
    String(decoding: bytes[offsets], as: UTF8.self)
  }

  /// The bytes' offset of a Unicode scalar counted from the start of the text.
  func offset(ofScalar index: Int) -> Int {
    if scalarsBefore.isEmpty { return min(max(index, 0), bytes.count) }
    var low = 0
    var high = scalarsBefore.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if scalarsBefore[middle] <= index { low = middle } else { high = middle }
    }
    var offset = low * Self.stride
    var count = scalarsBefore[low]
    while offset < bytes.count {
      if bytes[offset] & 0xC0 != 0x80 {
        if count == index { break }
        count += 1
      }
      offset += 1
    }
    return offset
  }

  private func scalarCount(before offset: Int) -> Int {
    if scalarsBefore.isEmpty { return offset }
    let checkpoint = min(offset / Self.stride, scalarsBefore.count - 1)
    var count = scalarsBefore[checkpoint]
    for byte in bytes[(checkpoint * Self.stride)..<offset] where byte & 0xC0 != 0x80 {
      count += 1
    }
    return count
  }
}

/// The line feed's byte.
let newline = UInt8(ascii: "\n")
