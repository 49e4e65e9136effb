internal import Charting
public import Parsing
public import Vocabulary

/// One or several number tiles.
///
/// For example: `value: "{{ (SELECT count(*) FROM loans) }}"` gives the metric `step.value`.
public struct MetricStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "metric"
  /// One sentence for the documentation.
  public static let summary = "Shows numbers as tiles, each with unit, comparison and direction."

  /// The tiles in order.
  public var tiles: [Tile]

  /// One tile.
  public struct Tile: Sendable, Hashable {
    /// The metric's name within the step.
    public var name: String
    /// The figure; nil when it is missing or still pending.
    public var value: Double?
    /// The figure that it is compared with.
    public var compare: Double?
    /// What that figure is.
    public var compareLabel: String?
    /// What people call the metric.
    public var label: String?
    /// Its unit.
    public var unit: String?
    /// How it is printed.
    public var format: NumberFormat
    /// Which way is good.
    public var better: Metric.Direction
    /// Whether a chart shows the figure over the editions of the report.
    public var showsHistory: Bool
    /// The level that the chart draws a line at, such as a gate's.
    public var level: Double?
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    guard options.has("metrics") else {
      tiles = [Tile(name: "value", from: &options)]
      return
    }
    tiles = []
    guard var list = options.reader("metrics") else { return }
    for entry in options.mapping("metrics") ?? [] {
      guard var reader = list.reader(entry.key) else { continue }
      tiles.append(Tile(name: entry.key, from: &reader))
      list.absorb(&reader)
    }
    if tiles.isEmpty { options.reject("metrics", "names no metric") }
    options.absorb(&list)
  }

  /// The names that the step takes from others.
  public var references: [Reference] { [] }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] { [] }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var result = StepResult()
    for tile in tiles {
      result.metrics.append(
        Metric(
          tile.name, tile.value, label: tile.label ?? workspace.settings.title, unit: tile.unit,
          format: tile.format, direction: tile.better,
          comparison: tile.compare.map { Metric.Comparison(value: $0, label: tile.compareLabel) }))
      result.exhibits.append(.tile(metric: tile.name))
      if let chart = history(of: tile, in: workspace) { result.exhibits.append(.chart(chart)) }
    }
    return result
  }
}

extension MetricStep {
  /// The tile's figure over the editions; nil in the first, which has nothing to look back on.
  private func history(of tile: Tile, in workspace: Workspace) -> ChartExhibit? {
    let past = workspace.past.figures(of: "\(workspace.stepName).\(tile.name)")
    guard tile.showsHistory, let edition = workspace.edition, !past.isEmpty else { return nil }
    let figures =
      past.map { Chart.EditionFigure($0.edition, $0.value, isRefused: $0.isRefused) }
      + [Chart.EditionFigure(edition, tile.value)]
    return ChartExhibit(
      id: tiles.count == 1
        ? "\(workspace.stepName)-history" : "\(workspace.stepName)-\(tile.name)-history",
      chart: Chart.history(
        figures, of: tile.label ?? workspace.settings.title ?? tile.name, level: tile.level,
        format: tile.format, unit: tile.unit, words: workspace.chartWords))
  }
}

extension MetricStep.Tile {
  init(name: String, from options: inout OptionReader) {
    self.name = name
    if !options.has("value") {
      options.report(
        .error(
          "missing-option", "\(options.subject) needs the option `value`", at: options.range,
          solutions: ["add value: \"{{ (SELECT count(*) FROM a_table) }}\""]))
    }
    value = options.double("value")
    compare = options.double("compare")
    compareLabel = options.string("compare_label")
    label = options.string("label")
    unit = options.string("unit")
    format = options.format("format") ?? .automatic
    showsHistory = options.bool("history") ?? false
    level = options.double("level")
    better = options.choice("better", as: Metric.Direction.self) ?? .none
  }
}
