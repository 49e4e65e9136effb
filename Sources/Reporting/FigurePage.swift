internal import Charting
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
      chart.chart.pictures(id: placed.file) + [.tag("p", ["class": "data"], links)])
  }

  /// The tiles; `id` begins the ids of their pictures, and differs within a page.
  func html(_ tiles: [Manuscript.Tile], label: String, id: String) -> HTML {
    .tag(
      "dl", ["class": "tiles", "aria-label": label],
      tiles.enumerated().map { html($1, id: "\(id)-\($0 + 1)") })
  }

  private func html(_ tile: Manuscript.Tile, id: String) -> HTML {
    let metric = tile.metric
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
    let changes = [words.change(of: metric), words.changeSinceEdition(of: tile)]
    lines += changes.compactMap(\.self).map(html)
    if let line = sparkline(of: tile, id: id) {
      lines.append(.tag("dd", ["class": "trend"], [.verbatim(line)]))
    }
    return .tag("div", [:], lines)
  }

  private func html(_ change: Words.Change) -> HTML {
    let sign = [change.symbol, change.amount].compactMap(\.self).joined(separator: " ")
    return .tag(
      "dd", ["class": "change \(change.verdict.rawValue)"],
      [.tag("strong", [:], text: sign), .text(" " + change.sentence)])
  }

  /// The way of the figure over the editions, from three of them on: two are a change, no way.
  private func sparkline(of tile: Manuscript.Tile, id: String) -> String? {
    guard let value = tile.metric.value, tile.past.count >= 2, let first = tile.past.first else {
      return nil
    }
    let chart = Chart.sparkline(
      tile.past.map(\.value) + [value],
      name: words.trend(of: tile.metric.label ?? tile.metric.name, since: first.edition),
      format: tile.metric.format, width: 160, plotHeight: 32, words: words.ofCharts)
    return chart.inlineMarkup(id: id)
  }
}
