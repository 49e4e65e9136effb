internal import Steps
internal import Vocabulary

/// Charts and number tiles as HTML.
struct FigurePage {
  var words: Words

  func html(_ chart: ChartExhibit, placed: PlacedExhibit) -> HTML {
    var links: [HTML] = []
    if let data = placed.dataPath {
      links += [.tag("a", ["href": linkPath(data)], text: words.csv), " · "]
    }
    if let picture = placed.picturePath {
      links.append(.tag("a", ["href": linkPath(picture)], text: words.svg))
    }
    return .tag(
      "figure", ["class": "chart"],
      [
        .verbatim(chart.chart.inlineMarkup(id: placed.file)),
        .tag("p", ["class": "data"], links),
      ])
  }

  func html(_ tiles: [Metric], label: String) -> HTML {
    .tag("dl", ["class": "tiles", "aria-label": label], tiles.map(html))
  }

  private func html(_ metric: Metric) -> HTML {
    var value: [HTML] = [
      metric.value == nil ? TablePage(words: words).missing : .text(words.text(of: metric))
    ]
    if let unit = metric.unit { value += [" ", .tag("span", ["class": "unit"], text: unit)] }
    var lines: [HTML] = [
      .tag("dt", [:], text: metric.label ?? metric.name),
      .tag("dd", ["class": "value"], value),
    ]
    if let interval = metric.interval {
      let text = words.text(of: interval, format: metric.format)
      lines.append(.tag("dd", ["class": "interval"], text: text))
    }
    if let change = words.change(of: metric) {
      let sign = [change.symbol, change.amount].compactMap(\.self).joined(separator: " ")
      lines.append(
        .tag(
          "dd", ["class": "change \(change.verdict.rawValue)"],
          [.tag("strong", [:], text: sign), .text(" " + change.sentence)]))
    }
    return .tag("div", [:], lines)
  }
}
