import CCmark
import Parsing
import Testing
import Vocabulary

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Every example of CommonMark's specification goes through our tree and comes out as libcmark
/// itself renders it, where nothing of ours was added.
struct CommonMarkTests {
  /// Examples that our additions read differently, with the reason.
  static let additions: [String: String] = [
    "---\nFoo\n---\nBar\n---\nBaz\n": "the first line begins front matter, the third ends it",
    "---\n---\n": "this is empty front matter",
  ]

  @Test func rendersEveryExampleAsLibcmarkDoes() throws {
    let examples = try #require(
      Self.examples(), "run Scripts/setup: .deps/commonmark/spec.txt is missing")
    #expect(examples.count > 600)
    var different: Set<String> = []
    for example in examples {
      let ours = Notebook(parsing: example, at: "example.md")
      let html = ours.elements.map { element in
        if case .prose(let block) = element { HTML.render(block) } else { "<!-- step -->\n" }
      }.joined()
      let expected = libcmark(example)
      if html == expected { continue }
      different.insert(example)
      #expect(
        Self.additions[example] != nil,
        "\(example)\n--- ours\n\(html)\n--- libcmark\n\(expected)\n\(ours.dump)")
    }
    #expect(different == Set(Self.additions.keys))
  }

  /// The second reading, in which table cells stand in front of the document, changes nothing in it.
  @Test func rendersEveryExampleAlikeBehindATableAndAnExpression() throws {
    let examples = try #require(
      Self.examples(), "run Scripts/setup: .deps/commonmark/spec.txt is missing")
    for example in examples {
      let ours = Notebook(parsing: "{{ x }}\n\n|a|\n|-|\n|b|\n\n\(example)", at: "example.md")
      let html = ours.elements.dropFirst(2).map { element in
        if case .prose(let block) = element { HTML.render(block) } else { "<!-- step -->\n" }
      }.joined()
      #expect(html == libcmark(example), "\(example)\n\(ours.dump)")
    }
  }

  /// The Markdown of the examples, which stand between ```` ``` ```` fences of 32 backticks.
  static func examples() -> [String]? {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let path = root.appendingPathComponent(".deps/commonmark/spec.txt")
    guard let text = try? String(contentsOf: path, encoding: .utf8) else { return nil }
    let fence = String(repeating: "`", count: 32)
    var examples: [String] = []
    var current: String?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == fence + " example" {
        current = ""
      } else if line == ".", let markdown = current {
        examples.append(markdown.replacing("→", with: "\t"))
        current = nil
      } else {
        current? += line + "\n"
      }
    }
    return examples
  }

  private func libcmark(_ text: String) -> String {
    let bytes = Array(text.utf8)
    return unsafe bytes.withUnsafeBytes { raw in
      let html = unsafe cmark_markdown_to_html(
        raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count,
        Int32(CMARK_OPT_UNSAFE))
      guard let html = unsafe html else { return "" }
      defer { unsafe free(html) }
      return unsafe String(cString: html)
    }
  }
}

/// Plain HTML of a tree without expressions, as libcmark writes it.
private enum HTML {
  static func render(_ block: Block, isTight: Bool = false) -> String {
    switch block {
    case .heading(let level, let content, _):
      return "<h\(level)>\(render(content))</h\(level)>\n"
    case .paragraph(let content, _):
      return isTight ? render(content) : "<p>\(render(content))</p>\n"
    case .quote(let blocks, _):
      return "<blockquote>\n\(blocks.map { render($0) }.joined())</blockquote>\n"
    case .list(let start, let isTight, let items, _):
      let name = start == nil ? "ul" : "ol"
      let number = start.map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
      return "<\(name)\(number)>\n\(items.map { item($0, isTight: isTight) }.joined())</\(name)>\n"
    case .code(let info, let text, _):
      let language = info.split(whereSeparator: \.isWhitespace).first
      let kind = language.map { " class=\"language-\(escaped(String($0)))\"" } ?? ""
      return "<pre><code\(kind)>\(escaped(text))</code></pre>\n"
    case .rule: return "<hr />\n"
    case .html(let text, _): return text
    case .table: return "<table>\n"
    }
  }

  private static func item(_ blocks: [Block], isTight: Bool) -> String {
    var html = "<li>"
    for block in blocks {
      if case .paragraph = block, isTight {
        html += render(block, isTight: true)
      } else {
        if !html.hasSuffix("\n") { html += "\n" }
        html += render(block)
      }
    }
    return html + "</li>\n"
  }

  static func render(_ inlines: [Inline]) -> String { inlines.map(render).joined() }

  private static func render(_ inline: Inline) -> String {
    switch inline {
    case .text(let text): escaped(text)
    case .expression(let expression): "{{\(expression.sql)}}"
    case .code(let text): "<code>\(escaped(text))</code>"
    case .emphasis(let content): "<em>\(render(content))</em>"
    case .strong(let content): "<strong>\(render(content))</strong>"
    case .link(let destination, let title, let content):
      "<a href=\"\(address(destination))\"\(attribute(title))>\(render(content))</a>"
    case .image(let destination, let title, let content):
      "<img src=\"\(address(destination))\" alt=\"\(plain(content))\"\(attribute(title)) />"
    case .html(let text): text
    case .softBreak: "\n"
    case .hardBreak: "<br />\n"
    }
  }

  private static func attribute(_ title: String) -> String {
    title.isEmpty ? "" : " title=\"\(escaped(title))\""
  }

  private static func plain(_ inlines: [Inline]) -> String {
    inlines.map { inline in
      switch inline {
      case .text(let text), .code(let text), .html(let text): escaped(text)
      case .emphasis(let content), .strong(let content), .link(_, _, let content),
        .image(_, _, let content):
        plain(content)
      case .softBreak, .hardBreak: " "
      case .expression: ""
      }
    }.joined()
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }

  /// houdini_href_e.c: these bytes stay, `&` and `'` become references, all else is percent-coded.
  private static func address(_ template: Template) -> String {
    var html = ""
    let safe = Set("-_.+!*(),%#@?=;:/$~".utf8)
    for byte in (template.plainText ?? "").utf8 {
      switch byte {
      case UInt8(ascii: "&"): html += "&amp;"
      case UInt8(ascii: "'"): html += "&#x27;"
      case 48...57, 65...90, 97...122: html.unicodeScalars.append(Unicode.Scalar(byte))
      case _ where safe.contains(byte): html.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        html += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
      }
    }
    return html
  }
}
