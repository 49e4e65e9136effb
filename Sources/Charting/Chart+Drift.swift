import Vocabulary

/// How far a column has moved, for a ranking.
public struct DriftBar: Sendable, Hashable {
  /// The column.
  public var name: String
  /// Its population stability index.
  public var index: Double
  /// The index that sampling alone stays below 19 times out of 20.
  public var noise: Double?

  /// A column with its index.
  public init(name: String, index: Double, noise: Double? = nil) {
    self.name = name
    self.index = index
    self.noise = noise
  }
}

/// A column's distribution then and now.
public struct DriftShape: Sendable, Hashable {
  /// The column.
  public var name: String
  /// Said beside the name, such as the index with its noise bound.
  public var detail: String?
  /// Whether the numbers are days since 1970-01-01.
  public var isTime = false
  /// The values.
  public var values: Values

  /// Values to draw over each other.
  public enum Values: Sendable, Hashable {
    /// Finite values in rising order.
    case numbers(reference: [Double], current: [Double])
    /// Shares by category, in the order to draw.
    case categories([Category])
  }

  /// A category with its shares then and now.
  public struct Category: Sendable, Hashable {
    /// The value.
    public var name: String
    /// Its share in the reference.
    public var reference: Double
    /// Its share now.
    public var current: Double

    /// A category with its shares.
    public init(name: String, reference: Double, current: Double) {
      self.name = name
      self.reference = reference
      self.current = current
    }
  }

  /// A column's distributions.
  public init(name: String, detail: String? = nil, values: Values) {
    self.name = name
    self.detail = detail
    self.values = values
  }
}

extension Chart {
  /// Lying bars of how far columns moved, in the order given, with the noise bound as a mark on each,
  /// beside the levels from which to watch and to act.
  public static func driftRanking(
    _ columns: [DriftBar], watch: Double, act: Double, maximum: Int = 20,
    title: String? = nil, subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.driftRankingTitle
    let finite = columns.filter(\.index.isFinite)
    let shown = Array(finite.prefix(max(1, maximum)))
    let number = NumberFormat.fixed(3)
    let bars = shown.map { column in
      BarMark.Bar(
        slot: .band(column.name, lane: 0, of: 1), from: 0, to: column.index,
        ink: column.index >= watch ? .series(0) : .reference,
        tip: "\(column.name)\(words.colon)\(number.string(column.index))",
        label: number.string(column.index)
          + (column.noise.map { words.aside(number.string($0)) } ?? ""),
        high: max(column.index, column.noise ?? 0))
    }
    let noise = shown.compactMap { column in
      column.noise.map {
        PointMark.Point(
          x: .number($0), y: .category(column.name),
          tip: "\(column.name)\(words.colon)\(words.noiseBound) \(number.string($0))")
      }
    }
    var x = Axis(label: words.stabilityIndex)
    x.includesZero = true
    // An empty band above the bars keeps the labels of the rules free of them.
    let y = Axis(kind: .band, hasGrid: false, categories: [""] + shown.map(\.name))
    var marks: [Mark] = [
      .bar(
        BarMark(bars: bars, isHorizontal: true, label: words.stabilityIndex, labelGap: 8))
    ]
    if !bars.isEmpty {
      marks.append(
        .point(PointMark(name: words.noiseBound, points: noise, ink: .text, shape: 1, radius: 3)))
      let highest = shown.map(\.index).max() ?? 0
      marks.append(.rule(RuleMark(isVertical: true, at: watch, label: words.watch)))
      if highest > watch {
        marks.append(.rule(RuleMark(isVertical: true, at: act, label: words.act, ink: .text)))
      }
    }
    var chart = Chart(
      panels: [Panel(x: x, y: y, marks: marks)], title: title, subtitle: subtitle)
    chart.plotHeight = 26 * Double(shown.count + 1) + 6
    chart.words = words
    chart.droppedCount = columns.count - finite.count
    chart.legend =
      noise.isEmpty
      ? [] : [LegendEntry(label: words.noiseInBrackets, ink: .text, symbol: .dot, pattern: 1)]
    if shown.count < finite.count {
      chart.remarks = [words.columnsShown(shown.count, of: finite.count)]
    }
    chart.data = Table(
      columns: [
        Column("column", texts: finite.map(\.name)), Column("psi", reals: finite.map(\.index)),
        Column("noise", reals: finite.map(\.noise)),
      ])
    let leading = shown.prefix(3).map { "\($0.name) \(number.string($0.index))" }
    chart.summary =
      shown.isEmpty
      ? words.noDataSentence : words.sentence(words.stabilityIndex, leading)
    return chart
  }

  /// The distributions of columns then (grey) and now, over the same bins, one panel each.
  public static func driftShapes(
    _ columns: [DriftShape], names: (reference: String, current: String),
    title: String? = nil, subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.driftShapesTitle
    var data = DriftData()
    let panels = columns.map { column in panel(column, names, words, &data) }
    var chart = Chart(panels: panels, title: title, subtitle: subtitle, arrangement: .mosaic)
    chart.plotHeight = 124
    chart.words = words
    chart.legend = [
      LegendEntry(label: names.reference, ink: .reference, symbol: .swatch),
      LegendEntry(label: names.current, ink: .series(0), symbol: .line),
    ]
    chart.data = data.table
    chart.summary =
      chart.isEmpty
      ? words.noDataSentence
      : words.sentence(
        of: [words.list(columns.map { $0.name + ($0.detail.map(words.aside) ?? "") })])
    return chart
  }

