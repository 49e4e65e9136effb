import Vocabulary

/// Rows of similar score: what was predicted and what came.
public struct CalibrationBin: Sendable, Hashable {
  /// The mean of the scores.
  public var meanScore: Double
  /// The share of positives.
  public var observedRate: Double
  /// The confidence interval of that share.
  public var interval: ClosedRange<Double>?
  /// How many rows.
  public var count: Int

  /// A bin of these figures.
  public init(
    meanScore: Double, observedRate: Double, interval: ClosedRange<Double>? = nil, count: Int
  ) {
    self.meanScore = meanScore
    self.observedRate = observedRate
    self.interval = interval
    self.count = count
  }
}

extension Chart {
  /// Observed rate over mean score with intervals, the diagonal as reference, over a thin histogram
  /// of the scores.
  public static func calibration(
    _ bins: [CalibrationBin], scores: Histogram? = nil, name: String? = nil,
    title: String? = nil, subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.calibrationTitle
    let name = name ?? words.test
    let drawn = bins.filter { $0.meanScore.isFinite && $0.observedRate.isFinite }
    let highest =
      drawn.flatMap { [$0.meanScore, $0.observedRate, $0.interval?.upperBound ?? 0] }
      .filter(\.isFinite).max() ?? 1
    let top = Axis(lower: 0).domain(of: [highest], tickCount: 5).upperBound
    // The last hundredth of the scores would push all others into a corner.
    let shown = scores?.first(0.99, atLeastTo: top)
    let upper = min(1, max(top, shown?.edges.last ?? 0))
    let ink = Ink(part: name) ?? .test
    let x = Axis(
      label: words.meanScore, format: .percent(0), lower: 0, upper: upper, isNice: false)
    let y = Axis(label: words.observedRate, format: .percent(0), lower: 0)
    let diagonal = LineMark(
      name: words.perfect,
      points: [.init(x: .number(0), y: 0), .init(x: .number(upper), y: upper)], ink: .reference,
      dash: 1, isThin: true)
    let percent = NumberFormat.percent(1)
    let points = drawn.map { bin in
      PointMark.Point(
        x: .number(bin.meanScore), y: .number(bin.observedRate), low: bin.interval?.lowerBound,
        high: bin.interval?.upperBound,
        tip: words.list([
          "\(words.meanScore) \(percent.string(bin.meanScore))",
          "\(words.observedRate) \(percent.string(bin.observedRate))", words.rows(bin.count),
        ]))
    }
    let line = LineMark(
      name: name, points: drawn.map { .init(x: .number($0.meanScore), y: $0.observedRate) },
      ink: ink)
    var marks: [Mark] = drawn.isEmpty ? [] : [.line(diagonal), .line(line)]
    marks.append(.point(PointMark(name: name, points: points, ink: ink)))
    var panels = [Panel(x: x, y: y, marks: marks)]
    if let shown, !shown.counts.isEmpty, !drawn.isEmpty {
      var counts = Axis(label: words.rowCount)
      counts.includesZero = true
      var panel = Panel(
        x: x, y: counts,
        marks: [shown.mark(ink: ink, name: words.score, format: .percent(1), words: words)])
      panel.heightShare = 0.28
      panels.append(panel)
    }
    var chart = Chart(panels: panels, title: title, subtitle: subtitle, width: 560)
    chart.arrangement = .stacked
    chart.plotHeight = panels.count > 1 ? 400 : 340
    chart.words = words
    chart.droppedCount = bins.count - drawn.count
    if let scores, let shown, let end = shown.edges.last, shown.total < scores.total {
      chart.remarks = [
        words.scoresBeyond(
          NumberFormat.thousands(0).string(scores.total - shown.total),
          NumberFormat.percent(0).string(end))
      ]
    }
    chart.data = Table(
      columns: [
        Column("mean_score", reals: drawn.map(\.meanScore)),
        Column("observed_rate", reals: drawn.map(\.observedRate)),
        Column("low", reals: drawn.map { $0.interval?.lowerBound }),
        Column("high", reals: drawn.map { $0.interval?.upperBound }),
        Column("rows", integers: drawn.map { Int64($0.count) }),
      ])
    let worst = drawn.max {
      abs($0.meanScore - $0.observedRate) < abs($1.meanScore - $1.observedRate)
    }
    chart.summary =
      worst.map {
        words.calibration(
          bins: drawn.count, score: percent.string($0.meanScore),
          rate: percent.string($0.observedRate))
      } ?? words.noDataSentence
    chart.kind = .calibration
    return chart
  }
}
