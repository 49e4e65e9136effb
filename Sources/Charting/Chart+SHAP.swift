import Vocabulary

extension Chart {
  /// How many dots a picture of effects has at most, about 20 KB of SVG.
  static let dotLimit = 1000

  /// A beeswarm of SHAP values: one line per feature, largest mean absolute value first, one dot per
  /// row, coloured by the feature's value there; missing values are grey.
  ///
  /// Rows are thinned to about 1,000 dots in all: for each feature evenly by the rank of their effect,
  /// with both ends, so that the shape and the extremes stay. Categories, which have no order, are
  /// drawn in one colour. `data` holds the dots drawn.
  public static func shapSummary(
    _ features: [FeatureEffects], maximum: Int = 10, title: String? = nil,
    subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.shapSummaryTitle
    let sorted = ranked(features)
    let shown = Array(sorted.prefix(max(1, maximum)))
    let limit = max(20, dotLimit / max(1, shown.count))
    var dots: [SwarmMark.Dot] = []
    var columns: (feature: [String?], effect: [Double?], value: [String?]) = ([], [], [])
    let inks = [Ink.reference, .series(7)] + (0..<5).map(Ink.magnitude)
    for feature in shown {
      let thin = feature.thinned(to: limit)
      for ((effect, value), magnitude) in zip(zip(thin.effects, thin.values), thin.magnitudes) {
        let ink = magnitude.map { $0 + 2 } ?? (value.isNull ? 0 : 1)
        dots.append(
          SwarmMark.Dot(x: .number(effect), y: .category(feature.name), ink: ink))
        columns.feature.append(feature.name)
        columns.effect.append(effect)
        columns.value.append(value.isNull ? nil : value.plainText)
      }
    }
    let x = Axis(label: words.shapAxis, isNice: false, padding: 0.02)
    let y = Axis(kind: .band, hasGrid: false, categories: shown.map(\.name))
    var marks: [Mark] =
      dots.isEmpty ? [] : [.rule(RuleMark(isVertical: true, at: 0, isDashed: false))]
    marks.append(.swarm(SwarmMark(label: title, dots: dots, inks: inks)))
    var chart = Chart(
      panels: [Panel(x: x, y: y, marks: marks)], title: title, subtitle: subtitle)
    chart.plotHeight = 34 * Double(max(1, shown.count)) + 6
    chart.words = words
    chart.legend = legend(of: Set(dots.map(\.ink)), words)
    let rows = shown.map(\.effects.count).max() ?? 0
    if rows > limit { chart.remarks.append(words.dotsThinned(limit, of: rows)) }
    if shown.count < sorted.count {
      chart.remarks.append(words.featuresShown(shown.count, of: sorted.count))
    }
    chart.data = Table(
      columns: [
        Column("feature", texts: columns.feature), Column("shap", reals: columns.effect),
        Column("value", texts: columns.value),
      ])
    let number = NumberFormat.significant(3)
    let leading = shown.prefix(3).map { "\($0.name) \(number.string($0.meanAbsolute))" }
    chart.summary =
      dots.isEmpty
      ? words.noDataSentence : words.sentence(words.meanAbsoluteSHAP, leading)
    chart.kind = .shapSummary
    return chart
  }

