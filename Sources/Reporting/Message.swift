/// A sentence of the program itself, in which names stand between backticks: `no column `x``.
///
/// Only pairs count; a lone backtick is itself.
struct Message {
  /// A piece of a message.
  enum Part: Equatable {
    case text(String)
    case name(String)
  }

  var parts: [Part]

  init(_ text: String) {
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
    guard pieces.count > 1, pieces.count % 2 == 1 else {
      parts = [.text(text)]
      return
    }
    parts = pieces.enumerated().compactMap { index, piece in
      if piece.isEmpty { return nil }
      return index % 2 == 0 ? .text(String(piece)) : .name(String(piece))
    }
  }

  /// The message for a page.
  var html: [HTML] {
    parts.map { part in
      switch part {
      case .text(let text): .text(text)
      case .name(let name): .tag("code", [:], text: name)
      }
    }
  }

  /// The message for Markdown.
  var markdown: String {
    parts.map { part in
      switch part {
      case .text(let text): escapedForMarkdown(text)
      case .name(let name): inlineCode(name)
      }
    }.joined()
  }
}
