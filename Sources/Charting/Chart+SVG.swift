extension Chart {
  /// The chart as an SVG file that stands alone: own style sheet, own ground, no reference to
  /// anything outside.
  ///
  /// `id` names the picture among others; every id inside starts with it.
  /// For example: `try chart.svg(id: "roc").write(toFile: "charts/roc.svg", ...)`.
  public func svg(id: String = "chart") -> String {
    document(id: id, isStandalone: true).serialized()
  }

  /// The chart as an `svg` element for a page that gives `Chart.styleSheet` once.
  ///
  /// `id` must differ among the charts of one page.
  public func inlineSVG(id: String) -> String {
    document(id: id, isStandalone: false).serialized()
  }

  /// Everything a listener should know: the summary, what is left out, the note.
  public var textAlternative: String {
    var sentences = [subtitle ?? "", summary]
    if droppedCount > 0 { sentences.append(words.dropped(droppedCount)) }
    sentences += remarks + [note ?? ""]
    return sentences.filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// What every class inside a picture begins with.
  static let classPrefix = "w-"

  private func document(id: String, isStandalone: Bool) -> XMLElement {
    let id = sanitized(id)
    let (content, height) = ChartLayout(chart: self, id: id).drawn()
    let size = (coordinate(width), coordinate(height.rounded(.up)))
    var parts = [
      XMLElement("title", ["id": "\(id)-title"], text: title ?? panels.first?.title ?? words.chart),
      XMLElement("desc", ["id": "\(id)-desc"], text: textAlternative),
    ]
    if isStandalone {
      parts.append(XMLElement("style", text: "\n" + Chart.styleSheet))
      parts.append(
        XMLElement(
          "rect",
          [
            "class": Self.classPrefix + "paper", "width": size.0, "height": size.1,
            "aria-hidden": "true",
          ]))
    }
    return XMLElement(
      "svg",
      [
        "xmlns": isStandalone ? "http://www.w3.org/2000/svg" : nil, "id": id,
        "class": "washi-chart", "role": "img", "aria-labelledby": "\(id)-title",
        "aria-describedby": "\(id)-desc",
        "width": size.0, "height": size.1, "viewBox": "0 0 \(size.0) \(size.1)",
      ], parts + content.map { $0.prefixingClasses(Self.classPrefix) })
  }

  /// An id that is a name in XML and CSS.
  private func sanitized(_ id: String) -> String {
    let kept = id.unicodeScalars.map { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "-", "_": Character(scalar)
      default: Character("-")
      }
    }
    let text = String(kept)
    return text.first?.isLetter == true ? text : "chart-" + text
  }
}
