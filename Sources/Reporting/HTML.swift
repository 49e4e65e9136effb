/// A node of a page. Markup exists only as this tree; `serialized` is the one place where it
/// becomes text, and so the one place where anything is escaped.
///
/// For example: `HTML.tag("p", ["class": "lead"], text: "a < b").serialized == "<p class=\"lead\">a &lt; b</p>\n"`.
package indirect enum HTML: Sendable, Hashable {
  case element(name: String, attributes: [Attribute], children: [HTML])
  case text(String)
  /// Markup that another serialiser made: a chart's SVG, or raw HTML that the project lets through.
  case verbatim(String)

  /// A name and its value, written in the order given.
  package struct Attribute: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// An element; attributes that are nil are left out, empty ones are written as a bare name.
  package static func tag(
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
  package static func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:], text: String
  ) -> HTML {
    tag(name, attributes, [.text(text)])
  }
}

extension HTML: ExpressibleByStringInterpolation {
  package init(stringLiteral value: String) {
    self = .text(value)
  }
}
