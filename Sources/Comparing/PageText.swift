/// The words of a report's page, block by block: what a reader reads, without the steps' tables,
/// pictures and code, which are compared by themselves.
struct PageText: Sendable {
  /// The blocks in order, each its plain text.
  private(set) var blocks: [String] = []
  private var text: [UInt8] = []

  private struct Tag {
    var name: String
    var classes: [String] = []
    var isClosing = false

    func has(_ name: String) -> Bool { classes.contains(name) }
  }

  private static let skippedNames: Set<String> = [
    "style", "script", "svg", "nav", "dl", "title",
  ]
  private static let blockNames: Set<String> = [
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "pre", "tr", "blockquote", "figcaption", "div",
    "section", "ul", "ol", "table", "dl", "figure", "details", "header", "main",
  ]

  init(_ page: [UInt8]) {
    var place = 0
    // What is open that hides words, and how deep in elements of its own name.
    var hidden: (name: String, depth: Int)?
    var stepDepth = 0
    var isWanted = false
    while let open = page[place...].firstIndex(of: UInt8(ascii: "<")) {
      if hidden == nil, isWanted { add(page[place..<open]) }
      guard let close = page[open...].firstIndex(of: UInt8(ascii: ">")) else { break }
      place = close + 1
      let tag = Self.tag(page[(open + 1)..<close])
      if let (name, depth) = hidden {
        if tag.name == name {
          let left = tag.isClosing ? depth - 1 : depth + 1
          hidden = left == 0 ? nil : (name, left)
        }
        continue
      }
      if Self.blockNames.contains(tag.name) { flush() }
      if !tag.isClosing, Self.hides(tag, insideStep: stepDepth > 0) {
        hidden = (tag.name, 1)
        continue
      }
      switch tag.name {
      case "section" where stepDepth > 0: stepDepth += tag.isClosing ? -1 : 1
      case "section" where !tag.isClosing && tag.has("step"): stepDepth = 1
      case "main", "header": isWanted = !tag.isClosing
      case "td", "th": if tag.isClosing { text.append(UInt8(ascii: " ")) }
      case "br": text.append(UInt8(ascii: " "))
      default: break
      }
      if stepDepth > 0 {
        // Of a step's own words only captions are the author's.
        isWanted = tag.name == "p" && !tag.isClosing && tag.has("caption")
      } else if tag.name == "section", tag.isClosing {
        isWanted = true
      }
    }
    flush()
  }

  private mutating func flush() {
    let words = Array(text.split { $0 == 32 || $0 == 10 || $0 == 9 }.joined(separator: [32]))
    if !words.isEmpty { blocks.append(String(decoding: words, as: UTF8.self)) }
    text = []
  }

  private static func hides(_ tag: Tag, insideStep: Bool) -> Bool {
    if skippedNames.contains(tag.name) { return true }
    switch tag.name {
    case "section": return tag.has("making") || tag.has("band")
    case "p": return tag.has("series") || tag.has("remark") || tag.has("data")
    case "a": return tag.has("skip")
    case "figure": return insideStep && !tag.has("table")
    case "table", "details", "pre", "ul": return insideStep
    default: return false
    }
  }

  private static func tag(_ bytes: ArraySlice<UInt8>) -> Tag {
    let isClosing = bytes.first == UInt8(ascii: "/")
    let bare = isClosing ? bytes.dropFirst() : bytes
    let name = bare.prefix { $0 != 32 && $0 != 10 && $0 != UInt8(ascii: "/") }
    var tag = Tag(name: String(decoding: name, as: UTF8.self), isClosing: isClosing)
    let mark = Array("class=\"".utf8)
    let rest = bare.dropFirst(name.count).drop { $0 == 32 || $0 == 10 }
    if rest.starts(with: mark) {
      let value = rest.dropFirst(mark.count).prefix { $0 != UInt8(ascii: "\"") }
      tag.classes = value.split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
    }
    return tag
  }

  private static let references: [(name: [UInt8], sign: UInt8)] = [
    (Array("&amp;".utf8), UInt8(ascii: "&")), (Array("&lt;".utf8), UInt8(ascii: "<")),
    (Array("&gt;".utf8), UInt8(ascii: ">")), (Array("&quot;".utf8), UInt8(ascii: "\"")),
  ]

  private mutating func add(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while let mark = rest.firstIndex(of: UInt8(ascii: "&")) {
      text += rest[..<mark]
      rest = rest[mark...]
      if let known = Self.references.first(where: { rest.starts(with: $0.name) }) {
        text.append(known.sign)
        rest = rest.dropFirst(known.name.count)
      } else {
        text.append(UInt8(ascii: "&"))
        rest = rest.dropFirst()
      }
    }
    text += rest
  }
}
