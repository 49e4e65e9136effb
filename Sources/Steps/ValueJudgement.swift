internal import Charting
internal import Learning
internal import Vocabulary

/// Everything an `evaluate` step says of predicted numbers.
struct ValueJudgement {
  private let target: Model.Target
  private let main: (name: String, rows: PredictedValues)
  private let seed: UInt64
  private let words: Words
  let figures: SideBySide<ValueMetric>

  /// The figures that those shown beside have as metrics too.
  static let besides: [ValueMetric] = [.rmse, .mae, .r2]
  /// The most rows that a picture shows as dots.
  private static let pictured = 1000

  init(
    of subjects: [EvaluateStep.Subject], by step: EvaluateStep, _ target: Model.Target,
    _ words: Words
  ) {
    self.target = target
    self.words = words
    seed = UInt64(bitPattern: Int64(step.seed))
    let judged = subjects.map { subject -> (name: String, label: String, rows: PredictedValues) in
      guard case .values(let rows) = subject.rows else {
        return (subject.name, subject.label, PredictedValues(predicted: [], actual: []))
      }
      return (subject.name, subject.label, rows)
    }
    main = (judged[step.primary].label, judged[step.primary].rows)
    figures = SideBySide(
      subjects: judged.indices.map { index in
        let metrics = ValueMetrics(of: judged[index].rows)
        let hasIntervals = index == step.primary || !step.otherModels.isEmpty
        let intervals = (hasIntervals ? step.intervals : nil).map {
          SampledIntervals<ValueMetric>(
            of: judged[index].rows, samples: $0.samples, level: $0.level,
            seed: UInt64(bitPattern: Int64(step.seed)))
        }
        return .init(
          name: judged[index].name, label: judged[index].label, value: { metrics[$0] },
          reason: { metrics.reason($0) },
          interval: intervals.map { intervals in { intervals[$0] } })
      }, main: step.primary, level: step.intervals?.level ?? 0, besides: Self.besides,
      words: words)
  }

  var remarks: [String] {
    let sample = sample
    guard sample.isPartial else { return figures.remarks }
    let format = NumberFormat.thousands(0)
    let shown = format.string(Double(sample.rows.count))
    let all = format.string(Double(sample.count))
    return figures.remarks + [
      words(
        "The charts show \(shown) of \(all) rows, taken at even steps.",
        "図は\(all)行のうち等間隔に選んだ\(shown)行を示します。")
    ]
  }

  private var sample: SystematicSample {
    SystematicSample(of: main.rows.count, limit: Self.pictured, seed: seed)
  }

  func chart(_ picture: EvaluateStep.Picture, title: String?) -> Chart {
    let rows = sample.rows.map {
      Point2D(x: main.rows.actual[$0], y: main.rows.predicted[$0])
    }
    var chart =
      picture == .residuals
      ? Chart.residuals(of: rows, unit: target.column, name: main.name, words: words.ofCharts)
      : Chart.predictedAgainstActual(
        rows, unit: target.column, name: main.name, words: words.ofCharts)
    if let title { chart.subtitle = chart.subtitle.map { "\(title) · \($0)" } ?? title }
    return chart
  }
}
