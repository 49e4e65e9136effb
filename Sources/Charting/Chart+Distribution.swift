import Vocabulary

/// How the values of one column are spread.
public struct Distribution: Sendable, Hashable {
  /// The shape of the values.
  public enum Shape: Sendable, Hashable {
    /// Numbers or times in bins.
    case bins(Histogram)
    /// The most frequent categories and how many rows have all others.
    case categories([(String, Int)], other: Int)

    /// Whether both hold the same.
    public static func == (left: Shape, right: Shape) -> Bool {
      switch (left, right) {
      case (.bins(let a), .bins(let b)): a == b
      case (.categories(let a, let x), .categories(let b, let y)):
        x == y && a.count == b.count && zip(a, b).allSatisfy { $0 == $1 }
      case (.bins, .categories), (.categories, .bins): false
      }
    }

    /// Feeds what `==` compares.
    public func hash(into hasher: inout Hasher) {
      switch self {
      case .bins(let histogram): hasher.combine(histogram)
      case .categories(let counts, let other):
        for (name, count) in counts {
          hasher.combine(name)
          hasher.combine(count)
        }
        hasher.combine(other)
      }
    }
  }

  /// The column.
  public var name: String
  /// The shape of its values.
  public var shape: Shape
  /// How many rows have no value.
  public var missing: Int
  /// Whether the bins are of days since 1970-01-01.
  public var isTime: Bool
  /// How many rows lie so far out that the shape leaves them aside.
  public var beyond: Int

  /// A column's spread.
  public init(
    name: String, shape: Shape, missing: Int = 0, beyond: Int = 0, isTime: Bool = false
  ) {
    self.name = name
    self.shape = shape
    self.isTime = isTime
    self.missing = missing
    self.beyond = beyond
  }
}

extension Chart {
  /// Small multiples of distributions, each on its own scales: the picture of a profile.
  ///
  /// One distribution gives one small picture, for a table's cell.
  public static func distributions(
    _ distributions: [Distribution], title: String? = nil, subtitle: String? = nil,
    words: Words = .english
  ) -> Chart {
    let panels = distributions.map { panel(of: $0, words: words) }
    var chart = Chart(panels: panels, title: title, subtitle: subtitle)
    chart.arrangement = .mosaic
    // A line of words needs its room.
    let lines = distributions.map { distribution in
      if case .categories(let counts, let other) = distribution.shape {
        return counts.count + (other > 0 ? 1 : 0)
      }
      return 0
    }
    chart.plotHeight = max(76, 14.5 * Double(lines.max() ?? 0))
    if distributions.contains(where: { $0.beyond > 0 }) { chart.remarks = [words.middleIsDrawn] }
    chart.words = words
    if distributions.count == 1 { chart.width = 220 }
    var columns: (name: [String?], value: [String?], count: [Double?]) = ([], [], [])
    for distribution in distributions {
      for (value, count) in rows(of: distribution, words: words) {
        columns.name.append(distribution.name)
        columns.value.append(value)
        columns.count.append(count)
      }
    }
    chart.data = Table(
      columns: [
        Column("column", texts: columns.name), Column("value", texts: columns.value),
        Column("count", reals: columns.count),
      ])
    chart.summary = distributions.prefix(12).map { summary(of: $0, words: words) }.joined(
      separator: words.sentenceGap)
    if distributions.isEmpty { chart.summary = words.noDataSentence }
    chart.kind = .distributions
    return chart
  }

  /// The picture of one column: a small multiple that stands alone.
  ///
  /// `data` holds the bins as `from`, `to` and `count`, or the categories as `value` and `count`.
  public static func distribution(_ distribution: Distribution, words: Words = .english) -> Chart {
    var chart = distributions([distribution], words: words)
    // The name has the line above the picture for itself; what is not drawn is said below it.
    chart.panels[0].detail = nil
    let number = NumberFormat.automatic
    let asides = [
      distribution.missing > 0
        ? words.missing(number.string(Double(distribution.missing))) : nil,
      distribution.beyond > 0 ? words.beyond(number.string(Double(distribution.beyond))) : nil,
    ].compactMap(\.self)
    chart.remarks = asides.isEmpty ? [] : [words.list(asides)]
    switch distribution.shape {
    case .bins(let histogram):
      chart.data = Table(columns: [
        Column("from", reals: histogram.edges.dropLast().map { $0 }),
        Column("to", reals: histogram.edges.dropFirst().map { $0 }),
        Column("count", reals: histogram.counts),
      ])
    case .categories:
      let rows = rows(of: distribution, words: words)
      chart.data = Table(columns: [
        Column("value", texts: rows.map(\.0)), Column("count", reals: rows.map(\.1)),
      ])
    }
    return chart
  }

