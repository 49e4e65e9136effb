import Vocabulary

extension Chart {
  /// Predicted over true numbers, one dot each; on the diagonal they are equal.
  ///
  /// A point's x is the true number, its y the predicted one.
  public static func predictedAgainstActual(
    _ rows: [Point2D], unit: String? = nil, name: String? = nil,
    title: String? = nil, subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.predictedTitle
    let name = name ?? words.test
    let drawn = rows.filter { $0.x.isFinite && $0.y.isFinite }
    let all = drawn.flatMap { [$0.x, $0.y] }
    let domain = Axis().domain(of: all, tickCount: 6)
    let x = Axis(label: words.actual, lower: domain.lowerBound, upper: domain.upperBound)
    let y = Axis(label: words.predicted, lower: domain.lowerBound, upper: domain.upperBound)
    var marks: [Mark] = []
    if !drawn.isEmpty {
      let ends = [domain.lowerBound, domain.upperBound]
      marks = [
        .line(
          LineMark(
            name: words.perfect, points: ends.map { .init(x: .number($0), y: $0) },
            ink: .reference, dash: 1, isThin: true)),
        .point(dots(drawn, name: name)),
      ]
    }
    var panel = Panel(x: x, y: y, marks: marks)
    panel.isSquare = true
    var chart = Chart(
      panels: [panel], title: title, subtitle: subtitle ?? unit, width: 520)
    chart.words = words
    chart.droppedCount = rows.count - drawn.count
    chart.data = Table(columns: [
      Column("actual", reals: drawn.map(\.x)), Column("predicted", reals: drawn.map(\.y)),
    ])
    let format = NumberFormat.significant(4)
    chart.summary =
      drawn.isEmpty
      ? words.noDataSentence
      : words.sentence(of: [
        words.list([
          words.rows(drawn.count), "\(words.actual) \(words.span(of: drawn.map(\.x), format))",
          "\(words.predicted) \(words.span(of: drawn.map(\.y), format))",
        ])
      ])
    return chart
  }

  /// How far predictions are off: predicted minus true numbers over the predicted ones, and how often
  /// each distance occurs.
  ///
  /// A point's x is the true number, its y the predicted one.
  public static func residuals(
    of rows: [Point2D], unit: String? = nil, name: String? = nil,
    title: String? = nil, subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.residualsTitle
    let name = name ?? words.test
    let drawn = rows.filter { $0.x.isFinite && $0.y.isFinite && ($0.y - $0.x).isFinite }
    let gaps = drawn.map { Point2D(x: $0.y, y: $0.y - $0.x) }
    let zero = Mark.rule(RuleMark(isVertical: false, at: 0))
    let over = Panel(
      x: Axis(label: words.predicted), y: Axis(label: words.residual),
      marks: drawn.isEmpty ? [] : [zero, .point(dots(gaps, name: name))])
    var panels = [over]
    if !drawn.isEmpty {
      var counts = Axis(label: words.rowCount)
      counts.includesZero = true
      panels.append(
        Panel(
          x: Axis(label: words.residual), y: counts,
          marks: [
            Histogram(of: gaps.map(\.y)).mark(
              ink: Ink(part: name) ?? .test, name: words.residual, format: .significant(4),
              words: words)
          ]))
    }
    var chart = Chart(panels: panels, title: title, subtitle: subtitle ?? unit)
    chart.arrangement = .mosaic
    chart.words = words
    chart.droppedCount = rows.count - drawn.count
    chart.data = Table(columns: [
      Column("predicted", reals: gaps.map(\.x)), Column("residual", reals: gaps.map(\.y)),
    ])
    let format = NumberFormat.significant(4)
    let mean = gaps.reduce(0) { $0 + $1.y } / Double(max(1, gaps.count))
    chart.summary =
      drawn.isEmpty
      ? words.noDataSentence
      : words.sentence(of: [
        words.list([
          words.rows(drawn.count), "\(words.residual) \(words.span(of: gaps.map(\.y), format))",
          "\(words.mean) \(format.string(mean))",
        ])
      ])
    return chart
  }

  private static func dots(_ points: [Point2D], name: String) -> PointMark {
    let format = NumberFormat.significant(4)
    var mark = PointMark(
      name: name,
      points: points.map { point in
        .init(
          x: .number(point.x), y: .number(point.y),
          tip: "\(format.string(point.x)), \(format.string(point.y))")
      }, ink: Ink(part: name) ?? .test)
    mark.radius = points.count > 200 ? 2 : 3
    mark.isHollow = points.count > 200
    return mark
  }
}
