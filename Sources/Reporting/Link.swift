internal import Parsing
internal import Planning
internal import Running

/// Where a link of the prose leads, when it may be a link at all.
///
/// Only `http`, `https`, `mailto`, relative and `#` destinations are links; `javascript:`, `data:`
/// and the like stay text.
struct Link {
  /// The destination, percent-encoded so far that it ends no Markdown link and no attribute.
  var destination: String
  /// Whether it leaves the report's own folder.
  var isExternal: Bool

  init?(to template: Template, in run: Run) {
    var text = ""
    for segment in template.segments {
      switch segment {
      case .text(let part): text += part
      case .expression(let expression):
        guard let value = run.texts[expression.range] else { return nil }
        // A value within an address is one piece of it; a value that is the address is taken whole.
        text += template.soleExpression == nil ? percentEncoded(value, keeping: "/") : value
      }
    }
    let address = percentEncoded(text, keeping: "!#$%&'*+,-./:;=?@_~()[]")
    guard !address.isEmpty else { return nil }
    let head = address.prefix { !"/?#".contains($0) }
    switch head.firstIndex(of: ":").map({ head[..<$0].lowercased() }) {
    case nil:
      guard !address.hasPrefix("//"), !address.hasPrefix("/\\") else { return nil }
      isExternal = false
    case "http", "https", "mailto": isExternal = true
    default: return nil
    }
    destination = address
  }
}

/// Text with every byte but ASCII letters, digits, `-._~` and `kept` as `%XX`.
func percentEncoded(_ text: String, keeping kept: String) -> String {
  let allowed = Set("-._~".utf8).union(kept.utf8)
  let digits = Array("0123456789ABCDEF".utf8)
  var bytes: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case 48...57, 65...90, 97...122: bytes.append(byte)
    case _ where allowed.contains(byte): bytes.append(byte)
    default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