  private static func panel(of distribution: Distribution, words: Words) -> Panel {
    var x = Axis(isNice: false, hasGrid: false)
    var y = Axis(isHidden: true)
    y.hasGrid = false
    let missing = NumberFormat.automatic.string(Double(distribution.missing))
    let detail = distribution.missing > 0 ? words.missing(missing) : nil
    switch distribution.shape {
    case .bins(let histogram):
      y.includesZero = true
      if distribution.isTime { x.kind = .time }
      if histogram.counts.count == 1, let low = histogram.edges.first,
        let high = histogram.edges.last
      {
        // One bin is one value: it stands alone in the middle, under its own number.
        (x.lower, x.upper) = (low * 2 - high, high * 2 - low)
        x.tickValues = [low / 2 + high / 2]
      }
      return Panel(
        title: distribution.name, detail: detail, x: x, y: y,
        marks: histogram.counts.isEmpty
          ? []
          : [
            histogram.mark(
              ink: .series(0), name: distribution.name, format: nil, words: words,
              isTime: distribution.isTime)
          ])
    case .categories(let counts, let other):
      let rows = counts + (other > 0 ? [(words.other, other)] : [])
      let total = rows.reduce(0.0) { $0 + Double($1.1) }
      x.includesZero = true
      x.isHidden = true
      y.kind = .band
      y.isHidden = false
      y.categories = rows.map(\.0)
      let bars = rows.enumerated().map { index, row in
        let share = NumberFormat.percent(1).string(total > 0 ? Double(row.1) / total : 0)
        return BarMark.Bar(
          slot: .band(row.0, lane: 0, of: 1), from: 0, to: Double(row.1),
          ink: index == counts.count ? .reference : .series(0),
          tip:
            "\(row.0)\(words.colon)\(NumberFormat.automatic.string(Double(row.1)))\(words.aside(share))",
          label: share)
      }
      return Panel(
        title: distribution.name, detail: detail, x: x, y: y,
        marks: [.bar(BarMark(bars: bars, isHorizontal: true, label: distribution.name))])
    }
  }

  private static func rows(of distribution: Distribution, words: Words) -> [(String, Double)] {
    var rows: [(String, Double)] = []
    switch distribution.shape {
    case .bins(let histogram):
      for index in histogram.counts.indices {
        let ends = [histogram.edges[index], histogram.edges[index + 1]].map {
          distribution.isTime ? timeText($0, isMonthly: false) : shortestText($0)
        }
        rows.append((ends.joined(separator: " – "), histogram.counts[index]))
      }
    case .categories(let counts, let other):
      rows = counts.map { ($0.0, Double($0.1)) }
      if other > 0 { rows.append((words.other, Double(other))) }
    }
    if distribution.beyond > 0 { rows.append((words.farOut, Double(distribution.beyond))) }
    if distribution.missing > 0 { rows.append((words.missing, Double(distribution.missing))) }
    return rows
  }

  private static func summary(of distribution: Distribution, words: Words) -> String {
    let rows = rows(of: distribution, words: words)
    guard let top = rows.indices.max(by: { rows[$0].1 < rows[$1].1 }) else {
      return words.sentence(distribution.name, [words.noData])
    }
    let total = rows.reduce(0) { $0 + $1.1 }
    let share = NumberFormat.percent(0).string(total > 0 ? rows[top].1 / total : 0)
    return words.sentence(distribution.name, ["\(rows[top].0) \(share)"])
  }
}
