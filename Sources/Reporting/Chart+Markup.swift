internal import Charting

extension Chart {
  /// The picture for a file of its own, with its style.
  func fileMarkup(id: String) -> String { svg(id: asciiName(id)) }

  /// The picture for a page that holds `Chart.styleSheet`.
  func inlineMarkup(id: String) -> String { inlineSVG(id: "chart-" + asciiName(id)) }

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
