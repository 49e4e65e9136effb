internal import Archiving
internal import Charting
internal import Reporting
internal import Vocabulary

extension PageScene {
  /// Figures of a notebook over its editions: the tiles as charts, everything as a table.
  func historyPage(
    _ notebook: String, _ series: [FigureSeries], _ editions: [Archive.Edition]
  ) -> String {
    let title = say("Figures over time: \(notebook)", "指標の推移：\(notebook)")
    var body: [HTML] = [
      .tag(
        "p", ["class": "crumb"],
        [.link("/", say("Reports", "レポート")), " / ", .link(.notebookPath(notebook), notebook)]),
      .tag("h1", [:], text: title),
    ]
    guard !editions.isEmpty else {
      body.append(.paragraph(say("Nothing has been published yet.", "まだ公開されていません。"), "lead"))
      return page(title, body)
    }
    let shown = editions.suffix(FigureSeries.shownCount)
    if editions.count > shown.count {
      body.append(
        .paragraph(
          say(
            "The last \(shown.count) of \(editions.count) editions.",
            "全 \(editions.count) 版のうち最新の \(shown.count) 版。"), "small"))
    }
    if editions.count == 1 {
      body.append(
        .paragraph(
          say(
            "One edition so far; from the second on there is a line to see.",
            "まだ 1 版だけです。2 版目から推移を表示します。"), "lead"))
    }
    let charts = charts(series)
    if !charts.isEmpty { body.append(.tag("div", ["class": "histories"], charts)) }
    body.append(.tag("h2", [:], text: say("All figures", "すべての指標")))
    body.append(table(title, series, Array(shown)))
    return page(title, body, isWide: true)
  }

  /// The tiles as charts; without tiles the first figures.
  private func charts(_ series: [FigureSeries]) -> [HTML] {
    let drawn = series.filter { $0.values.compactMap(\.value).count > 1 }
    let tiles = drawn.filter(\.isTile)
    return (tiles.isEmpty ? Array(drawn.prefix(2)) : Array(tiles.prefix(8))).enumerated()
      .map { index, figure in
        var chart = Chart.history(
          figure.values.suffix(FigureSeries.shownCount).map {
            Chart.EditionFigure($0.edition, $0.value, isRefused: $0.isRefused)
          }, of: figure.label, format: figure.format, unit: figure.unit,
          words: say.isJapanese ? .japanese : .english)
        // Its words must be readable at 360 px.
        chart.width = 340
        return .tag(
          "figure", ["class": "history"], [.verbatim(chart.inlineSVG(id: "over-time-\(index)"))])
      }
  }

  private func table(
    _ caption: String, _ series: [FigureSeries], _ shown: [Archive.Edition]
  ) -> HTML {
    let rows = series.enumerated().map { index, figure in
      let values = figure.values.suffix(shown.count)
      return [
        HTML.rowHead(
          figure.label == figure.name
            ? [.text(figure.label)] : [.text(figure.label), .paragraph(figure.name, "small")]),
        HTML.cell(
          values.compactMap(\.value).count > 1
            ? [
              .verbatim(
                Chart.sparkline(values.map(\.value), name: figure.label, format: figure.format)
                  .inlineSVG(id: "history-\(index)"))
            ] : [], "spark"),
      ]
        + values.reversed().map { value in
          HTML.cell(
            value.text.isEmpty
              ? [.text("–")]
              : value.isRefused
                ? [.text(value.text), .paragraph(say("refused", "不合格"), "small warning")]
                : [.text(value.text)], "number")
        }
    }
    let editions = shown.reversed()
    let head: [[HTML]] =
      [[.text(say("Figure", "指標"))], [.text(say("Over time", "推移"))]]
      + editions.map { edition in
        [.link("/reports/" + Route.Place(edition.newest).path, edition.place.edition)]
      }
    return .table(caption, heads: head, numbers: Set(2..<(shown.count + 2)), rows)
  }
}

/// A figure over the editions of a notebook, oldest first.
struct FigureSeries: Sendable, Hashable {
  var name: String
  var label: String
  /// Whether the author made a tile of it.
  var isTile: Bool
  var format: NumberFormat
  var unit: String?
  var values: [Point]

  /// So many editions are shown.
  static let shownCount = 24

  struct Point: Sendable, Hashable {
    var edition: String
    var version: Int
    var value: Double?
    var text: String
    /// Whether a gate refused that edition.
    var isRefused: Bool
  }
}

extension Shelf {
  /// The figures of a notebook's newest versions: those that are tiles first.
  func series(of notebook: String) -> [FigureSeries] {
    let editions = editions(of: notebook)
    let facts = editions.map { self.facts(of: $0.newest) }
    var names: [(name: String, figure: ReportFacts.Figure, isTile: Bool)] = []
    var seen: Set<String> = []
    for fact in facts.reversed() {
      for (name, step, figure) in fact?.figures ?? [] where seen.insert(name).inserted {
        names.append((name, figure, step.kind == "metric"))
      }
    }
    let ordered = names.filter(\.isTile) + names.filter { !$0.isTile }
    return ordered.map { name, newest, isTile in
      FigureSeries(
        name: name, label: newest.label ?? name, isTile: isTile,
        format: newest.format.flatMap { NumberFormat(parsing: $0) } ?? .automatic,
        unit: newest.unit,
        values: zip(editions, facts).map { edition, fact in
          let figure = fact?.metrics[name]
          return FigureSeries.Point(
            edition: edition.place.edition, version: edition.newest.number, value: figure?.value,
            text: figure?.valueText ?? "", isRefused: fact?.state == "refused")
        })
    }
  }
}
