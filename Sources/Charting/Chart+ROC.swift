import Vocabulary

/// The point of a curve that decisions are made at.
public struct OperatingPoint: Sendable, Hashable {
  /// Scores from here on are called positive.
  public var threshold: Double
  /// The horizontal coordinate on its curve.
  public var x: Double
  /// The vertical coordinate on its curve.
  public var y: Double

  /// The point at these coordinates.
  public init(threshold: Double, x: Double, y: Double) {
    self.threshold = threshold
    self.x = x
    self.y = y
  }
}

/// One receiver operating characteristic.
public struct ROCCurve: Sendable, Hashable {
  /// Whose scores; `train`, `validation` and `test` have fixed colours.
  public var name: String
  /// x = false positive rate, y = true positive rate, from (0, 0) to (1, 1).
  public var points: [Point2D]
  /// The area under the curve.
  public var auc: Double?
  /// The confidence interval of the area.
  public var interval: ClosedRange<Double>?
  /// Where decisions are made.
  public var operatingPoint: OperatingPoint?

  /// A curve with what is known of it.
  public init(
    name: String, points: [Point2D], auc: Double? = nil, interval: ClosedRange<Double>? = nil,
    operatingPoint: OperatingPoint? = nil
  ) {
    self.name = name
    self.points = points
    self.auc = auc
    self.interval = interval
    self.operatingPoint = operatingPoint
  }
}

/// One precision-recall curve.
public struct PrecisionRecallCurve: Sendable, Hashable {
  /// Whose scores; `train`, `validation` and `test` have fixed colours.
  public var name: String
  /// x = recall, y = precision, by rising recall.
  public var points: [Point2D]
  /// The average precision.
  public var averagePrecision: Double?
  /// Its confidence interval.
  public var interval: ClosedRange<Double>?
  /// Where decisions are made.
  public var operatingPoint: OperatingPoint?

  /// A curve with what is known of it.
  public init(
    name: String, points: [Point2D], averagePrecision: Double? = nil,
    interval: ClosedRange<Double>? = nil, operatingPoint: OperatingPoint? = nil
  ) {
    self.name = name
    self.points = points
    self.averagePrecision = averagePrecision
    self.interval = interval
    self.operatingPoint = operatingPoint
  }
}

extension Chart {
  /// True positive rate over false positive rate, square, with chance as the diagonal.
  ///
  /// Curves are simplified to what the eye can see; `data` holds the simplified points.
  public static func roc(
    _ curves: [ROCCurve], title: String? = nil, subtitle: String? = nil,
    words: Words = .english
  ) -> Chart {
    let title = title ?? words.rocTitle
    let drawn = curves.map { curve in
      SquareCurve(
        name: curve.name, points: curve.points,
        figure: figure("AUC", curve.auc, curve.interval), operatingPoint: curve.operatingPoint)
    }
    let diagonal = LineMark(
      name: words.chance,
      points: [.init(x: .number(0), y: 0), .init(x: .number(1), y: 1)], ink: .reference, dash: 1,
      isThin: true)
    var chart = square(
      drawn, x: words.falsePositiveRate, y: words.truePositiveRate, under: [.line(diagonal)],
      names: ("fpr", "tpr"), words: words)
    chart.title = title
    chart.subtitle = subtitle
    chart.kind = .roc
    return chart
  }

  /// Precision over recall, square, with the base rate as what chance would reach.
  public static func precisionRecall(
    _ curves: [PrecisionRecallCurve], baseRate: Double? = nil,
    title: String? = nil, subtitle: String? = nil, words: Words = .english
  ) -> Chart {
    let title = title ?? words.precisionRecallTitle
    let drawn = curves.map { curve in
      SquareCurve(
        name: curve.name, points: curve.points,
        figure: figure("AP", curve.averagePrecision, curve.interval),
        operatingPoint: curve.operatingPoint)
    }
    var rules: [Mark] = []
    if let baseRate, baseRate.isFinite {
      rules.append(.rule(RuleMark(isVertical: false, at: baseRate)))
    }
    var chart = square(
      drawn, x: words.recall, y: words.precision, under: rules, names: ("recall", "precision"),
      words: words)
    chart.title = title
    chart.subtitle = subtitle
    // Precision is high on the left and falls: the upper right corner is the free one.
    for index in chart.panels.indices {
      chart.panels[index].keyCorner = .topTrailing
      if let baseRate, baseRate.isFinite {
        let text = "\(words.baseRate) \(NumberFormat.percent(1).string(baseRate))"
        chart.panels[index].key.append(
          LegendEntry(label: text, ink: .reference, symbol: .line, pattern: 1))
      }
    }
    if let baseRate, baseRate.isFinite {
      chart.summary += words.next("\(words.baseRate) \(NumberFormat.percent(1).string(baseRate))")
    }
    chart.kind = .precisionRecall
    return chart
  }

