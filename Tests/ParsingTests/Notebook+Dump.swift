import Parsing
import Vocabulary

extension Notebook {
  /// The notebook as text that a test can read: one line for each node, children indented.
  var dump: String {
    elements.map { element in
      switch element {
      case .prose(let block): block.dump(indentation: "")
      case .parameters:
        "parameters \(parameters.map { $0.declarations.dump } ?? "?")\n"
      case .step(let step):
        "step \(step.name) \(step.language) \(step.options.dump) \(quoted(step.body))\n"
      }
    }.joined()
  }
}

extension Block {
  func dump(indentation: String) -> String {
    let inner = indentation + "  "
    func line(_ text: String) -> String { "\(indentation)\(text)\n" }
    switch self {
    case .heading(let level, let content, _): return line("heading \(level) \(content.dump)")
    case .paragraph(let content, _): return line("paragraph \(content.dump)")
    case .quote(let blocks, _):
      return line("quote") + blocks.map { $0.dump(indentation: inner) }.joined()
    case .list(let start, let isTight, let items, _):
      let kind = start.map { "from \($0)" } ?? "of bullets"
      return line("list \(kind)\(isTight ? ", tight" : "")")
        + items.map { item in
          "\(inner)item\n" + item.map { $0.dump(indentation: inner + "  ") }.joined()
        }.joined()
    case .code(let info, let text, _): return line("code \(quoted(info)) \(quoted(text))")
    case .rule: return line("rule")
    case .html(let text, _): return line("html \(quoted(text))")
    case .table(let alignments, let header, let rows, _):
      let columns = alignments.map(\.rawValue).joined(separator: " ")
      return line("table \(columns)")
        + ([header] + rows).map { row in
          "\(inner)\(row.map(\.dump).joined(separator: " | "))\n"
        }.joined()
    }
  }
}

extension [Inline] {
  var dump: String { map(\.dump).joined(separator: " ") }
}

extension Inline {
  var dump: String {
    switch self {
    case .text(let text): quoted(text)
    case .expression(let expression): "{{\(quoted(expression.sql)) at \(expression.range.places)}}"
    case .code(let text): "code(\(quoted(text)))"
    case .emphasis(let content): "emphasis(\(content.dump))"
    case .strong(let content): "strong(\(content.dump))"
    case .link(let destination, let title, let content):
      "link(\(destination.dump) \(quoted(title)) \(content.dump))"
    case .image(let destination, let title, let content):
      "image(\(destination.dump) \(quoted(title)) \(content.dump))"
    case .html(let text): "html(\(quoted(text)))"
    case .softBreak: "soft"
    case .hardBreak: "hard"
    }
  }
}

extension Template {
  var dump: String {
    segments.map { segment in
      switch segment {
      case .text(let text): quoted(text)
      case .expression(let expression):
        "{{\(quoted(expression.sql)) at \(expression.range.places)}}"
      }
    }.joined(separator: "+")
  }
}

extension YAMLNode {
  var dump: String {
    switch content {
    case .scalar(let scalar): scalar.isPlain ? scalar.text : quoted(scalar.text)
    case .value(let value): "<\(value.plainText)>"
    case .pending: "<pending>"
    case .sequence(let nodes): "[" + nodes.map(\.dump).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \($0.value.dump)" }.joined(separator: ", ") + "}"
    }
  }
}

extension SourceRange {
  var places: String {
    start.line == end.line
      ? "\(start.line):\(start.column)-\(end.column)"
      : "\(start.line):\(start.column)-\(end.line):\(end.column)"
  }
}

func quoted(_ text: String) -> String {
  "\"" + text.replacing("\n", with: "\\n") + "\""
}
