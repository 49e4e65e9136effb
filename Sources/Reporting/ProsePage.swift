internal import Parsing
internal import Planning
internal import Running
internal import Vocabulary

/// Prose as HTML, values filled in as text.
struct ProsePage {
  var manuscript: Manuscript
  private var run: Run { manuscript.run }
  private var allowsRawHTML: Bool { manuscript.run.plan.project.allowsRawHTML }

  init(_ manuscript: Manuscript) {
    self.manuscript = manuscript
  }

  func html(_ block: Block) -> [HTML] {
    switch block {
    case .heading(_, let inlines, let range):
      guard let heading = manuscript.outline.heading(at: range) else { return [] }
      return [.tag("h\(heading.level)", ["id": heading.anchor], html(inlines))]
    case .paragraph(let inlines, _): return [.tag("p", [:], html(inlines))]
    case .quote(let blocks, _): return [.tag("blockquote", [:], blocks.flatMap(html))]
    case .list(let start, let isTight, let items, _):
      return [list(start: start, isTight: isTight, items)]
    case .code(_, let text, _): return [code(text, label: nil)]
    case .rule: return [.tag("hr")]
    case .html(let markup, _):
      if allowsRawHTML { return [.verbatim(markup)] }
      return isComment(markup) ? [] : [code(markup, label: nil)]
    case .table(let alignments, let header, let rows, _):
      return [table(alignments, header, rows)]
    }
  }

  /// Code as it stands; the box scrolls, so a keyboard must be able to reach it.
  func code(_ text: String, label: String?) -> HTML {
    .tag(
      "pre", ["tabindex": "0", "role": label == nil ? nil : "group", "aria-label": label],
      [.tag("code", [:], text: text)])
  }

  private func list(start: Int?, isTight: Bool, _ items: [[Block]]) -> HTML {
    let children = items.map { blocks -> HTML in
      let content = blocks.flatMap { block -> [HTML] in
        if isTight, case .paragraph(let inlines, _) = block { html(inlines) } else { html(block) }
      }
      return .tag("li", [:], content)
    }
    guard let start else { return .tag("ul", [:], children) }
    return .tag("ol", ["start": start == 1 ? nil : String(start)], children)
  }

  private func table(
    _ alignments: [Block.Alignment], _ header: [[Inline]], _ rows: [[[Inline]]]
  ) -> HTML {
    func cell(_ name: String, _ index: Int, _ inlines: [Inline]) -> HTML {
      let alignment = index < alignments.count ? alignments[index] : .none
      let className: String? =
        switch alignment {
        case .right: "number"
        case .center: "center"
        case .left, .none: nil
        }
      return .tag(
        name, ["scope": name == "th" ? "col" : nil, "class": className], html(inlines))
    }
    let head = header.enumerated().map { cell("th", $0.offset, $0.element) }
    let body = rows.map { row in
      HTML.tag("tr", [:], row.enumerated().map { cell("td", $0.offset, $0.element) })
    }
    return scrollable(
      .tag(
        "table", [:],
        [.tag("thead", [:], [.tag("tr", [:], head)]), .tag("tbody", [:], body)]))
  }

  // MARK: Inlines

  func html(_ inlines: [Inline]) -> [HTML] {
    var nodes: [HTML] = []
    append(inlines, to: &nodes, isInLink: false)
    return nodes
  }

  private func append(_ inlines: [Inline], to nodes: inout [HTML], isInLink: Bool) {
    for (index, inline) in inlines.enumerated() {
      switch inline {
      case .text(let text): nodes.append(.text(text))
      case .expression(let expression): nodes.append(value(of: expression))
      case .code(let text): nodes.append(.tag("code", [:], text: text))
      case .emphasis(let inner): nodes.append(wrapped("em", inner, isInLink))
      case .strong(let inner): nodes.append(wrapped("strong", inner, isInLink))
      case .link(let destination, let title, let inner):
        link(to: destination, title: title, inner, in: &nodes, isInLink: isInLink)
      case .image(let destination, let title, let inner):
        // A picture from elsewhere would be a network reference, so the reader may follow a link.
        let name = inner.isEmpty ? [.text(fileName(of: destination))] : inner
        link(to: destination, title: title, name, in: &nodes, isInLink: isInLink)
      case .html(let markup):
        if allowsRawHTML {
          nodes.append(.verbatim(markup))
        } else if !isComment(markup) {
          nodes.append(.text(markup))
        }
      case .softBreak:
        let before = index > 0 ? inlines[index - 1] : nil
        let after = index + 1 < inlines.count ? inlines[index + 1] : nil
        if !isWide(before, \.last) || !isWide(after, \.first) { nodes.append(.text("\n")) }
      case .hardBreak: nodes += [.tag("br"), .text("\n")]
      }
    }
  }

  private func wrapped(_ name: String, _ inner: [Inline], _ isInLink: Bool) -> HTML {
    var nodes: [HTML] = []
    append(inner, to: &nodes, isInLink: isInLink)
    return .tag(name, [:], nodes)
  }

  private func link(
    to destination: Template, title: String, _ inner: [Inline], in nodes: inout [HTML],
    isInLink: Bool
  ) {
    guard !isInLink, let link = Link(to: destination, in: run) else {
      append(inner, to: &nodes, isInLink: isInLink)
      return
    }
    var content: [HTML] = []
    append(inner, to: &content, isInLink: true)
    nodes.append(
      .tag(
        "a",
        [
          "href": link.destination, "title": title.isEmpty ? nil : title,
          "rel": link.isExternal ? "noopener noreferrer" : nil,
        ], content))
  }

  private func value(of expression: Expression) -> HTML {
    if let text = run.texts[expression.range] { return .text(text) }
    return .tag(
      "mark",
      [
        "class": "missing", "id": manuscript.outline.missingAnchors[expression.range],
        "title": expression.sql,
      ], text: manuscript.words.noValue)
  }

  private func fileName(of destination: Template) -> String {
    let text = destination.segments.map { segment in
      switch segment {
      case .text(let part): part
      case .expression(let expression): run.texts[expression.range] ?? "…"
      }
    }.joined()
    return text.split(separator: "/").last.map(String.init) ?? text
  }

  /// A line end between two full-width characters is no space in Chinese and Japanese.
  private func isWide(_ inline: Inline?, _ end: KeyPath<String, Character?>) -> Bool {
    guard let inline,
      let scalar = plainText(of: [inline], in: run)[keyPath: end]?.unicodeScalars.first
    else { return false }
    switch scalar.value {
    case 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF,
      0xFF01...0xFF60, 0x20000...0x3FFFF:
      return true
    default: return false
    }
  }
}

/// A box that scrolls sideways when its content is too wide, reachable by keyboard.
func scrollable(_ content: HTML, label: String? = nil) -> HTML {
  .tag(
    "div",
    [
      "class": "scroll", "tabindex": "0", "role": label == nil ? nil : "region",
      "aria-label": label,
    ],
    [content])
}
