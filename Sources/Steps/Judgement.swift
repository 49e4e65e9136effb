internal import Charting
internal import Learning
internal import Vocabulary

/// Everything an `evaluate` step says of scored rows.
struct Judgement {
  private let ranked: RankedScores
  private let step: EvaluateStep
  private let target: Model.Target
  private let figures: BinaryMetrics
  private let intervals: BootstrapIntervals?

  /// The figures in the order of the documentation.
  private static let order: [BinaryMetric] = [
    .auc, .gini, .ks, .averagePrecision, .logLoss, .brier, .accuracy, .precision, .recall, .f1,
    .mcc, .kappa, .rows, .positives, .threshold,
  ]

  init(of ranked: RankedScores, by step: EvaluateStep, target: Model.Target) {
    self.ranked = ranked
    self.step = step
    self.target = target
    figures = BinaryMetrics(of: ranked, threshold: step.threshold)
    intervals = step.intervals.map { settings in
      BootstrapIntervals(
        of: ranked, threshold: step.threshold, samples: settings.samples, level: settings.level,
        seed: UInt64(bitPattern: Int64(step.seed)))
    }
  }

  var metrics: [Metric] {
    Self.order.map { metric in
      Metric(
        metric.rawValue, figures[metric], label: metric.label, format: Self.format(metric),
        direction: metric.direction > 0 ? .higher : metric.direction < 0 ? .lower : .none,
        interval: intervals.flatMap { intervals in
          intervals[metric].map {
            Metric.Interval(low: $0.low, high: $0.high, level: intervals.level)
          }
        })
    }
  }

  /// Why figures are missing, one sentence per reason.
  var remarks: [String] {
    var reasons: [(reason: String, names: [String])] = []
    for metric in Self.order {
      guard let reason = figures.reason(metric) else { continue }
      if let index = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[index].names.append(metric.label)
      } else {
        reasons.append((reason, [metric.label]))
      }
    }
    return reasons.map { "Not defined, because \($0.reason): \($0.names.joined(separator: ", "))." }
  }

  func table(id: String) -> TableExhibit {
    let metrics = metrics
    func text(_ metric: Metric, _ value: Double?) -> String? { value.map(metric.format.string) }
    var columns = [
      Column("metric", texts: metrics.map { $0.label ?? $0.name }),
      Column("value", texts: metrics.map { text($0, $0.value) }),
    ]
    if let intervals {
      let level = NumberFormat.significant(3).string(intervals.level * 100)
      columns.append(
        Column(
          "interval",
          texts: metrics.map { metric in
            metric.interval.map {
              "\(metric.format.string($0.low)) to \(metric.format.string($0.high))"
            }
          }))
      return TableExhibit(
        id: id, table: Table(columns: columns),
        labels: ["metric": "Metric", "value": "Value", "interval": "\(level)% interval"])
    }
    return TableExhibit(
      id: id, table: Table(columns: columns), labels: ["metric": "Metric", "value": "Value"])
  }

  func chart(_ picture: EvaluateStep.Picture, title: String?) -> Chart {
    var chart =
      switch picture {
      case .roc: roc
      case .pr: precisionRecall
      case .calibration: calibration
      case .lift: Chart.lift(bands.map { $0.lift ?? .nan })
      case .gain: gain
      case .ks: kolmogorovSmirnov
      case .confusion: confusion
      case .threshold: thresholds
      }
    if let title { chart.subtitle = title }
    return chart
  }

  private var roc: Chart {
    let confusion = figures.confusion
    let curve = Learning.ROCCurve(of: ranked)
    return .roc([
      Charting.ROCCurve(
        name: step.subject,
        points: curve.points.map { Point2D(x: $0.falsePositiveRate, y: $0.truePositiveRate) },
        auc: figures[.auc], interval: range(.auc),
        operatingPoint: confusion.falsePositiveRate.flatMap { x in
          confusion.recall.map { OperatingPoint(threshold: step.threshold, x: x, y: $0) }
        })
    ])
  }

  private var precisionRecall: Chart {
    let confusion = figures.confusion
    let curve = Learning.PrecisionRecallCurve(of: ranked)
    return .precisionRecall(
      [
        Charting.PrecisionRecallCurve(
          name: step.subject, points: curve.points.map { Point2D(x: $0.recall, y: $0.precision) },
          averagePrecision: figures[.averagePrecision], interval: range(.averagePrecision),
          operatingPoint: confusion.recall.flatMap { x in
            confusion.precision.map { OperatingPoint(threshold: step.threshold, x: x, y: $0) }
          })
      ], baseRate: baseRate)
  }

  private var calibration: Chart {
    .calibration(
      CalibrationCurve(of: ranked).bins.map {
        CalibrationBin(meanScore: $0.meanScore, observedRate: $0.positiveRate, count: $0.rows)
      }, name: step.subject)
  }

  private var bands: [ScoreBand] { ScoreBand.bands(of: ranked) }

  private var gain: Chart {
    let bands = ScoreBand.bands(of: ranked, count: 100)
    var rows = 0
    var points = [Point2D(x: 0, y: 0)]
    for band in bands {
      rows += band.rows
      if let gain = band.cumulativeGain {
        points.append(Point2D(x: Double(rows) / Double(ranked.count), y: gain))
      }
    }
    return .gain([NamedCurve(name: step.subject, points: points)], baseRate: baseRate)
  }

  private var kolmogorovSmirnov: Chart {
    let curve = KSCurve(of: ranked)
    return .kolmogorovSmirnov(
      positives: curve.points.map { Point2D(x: $0.score, y: $0.positives) },
      negatives: curve.points.map { Point2D(x: $0.score, y: $0.negatives) },
      statistic: figures[.ks] ?? .nan, at: curve.widest?.score ?? .nan)
  }

  private var confusion: Chart {
    let counts = figures.confusion
    return .confusion(
      labels: [target.negative, target.positive],
      counts: [
        [Int(counts.trueNegatives), Int(counts.falsePositives)],
        [Int(counts.falseNegatives), Int(counts.truePositives)],
      ])
  }

  private var thresholds: Chart {
    let table = ThresholdTable(of: ranked, thresholds: (0...100).map { Double($0) / 100 })
    func curve(_ name: String, _ value: (ConfusionMatrix) -> Double?) -> NamedCurve {
      NamedCurve(
        name: name,
        points: table.rows.compactMap { row in
          value(row.confusion).map { Point2D(x: row.threshold, y: $0) }
        })
    }
    return .thresholds(
      [
        curve("precision", \.precision), curve("recall", \.recall),
        curve("called positive") {
          $0.total > 0 ? ($0.truePositives + $0.falsePositives) / $0.total : nil
        },
      ], chosen: step.threshold)
  }

  private var baseRate: Double? {
    guard let rows = figures[.rows], let positives = figures[.positives], rows > 0 else {
      return nil
    }
    return positives / rows
  }

  private func range(_ metric: BinaryMetric) -> ClosedRange<Double>? {
    intervals?[metric].flatMap { $0.low <= $0.high ? $0.low...$0.high : nil }
  }

  private static func format(_ metric: BinaryMetric) -> NumberFormat {
    switch metric {
    case .rows, .positives: .thousands(0)
    case .threshold: .significant(4)
    case .logLoss, .brier: .fixed(4)
    default: .fixed(3)
    }
  }
}
