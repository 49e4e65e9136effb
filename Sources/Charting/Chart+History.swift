public import Vocabulary

extension Chart {
  /// A figure in one edition of a series.
  public struct EditionFigure: Sendable, Hashable {
    /// The edition, such as `2021-01`.
    public var edition: String
    /// The value; nil where the edition has none, which breaks the line.
    public var value: Double?
    /// Whether a gate refused the edition: its point is hollow.
    public var isRefused: Bool

    /// A figure in an edition.
    public init(_ edition: String, _ value: Double?, isRefused: Bool = false) {
      self.edition = edition
      self.value = value
      self.isRefused = isRefused
    }
  }

  /// A figure over the editions of a report, oldest first; the last point is this edition's.
  ///
  /// `level` is a line to stay above or below, such as a gate's. Refused editions are hollow.
  /// For example: `Chart.history([.init("2020-12", 0.74), .init("2021-01", 0.75)], of: "AUC")`.
  public static func history(
    _ figures: [EditionFigure], of name: String, level: Double? = nil, title: String? = nil,
    format: NumberFormat = .automatic, unit: String? = nil, words: Words = .english
  ) -> Chart {
    var x = Axis(hasGrid: false)
    x.kind = .band
    x.categories = figures.map(\.edition)
    var y = Axis(label: unit, format: format)
    y.padding = 0.08
    func text(_ value: Double) -> String { format.string(value) }
    let finite = figures.map { figure in figure.value.flatMap { $0.isFinite ? $0 : nil } }

    let line = zip(figures, finite).map { figure, value in
      LineMark.Point(
        x: .category(figure.edition), y: value,
        tip: value.map { "\(figure.edition)\(words.colon)\(text($0))" })
    }
    var marks: [Mark] = []
    if let level, level.isFinite {
      let label = words.level(text(level))
      marks.append(.rule(RuleMark(isVertical: false, at: level, label: label, ink: .text)))
    }
    marks.append(.line(LineMark(name: name, points: line, ink: .series(0))))
    func points(isRefused: Bool, _ name: String) -> Mark {
      let points = zip(figures, finite).enumerated().compactMap { index, pair in
        pair.1.flatMap { value in
          pair.0.isRefused == isRefused
            ? PointMark.Point(
              x: .category(pair.0.edition), y: .number(value),
              tip: "\(pair.0.edition)\(words.colon)\(text(value))",
              label: index == figures.count - 1 ? text(value) : nil)
            : nil
        }
      }
      return .point(
        PointMark(name: name, points: points, ink: .series(0), radius: 4, isHollow: isRefused))
    }
    marks.append(points(isRefused: false, name))
    let hasRefused = figures.contains(where: \.isRefused)
    if hasRefused { marks.append(points(isRefused: true, words.refused)) }

    var chart = Chart(
      panels: [Panel(x: x, y: y, marks: marks)], title: title ?? name, plotHeight: 200,
      words: words)
    if hasRefused {
      chart.legend = [
        LegendEntry(label: words.published, ink: .series(0), symbol: .dot),
        LegendEntry(label: words.refused, ink: .series(0), symbol: .ring),
      ]
    }
    chart.droppedCount = finite.count { $0 == nil }
    chart.data = Table(columns: [
      Column("edition", texts: figures.map(\.edition)),
      Column(name, reals: figures.map(\.value)),
      Column("refused", integers: figures.map { $0.isRefused ? 1 : 0 }),
    ])
    let known = zip(figures, finite).compactMap { figure, value in
      value.map { (figure.edition, text($0)) }
    }
    chart.summary =
      if let first = known.first, let last = known.last {
        words.history(name, first: first, last: last, count: known.count)
      } else {
        words.noDataSentence
      }
    if let level, level.isFinite { chart.summary += words.next(words.level(text(level))) }
    chart.kind = .history
    return chart
  }
}

extension Chart.Words {
  /// `level 0.700`, the name of a line that a gate draws.
  func level(_ value: String) -> String { choose("level \(value)", "基準 \(value)") }
  var published: String { choose("published", "公開") }
  var refused: String { choose("refused by a gate", "ゲートで却下") }

  func history(
    _ name: String, first: (String, String), last: (String, String), count: Int
  ) -> String {
    guard count > 1 else { return sentence(name, ["\(last.0) \(last.1)"]) }
    return choose(
      "\(name): \(first.1) in \(first.0), \(last.1) in \(last.0), \(count) editions.",
      "\(name)：\(first.0)は\(first.1)、\(last.0)は\(last.1)、全\(count)版。")
  }
}
