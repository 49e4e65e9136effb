public import Vocabulary

/// How much a model leans on one feature.
public struct FeatureImportance: Sendable, Hashable {
  /// The feature.
  public var name: String
  /// Its importance, in the unit of the chart's label.
  public var value: Double
  /// The confidence interval.
  public var interval: ClosedRange<Double>?

  /// A feature's importance.
  public init(name: String, value: Double, interval: ClosedRange<Double>? = nil) {
    self.name = name
    self.value = value
    self.interval = interval
  }
}

extension Chart {
  /// Lying bars of the most important features, largest first; what is left out is said.
  public static func importance(
    _ features: [FeatureImportance], label: String? = nil, maximum: Int = 20,
    format: NumberFormat? = nil, title: String? = nil, subtitle: String? = nil,
    words: Words = .english
  ) -> Chart {
    let title = title ?? words.importanceTitle
    let label = label ?? words.gain
    let finite = features.filter(\.value.isFinite)
    let sorted = finite.sorted { $0.value == $1.value ? $0.name < $1.name : $0.value > $1.value }
    let shown = Array(sorted.prefix(max(1, maximum)))
    let largest = shown.first.map { abs($0.value) } ?? 0
    let number = format ?? (largest >= 1e6 ? .si : largest >= 100 ? .thousands(0) : .significant(3))
    let bars = shown.map { feature in
      let text = typographic(number.string(feature.value))
      return BarMark.Bar(
        slot: .band(feature.name, lane: 0, of: 1), from: 0, to: feature.value, ink: .series(0),
        tip: "\(feature.name)\(words.colon)\(text)", label: text, low: feature.interval?.lowerBound,
        high: feature.interval?.upperBound)
    }
    var x = Axis(label: label, format: format)
    x.includesZero = true
    let y = Axis(kind: .band, hasGrid: false, categories: shown.map(\.name))
    let mark = BarMark(bars: bars, isHorizontal: true, label: label)
    var chart = Chart(
      panels: [Panel(x: x, y: y, marks: [.bar(mark)])], title: title, subtitle: subtitle)
    chart.words = words
    chart.droppedCount = features.count - finite.count
    if shown.count < finite.count {
      chart.remarks = [words.featuresShown(shown.count, of: finite.count)]
    }
    chart.data = Table(
      columns: [
        Column("feature", texts: sorted.map(\.name)),
        Column("importance", reals: sorted.map(\.value)),
        Column("low", reals: sorted.map { $0.interval?.lowerBound }),
        Column("high", reals: sorted.map { $0.interval?.upperBound }),
      ])
    let leading = shown.prefix(3).map { "\($0.name) \(number.string($0.value))" }
    chart.summary =
      shown.isEmpty
      ? words.noDataSentence : words.sentence(label, leading)
    chart.kind = .importance
    return chart
  }
}
