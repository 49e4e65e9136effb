internal import Vocabulary

/// The text that libcmark reads: the notebook's Markdown with marks in place of expressions, and
/// the cells of pipe tables put in front as paragraphs of their own, so that one parse gives the
/// inlines of everything with the same link definitions.
struct ProseSource {
  /// An expression and how it was written, braces included.
  struct Marked {
    var expression: Expression
    var written: String
  }

  /// A pipe table found in a paragraph; numbers are those of `entries`.
  struct Table {
    /// The paragraph's lines in front of the table, if any.
    var preface: Int?
    var alignments: [Block.Alignment]
    var header: [Int]
    var rows: [[Int]]
    /// Lines from 0.
    var lines: ClosedRange<Int>
    /// The line of a rule that libcmark took for the underline of a heading.
    var rule: Int?
  }

  let source: SourceText
  /// The line (from 0) at which the Markdown begins.
  let firstLine: Int
  var diagnostics: [Diagnostic] = []
  private(set) var expressions: [Marked] = []
  /// The texts put in front.
  var entries: [[UInt8]] = []
  /// Tables by the line (from 0) at which their paragraph begins.
  var tables: [Int: Table] = [:]
  /// New contents for stretches of the source.
  private var edits: [(stretch: Range<Int>, bytes: [UInt8])] = []

  /// Deeper nesting on one line is not given to libcmark, which would build it node by node.
  private static let mostMarkers = 200

  init(_ source: SourceText, from firstLine: Int) {
    self.source = source
    self.firstLine = firstLine
    cutDeepLines()
  }

  /// The Markdown with every edit so far, without entries.
  var body: [UInt8] {
    let start = source.start(ofLine: firstLine)
    var result: [UInt8] = []
    result.reserveCapacity(source.bytes.count - start)
    var cursor = start
    for edit in edits.sorted(by: { $0.stretch.lowerBound < $1.stretch.lowerBound }) {
      guard edit.stretch.lowerBound >= cursor else { continue }
      result += InlineMarks.sanitized(source.bytes[cursor..<edit.stretch.lowerBound])
      result += edit.bytes
      cursor = edit.stretch.upperBound
    }
    result += InlineMarks.sanitized(source.bytes[cursor...])
    return result
  }

  /// The entries as paragraphs, and the line (from 1) at which each begins.
  var front: (text: [UInt8], lines: [Int]) {
    var text: [UInt8] = []
    var lines: [Int] = []
    var line = 1
    for entry in entries {
      lines.append(line)
      text += entry
      text += [newline, newline]
      line += entry.count { $0 == newline } + 2
    }
    return (text, lines)
  }

  /// Finds expressions and tables in the leaves of a first parse of `body`; whether there are any.
  mutating func mark(_ tree: MarkdownNode) -> Bool {
    var covered = firstLine
    mark(tree, quotes: 0, covered: &covered)
    markLoose(covered..<source.lineCount)
    return !expressions.isEmpty || !tables.isEmpty
  }

  private mutating func mark(_ node: MarkdownNode, quotes: Int, covered: inout Int) {
    switch node.kind {
    case .paragraph, .heading, .code, .html, .rule:
      let lines = lines(of: node)
      guard lines.lowerBound >= covered else { return }
      markLoose(covered..<lines.lowerBound)
      covered = lines.upperBound + 1
      if node.kind == .paragraph || isHeading(node) {
        markLeaf(node, lines, quotes: quotes)
      }
    default:
      let inner = node.kind == .quote ? quotes + 1 : quotes
      for child in node.children { mark(child, quotes: inner, covered: &covered) }
    }
  }

  private func isHeading(_ node: MarkdownNode) -> Bool {
    if case .heading = node.kind { true } else { false }
  }

  /// The lines (from 0) of a node of the first parse.
  private func lines(of node: MarkdownNode) -> ClosedRange<Int> {
    let first = firstLine + max(node.startLine, 1) - 1
    let last = min(firstLine + max(node.endLine, 1) - 1, source.lineCount - 1)
    return first...max(first, last)
  }

  /// Lines that became no block are link definitions, blank, or markers of empty items.
  private mutating func markLoose(_ lines: Range<Int>) {
    for line in lines {
      let stretch = content(ofLine: line, quotes: .max)
      if !stretch.isEmpty { markRegion([stretch]) }
    }
  }

  private mutating func markLeaf(
    _ node: MarkdownNode, _ lines: ClosedRange<Int>, quotes: Int
  ) {
    var stretches = lines.map { content(ofLine: $0, quotes: quotes) }
    let first = source.line(lines.lowerBound)
    let start = min(first.lowerBound + max(node.startColumn, 1) - 1, first.upperBound)
    stretches[0] = start..<first.upperBound
    let isATX = lines.count == 1
    if node.kind == .paragraph || !isATX, let header = headerLine(in: stretches) {
      markTable(stretches, header: header, lines, hasUnderline: node.kind != .paragraph)
    } else {
      markRegion(stretches)
    }
  }

