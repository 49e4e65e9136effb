internal import Parsing
internal import Planning
internal import Running
internal import Vocabulary

/// Prose as Markdown lines, values filled in as text.
///
/// The author's own line breaks stay, so that a changed value changes its own line only.
struct ProseMarkdown {
  var manuscript: Manuscript
  private var run: Run { manuscript.run }
  private var allowsRawHTML: Bool { manuscript.run.plan.project.allowsRawHTML }

  init(_ manuscript: Manuscript) {
    self.manuscript = manuscript
  }

  func lines(_ block: Block, alternates: Bool = false) -> [String] {
    switch block {
    case .heading(let level, let inlines, _):
      let text = text(inlines).split(separator: "\n").joined(separator: " ")
      let guarded = text.hasSuffix("#") ? text.dropLast() + "\\#" : text
      return ["\(String(repeating: "#", count: min(6, max(1, level)))) \(guarded)"]
    case .paragraph(let inlines, _): return paragraph(inlines)
    case .quote(let blocks, _):
      return lines(blocks).map { $0.isEmpty ? ">" : "> \($0)" }
    case .list(let start, let isTight, let items, _):
      return list(start: start, isTight: isTight, items, alternates: alternates)
    case .code(let info, let text, _): return fenced(text, info: info)
    case .rule: return ["---"]
    case .html(let markup, _):
      if allowsRawHTML { return markup.split(separator: "\n").map(String.init) }
      return isComment(markup) ? [] : fenced(markup, info: "html")
    case .table(let alignments, let header, let rows, _):
      return table(alignments, header, rows)
    }
  }

  /// Blocks with an empty line between them; neighbouring lists get different marks, since they
  /// would otherwise run together.
  func lines(_ blocks: [Block]) -> [String] {
    var out: [String] = []
    var alternates = false
    var lastWasList = false
    for block in blocks {
      let isList = if case .list = block { true } else { false }
      alternates = isList && lastWasList ? !alternates : false
      lastWasList = isList
      let lines = lines(block, alternates: alternates)
      guard !lines.isEmpty else { continue }
      if !out.isEmpty { out.append("") }
      out += lines
    }
    return out
  }

  func paragraph(_ inlines: [Inline]) -> [String] {
    text(inlines).split(separator: "\n", omittingEmptySubsequences: false).map { line in
      escapedLineStart(String(line))
    }
  }

  private func list(
    start: Int?, isTight: Bool, _ items: [[Block]], alternates: Bool
  ) -> [String] {
    var out: [String] = []
    for (index, item) in items.enumerated() {
      let mark =
        if let start {
          "\(start.addingReportingOverflow(index).partialValue)\(alternates ? ")" : ".") "
        } else {
          alternates ? "* " : "- "
        }
      let indent = String(repeating: " ", count: mark.utf8.count)
      var content: [String] = []
      for block in item {
        let lines = lines(block)
        if !content.isEmpty, !lines.isEmpty, !isTight || needsGap(block) { content.append("") }
        content += lines
      }
      if index > 0, !isTight { out.append("") }
      out.append((mark + (content.first ?? "")).trimmedEnd)
      out += content.dropFirst().map { $0.isEmpty ? "" : indent + $0 }
    }
    return out
  }

  /// Whether a block within a tight item would run into the text before it.
  private func needsGap(_ block: Block) -> Bool {
    switch block {
    case .paragraph, .table, .html, .rule: true
    case .list(let start, _, _, _): start != nil && start != 1
    case .heading, .quote, .code: false
    }
  }

  private func table(
    _ alignments: [Block.Alignment], _ header: [[Inline]], _ rows: [[[Inline]]]
  ) -> [String] {
    let marks = header.indices.map { index in
      switch index < alignments.count ? alignments[index] : .none {
      case .none: "---"
      case .left: ":---"
      case .center: ":---:"
      case .right: "---:"
      }
    }
    return [row(header.map(cell)), row(marks)] + rows.map { row($0.map(cell)) }
  }

  private func cell(_ inlines: [Inline]) -> String {
    text(inlines, isInCell: true).split(separator: "\n").joined(separator: " ")
  }

  // MARK: Inlines

  func text(_ inlines: [Inline], isInCell: Bool = false) -> String {
    inlines.map { text($0, isInCell) }.joined()
  }

  private func text(_ inline: Inline, _ isInCell: Bool) -> String {
    switch inline {
    case .text(let text): escapedForMarkdown(text)
    case .expression(let expression):
      run.texts[expression.range].map { escapedForMarkdown($0) }
        ?? "**⟨\(manuscript.words.noValue)⟩**"
    case .code(let text): isInCell ? inlineCodeInCell(text) : inlineCode(text)
    case .emphasis(let inner): wrapped("*", inner, isInCell)
    case .strong(let inner): wrapped("**", inner, isInCell)
    case .link(let destination, let title, let inner):
      link(destination, title, text(inner, isInCell: isInCell))
    case .image(let destination, let title, let inner):
      link(destination, title, inner.isEmpty ? "image" : text(inner, isInCell: isInCell))
    case .html(let markup):
      allowsRawHTML ? markup : isComment(markup) ? "" : escapedForMarkdown(markup)
    case .softBreak: "\n"
    case .hardBreak: isInCell ? " " : "\\\n"
    }
  }

  private func wrapped(_ mark: String, _ inner: [Inline], _ isInCell: Bool) -> String {
    let text = text(inner, isInCell: isInCell)
    return text.isEmpty ? "" : mark + text + mark
  }

  private func link(_ destination: Template, _ title: String, _ text: String) -> String {
    guard let link = Link(to: destination, in: run) else { return text }
    let address = percentEncoded(link.destination, keeping: "!#$%&'*+,-./:;=?@_~[]")
    let end = title.isEmpty ? "" : " \"\(escapedForMarkdown(title).replacingQuotes)\""
    return "[\(text)](\(address)\(end))"
  }
}

/// Cells as a line of a pipe table.
func row(_ cells: [String]) -> String {
  "| " + cells.joined(separator: " | ") + " |"
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }

  fileprivate var replacingQuotes: String {
    split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
  }
}
