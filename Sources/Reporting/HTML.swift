/// A node of a page. Markup exists only as this tree; `serialized` is the one place where it
/// becomes text, and so the one place where anything is escaped.
///
/// For example: `HTML.tag("p", ["class": "lead"], text: "a < b").serialized == "<p class=\"lead\">a &lt; b</p>\n"`.
indirect enum HTML: Sendable, Hashable {
  case element(name: String, attributes: [Attribute], children: [HTML])
  case text(String)
  /// Markup that another serialiser made: a chart's SVG, or raw HTML that the project lets through.
  case verbatim(String)

  /// A name and its value, written in the order given.
  struct Attribute: Sendable, Hashable {
    var name: String
    var value: String
  }

  /// An element; attributes that are nil are left out, empty ones are written as a bare name.
  static func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], _ children: [HTML] = []
  ) -> HTML {
    .element(
      name: name,
      attributes: attributes.compactMap { pair in
        pair.value.map { Attribute(name: pair.key, value: $0) }
      },
      children: children)
  }

  /// An element that holds nothing but text.
  static func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String
  ) -> HTML {
    tag(name, attributes, [.text(text)])
  }
}

extension HTML: ExpressibleByStringInterpolation {
  init(stringLiteral value: String) {
    self = .text(value)
  }
}
