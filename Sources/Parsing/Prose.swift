public import Vocabulary

/// A block of prose, as CommonMark has it, plus pipe tables.
public indirect enum Block: Sendable, Hashable {
  /// A heading of level 1 to 6.
  case heading(level: Int, [Inline], SourceRange)
  /// A paragraph.
  case paragraph([Inline], SourceRange)
  /// A quotation.
  case quote([Block], SourceRange)
  /// A list; `start` is nil for bullets. Tight lists show their items without paragraphs.
  case list(start: Int?, isTight: Bool, items: [[Block]], SourceRange)
  /// Fenced or indented code that is no step: inert text.
  case code(info: String, text: String, SourceRange)
  /// A line across.
  case rule(SourceRange)
  /// Raw HTML as written.
  case html(String, SourceRange)
  /// A pipe table; every row has as many cells as the header.
  case table(alignments: [Alignment], header: [[Inline]], rows: [[[Inline]]], SourceRange)

  /// The alignment of a pipe table's column.
  public enum Alignment: String, Sendable, Hashable {
    /// As the reader likes.
    case none
    /// `:---`
    case left
    /// `:---:`
    case center
    /// `---:`
    case right
  }
}

extension Block {
  /// Where the block stands.
  public var range: SourceRange {
    switch self {
    case .heading(_, _, let range), .paragraph(_, let range), .quote(_, let range),
      .list(_, _, _, let range), .code(_, _, let range), .rule(let range), .html(_, let range),
      .table(_, _, _, let range):
      range
    }
  }
}

/// A run of text inside a block.
public indirect enum Inline: Sendable, Hashable {
  /// Text.
  case text(String)
  /// A `{{ }}` expression, whose value is text and never markup.
  case expression(Expression)
  /// Code in backticks, expressions in it left as written.
  case code(String)
  /// Emphasis.
  case emphasis([Inline])
  /// Strong emphasis.
  case strong([Inline])
  /// A link.
  case link(destination: Template, title: String, [Inline])
  /// An image with its alternative text.
  case image(destination: Template, title: String, [Inline])
  /// Raw inline HTML as written.
  case html(String)
  /// A line end that reads as a space.
  case softBreak
  /// A line end that stays one.
  case hardBreak
}
