import Vocabulary

/// The rate of a group with its interval.
public struct GroupBar: Sendable, Hashable {
  /// The group.
  public var name: String
  /// Its rate.
  public var rate: Double
  /// The confidence interval.
  public var interval: ClosedRange<Double>?
  /// How many rows it has.
  public var rows: Int
  /// Whether it has too few rows to be judged.
  public var isSmall: Bool

  /// A group with its rate.
  public init(
    name: String, rate: Double, interval: ClosedRange<Double>? = nil, rows: Int,
    isSmall: Bool = false
  ) {
    self.name = name
    self.rate = rate
    self.interval = interval
    self.rows = rows
    self.isSmall = isSmall
  }
}

extension Chart {
  /// Lying bars of a rate by group with intervals, small groups grey, and the rate of all rows as a
  /// line.
  public static func groupRates(
    _ groups: [GroupBar], overall: Double?, title: String?, subtitle: String? = nil,
    words: Words = .english
  ) -> Chart {
    let finite = groups.filter(\.rate.isFinite)
    let shown = Array(finite.prefix(40))
    let percent = NumberFormat.percent(1)
    let bars = shown.map { group in
      BarMark.Bar(
        slot: .band(group.name, lane: 0, of: 1), from: 0, to: group.rate,
        ink: group.isSmall ? .reference : .series(0),
        tip:
          "\(group.name)\(words.colon)\(percent.string(group.rate))\(words.comma)\(words.rows(group.rows))",
        label: percent.string(group.rate), low: group.interval?.lowerBound,
        high: group.interval?.upperBound)
    }
    var x = Axis(format: .percent(0))
    x.includesZero = true
    // An empty band above the bars keeps the label of the rule free of them.
    let y = Axis(kind: .band, hasGrid: false, categories: [""] + shown.map(\.name))
    var marks: [Mark] = [.bar(BarMark(bars: bars, isHorizontal: true, label: title ?? ""))]
    if let overall, overall.isFinite, !bars.isEmpty {
      marks.append(
        .rule(RuleMark(isVertical: true, at: overall, label: percent.string(overall), ink: .text)))
    }
    var chart = Chart(
      panels: [Panel(x: x, y: y, marks: marks)], title: title, subtitle: subtitle)
    chart.plotHeight = 28 * Double(shown.count + 1) + 6
    chart.words = words
    chart.droppedCount = groups.count - finite.count
    if shown.count < finite.count {
      chart.remarks = [words.groupsShown(shown.count, of: finite.count)]
    }
    chart.data = Table(
      columns: [
        Column("group", texts: finite.map(\.name)), Column("rate", reals: finite.map(\.rate)),
        Column("low", reals: finite.map { $0.interval?.lowerBound }),
        Column("high", reals: finite.map { $0.interval?.upperBound }),
        Column("rows", integers: finite.map { Int64($0.rows) }),
      ])
    let leading = shown.prefix(4).map { "\($0.name) \(percent.string($0.rate))" }
    chart.summary =
      shown.isEmpty ? words.noDataSentence : words.sentence(title ?? "", leading)
    return chart
  }
}
