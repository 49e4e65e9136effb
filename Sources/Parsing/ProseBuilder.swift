internal import Vocabulary

/// Makes our blocks of libcmark's tree: places in the notebook, expressions, pipe tables.
struct ProseBuilder {
  /// A piece at the top level of the document.
  enum Piece {
    case block(Block)
    /// A code block; whether it is fenced and a step is for the notebook to say. Lines from 0.
    case code(info: String, text: String, lines: ClosedRange<Int>, column: Int, range: SourceRange)
  }

  private let prose: ProseSource
  private let tree: MarkdownTree
  /// The number of lines in front of the document in what libcmark read.
  private let shift: Int
  /// The inlines of the entries put in front.
  private var entries: [Int: [Inline]] = [:]
  private(set) var diagnostics: [Diagnostic]

  /// Parses the Markdown of a notebook from a line (from 0) on.
  init(parsing source: SourceText, from firstLine: Int) {
    var prose = ProseSource(source, from: firstLine)
    let first = MarkdownTree(parsing: prose.body)
    let hasMarks =
      source.bytes.contains(pipe) || InlineScanner.contains(source.bytes, openBraces)
    if hasMarks, prose.mark(first.root) {
      let front = prose.front
      tree = MarkdownTree(parsing: front.text + prose.body)
      shift = front.text.count { $0 == newline }
      self.prose = prose
      diagnostics = prose.diagnostics
      readEntries(startingAt: front.lines)
    } else {
      tree = first
      shift = 0
      self.prose = prose
      diagnostics = prose.diagnostics
    }
    if let line = tree.tooDeepLine {
      let start = source.start(ofLine: max(0, line - shift - 1 + firstLine))
      diagnostics.append(.nestedTooDeep(at: source.range(start..<start)))
    }
  }

