internal import Charting
internal import Learning
internal import Vocabulary

/// Everything an `evaluate` step says of scored rows.
struct Judgement {
  private let subjects: [Subject]
  let main: Int
  let step: EvaluateStep
  let target: Model.Target
  let words: Words

  /// Scored rows under the name that charts give them.
  struct Subject {
    let name: String
    /// The name in the language of the report.
    let label: String
    let ranked: RankedScores
  }

  /// What was computed of each subject, in the same order.
  private let all: [(figures: BinaryMetrics, intervals: BootstrapIntervals?)]
  let cheapest: CheapestThreshold?

  var ranked: RankedScores { subjects[main].ranked }
  private var figures: BinaryMetrics { all[main].figures }
  private var intervals: BootstrapIntervals? { all[main].intervals }

  /// The figures in the order of the documentation.
  private static let order: [BinaryMetric] = [
    .auc, .gini, .ks, .averagePrecision, .logLoss, .brier, .accuracy, .precision, .recall, .f1,
    .mcc, .kappa, .rows, .positives, .threshold,
  ]

  /// The figures that those shown beside have as metrics too.
  static let besides: [BinaryMetric] = [.auc, .ks, .averagePrecision, .logLoss, .brier]

  /// Judges `subjects`, which must not be empty; the figures are those of the one at `main`.
  ///
  /// Models side by side all have intervals; of several parts only the main one.
  init(
    of subjects: [Subject], main: Int, by step: EvaluateStep, target: Model.Target, words: Words,
    threads: Int
  ) {
    self.subjects = subjects
    self.main = main
    self.step = step
    self.target = target
    self.words = words
    all = subjects.enumerated().map { index, subject in
      let hasIntervals = index == main || !step.otherModels.isEmpty
      let intervals = hasIntervals ? step.intervals : nil
      return (
        BinaryMetrics(of: subject.ranked, threshold: step.threshold),
        intervals.map { settings in
          BootstrapIntervals(
            of: subject.ranked, threshold: step.threshold, samples: settings.samples,
            level: settings.level, seed: UInt64(bitPattern: Int64(step.seed)), threads: threads)
        }
      )
    }
    cheapest = step.costs.flatMap { costs in
      CheapestThreshold(
        of: subjects[main].ranked, falsePositive: costs.falsePositive,
        falseNegative: costs.falseNegative)
    }
  }

  var metrics: [Metric] {
    var metrics = Self.order.map { metric(of: $0, named: $0.rawValue, at: main) }
    if let costs = step.costs {
      let format = NumberFormat.thousands(0)
      let confusion = figures.confusion
      metrics += [
        Metric(
          "cost",
          costs.falsePositive * confusion.falsePositives
            + costs.falseNegative * confusion.falseNegatives,
          label: words("Cost of errors", "誤判定の費用"), format: format, direction: .lower),
        Metric(
          "best_threshold", cheapest.flatMap { $0.threshold.isFinite ? $0.threshold : nil },
          label: words("Cheapest threshold", "費用が最小のしきい値"), format: .significant(4)),
        Metric(
          "best_cost", cheapest?.cost, label: words("Cost at the cheapest threshold", "最小の費用"),
          format: format,
          direction: .lower),
      ]
    }
    for index in subjects.indices where index != main {
      metrics += Self.besides.map { metric in
        var other = self.metric(
          of: metric, named: "\(subjects[index].name)_\(metric.rawValue)", at: index)
        other.label = words.figure(words.label(metric), of: subjects[index].label)
        return other
      }
    }
    return metrics
  }

  private func metric(of metric: BinaryMetric, named name: String, at index: Int) -> Metric {
    Metric(
      name, all[index].figures[metric], label: words.label(metric), format: Self.format(metric),
      direction: metric.direction > 0 ? .higher : metric.direction < 0 ? .lower : .none,
      interval: all[index].intervals.flatMap { intervals in
        intervals[metric].map {
          Metric.Interval(low: $0.low, high: $0.high, level: intervals.level)
        }
      })
  }

