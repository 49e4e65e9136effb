internal import Charting

extension Chart {
  /// The width of a picture for narrow screens: as wide as a phone, so that its words keep their size.
  private static let narrowWidth = 360.0

  /// The picture for a file of its own, with its style.
  func fileMarkup(id: String) -> String { svg(id: asciiName(id)) }

  /// The picture for a page that holds `Chart.styleSheet`.
  func inlineMarkup(id: String) -> String { inlineSVG(id: "chart-" + asciiName(id)) }

  /// The picture for a page, drawn for wide and for narrow screens; the style sheet shows one of them.
  ///
  /// Without a style sheet only the wide one is there, as the other is `hidden`.
  func pictures(id: String) -> [HTML] {
    let wide = HTML.tag("div", ["class": "picture wide"], [.verbatim(inlineMarkup(id: id))])
    guard width > Self.narrowWidth else {
      return [.tag("div", ["class": "picture"], [.verbatim(inlineMarkup(id: id))])]
    }
    var small = self
    small.width = Self.narrowWidth
    let markup = small.inlineSVG(id: "narrow-" + asciiName(id))
    return [
      wide, .tag("div", ["class": "picture narrow", "hidden": ""], [.verbatim(markup)]),
    ]
  }

  /// The text alternative, never empty.
  var alternative: String {
    let text = textAlternative.isEmpty ? title ?? "" : textAlternative
    return text.isEmpty ? "chart" : text
  }
}

/// A name that stays different from others when only ASCII is allowed: other letters by number.
private func asciiName(_ name: String) -> String {
  name.unicodeScalars.map { $0.isASCII ? String($0) : "u" + String($0.value, radix: 16) }.joined()
}