  /// SHAP value over the feature's own value, one panel per feature on a common vertical scale.
  ///
  /// Rows are thinned as in `shapSummary`. Missing values stand grey at the left edge of a number's
  /// panel; categories beyond the eight most frequent are drawn together.
  public static func shapDependence(
    _ features: [FeatureEffects], maximum: Int = 6, title: String? = nil,
    subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.shapDependenceTitle
    let shown = Array(ranked(features).prefix(max(1, maximum)))
    let limit = max(20, dotLimit / max(1, shown.count))
    var columns: (feature: [String?], value: [String?], effect: [Double?]) = ([], [], [])
    var hasMissing = false
    let panels = shown.map { feature -> Panel in
      let thin = feature.thinned(to: limit)
      hasMissing = hasMissing || thin.values.contains(where: \.isNull)
      columns.feature += thin.effects.map { _ in feature.name }
      columns.value += thin.values.map { $0.isNull ? nil : $0.plainText }
      columns.effect += thin.effects.map { $0 }
      let (x, dots) = dependence(thin, words)
      let mark = SwarmMark(label: feature.name, dots: dots, inks: [.reference, .series(0)])
      let zero = RuleMark(isVertical: false, at: 0, isDashed: false)
      let y = Axis(label: words.shapAxis, isNice: false, padding: 0.04)
      return Panel(
        title: feature.name, x: x, y: y, marks: dots.isEmpty ? [] : [.rule(zero), .swarm(mark)])
    }
    var chart = Chart(panels: panels, title: title, subtitle: subtitle, arrangement: .gallery)
    chart.words = words
    if hasMissing {
      chart.legend = [LegendEntry(label: words.missing, ink: .reference, symbol: .dot)]
    }
    let rows = shown.map(\.effects.count).max() ?? 0
    if rows > limit { chart.remarks.append(words.dotsThinned(limit, of: rows)) }
    chart.data = Table(
      columns: [
        Column("feature", texts: columns.feature), Column("value", texts: columns.value),
        Column("shap", reals: columns.effect),
      ])
    chart.summary =
      chart.isEmpty
      ? words.noDataSentence : words.sentence(words.shapAxis, shown.map(\.name))
    chart.kind = .shapDependence
    return chart
  }

  private static func ranked(_ features: [FeatureEffects]) -> [FeatureEffects] {
    let sizes: [(feature: FeatureEffects, size: Double)] = features.compactMap { feature in
      feature.effects.contains(where: \.isFinite) ? (feature, feature.meanAbsolute) : nil
    }
    let sorted = sizes.sorted { left, right in
      left.size == right.size ? left.feature.name < right.feature.name : left.size > right.size
    }
    return sorted.map(\.feature)
  }

  private static func legend(of inks: Set<Int>, _ words: Words) -> [LegendEntry] {
    var entries: [LegendEntry] = []
    if inks.contains(where: { $0 >= 2 }) {
      entries = [
        LegendEntry(label: words.lowValue, ink: .magnitude(0), symbol: .dot),
        LegendEntry(label: words.highValue, ink: .magnitude(4), symbol: .dot),
      ]
    }
    if inks.contains(1) {
      entries.append(LegendEntry(label: words.category, ink: .series(7), symbol: .dot))
    }
    if inks.contains(0) {
      entries.append(LegendEntry(label: words.missing, ink: .reference, symbol: .dot))
    }
    return entries
  }

  /// The horizontal axis of one feature, and its dots: ink 0 for missing values, 1 for others.
  private static func dependence(
    _ feature: FeatureEffects, _ words: Words
  ) -> (Axis, [SwarmMark.Dot]) {
    let numbers = feature.values.compactMap(\.number).filter(\.isFinite)
    let rows = zip(feature.values, feature.effects)
    if let least = numbers.min(), let most = numbers.max(),
      feature.values.allSatisfy({ $0.isNull || $0.number != nil })
    {
      let span = most / 2 - least / 2
      let edge = least - max(span * 0.24, 1e-9)
      let dots = rows.compactMap { value, effect -> SwarmMark.Dot? in
        guard let number = value.number, number.isFinite else {
          return SwarmMark.Dot(x: .number(edge), y: .number(effect), ink: 0)
        }
        return SwarmMark.Dot(x: .number(number), y: .number(effect), ink: 1)
      }
      return (Axis(isNice: false, padding: 0.04, hasGrid: false), dots)
    }
    var counts: [String: Int] = [:]
    for value in feature.values where !value.isNull { counts[value.plainText, default: 0] += 1 }
    let frequent = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
      .prefix(8).map(\.key)
    var categories = frequent.sorted()
    if counts.count > frequent.count { categories.append(words.levelsInOther) }
    if feature.values.contains(where: \.isNull) { categories.append(words.missing) }
    let dots = rows.map { value, effect in
      let text = value.plainText
      let name =
        value.isNull ? words.missing : frequent.contains(text) ? text : words.levelsInOther
      return SwarmMark.Dot(
        x: .category(name), y: .number(effect), ink: value.isNull ? 0 : 1)
    }
    return (Axis(kind: .band, hasGrid: false, categories: categories), dots)
  }
}
