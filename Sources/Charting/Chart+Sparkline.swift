public import Vocabulary

extension Chart {
  /// A line the size of a word, its last value marked; no axes.
  ///
  /// Missing values break the line. For example: `Chart.sparkline([0.78, 0.79, 0.80])`.
  public static func sparkline(
    _ values: [Double?], name: String = "", format: NumberFormat = .automatic, width: Double = 120,
    plotHeight: Double = 28, words: Words = .english
  ) -> Chart {
    let points = values.enumerated().map { index, value in
      let finite = value.flatMap { $0.isFinite ? $0 : nil }
      return LineMark.Point(
        x: .number(Double(index)), y: finite, tip: finite.map { format.string($0) })
    }
    var marks: [Mark] = [.line(LineMark(name: name, points: points, ink: .series(0)))]
    if let last = points.last(where: { $0.y != nil }), let y = last.y {
      let point = PointMark.Point(x: last.x, y: .number(y), tip: last.tip)
      marks.append(.point(PointMark(name: name, points: [point], ink: .series(0), radius: 3)))
    }
    var axis = Axis(isNice: false, hasGrid: false)
    axis.isHidden = true
    var chart = Chart(panels: [Panel(x: axis, y: axis, marks: marks)], width: width)
    chart.arrangement = .spark
    chart.plotHeight = plotHeight
    chart.title = name.isEmpty ? nil : name
    chart.words = words
    chart.droppedCount = values.count { !($0?.isFinite ?? false) }
    chart.data = Table(columns: [Column(name.isEmpty ? "value" : name, reals: values)])
    let finite = points.compactMap(\.y)
    if let first = finite.first, let last = finite.last {
      chart.summary =
        finite.count == 1
        ? words.sentence(of: [format.string(last)])
        : words.trend(from: format.string(first), to: format.string(last), values: finite.count)
    } else {
      chart.summary = words.noDataSentence
    }
    chart.kind = .sparkline
    return chart
  }

  /// A distribution the size of a word, for a cell of a profile's table: bins, or one bar for each
  /// of the most frequent categories.
  public static func sparkline(
    _ distribution: Distribution, width: Double = 120, plotHeight: Double = 28,
    words: Words = .english
  ) -> Chart {
    var chart = distributions([distribution], words: words)
    var (x, y) = (Axis(isNice: false, hasGrid: false), Axis(isNice: false, hasGrid: false))
    y.includesZero = true
    if case .categories(let counts, let other) = distribution.shape {
      let rows = counts + (other > 0 ? [(words.other, other)] : [])
      x.kind = .band
      x.categories = rows.map(\.0)
      let bars = rows.enumerated().map { index, row in
        BarMark.Bar(
          slot: .band(row.0, lane: 0, of: 1), from: 0, to: Double(row.1),
          ink: index == counts.count ? .reference : .series(0),
          tip: "\(row.0)\(words.colon)\(NumberFormat.automatic.string(Double(row.1)))")
      }
      chart.panels = [
        Panel(x: x, y: y, marks: [.bar(BarMark(bars: bars, label: distribution.name))])
      ]
    } else if let panel = chart.panels.first {
      (x.lower, x.upper) = (panel.x.lower, panel.x.upper)
      chart.panels = [Panel(x: x, y: y, marks: panel.marks)]
    }
    chart.arrangement = .spark
    chart.title = distribution.name
    chart.width = width
    chart.plotHeight = plotHeight
    chart.kind = .sparkline
    return chart
  }
}