  /// The rows of the CSV beside the picture.
  private struct DriftData {
    var column: [String?] = []
    var bin: [String?] = []
    var reference: [Double?] = []
    var current: [Double?] = []

    var table: Table {
      Table(columns: [
        Column("column", texts: column), Column("bin", texts: bin),
        Column("reference", reals: reference), Column("current", reals: current),
      ])
    }
  }

  private static func panel(
    _ column: DriftShape, _ names: (reference: String, current: String), _ words: Words,
    _ data: inout DriftData
  ) -> Panel {
    var y = Axis(label: words.share, format: .percent(0), isHidden: true)
    y.includesZero = true
    y.hasGrid = false
    let bars: [(slot: BarMark.Slot, name: String, reference: Double, current: Double)]
    var x: Axis
    switch column.values {
    case .numbers(let old, let new):
      let edges = driftEdges(old, new)
      let (then, now) = (shares(of: old, in: edges), shares(of: new, in: edges))
      x = Axis(kind: column.isTime ? .time : .linear, isNice: false, hasGrid: false)
      func text(_ value: Double) -> String {
        column.isTime ? timeText(value) : NumberFormat.automatic.string(value)
      }
      bars = then.indices.map { index in
        let (low, high) = (edges[index], edges[index + 1])
        return (
          .span(low, high), words.span(text(low), text(high)), then[index],
          now[index]
        )
      }
    case .categories(let categories):
      let few = Array(categories.prefix(8))
      // Names need room beside each other, which only lying bars give.
      x = Axis(format: .percent(0), hasGrid: false, isHidden: true)
      x.includesZero = true
      y = Axis(kind: .band, hasGrid: false, categories: few.map(\.name))
      bars = few.map { (.band($0.name, lane: 0, of: 1), $0.name, $0.reference, $0.current) }
    }
    let percent = NumberFormat.percent(1)
    for bar in bars {
      data.column.append(column.name)
      data.bin.append(bar.name)
      data.reference.append(bar.reference)
      data.current.append(bar.current)
    }
    var isNumeric = false
    if case .numbers = column.values { isNumeric = true }
    let reference = BarMark(
      bars: bars.map { bar in
        BarMark.Bar(
          slot: bar.slot, from: 0, to: bar.reference, ink: .reference,
          tip: "\(bar.name)\(words.colon)\(names.reference) \(percent.string(bar.reference))"
            + "\(words.comma)\(names.current) \(percent.string(bar.current))",
          label: isNumeric ? nil : percent.string(bar.current),
          high: isNumeric ? nil : max(bar.reference, bar.current))
      }, isHorizontal: !isNumeric, label: names.reference, labelGap: 8)
    var marks: [Mark] = bars.isEmpty ? [] : [.bar(reference)]
    if isNumeric {
      marks += bars.isEmpty ? [] : [.line(outline(of: bars, names.current))]
    } else {
      let points = bars.map {
        PointMark.Point(
          x: .number($0.current), y: .category($0.name),
          tip: "\($0.name)\(words.colon)\(percent.string($0.current))")
      }
      marks +=
        points.isEmpty
        ? [] : [.point(PointMark(name: names.current, points: points, ink: .series(0), radius: 4))]
    }
    return Panel(title: column.name, detail: column.detail, x: x, y: y, marks: marks)
  }

  /// The tops of the bars as one line, down to zero at both ends.
  private static func outline(
    of bars: [(slot: BarMark.Slot, name: String, reference: Double, current: Double)],
    _ name: String
  ) -> LineMark {
    var points: [LineMark.Point] = []
    for bar in bars {
      guard case .span(let low, let high) = bar.slot else { continue }
      if points.isEmpty { points.append(.init(x: .number(low), y: 0)) }
      points.append(.init(x: .number(low), y: bar.current))
      points.append(.init(x: .number(high), y: bar.current))
    }
    if let last = points.last { points.append(.init(x: last.x, y: 0)) }
    return LineMark(name: name, points: points, ink: .series(0))
  }

  /// Bins over the middle 98% of both, so that single values far out do not flatten the picture.
  private static func driftEdges(_ old: [Double], _ new: [Double]) -> [Double] {
    func ends(_ values: [Double]) -> [Double] {
      values.isEmpty
        ? [] : [values[(values.count - 1) / 100], values[(values.count - 1) * 99 / 100]]
    }
    let all = ends(old) + ends(new)
    guard let low = all.min(), let high = all.max() else { return [] }
    return Histogram.edges(from: low, to: high, bins: 20)
  }

  /// The share of all values in each bin; what lies beyond the ends belongs to the outer bins.
  private static func shares(of values: [Double], in edges: [Double]) -> [Double] {
    guard edges.count > 1 else { return [] }
    var counts = [Double](repeating: 0, count: edges.count - 1)
    for value in values { counts[Histogram.bin(of: value, in: edges)] += 1 }
    return counts.map { values.isEmpty ? 0 : $0 / Double(values.count) }
  }
}

extension Chart.Words {
  var stabilityIndex: String { choose("Population stability index", "母集団安定性指数（PSI）") }
  var noiseBound: String { choose("sampling noise, 95%", "標本誤差の上限（95%）") }
  var noiseInBrackets: String {
    choose("sampling noise, 95% (in brackets)", "標本誤差の上限（95%、括弧内）")
  }
  var watch: String { choose("watch", "注意") }
  var act: String { choose("act", "要対応") }
}
