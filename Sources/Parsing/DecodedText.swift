internal import Vocabulary

/// What a file's bytes say once read as UTF-8.
struct DecodedText {
  /// The bytes of valid UTF-8: no byte order mark, `\n` line ends, NUL and what is no UTF-8 replaced
  /// by U+FFFD.
  private(set) var bytes: [UInt8]
  /// One error for the first byte that is no UTF-8.
  private(set) var diagnostics: [Diagnostic] = []

  /// Reads bytes from the outside.
  init(_ raw: [UInt8], file: String) {
    bytes = Self.normalized(raw)
    if raw.starts(with: [0xFF, 0xFE]) || raw.starts(with: [0xFE, 0xFF]) {
      bytes = Self.normalized(Array(String(decoding: raw, as: UTF8.self).utf8))
      let start = SourcePosition(line: 1, column: 1)
      diagnostics = [
        .error(
          "not-utf8", "the file is in UTF-16",
          at: SourceRange(file: file, start: start, end: start),
          solutions: ["save it as UTF-8"])
      ]
      return
    }
    guard let first = Self.firstInvalidByte(in: bytes) else { return }
    let source = SourceText(bytes: Array(bytes[..<first]) + [UInt8(ascii: "?")], file: file)
    let digits = String(bytes[first], radix: 16, uppercase: true)
    diagnostics.append(
      .error(
        "not-utf8", "the byte 0x\(digits) is no UTF-8 here", at: source.range(first..<(first + 1)),
        solutions: ["save the file as UTF-8"]))
    bytes = Array(String(decoding: bytes, as: UTF8.self).utf8)
  }

  private static func normalized(_ raw: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(raw.count)
    var index = raw.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while index < raw.count {
      switch raw[index] {
      case 0x0D:
        result.append(newline)
        if index + 1 < raw.count, raw[index + 1] == newline { index += 1 }
      case 0: result += [0xEF, 0xBF, 0xBD]
      default: result.append(raw[index])
      }
      index += 1
    }
    return result
  }

  /// The first byte that belongs to no valid sequence.
  private static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return offset < bytes.count ? offset : nil
      }
    }
  }
}
