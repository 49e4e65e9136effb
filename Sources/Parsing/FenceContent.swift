internal import Vocabulary

/// What stands between the lines of a fence.
struct FenceContent {
  /// The lines without the fence's own indentation, each with its line end.
  let text: String
  /// From the first character of the first line to the start of the closing line.
  let range: SourceRange
  /// The byte behind the last line's last character.
  let end: Int
  /// The first line (from 0) inside that looks like the opening of a step.
  let nextOpening: Int?

  init(_ fence: Fence, lines: Range<Int>, in source: SourceText) {
    var bytes: [UInt8] = []
    var opening: Int?
    for index in lines {
      let line = source.line(index)
      let indentation = source.bytes[line].prefix(fence.indentation).prefix { $0 == 0x20 }.count
      bytes += source.bytes[(line.lowerBound + indentation)..<line.upperBound]
      bytes.append(newline)
      if opening == nil, let other = Fence(in: source, line: index), other.role != .inert,
        other.character == fence.character, other.marker.count >= fence.marker.count
      {
        opening = index
      }
    }
    text = String(decoding: bytes, as: UTF8.self)
    nextOpening = opening
    end = lines.isEmpty ? fence.line.upperBound : source.line(lines.upperBound - 1).upperBound
    let first = SourcePosition(
      line: source.origin.line + lines.lowerBound, column: 1 + fence.indentation)
    let last = SourcePosition(line: source.origin.line + lines.upperBound, column: 1)
    range = SourceRange(file: source.file, start: first, end: max(first, last))
  }
}
