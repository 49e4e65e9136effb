import Vocabulary

/// A curve with a name, by rising x.
public struct NamedCurve: Sendable, Hashable {
  /// What it shows; `train`, `validation` and `test` have fixed colours.
  public var name: String
  /// Its points.
  public var points: [Point2D]

  /// A curve through these points.
  public init(name: String, points: [Point2D]) {
    self.name = name
    self.points = points
  }
}

extension Chart {
  /// The share of positives captured over the share of rows taken by falling score, between chance
  /// and a perfect order.
  public static func gain(
    _ curves: [NamedCurve], baseRate: Double? = nil, title: String? = nil,
    subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.gainTitle
    var references = [
      NamedCurve(name: words.random, points: [Point2D(x: 0, y: 0), Point2D(x: 1, y: 1)])
    ]
    if let baseRate, baseRate > 0, baseRate <= 1 {
      references.append(
        NamedCurve(
          name: words.perfect,
          points: [Point2D(x: 0, y: 0), Point2D(x: baseRate, y: 1), Point2D(x: 1, y: 1)]))
    }
    let axes = (
      x: Axis(label: words.populationShare, format: .percent(0), lower: 0, upper: 1, isNice: false),
      y: Axis(label: words.captured, format: .percent(0), lower: 0, upper: 1, isNice: false)
    )
    var chart = lines(curves, references: references, axes: axes, words: words)
    chart.panels[0].isSquare = true
    chart.width = 480
    chart.title = title
    chart.subtitle = subtitle
    chart.kind = .gain
    return chart
  }

  /// How many times the base rate each tenth of the rows holds, highest scores first.
  public static func lift(
    _ deciles: [Double], title: String? = nil, subtitle: String? = nil,
    words: Words = .english
  ) -> Chart {
    let title = title ?? words.liftTitle
    let names = deciles.indices.map { String($0 + 1) }
    let number = NumberFormat.fixed(2)
    let bars = zip(names, deciles).filter { $0.1.isFinite }.map { name, value in
      BarMark.Bar(
        slot: .band(name, lane: 0, of: 1), from: 0, to: value, ink: .test,
        tip: "\(name)\(words.colon)\(number.string(value))", label: number.string(value))
    }
    var y = Axis(label: words.lift)
    y.includesZero = true
    let x = Axis(label: words.decile, kind: .band, hasGrid: false, categories: names)
    var marks: [Mark] = [.bar(BarMark(bars: bars, label: words.lift))]
    if !bars.isEmpty {
      marks.append(.rule(RuleMark(isVertical: false, at: 1, label: words.random)))
    }
    var chart = Chart(
      panels: [Panel(x: x, y: y, marks: marks)], title: title, subtitle: subtitle, width: 560)
    chart.plotHeight = 240
    chart.words = words
    chart.droppedCount = deciles.count - bars.count
    chart.data = Table(
      columns: [Column("decile", texts: names), Column("lift", reals: deciles)])
    chart.summary =
      deciles.first.map {
        words.lift(number.string($0), groups: deciles.count)
      }
      ?? words.noDataSentence
    chart.kind = .lift
    return chart
  }

  /// The cumulative shares of negatives and positives over the score, and their largest distance.
  public static func kolmogorovSmirnov(
    positives: [Point2D], negatives: [Point2D], statistic: Double, at score: Double,
    title: String? = nil, subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.kolmogorovSmirnovTitle
    let axes = (
      x: Axis(label: words.score, isNice: false, hasGrid: false),
      y: Axis(label: words.cumulativeShare, format: .percent(0), lower: 0, upper: 1, isNice: false)
    )
    let curves = [
      NamedCurve(name: words.negatives, points: negatives),
      NamedCurve(name: words.positives, points: positives),
    ]
    var chart = lines(curves, references: [], axes: axes, words: words)
    chart.title = title
    chart.subtitle = subtitle
    let number = NumberFormat.fixed(3)
    if score.isFinite, statistic.isFinite, !chart.isEmpty {
      let text = words.kolmogorovSmirnov(
        number.string(statistic), at: NumberFormat.significant(3).string(score))
      chart.panels[0].marks.append(
        .rule(RuleMark(isVertical: true, at: score, label: text, ink: .text)))
      chart.summary =
        words.sentence(of: [
          words.list([
            "KS \(number.string(statistic))",
            "\(words.score) \(NumberFormat.significant(3).string(score))",
          ])
        ])
    }
    chart.kind = .kolmogorovSmirnov
    return chart
  }