  /// The line without container marks: indentation and as many `>` as there are quotes around it.
  private func content(ofLine line: Int, quotes: Int) -> Range<Int> {
    let whole = source.line(line)
    var start = whole.lowerBound
    var left = quotes
    while start < whole.upperBound {
      if isSpace(source.bytes[start]) {
        start += 1
      } else if source.bytes[start] == UInt8(ascii: ">"), left > 0 {
        start += 1
        left -= 1
      } else {
        break
      }
    }
    return start..<whole.upperBound
  }
}

// MARK: - Expressions

extension ProseSource {
  private mutating func markRegion(_ stretches: [Range<Int>]) {
    let region = InlineRegion(stretches, of: source)
    guard InlineScanner.contains(region.bytes, openBraces) else { return }
    let marked = marked(region, isTableRow: false)
    for (line, bytes) in zip(region.lines, marked) { edits.append((line.source, bytes)) }
  }

  /// The lines of a region with marks in place of expressions, which are added to the list.
  mutating func marked(_ region: InlineRegion, isTableRow: Bool) -> [[UInt8]] {
    let scanner = InlineScanner(region.bytes, isTableRow: isTableRow)
    func range(_ offsets: Range<Int>) -> SourceRange {
      SourceRange(
        file: source.file,
        start: source.position(at: region.sourceOffset(of: offsets.lowerBound)),
        end: source.position(at: region.sourceOffset(of: offsets.upperBound)))
    }
    for braces in scanner.empty { diagnostics.append(.emptyExpression(at: range(braces))) }
    if let (braces, quote) = scanner.unclosed {
      diagnostics.append(
        .unclosedExpression(
          at: range(braces),
          quote: quote.map { source.position(at: region.sourceOffset(of: $0)) },
          region: isTableRow ? "table row" : "paragraph"))
    }
    var lines: [[UInt8]] = [[]]
    var cursor = 0
    func copy(upTo end: Int) {
      for piece in region.bytes[cursor..<end]
        .split(separator: newline, omittingEmptySubsequences: false).enumerated()
      {
        if piece.offset > 0 { lines.append([]) }
        lines[lines.count - 1] += InlineMarks.sanitized(piece.element)
      }
      cursor = end
    }
    for braces in scanner.expressions {
      copy(upTo: braces.lowerBound)
      lines[lines.count - 1] += InlineMarks.bytes(forExpression: expressions.count)
      let written = region.bytes[braces]
      for _ in 0..<written.count(where: { $0 == newline }) {
        lines.append(Array(String(InlineMarks.continuation).utf8))
      }
      let inner = trimmed(region.bytes, (braces.lowerBound + 2)..<(braces.upperBound - 2))
      var sql = Array(region.bytes[inner])
      if isTableRow { sql = unescapingPipes(sql) }
      expressions.append(
        Marked(
          expression: Expression(
            sql: String(decoding: sql, as: UTF8.self), range: range(inner)),
          written: String(decoding: written, as: UTF8.self)))
      cursor = braces.upperBound
    }
    copy(upTo: region.bytes.count)
    return lines
  }

  /// In a table `\|` is how a `|` is written, so that it looks right elsewhere too.
  private func unescapingPipes(_ sql: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for byte in sql {
      if byte == pipe, result.last == backslash { result.removeLast() }
      result.append(byte)
    }
    return result
  }
}

// MARK: - Limits

extension ProseSource {
  private mutating func cutDeepLines() {
    for line in firstLine..<max(firstLine, source.lineCount) {
      let stretch = source.line(line)
      guard stretch.count > Self.mostMarkers, markers(in: source.bytes[stretch]) > Self.mostMarkers
      else { continue }
      edits.append((stretch, []))
      diagnostics.append(.nestedTooDeep(at: source.range(stretch.lowerBound..<stretch.lowerBound)))
    }
  }

  /// The number of quote and list markers at the start of a line; none for a rule.
  private func markers(in line: ArraySlice<UInt8>) -> Int {
    var count = 0
    var bullets: Set<UInt8> = []
    var index = line.startIndex
    while index < line.endIndex {
      let byte = line[index]
      let gapFollows = index + 1 == line.endIndex || isSpace(line[index + 1])
      if byte == UInt8(ascii: ">") {
        count += 1
        bullets.insert(byte)
      } else if "-+*".utf8.contains(byte), gapFollows {
        count += 1
        bullets.insert(byte)
      } else if (byte == UInt8(ascii: ".") || byte == UInt8(ascii: ")")), gapFollows {
        count += 1
        bullets.insert(byte)
      } else if !isSpace(byte), !isDigit(byte) {
        return count
      }
      index += 1
    }
    let isRule = bullets == [UInt8(ascii: "-")] || bullets == [UInt8(ascii: "*")]
    return isRule ? 0 : count
  }
}

extension Diagnostic {
  static func nestedTooDeep(at range: SourceRange) -> Diagnostic {
    .error(
      "nested-too-deep", "quotes, lists or emphasis are nested too deep here", at: range,
      explanation: "More than \(MarkdownTree.deepest) levels are not read.")
  }
}