  private mutating func readEntries(startingAt lines: [Int]) {
    let numbers = Dictionary(
      lines.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    for node in tree.root.children where node.startLine <= shift {
      if let number = numbers[node.startLine] { entries[number] = inlines(node.children) }
    }
  }

  /// The pieces of the document in order.
  mutating func pieces() -> [Piece] {
    var pieces: [Piece] = []
    for node in tree.root.children where node.startLine > shift {
      if case .code(let info) = node.kind {
        let lines = lines(of: node)
        pieces.append(
          .code(
            info: info, text: node.literal, lines: lines, column: node.startColumn,
            range: range(of: node)))
      } else {
        pieces += blocks(node).map { .block($0) }
      }
    }
    return pieces
  }

  // MARK: - Places

  /// The lines (from 0) of a node.
  private func lines(of node: MarkdownNode) -> ClosedRange<Int> {
    let last = prose.source.lineCount - 1
    let start = min(max(node.startLine - shift - 1 + prose.firstLine, 0), last)
    let end = min(max(node.endLine - shift - 1 + prose.firstLine, start), last)
    return start...end
  }

  /// From the node's first character to the last on its last line that is not blank.
  private func range(of node: MarkdownNode) -> SourceRange {
    let lines = lines(of: node)
    let first = prose.source.line(lines.lowerBound)
    let start = min(first.lowerBound + max(node.startColumn, 1) - 1, first.upperBound)
    return prose.source.range(start..<end(of: lines, after: start))
  }

  private func end(of lines: ClosedRange<Int>, after start: Int) -> Int {
    for line in lines.reversed() {
      let stretch = trimmed(prose.source.bytes, prose.source.line(line))
      if !stretch.isEmpty { return max(start, stretch.upperBound) }
    }
    return start
  }

  private func range(ofLines lines: ClosedRange<Int>) -> SourceRange {
    let first = prose.source.line(lines.lowerBound)
    let start = trimmed(prose.source.bytes, first).lowerBound
    return prose.source.range(start..<end(of: lines, after: start))
  }

  // MARK: - Blocks

  /// The blocks of one node: one, or several where a table stood in a paragraph.
  private mutating func blocks(_ node: MarkdownNode) -> [Block] {
    switch node.kind {
    case .paragraph, .heading:
      if let table = prose.tables[lines(of: node).lowerBound] { return blocks(table, in: node) }
      let content = inlines(node.children)
      if case .heading(let level) = node.kind {
        return [.heading(level: level, content, range(of: node))]
      }
      return [.paragraph(content, range(of: node))]
    case .quote:
      return [.quote(inner(node), range(of: node))]
    case .list(let start, let isTight):
      let items = node.children.map { inner($0) }
      return [.list(start: start, isTight: isTight, items: items, range(of: node))]
    case .code(let info):
      let range = range(of: node)
      warnAboutHiddenStep(info, at: range)
      return [.code(info: info, text: node.literal, range)]
    case .html:
      return [.html(node.literal, range(of: node))]
    case .rule:
      return [.rule(range(of: node))]
    default:
      return inner(node)
    }
  }

  private mutating func inner(_ node: MarkdownNode) -> [Block] {
    var result: [Block] = []
    for child in node.children { result += blocks(child) }
    return result
  }

  private func blocks(_ table: ProseSource.Table, in node: MarkdownNode) -> [Block] {
    var result: [Block] = []
    if let preface = table.preface, let text = entries[preface], !text.isEmpty {
      let lines = lines(of: node).lowerBound...(table.lines.lowerBound - 1)
      let whole = range(of: node)
      let end = range(ofLines: lines).end
      result.append(
        .paragraph(text, SourceRange(file: whole.file, start: whole.start, end: end)))
    }
    func cells(_ numbers: [Int]) -> [[Inline]] { numbers.map { entries[$0] ?? [] } }
    result.append(
      .table(
        alignments: table.alignments, header: cells(table.header), rows: table.rows.map(cells),
        range(ofLines: table.lines)))
    if let rule = table.rule { result.append(.rule(range(ofLines: rule...rule))) }
    return result
  }

  private mutating func warnAboutHiddenStep(_ info: String, at range: SourceRange) {
    let words = info.split(whereSeparator: \.isWhitespace)
    guard words.count > 1, words[1] == "step" || words[1] == "parameters",
      FenceLanguage(rawValue: String(words[0])) != nil
    else { return }
    let start = SourceRange(
      file: range.file, start: range.start,
      end: SourcePosition(line: range.start.line, column: range.start.column + 3))
    diagnostics.append(
      .warning(
        "fence-not-at-top",
        "this fence stands in a list or a quote and is only text, not \(words[1] == "step" ? "a step" : "the parameters")",
        at: start, solutions: ["move it out, to the start of a line"]))
  }

  // MARK: - Inlines

  private mutating func inlines(_ nodes: [MarkdownNode]) -> [Inline] {
    var result: [Inline] = []
    for node in nodes {
      switch node.kind {
      case .text: append(node.literal, to: &result)
      case .softBreak: result.append(.softBreak)
      case .hardBreak: result.append(.hardBreak)
      case .codeSpan: result.append(.code(restored(node.literal)))
      case .inlineHTML: result.append(.html(restored(node.literal)))
      case .emphasis: result.append(.emphasis(inlines(node.children)))
      case .strong: result.append(.strong(inlines(node.children)))
      case .link(let url, let title):
        warnAboutTitle(title)
        result.append(
          .link(destination: template(url), title: restored(title), inlines(node.children)))
      case .image(let url, let title):
        warnAboutTitle(title)
        result.append(
          .image(destination: template(url), title: restored(title), inlines(node.children)))
      default: result += inlines(node.children)
      }
    }
    return result
  }

  /// A link's title is plain text, as code and HTML are; there the author could not see why.
  private mutating func warnAboutTitle(_ title: String) {
    guard InlineMarks.areIn(title) else { return }
    for case .expression(let number) in InlineMarks.pieces(of: title)
    where prose.expressions.indices.contains(number) {
      diagnostics.append(
        .warning(
          "expression-in-title", "an expression in the title of a link is not evaluated",
          at: prose.expressions[number].expression.range,
          solutions: ["write it into the text of the link"]))
    }
  }

  private func append(_ literal: String, to result: inout [Inline]) {
    guard InlineMarks.areIn(literal) else {
      append(text: literal, to: &result)
      return
    }
    for piece in InlineMarks.pieces(of: literal) {
      switch piece {
      case .text(let text):
        append(text: text, to: &result)
      case .expression(let number):
        if prose.expressions.indices.contains(number) {
          result.append(.expression(prose.expressions[number].expression))
        }
      case .continuation:
        if result.last == .softBreak || result.last == .hardBreak { result.removeLast() }
      }
    }
  }

  private func append(text: String, to result: inout [Inline]) {
    if text.isEmpty { return }
    if case .text(let before) = result.last {
      result[result.count - 1] = .text(before + text)
    } else {
      result.append(.text(text))
    }
  }

  private func template(_ text: String) -> Template {
    guard InlineMarks.areIn(text) else { return .plain(text) }
    return Template(
      InlineMarks.pieces(of: text).compactMap { piece in
        switch piece {
        case .text(let text): .text(text)
        case .expression(let number):
          prose.expressions.indices.contains(number)
            ? .expression(prose.expressions[number].expression) : nil
        case .continuation: nil
        }
      })
  }

  /// Text in which expressions stay as they were written.
  private func restored(_ text: String) -> String {
    guard InlineMarks.areIn(text) else { return text }
    var result = ""
    for piece in InlineMarks.pieces(of: text) {
      switch piece {
      case .text(let text): result += text
      case .expression(let number):
        if prose.expressions.indices.contains(number) {
          result += prose.expressions[number].written
        }
      case .continuation: if result.last?.isWhitespace == true { result.removeLast() }
      }
    }
    return result
  }
}
