public import Vocabulary

/// One curve as two versions of a report drew it.
public struct OverlaidCurve: Sendable, Hashable {
  /// The curve's name; nil where there is but one.
  public var name: String?
  /// The old points, in the order of the curve.
  public var old: [Point2D]
  /// The new points, in the order of the curve.
  public var new: [Point2D]

  /// A curve of two versions; x may be days since 1970-01-01.
  public init(name: String?, old: [Point2D], new: [Point2D]) {
    self.name = name
    self.old = old
    self.new = new
  }
}

extension Chart {
  /// How the axes of overlaid curves are read.
  public enum OverlayAxes: Sendable, Hashable {
    /// Numbers on both axes.
    case numbers
    /// Days since 1970-01-01 along the horizontal axis.
    case days
    /// From 0 to 1 on both axes, square.
    case unitSquare
  }

  /// Curves of two versions over one another, a panel for each: the old one grey and dashed, the new
  /// one in colour and solid, and what lies between them shaded.
  ///
  /// The text alternative says for each curve how far they are apart at most, and where.
  public static func overlay(
    _ curves: [OverlaidCurve], x: String, y: String, axes: OverlayAxes = .numbers,
    names: (old: String, new: String)? = nil, title: String? = nil,
    subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let names = names ?? (words.old, words.new)
    let isTime = axes == .days
    var xAxis = Axis(label: x, kind: isTime ? .time : .linear, isNice: false)
    var yAxis = Axis(label: y)
    if axes == .unitSquare {
      xAxis = Axis(label: x, format: .fixed(1), lower: 0, upper: 1, isNice: false)
      yAxis = Axis(label: y, format: .fixed(1), lower: 0, upper: 1, isNice: false)
    }
    xAxis.hasGrid = axes == .unitSquare
    var sentences: [String] = []
    let panels = curves.map { curve -> Panel in
      let gap = CurveGap(curve.old, curve.new)
      let name = curve.name.map { $0 + words.comma } ?? ""
      var marks: [Mark] = []
      if !gap.points.isEmpty {
        marks.append(
          .area(
            AreaMark(
              name: name + words.between(names.old, names.new), points: gap.points,
              ink: .series(1), isBand: true)))
      }
      for (points, side, ink, dash) in [
        (curve.old, names.old, Ink.reference, 1), (curve.new, names.new, .series(0), 0),
      ] where !points.isEmpty {
        marks.append(
          .line(
            LineMark(
              name: name + side, points: points.map { .init(x: .number($0.x), y: $0.y) }, ink: ink,
              dash: dash)))
      }
      let widest = gap.widest.map { place in
        words.furthestApart(
          NumberFormat.significant(3).signedString(place.change),
          at: xAxis.text(.number(place.x)))
      }
      sentences.append((curve.name ?? y) + words.colon + (widest ?? words.noData))
      return Panel(
        title: curve.name, x: xAxis, y: yAxis, marks: marks,
        isSquare: axes == .unitSquare)
    }
    var chart = Chart(
      panels: panels, title: title, subtitle: subtitle,
      width: axes == .unitSquare && curves.count == 1 ? 480 : 720,
      legend: [
        LegendEntry(label: names.old, ink: .reference, symbol: .line, pattern: 1),
        LegendEntry(label: names.new, ink: .series(0), symbol: .line),
      ])
    chart.words = words
    chart.summary = words.sentence(of: sentences)
    if curves.count <= 4 { chart.note = chart.summary }
    return chart
  }

