import Vocabulary

/// What one feature adds to one row's score.
public struct ScoreStep: Sendable, Hashable {
  /// The feature, with its value: `age = 31`.
  public var name: String
  /// What it adds, in the unit of the raw score.
  public var effect: Double

  /// A feature's addition.
  public init(name: String, effect: Double) {
    self.name = name
    self.effect = effect
  }
}

extension Chart {
  /// How one row gets from the expected score to its own: a floating bar per feature, the largest
  /// first, those left out together in one bar.
  public static func waterfall(
    from expected: Double, by steps: [ScoreStep], maximum: Int = 10,
    title: String? = nil, subtitle: String? = nil,
    words: Words = .english
  ) -> Chart {
    let title = title ?? words.waterfallTitle
    let finite = steps.filter(\.effect.isFinite)
    let sorted = finite.sorted {
      abs($0.effect) == abs($1.effect) ? $0.name < $1.name : abs($0.effect) > abs($1.effect)
    }
    var shown = Array(sorted.prefix(max(1, maximum)))
    let rest = sorted.dropFirst(shown.count)
    if !rest.isEmpty {
      shown.append(
        ScoreStep(
          name: words.otherFeatures(rest.count), effect: rest.reduce(0) { $0 + $1.effect }))
    }
    let number = NumberFormat.fixed(3)
    var place = expected
    var bars: [BarMark.Bar] = []
    for step in shown {
      let text = (step.effect > 0 ? "+" : "") + typographic(number.string(step.effect))
      bars.append(
        BarMark.Bar(
          slot: .band(step.name, lane: 0, of: 1), from: place, to: place + step.effect,
          ink: .series(step.effect < 0 ? 0 : 1), tip: "\(step.name)\(words.colon)\(text)",
          label: text))
      place += step.effect
    }
    let x = Axis(label: words.rawScore, isNice: false, padding: 0.14)
    // An empty band above the bars keeps the labels of the rules free of them.
    let y = Axis(kind: .band, hasGrid: false, categories: [""] + shown.map(\.name))
    var marks: [Mark] = [.bar(BarMark(bars: bars, isHorizontal: true, label: title))]
    let ends = (number.string(expected), number.string(place))
    if !bars.isEmpty, expected.isFinite {
      marks.append(
        .rule(
          RuleMark(
            isVertical: true, at: expected, label: "\(words.expectedScore) \(typographic(ends.0))"))
      )
      marks.append(
        .rule(
          RuleMark(
            isVertical: true, at: place, label: "\(words.thisRow) \(typographic(ends.1))",
            ink: .text
          )))
    }
    var chart = Chart(
      panels: [Panel(x: x, y: y, marks: marks)], title: title, subtitle: subtitle)
    chart.words = words
    chart.droppedCount = steps.count - finite.count
    chart.plotHeight = 28 * Double(shown.count + 1) + 6
    chart.data = Table(
      columns: [
        Column("feature", texts: sorted.map(\.name)), Column("shap", reals: sorted.map(\.effect)),
      ])
    let leading = bars.prefix(3).map(\.tip)
    chart.summary =
      bars.isEmpty
      ? words.noDataSentence
      : words.sentence(
        words.list(["\(words.expectedScore) \(ends.0)", "\(words.thisRow) \(ends.1)"]), leading)
    chart.kind = .waterfall
    return chart
  }
}
