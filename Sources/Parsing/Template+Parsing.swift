public import Vocabulary

extension Template {
  /// Text without expressions.
  public static func plain(_ text: String) -> Template {
    Template(text.isEmpty ? [] : [.text(text)])
  }

  /// Whether there is no expression in it.
  public var isPlain: Bool { expressions.isEmpty }

  /// The text when there is no expression in it.
  public var plainText: String? {
    var whole = ""
    for segment in segments {
      guard case .text(let text) = segment else { return nil }
      whole += text
    }
    return whole
  }

  /// Reads text with `{{ }}` expressions; `\{{` is a literal `{{`.
  ///
  /// For example: `Template(parsing: "to {{ $day }}", ...)` has a text and an expression. What is
  /// wrong (an expression that is empty or not closed) is appended to `diagnostics` and kept as
  /// text. `start` is the place of the text's first character.
  public init(
    parsing text: String, file: String, start: SourcePosition, diagnostics: inout [Diagnostic]
  ) {
    let source = SourceText(text, file: file)
    self.init(parsing: source, diagnostics: &diagnostics) { offset in
      let place = source.position(at: offset)
      return SourcePosition(
        line: start.line + place.line - 1,
        column: place.line == 1 ? start.column + place.column - 1 : place.column)
    }
  }

  /// Reads a text whose bytes stand at the places that `place` tells.
  init(
    parsing source: SourceText, diagnostics: inout [Diagnostic],
    place: (Int) -> SourcePosition
  ) {
    let bytes = source.bytes
    var segments: [Segment] = []
    var pending: [UInt8] = []
    func flush() {
      if !pending.isEmpty { segments.append(.text(String(decoding: pending, as: UTF8.self))) }
      pending = []
    }
    func range(_ offsets: Range<Int>) -> SourceRange {
      SourceRange(
        file: source.file, start: place(offsets.lowerBound), end: place(offsets.upperBound))
    }
    var index = 0
    while index < bytes.count {
      if bytes[index] == backslash, bytes[(index + 1)...].starts(with: openBraces) {
        pending += openBraces
        index += 3
      } else if bytes[index...].starts(with: openBraces) {
        switch ExpressionSyntax.ending(ofExpressionAt: index, in: bytes[...]) {
        case .closed(let close):
          let inner = trimmed(bytes, (index + 2)..<close)
          if inner.isEmpty {
            diagnostics.append(.emptyExpression(at: range(index..<(close + 2))))
            pending += bytes[index..<(close + 2)]
          } else {
            flush()
            let sql = String(decoding: bytes[inner], as: UTF8.self)
            segments.append(.expression(Expression(sql: sql, range: range(inner))))
          }
          index = close + 2
        case .unclosed(let quote):
          diagnostics.append(
            .unclosedExpression(
              at: range(index..<(index + 2)), quote: quote.map { place($0) }, region: "text"))
          pending += bytes[index...]
          index = bytes.count
        }
      } else {
        pending.append(bytes[index])
        index += 1
      }
    }
    flush()
    self.init(segments)
  }
}

extension Diagnostic {
  static func emptyExpression(at range: SourceRange) -> Diagnostic {
    .error(
      "empty-expression", "there is nothing between `{{` and `}}`", at: range,
      solutions: [
        "write a SQL expression such as `{{ $name }}`", "write `\\{{` to show two braces",
      ])
  }

  static func unclosedExpression(
    at range: SourceRange, quote: SourcePosition?, region: String
  ) -> Diagnostic {
    .error(
      "unclosed-expression", "`{{` is not closed by `}}` before the end of the \(region)",
      at: range,
      explanation: quote.map {
        "The quote at \($0.line):\($0.column) is not closed, so everything behind it counts as text."
      },
      solutions: ["close it with `}}`", "write `\\{{` to show two braces"])
  }
}

let backslash = UInt8(ascii: "\\")
let openBraces = Array("{{".utf8)

/// The stretch without white space at both ends.
func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
  var start = range.lowerBound
  var end = range.upperBound
  while start < end, isSpace(bytes[start]) { start += 1 }
  while end > start, isSpace(bytes[end - 1]) { end -= 1 }
  return start..<end
}

/// Whether a byte is a space, tab or line end.
func isSpace(_ byte: UInt8) -> Bool {
  byte == 0x20 || (0x09...0x0D).contains(byte)
}