  /// Why figures are missing, one sentence per reason.
  var remarks: [String] {
    var reasons: [(reason: String, names: [String])] = []
    for metric in Self.order {
      guard let reason = figures.reason(metric) else { continue }
      if let index = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[index].names.append(words.label(metric))
      } else {
        reasons.append((reason, [words.label(metric)]))
      }
    }
    var remarks = words.notDefined(reasons)
    if let cheapest, !cheapest.threshold.isFinite {
      remarks.append(
        words(
          "At these costs calling no row positive is cheapest.",
          "この費用設定では、どの行も陽性と判定しないのが最も安くなります。"))
    }
    let sizes = subjects.map { ($0.ranked.count, $0.ranked.positiveCount) }
    if !step.otherModels.isEmpty, let first = sizes.first, !sizes.allSatisfy({ $0 == first }) {
      remarks.append(
        words(
          "The models are judged on different rows: each on those of its own split.",
          "各モデルはそれぞれの分割の行で評価しており、評価した行は同じではありません。"))
    }
    return remarks
  }

  /// The metrics with their intervals, and the same figures of those shown beside; the page shows the
  /// first `shown` lines.
  func table(id: String, showing shown: Int?) -> TableExhibit {
    func values(_ index: Int) -> [String?] {
      Self.order.map { metric in all[index].figures[metric].map(Self.format(metric).string) }
    }
    func ranges(_ intervals: BootstrapIntervals) -> [String?] {
      Self.order.map { metric in
        let format = Self.format(metric)
        return intervals[metric].map { words.range(format.string($0.low), format.string($0.high)) }
      }
    }
    var columns = [Column("metric", texts: Self.order.map { words.label($0) })]
    var labels = ["metric": words("Metric", "指標")]
    let isAlone = subjects.count == 1
    let order = [main] + subjects.indices.filter { $0 != main }
    for index in order {
      let name = isAlone ? "value" : subjects[index].name
      columns.append(Column(name, texts: values(index)))
      labels[name] = isAlone ? words("Value", "値") : subjects[index].label
      guard let intervals = all[index].intervals else { continue }
      let range = isAlone ? "interval" : "\(name)_interval"
      columns.append(Column(range, texts: ranges(intervals)))
      labels[range] = words.interval(intervals.level)
    }
    var exhibit = TableExhibit(
      id: id, table: Table(columns: columns), shownRows: shown.map { min($0, Self.order.count) },
      labels: labels)
    exhibit.figures = Set(columns.dropFirst().map(\.name))
    return exhibit
  }

  func chart(_ picture: EvaluateStep.Picture, title: String?) -> Chart {
    var chart =
      switch picture {
      // `misplaced` has refused those of numbers.
      case .roc, .predicted, .residuals: roc
      case .pr: precisionRecall
      case .calibration: calibration
      case .lift: Chart.lift(bands.map { $0.lift ?? .nan }, words: words.ofCharts)
      case .gain: gain
      case .ks: kolmogorovSmirnov
      case .confusion: confusion
      case .threshold: thresholds
      }
    if let title { chart.subtitle = chart.subtitle.map { "\(title) · \($0)" } ?? title }
    return chart
  }

  private var roc: Chart {
    .roc(
      subjects.indices.map { index in
        let confusion = all[index].figures.confusion
        let curve = Learning.ROCCurve(of: subjects[index].ranked)
        let point = confusion.falsePositiveRate.flatMap { x in
          confusion.recall.map { OperatingPoint(threshold: step.threshold, x: x, y: $0) }
        }
        return Charting.ROCCurve(
          name: subjects[index].label,
          points: curve.points.map { Point2D(x: $0.falsePositiveRate, y: $0.truePositiveRate) },
          auc: all[index].figures[.auc], interval: range(.auc, index),
          operatingPoint: index == main ? point : nil)
      }, words: words.ofCharts)
  }

  private var precisionRecall: Chart {
    .precisionRecall(
      subjects.indices.map { index in
        let confusion = all[index].figures.confusion
        let curve = Learning.PrecisionRecallCurve(of: subjects[index].ranked)
        let point = confusion.recall.flatMap { x in
          confusion.precision.map { OperatingPoint(threshold: step.threshold, x: x, y: $0) }
        }
        return Charting.PrecisionRecallCurve(
          name: subjects[index].label,
          points: curve.points.map { Point2D(x: $0.recall, y: $0.precision) },
          averagePrecision: all[index].figures[.averagePrecision],
          interval: range(.averagePrecision, index), operatingPoint: index == main ? point : nil)
      }, baseRate: baseRate, words: words.ofCharts)
  }

  private var calibration: Chart {
    let level = step.intervals?.level
    return .calibration(
      CalibrationCurve(of: ranked).bins.map { bin in
        let interval = level.flatMap {
          ProportionInterval(
            of: bin.positiveRate * Double(bin.rows), in: Double(bin.rows), level: $0)
        }
        return CalibrationBin(
          meanScore: bin.meanScore, observedRate: bin.positiveRate,
          interval: interval.map { $0.low...$0.high }, count: bin.rows)
      }, scores: Histogram(of: ranked.scores), name: subjects[main].label, words: words.ofCharts)
  }

  private var bands: [ScoreBand] { ScoreBand.bands(of: ranked) }

  private var gain: Chart {
    .gain(
      subjects.map { subject in
        var rows = 0
        var points = [Point2D(x: 0, y: 0)]
        for band in ScoreBand.bands(of: subject.ranked, count: 100) {
          rows += band.rows
          if let gain = band.cumulativeGain {
            points.append(Point2D(x: Double(rows) / Double(subject.ranked.count), y: gain))
          }
        }
        return NamedCurve(name: subject.label, points: points)
      }, baseRate: baseRate, words: words.ofCharts)
  }

  private var kolmogorovSmirnov: Chart {
    let curve = KSCurve(of: ranked)
    return .kolmogorovSmirnov(
      positives: curve.points.map { Point2D(x: $0.score, y: $0.positives) },
      negatives: curve.points.map { Point2D(x: $0.score, y: $0.negatives) },
      statistic: figures[.ks] ?? .nan, at: curve.widest?.score ?? .nan,
      words: words.ofCharts)
  }

  private var confusion: Chart {
    let counts = figures.confusion
    return .confusion(
      labels: [target.negative, target.positive],
      counts: [
        [Int(counts.trueNegatives), Int(counts.falsePositives)],
        [Int(counts.falseNegatives), Int(counts.truePositives)],
      ], words: words.ofCharts)
  }

  var costs: (falsePositive: Double, falseNegative: Double)? {
    step.costs.map { ($0.falsePositive, $0.falseNegative) }
  }

  private var thresholds: Chart {
    let table = ThresholdTable(
      of: ranked, thresholds: (0...100).map { Double($0) / 100 }, costs: costs)
    func curve(_ name: String, _ value: (ThresholdTable.Row) -> Double?) -> NamedCurve {
      NamedCurve(
        name: name,
        points: table.rows.compactMap { row in
          value(row).map { Point2D(x: row.threshold, y: $0) }
        })
    }
    var curves = [
      curve(words("precision", "適合率")) { $0.confusion.precision },
      curve(words("recall", "再現率")) { $0.confusion.recall },
      curve(words("called positive", "陽性判定率")) { Self.calledShare($0.confusion) },
    ]
    var subtitle: String?
    if let costs, let highest = table.rows.compactMap(\.cost).max(), highest > 0 {
      curves.append(
        curve(words("cost, of the highest", "費用（最大比）")) { $0.cost.map { $0 / highest } })
      let number = NumberFormat.significant(4)
      let (alarm, miss) = (
        number.string(costs.falsePositive), number.string(costs.falseNegative)
      )
      subtitle =
        cheapest.flatMap { $0.threshold.isFinite ? $0.threshold : nil }
        .map {
          words(
            "Cheapest at \(number.string($0)), where a false positive costs \(alarm), "
              + "a false negative \(miss)",
            "費用が最小になるしきい値は\(number.string($0))（偽陽性1件\(alarm)、偽陰性1件\(miss)）")
        }
    }
    return .thresholds(
      curves, chosen: step.threshold, subtitle: subtitle, words: words.ofCharts)
  }

  static func calledShare(_ confusion: ConfusionMatrix) -> Double? {
    confusion.total > 0
      ? (confusion.truePositives + confusion.falsePositives) / confusion.total : nil
  }

  private var baseRate: Double? {
    guard let rows = figures[.rows], let positives = figures[.positives], rows > 0 else {
      return nil
    }
    return positives / rows
  }

  private func range(_ metric: BinaryMetric, _ index: Int) -> ClosedRange<Double>? {
    all[index].intervals?[metric].flatMap { $0.low <= $0.high ? $0.low...$0.high : nil }
  }

  static func format(_ metric: BinaryMetric) -> NumberFormat {
    switch metric {
    case .rows, .positives: .thousands(0)
    case .threshold: .significant(4)
    case .logLoss, .brier: .fixed(4)
    default: .fixed(3)
    }
  }
}
