internal import Charting
internal import Parsing
internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

/// The key figures of a report over its editions: a table of all, and a picture of each that does not
/// show its own history where it stands.
///
/// From two earlier editions on: one earlier value is a change, which the tile tells, and no course.
struct Trend {
  /// The figures by edition, the oldest first.
  var table: PlacedExhibit
  /// The pictures.
  var charts: [PlacedExhibit]

  static let anchor = "over-the-editions"

  private static let chartLimit = 6

  init?(
    of figures: [Manuscript.Tile], in run: Run, words: Words, placing placer: inout StepPlacer
  ) {
    let known = figures.filter { $0.past.count >= 2 }
    guard !known.isEmpty, run.plan.notebook.frontMatter.edition != nil else { return nil }
    let edition = run.plan.edition
    let editions = run.past.editions.filter { edition in
      known.contains { edition.metrics[$0.fullName] != nil }
    }
    let isRefused = editions.map(\.isRefused) + [!run.refusals.isEmpty]
    var columns = [Column("edition", texts: editions.map(\.name) + [edition])]
    var exhibit = TableExhibit(
      id: "editions", title: nil, table: Table(columns: []), formats: [:],
      labels: ["edition": words.edition])
    for tile in known {
      let name = tile.fullName
      columns.append(
        Column(name, reals: editions.map { $0.metrics[name] } + [tile.metric.value]))
      exhibit.formats[name] = tile.metric.format
      exhibit.labels[name] = tile.metric.label ?? tile.metric.name
      exhibit.units[name] = tile.metric.unit
    }
    if isRefused.contains(true) {
      columns.append(
        Column(
          "state",
          texts: isRefused.map { $0 ? words.refusedEdition : words.publishedEdition }))
      exhibit.labels["state"] = words.state
    }
    exhibit.table = Table(columns: columns)
    exhibit.totalRows = exhibit.table.rowCount
    exhibit.shownRows = exhibit.table.rowCount
    exhibit.emphasized = [exhibit.table.rowCount - 1]
    table = placer.place(exhibit)
    charts = []
    let shown = Set(
      run.outcomes.flatMap { outcome in
        (outcome.result?.exhibits ?? []).compactMap { exhibit -> String? in
          guard case .chart(let chart) = exhibit, chart.chart.kind == .history else { return nil }
          return chart.id
        }
      })
    for tile in known.prefix(Self.chartLimit) where shown.isDisjoint(with: tile.historyNames) {
      let metric = tile.metric
      let chart = Chart.history(
        tile.past.map { Chart.EditionFigure($0.edition, $0.value, isRefused: $0.isRefused) }
          + [Chart.EditionFigure(edition, metric.value, isRefused: !run.refusals.isEmpty)],
        of: metric.label ?? metric.name, format: metric.format, unit: metric.unit,
        words: words.ofCharts)
      charts.append(
        placer.place(
          ChartExhibit(id: "editions-\(tile.step)-\(metric.name)", chart: chart)))
    }
  }

  /// All that it shows, in order.
  var exhibits: [PlacedExhibit] { charts + [table] }
}

extension Manuscript.Tile {
  /// The figure's name in the report.
  var fullName: String { "\(step).\(metric.name)" }

  /// The names under which a metric step shows the figure's history itself.
  fileprivate var historyNames: [String] { ["\(step)-history", "\(step)-\(metric.name)-history"] }
}

extension Words {
  var overTheEditions: String { pick("Over the editions", "版ごとの推移") }
  /// The table's name, another one than that of the section around it.
  var figuresByEdition: String { pick("Key figures by edition", "版ごとの主要指標") }
  var refusedEdition: String { pick("refused", "却下") }
  var publishedEdition: String { pick("published", "公開") }
}