  /// Bars or points of two versions side by side: the old ones grey, the new ones in colour.
  ///
  /// The column `version` of the table says which is which, by the names given.
  public static func overlay(
    _ mark: MarkKind, of table: Table, x: String, y: String, version: String,
    names: (old: String, new: String)? = nil, options: Options = Options()
  ) throws(ChartError) -> Chart {
    let names = names ?? (options.words.old, options.words.new)
    var chart = try Chart(
      mark: mark, table: table, x: x, y: y, color: version, options: options)
    // Of two series the old one comes first.
    guard chart.legend.map(\.label) == [names.old, names.new] else { return chart }
    func versioned(_ ink: Ink) -> Ink { ink == .series(0) ? .reference : .series(0) }
    for (index, panel) in chart.panels.enumerated() {
      chart.panels[index].marks = panel.marks.map { mark in
        switch mark {
        case .bar(var bars):
          for place in bars.bars.indices { bars.bars[place].ink = versioned(bars.bars[place].ink) }
          return .bar(bars)
        case .point(var points):
          points.ink = versioned(points.ink)
          return .point(points)
        default: return mark
        }
      }
    }
    for index in chart.legend.indices {
      chart.legend[index].ink = versioned(chart.legend[index].ink)
    }
    return chart
  }
}

extension Chart.Words {
  fileprivate var old: String { choose("old", "旧") }
  fileprivate var new: String { choose("new", "新") }

  fileprivate func between(_ old: String, _ new: String) -> String {
    choose("between \(old) and \(new)", "\(old)と\(new)の差")
  }

  fileprivate func furthestApart(_ change: String, at place: String) -> String {
    self == .japanese
      ? "最大の差 \(change)（\(place)）" : "furthest apart \(change) at \(place)"
  }
}

/// What lies between two curves, where both are.
struct CurveGap {
  /// The lower and the upper curve.
  private(set) var points: [AreaMark.Point] = []
  /// Where they are furthest apart, and by how much the second is higher.
  private(set) var widest: (x: Double, change: Double)?

  init(_ old: [Point2D], _ new: [Point2D]) {
    let (a, b) = (Path(old), Path(new))
    guard let first = a.xs.first, let last = a.xs.last, let start = b.xs.first,
      let end = b.xs.last
    else { return }
    let range = (max(first, start), min(last, end))
    let places = Set(a.xs + b.xs).filter { range.0 <= $0 && $0 <= range.1 }.sorted()
    var before: (x: Double, old: Double, new: Double)?
    for x in places {
      // A curve may jump at x: it arrives at one height and leaves at another.
      for isLeaving in [false, true] {
        guard let y = a.height(at: x, isLeaving), let z = b.height(at: x, isLeaving) else {
          continue
        }
        if let before, (before.old - before.new) * (y - z) < 0, before.x < x {
          let share = (before.old - before.new) / ((before.old - before.new) - (y - z))
          let height = before.old + share * (y - before.old)
          points.append(
            .init(x: .number(before.x + share * (x - before.x)), low: height, high: height))
        }
        points.append(.init(x: .number(x), low: min(y, z), high: max(y, z)))
        if abs(z - y) > abs(widest?.change ?? 0) || widest == nil { widest = (x, z - y) }
        before = (x, y, z)
      }
    }
  }

  /// A curve that is asked for its height.
  private struct Path {
    var xs: [Double] = []
    private var points: [Point2D]

    init(_ points: [Point2D]) {
      let finite = points.filter { $0.x.isFinite && $0.y.isFinite }
      self.points = finite.enumerated().sorted {
        $0.element.x == $1.element.x
          ? $0.offset < $1.offset : $0.element.x < $1.element.x
      }.map(\.element)
      xs = self.points.map(\.x)
    }

    /// The height at x, coming from the left or going on to the right.
    func height(at x: Double, _ isLeaving: Bool) -> Double? {
      // The first point at x or behind it, and the first one behind it.
      let (at, behind) = (index { $0 < x }, index { $0 <= x })
      if at < behind { return points[isLeaving ? behind - 1 : at].y }
      guard at > 0, at < points.count else { return nil }
      let (left, right) = (points[at - 1], points[at])
      return left.y + (right.y - left.y) * (x - left.x) / (right.x - left.x)
    }

    private func index(_ isBefore: (Double) -> Bool) -> Int {
      var (low, high) = (0, xs.count)
      while low < high {
        let middle = (low + high) / 2
        if isBefore(xs[middle]) { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}
