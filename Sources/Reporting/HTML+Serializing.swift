extension HTML {
  /// The node as HTML text. Blocks stand on lines of their own, table rows on one line each, so
  /// that pages can be compared line by line.
  package var serialized: String { [self].serialized }
}

extension [HTML] {
  /// The nodes as HTML text, one after the other.
  package var serialized: String {
    var writer = HTMLWriter()
    for node in self { writer.write(node) }
    return writer.out
  }
}

private struct HTMLWriter {
  var out = ""
  private var isAtLineStart = true

  mutating func write(_ node: HTML, isPreformatted: Bool = false) {
    switch node {
    case .text(let text):
      guard !text.isEmpty else { return }
      out += escapedForHTML(text)
      isAtLineStart = false
    case .verbatim(let markup):
      out += markup
      isAtLineStart = markup.utf8.last == UInt8(ascii: "\n")
    case .element(let name, let attributes, let children):
      let isBlock = !isPreformatted && blockNames.contains(name)
      let hasOwnLine = isBlock && !cellNames.contains(name)
      if hasOwnLine { startLine() }
      open(name, attributes)
      guard !voidNames.contains(name) else {
        if hasOwnLine { startLine() }
        return
      }
      // The parser of HTML swallows a line end right behind <pre>, so one is given to it.
      if name == "pre" { out += "\n" }
      for child in children {
        write(child, isPreformatted: isPreformatted || name == "pre")
      }
      if hasOwnLine, children.contains(where: \.isBlockOnOwnLine) { startLine() }
      out += "</\(name)>"
      isAtLineStart = false
      if hasOwnLine { startLine() }
    }
  }

  private mutating func open(_ name: String, _ attributes: [HTML.Attribute]) {
    out += "<" + name
    for attribute in attributes {
      out += " " + attribute.name
      if !attribute.value.isEmpty { out += "=\"" + escapedForHTML(attribute.value) + "\"" }
    }
    out += ">"
    isAtLineStart = false
  }

  private mutating func startLine() {
    if !isAtLineStart { out += "\n" }
    isAtLineStart = true
  }
}

extension HTML {
  fileprivate var isBlockOnOwnLine: Bool {
    if case .element(let name, _, _) = self {
      blockNames.contains(name) && !cellNames.contains(name)
    } else {
      false
    }
  }
}

private let voidNames: Set<String> = ["br", "col", "hr", "img", "input", "meta", "wbr"]
private let cellNames: Set<String> = ["td", "th"]
private let blockNames: Set<String> = [
  "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
  "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main",
  "nav", "ol", "p",
  "pre", "section", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
]

/// Text as character data or a quoted attribute value. Control characters, which HTML forbids even
/// as references, become U+FFFD.
func escapedForHTML(_ text: String) -> String {
  guard text.utf8.contains(where: needsLook) else { return text }
  var out = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": out.append(contentsOf: "&amp;".unicodeScalars)
    case "<": out.append(contentsOf: "&lt;".unicodeScalars)
    case ">": out.append(contentsOf: "&gt;".unicodeScalars)
    case "\"": out.append(contentsOf: "&quot;".unicodeScalars)
    default: out.append(isUnprintable(scalar) ? "\u{FFFD}" : scalar)
    }
  }
  return String(out)
}

/// Whether a scalar can stand in no text file that people read: controls other than tab and line
/// end, and the two noncharacters that XML forbids.
func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar {
  case "\t", "\n": false
  case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": true
  default: false
  }
}

private func needsLook(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""): true
  case 0..<9, 11..<32, 0x7F: true
  // The lead bytes of U+0080 to U+009F and of U+FFFE and U+FFFF.
  case 0xC2, 0xEF: true
  default: false
  }
}
