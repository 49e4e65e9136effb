public import Parsing

extension Notebook {
  /// The expressions of the prose, title and description, in source order: what the report says.
  public var proseExpressions: [Expression] {
    var expressions: [Expression] = []
    expressions += frontMatter.title?.expressions ?? []
    expressions += frontMatter.description?.expressions ?? []
    for element in elements {
      if case .prose(let block) = element { expressions += block.expressions }
    }
    return expressions
  }
}

extension Block {
  /// The expressions in a block, in source order.
  var expressions: [Expression] {
    switch self {
    case .heading(_, let inlines, _), .paragraph(let inlines, _):
      inlines.flatMap(\.expressions)
    case .quote(let blocks, _): blocks.flatMap(\.expressions)
    case .list(_, _, let items, _): items.flatMap { $0.flatMap(\.expressions) }
    case .table(_, let header, let rows, _):
      ([header] + rows).flatMap { $0.flatMap { $0.flatMap(\.expressions) } }
    case .code, .rule, .html: []
    }
  }
}

extension Inline {
  /// The expressions in a run of text, in source order.
  var expressions: [Expression] {
    switch self {
    case .expression(let expression): [expression]
    case .emphasis(let inlines), .strong(let inlines): inlines.flatMap(\.expressions)
    case .link(let destination, _, let inlines), .image(let destination, _, let inlines):
      inlines.flatMap(\.expressions) + destination.expressions
    case .text, .code, .html, .softBreak, .hardBreak: []
    }
  }
}

extension YAMLNode {
  /// The expressions in a node and everything below it, in source order.
  var expressions: [Expression] {
    switch content {
    case .scalar(let scalar): scalar.hasExpressions ? scalar.template.expressions : []
    case .sequence(let items): items.flatMap(\.expressions)
    case .mapping(let entries): entries.flatMap(\.value.expressions)
    case .value, .pending: []
    }
  }
}
