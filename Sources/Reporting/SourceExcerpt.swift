internal import Parsing
internal import Planning
internal import Vocabulary

/// The line of a notebook that a diagnostic speaks of, with a caret under the place.
struct SourceExcerpt {
  var text: String

  init?(_ range: SourceRange, in plan: Plan) {
    guard let line = plan.notebook(at: range.file)?.source.line(range.start.line) else {
      return nil
    }
    let scalars = Array(line.unicodeScalars)
    let start = min(max(range.start.column - 1, 0), scalars.count)
    let end =
      range.end.line == range.start.line
      ? min(max(range.end.column - 1, start + 1), scalars.count + 1) : scalars.count
    let number = "\(range.start.line)"
    let margin = scalars[..<start].map { gap(under: $0) }.joined()
    let marks = scalars[start..<max(start, min(end, scalars.count))].map { isFullWidth($0) ? 2 : 1 }
    let width = max(1, min(200, marks.reduce(0, +)))
    text =
      "\(number) | \(line)\n"
      + String(repeating: " ", count: number.utf8.count) + " | \(margin)"
      + String(repeating: "^", count: width) + "\n"
  }
}

private func gap(under scalar: Unicode.Scalar) -> String {
  scalar == "\t" ? "\t" : isFullWidth(scalar) ? "\u{3000}" : " "
}

private func isFullWidth(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x1100...0x115F, 0x2E80...0x9FFF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
    true
  default: false
  }
}

extension String {
  /// The line of this number, from 1, at most 400 characters of it.
  fileprivate func line(_ number: Int) -> Substring? {
    guard number >= 1 else { return nil }
    var rest = utf8[...]
    for _ in 1..<number {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      rest = rest[rest.index(after: end)...]
    }
    return Substring(rest.prefix { $0 != UInt8(ascii: "\n") }).prefix(400)
  }
}
