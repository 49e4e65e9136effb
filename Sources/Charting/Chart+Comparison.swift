public import Vocabulary

/// A figure of one competitor with its interval.
public struct ComparedFigure: Sendable, Hashable {
  /// The competitor.
  public var name: String
  /// Its figure; nil when it has none.
  public var value: Double?
  /// The interval.
  public var interval: ClosedRange<Double>?
  /// Whether it is the baseline that the others are measured against.
  public var isBaseline: Bool

  /// A competitor's figure.
  public init(
    name: String, value: Double?, interval: ClosedRange<Double>? = nil, isBaseline: Bool = false
  ) {
    self.name = name
    self.value = value
    self.interval = interval
    self.isBaseline = isBaseline
  }
}

extension Chart {
  /// A dot with its interval per competitor, in the order given, the first one emphasised; the
  /// baseline is grey with a line across.
  public static func comparison(
    _ figures: [ComparedFigure], label: String, format: NumberFormat = .fixed(3),
    title: String? = nil, subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let drawn = figures.filter { $0.value?.isFinite ?? false }
    func points(_ chosen: [ComparedFigure]) -> [PointMark.Point] {
      chosen.compactMap { figure in
        figure.value.map { value in
          let text = typographic(format.string(value))
          let range = figure.interval.map {
            " [\(format.string($0.lowerBound)), \(format.string($0.upperBound))]"
          }
          return PointMark.Point(
            x: .number(value), y: .category(figure.name), low: figure.interval?.lowerBound,
            high: figure.interval?.upperBound,
            tip: "\(figure.name)\(words.colon)\(text)\(range ?? "")",
            label: text)
        }
      }
    }
    let baselines = drawn.filter(\.isBaseline)
    let others = drawn.filter { !$0.isBaseline }
    var marks: [Mark] = []
    if let value = baselines.first?.value {
      marks.append(.rule(RuleMark(isVertical: true, at: value)))
    }
    for (chosen, ink, radius) in [
      (baselines, Ink.reference, 4.0), (Array(others.dropFirst()), .series(0), 4),
      (Array(others.prefix(1)), .series(1), 5.5),
    ] where !chosen.isEmpty {
      marks.append(
        .point(
          PointMark(
            name: words.list(chosen.map(\.name)), points: points(chosen), ink: ink,
            radius: radius, isHorizontal: true)))
    }
    let x = Axis(label: label, format: nil, isNice: false, padding: 0.06)
    let y = Axis(kind: .band, hasGrid: false, categories: drawn.map(\.name))
    var chart = Chart(
      panels: [Panel(x: x, y: y, marks: marks)], title: title, subtitle: subtitle)
    chart.words = words
    chart.droppedCount = figures.count - drawn.count
    chart.plotHeight = 36 * Double(max(1, drawn.count)) + 6
    chart.data = Table(
      columns: [
        Column("name", texts: drawn.map(\.name)), Column("value", reals: drawn.map(\.value)),
        Column("low", reals: drawn.map { $0.interval?.lowerBound }),
        Column("high", reals: drawn.map { $0.interval?.upperBound }),
      ])
    let all = drawn.compactMap { figure in
      figure.value.map { "\(figure.name) \(format.string($0))" }
    }
    chart.summary =
      all.isEmpty ? words.noDataSentence : words.sentence(label, all)
    chart.kind = .comparison
    return chart
  }
}