  private struct SquareCurve {
    var name: String
    var points: [Point2D]
    var figure: String?
    var operatingPoint: OperatingPoint?
  }

  /// `AUC 0.802 [0.790, 0.814]`.
  private static func figure(
    _ name: String, _ value: Double?, _ interval: ClosedRange<Double>?
  ) -> String? {
    guard let value else { return nil }
    let number = NumberFormat.fixed(3)
    let range = interval.map {
      " [\(number.string($0.lowerBound)), \(number.string($0.upperBound))]"
    }
    return "\(name) \(number.string(value))\(range ?? "")"
  }

  private static func square(
    _ curves: [SquareCurve], x: String, y: String, under: [Mark], names: (x: String, y: String),
    words: Words
  ) -> Chart {
    func axis(_ label: String) -> Axis {
      Axis(label: label, format: .fixed(1), lower: 0, upper: 1, isNice: false)
    }
    var marks = under
    var key: [LegendEntry] = []
    var columns: (curve: [String?], x: [Double?], y: [Double?]) = ([], [], [])
    var sentences: [String] = []
    var dropped = 0
    for (index, curve) in curves.enumerated() {
      let ink =
        curves.count == 1 ? Ink(part: curve.name) ?? .test : Ink(part: curve.name) ?? .series(index)
      let finite = curve.points.filter { $0.x.isFinite && $0.y.isFinite }
      dropped += curve.points.count - finite.count
      // A tenth of a percent of the side is less than half a pixel of 480.
      let points = simplified(finite, tolerance: 0.001)
      columns.curve += points.map { _ in curve.name }
      columns.x += points.map(\.x)
      columns.y += points.map(\.y)
      let label = [curve.name, curve.figure].compactMap(\.self).joined(separator: "  ")
      var sentence = label.replacing("  ", by: " ")
      let dash = curves.count == 1 ? 0 : ink.dashIndex
      guard !points.isEmpty else { continue }
      marks.append(
        .line(
          LineMark(
            name: label, points: points.map { .init(x: .number($0.x), y: $0.y) }, ink: ink,
            dash: dash)))
      key.append(LegendEntry(label: label, ink: ink, symbol: .line, pattern: dash))
      if let point = curve.operatingPoint, point.x.isFinite, point.y.isFinite {
        let threshold = "\(words.threshold) \(NumberFormat.significant(3).string(point.threshold))"
        let place = NumberFormat.fixed(3)
        let tip =
          "\(words.list([curve.name, threshold]))\(words.colon)\(x) \(place.string(point.x))\(words.comma)"
          + "\(y) \(place.string(point.y))"
        marks.append(
          .point(
            PointMark(
              name: tip,
              points: [.init(x: .number(point.x), y: .number(point.y), tip: tip, label: threshold)],
              ink: ink, radius: 5)))
        sentence += words.aside(
          "\(threshold)\(words.colon)\(x) \(place.string(point.x))\(words.comma)"
            + "\(y) \(place.string(point.y))")
      }
      sentences.append(sentence)
    }
    let panel = Panel(
      x: axis(x), y: axis(y), marks: marks, key: key, isSquare: true)
    var chart = Chart(panels: [panel], width: 480)
    chart.words = words
    chart.droppedCount = dropped
    chart.data = Table(
      columns: [
        Column("curve", texts: columns.curve), Column(names.x, reals: columns.x),
        Column(names.y, reals: columns.y),
      ])
    chart.summary = words.sentence(of: sentences)
    return chart
  }
}

extension String {
  /// This text with every `old` replaced, without Foundation.
  fileprivate func replacing(_ old: String, by new: String) -> String {
    var out = ""
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(old) {
        out += new
        rest = rest.dropFirst(old.count)
      } else {
        out.append(rest.removeFirst())
      }
    }
    return out
  }
}
