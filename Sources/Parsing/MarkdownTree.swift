// The only file that speaks with libcmark.
internal import CCmark

/// A node of a CommonMark tree, copied out of C; lines and columns count from 1, columns in bytes.
struct MarkdownNode {
  /// What the node is.
  enum Kind: Equatable {
    case document
    case quote
    case list(start: Int?, isTight: Bool)
    case item
    case code(info: String)
    case html
    case paragraph
    case heading(level: Int)
    case rule
    case text
    case softBreak
    case hardBreak
    case codeSpan
    case inlineHTML
    case emphasis
    case strong
    case link(url: String, title: String)
    case image(url: String, title: String)
  }

  /// What the node is.
  var kind: Kind
  /// The text of a leaf.
  var literal = ""
  /// The first line; 0 for inlines.
  var startLine = 0
  /// The first byte's column in the first line.
  var startColumn = 0
  /// The last line.
  var endLine = 0
  /// What is inside, in order.
  var children: [MarkdownNode] = []
}

/// A parsed text, and where it was cut because it nests too deep.
struct MarkdownTree {
  /// The document node.
  var root: MarkdownNode
  /// The line of the first node that was left out with everything in it.
  var tooDeepLine: Int?

  /// Nodes further down are left out: the tree is walked, compared and freed recursively.
  static let deepest = 100
}

extension MarkdownTree {
  /// Parses CommonMark: no extensions, no smart punctuation, HTML kept.
  init(parsing text: [UInt8]) {
    let document = unsafe text.withUnsafeBytes { bytes in
      unsafe cmark_parse_document(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, CMARK_OPT_DEFAULT)
    }
    root = MarkdownNode(kind: .document)
    guard let document = unsafe document else { return }
    defer { unsafe cmark_node_free(document) }
    let iterator = unsafe cmark_iter_new(document)
    defer { unsafe cmark_iter_free(iterator) }
    // The nodes entered and not yet left, and how many of those left out are open.
    var open: [MarkdownNode] = []
    var skipped = 0
    var line = 1
    while true {
      let event = unsafe cmark_iter_next(iterator)
      guard event == CMARK_EVENT_ENTER || event == CMARK_EVENT_EXIT,
        let current = unsafe cmark_iter_get_node(iterator)
      else { break }
      let isLeaf = unsafe Self.isLeaf(current)
      if event == CMARK_EVENT_ENTER {
        if skipped > 0 || open.count > Self.deepest {
          if tooDeepLine == nil { tooDeepLine = line }
          if !isLeaf { skipped += 1 }
          continue
        }
        let node = unsafe MarkdownNode(copying: current)
        if node.startLine > 0 { line = node.startLine }
        if isLeaf, !open.isEmpty {
          open[open.count - 1].children.append(node)
        } else {
          open.append(node)
        }
      } else if skipped > 0 {
        skipped -= 1
      } else if let finished = open.popLast() {
        if open.isEmpty {
          root = finished
        } else {
          open[open.count - 1].children.append(finished)
        }
      }
    }
  }

  /// libcmark has no exit event for these.
  private static func isLeaf(_ node: OpaquePointer) -> Bool {
    switch unsafe cmark_node_get_type(node) {
    case CMARK_NODE_CODE_BLOCK, CMARK_NODE_HTML_BLOCK, CMARK_NODE_THEMATIC_BREAK, CMARK_NODE_TEXT,
      CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK, CMARK_NODE_CODE, CMARK_NODE_HTML_INLINE:
      true
    default: false
    }
  }
}

extension MarkdownNode {
  fileprivate init(copying node: OpaquePointer) {
    startLine = unsafe Int(cmark_node_get_start_line(node))
    startColumn = unsafe Int(cmark_node_get_start_column(node))
    endLine = unsafe Int(cmark_node_get_end_line(node))
    literal = unsafe copy(cmark_node_get_literal(node))
    kind =
      switch unsafe cmark_node_get_type(node) {
      case CMARK_NODE_DOCUMENT: .document
      case CMARK_NODE_BLOCK_QUOTE: .quote
      case CMARK_NODE_LIST:
        unsafe .list(
          start: cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
            ? Int(cmark_node_get_list_start(node)) : nil,
          isTight: cmark_node_get_list_tight(node) != 0)
      case CMARK_NODE_ITEM: .item
      case CMARK_NODE_CODE_BLOCK: unsafe .code(info: copy(cmark_node_get_fence_info(node)))
      case CMARK_NODE_HTML_BLOCK, CMARK_NODE_CUSTOM_BLOCK: .html
      case CMARK_NODE_HEADING: unsafe .heading(level: Int(cmark_node_get_heading_level(node)))
      case CMARK_NODE_THEMATIC_BREAK: .rule
      case CMARK_NODE_SOFTBREAK: .softBreak
      case CMARK_NODE_LINEBREAK: .hardBreak
      case CMARK_NODE_CODE: .codeSpan
      case CMARK_NODE_HTML_INLINE, CMARK_NODE_CUSTOM_INLINE: .inlineHTML
      case CMARK_NODE_EMPH: .emphasis
      case CMARK_NODE_STRONG: .strong
      case CMARK_NODE_LINK:
        unsafe .link(url: copy(cmark_node_get_url(node)), title: copy(cmark_node_get_title(node)))
      case CMARK_NODE_IMAGE:
        unsafe .image(url: copy(cmark_node_get_url(node)), title: copy(cmark_node_get_title(node)))
      case CMARK_NODE_TEXT: .text
      default: .paragraph
      }
  }
}

/// libcmark owns its strings until the tree is freed.
private func copy(_ text: UnsafePointer<CChar>?) -> String {
  unsafe text.map { unsafe String(cString: $0) } ?? ""
}