  /// Precision, recall, approval rate and the like over the threshold, with the chosen one marked.
  public static func thresholds(
    _ curves: [NamedCurve], chosen: Double? = nil, title: String? = nil,
    subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.thresholdsTitle
    let axes = (
      x: Axis(label: words.thresholdAxis, isNice: false, hasGrid: false),
      y: Axis(label: words.share, format: .percent(0), lower: 0, upper: 1, isNice: false)
    )
    var chart = lines(curves, references: [], axes: axes, words: words)
    chart.title = title
    chart.subtitle = subtitle
    if let chosen, chosen.isFinite, !chart.isEmpty {
      let text = "\(words.chosen) \(NumberFormat.significant(3).string(chosen))"
      chart.panels[0].marks.append(
        .rule(RuleMark(isVertical: true, at: chosen, label: text, ink: .text)))
      let values = curves.compactMap { curve -> String? in
        let nearest = curve.points.filter(\.isFinite).min {
          abs($0.x - chosen) < abs($1.x - chosen)
        }
        return nearest.map { "\(curve.name) \(NumberFormat.percent(1).string($0.y))" }
      }
      chart.summary = words.sentence(text, values)
    }
    chart.kind = .thresholds
    return chart
  }

  /// Named curves on common axes, labelled at their ends or, in a square, in the free corner.
  private static func lines(
    _ curves: [NamedCurve], references: [NamedCurve], axes: (x: Axis, y: Axis), words: Words
  ) -> Chart {
    var marks: [Mark] = []
    var key: [LegendEntry] = []
    let isSquare = !references.isEmpty
    for (index, curve) in references.enumerated() {
      let points = curve.points.map { LineMark.Point(x: .number($0.x), y: $0.y) }
      let dash = index == 0 ? 1 : 2
      marks.append(
        .line(LineMark(name: curve.name, points: points, ink: .reference, dash: dash, isThin: true))
      )
      key.append(LegendEntry(label: curve.name, ink: .reference, symbol: .line, pattern: dash))
    }
    var columns: (curve: [String?], x: [Double?], y: [Double?]) = ([], [], [])
    var dropped = 0
    var hasPoints = false
    for (index, curve) in curves.enumerated() {
      let finite = curve.points.filter(\.isFinite)
      dropped += curve.points.count - finite.count
      let span = (finite.map(\.x).max() ?? 1) - (finite.map(\.x).min() ?? 0)
      // The axes differ in size: both are brought to 1 before half a pixel is measured.
      let scale = span > 0 && span.isFinite ? span : 1
      let unit = simplified(finite.map { Point2D(x: $0.x / scale, y: $0.y) }, tolerance: 0.0005)
      let points = unit.map { Point2D(x: $0.x * scale, y: $0.y) }
      hasPoints = hasPoints || !points.isEmpty
      columns.curve += points.map { _ in curve.name }
      columns.x += points.map(\.x)
      columns.y += points.map(\.y)
      let ink = Ink(part: curve.name) ?? .series(index)
      let dash = curves.count == 1 ? 0 : ink.dashIndex
      marks.append(
        .line(
          LineMark(
            name: curve.name, points: points.map { .init(x: .number($0.x), y: $0.y) }, ink: ink,
            dash: dash,
            endLabel: isSquare ? nil : curve.name)))
      key.insert(
        LegendEntry(
          label: curve.name, ink: ink, symbol: .line, pattern: dash),
        at: index)
    }
    let panel = Panel(
      x: axes.x, y: axes.y, marks: hasPoints ? marks : [], key: isSquare ? key : [])
    var chart = Chart(panels: [panel])
    chart.words = words
    chart.droppedCount = dropped
    chart.data = Table(
      columns: [
        Column("curve", texts: columns.curve), Column("x", reals: columns.x),
        Column("y", reals: columns.y),
      ])
    chart.summary =
      hasPoints
      ? words.sentence(axes.y.label ?? "", curves.map(\.name)) : words.noDataSentence
    return chart
  }
}

extension Point2D {
  /// Whether it can be drawn.
  var isFinite: Bool { x.isFinite && y.isFinite }
}
