internal import Charting
internal import Mustache
internal import Vocabulary

/// The values that the frame of a page takes. Stored properties all, since the template engine finds
/// its values by reflection.
struct PageFrame {
  var lang: String
  var title: String
  var description: String
  var policy: String
  var style: String
  var skip: String
  var layout: String
  var masthead: String
  var contents: String
  var body: String

  static let names = [
    "body", "contents", "description", "lang", "layout", "masthead", "policy", "skip", "style",
    "title",
  ]

  /// A frame with the style of the page and of its charts, and a policy that allows that style and
  /// nothing else: no script, no image from elsewhere, no connection.
  init(
    words: Words, title: String, description: String, templates: Templates, allowsAnyStyle: Bool,
    masthead: [HTML], contents: [HTML], body: [HTML], extraStyle: String = ""
  ) {
    let style = templates.style + Chart.styleSheet + extraStyle
    let source =
      allowsAnyStyle ? "'unsafe-inline'" : "'sha256-\(Fingerprint(of: style).base64)'"
    self.lang = words.languageCode
    self.title = title
    self.description = description
    self.policy =
      "default-src 'none'; style-src \(source); img-src data:; base-uri 'none'; form-action 'none'"
    self.style = style
    self.skip = words.skipToContent
    self.layout = contents.isEmpty ? "plain" : "with-contents"
    self.masthead = masthead.serialized
    self.contents = contents.serialized
    self.body = body.serialized
  }
}

extension Fingerprint {
  /// The digest in Base64, as a Content-Security-Policy wants it.
  fileprivate var base64: String {
    let nibbles = description.utf8.map { UInt8($0 < 58 ? $0 - 48 : $0 - 87) }
    return Reporting.base64(
      stride(from: 0, to: nibbles.count - 1, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] })
  }
}

/// Bytes in Base64, with its padding.
func base64(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var out: [UInt8] = []
  out.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
    for place in 0..<4 {
      out.append(
        place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: out, as: UTF8.self)
}
