internal import Charting
internal import Learning
internal import Vocabulary

/// Everything an `evaluate` step says of predicted numbers.
struct ValueJudgement {
  private let target: Model.Target
  private let main: (name: String, rows: PredictedValues)
  private let seed: UInt64
  let figures: SideBySide<ValueMetric>

  /// The figures that those shown beside have as metrics too.
  static let besides: [ValueMetric] = [.rmse, .mae, .r2]
  /// The most rows that a picture shows as dots.
  private static let pictured = 1000

  init(
    of subjects: [(name: String, rows: ScoredRows)], by step: EvaluateStep, _ target: Model.Target
  ) {
    self.target = target
    seed = UInt64(bitPattern: Int64(step.seed))
    let judged = subjects.map { subject -> (name: String, rows: PredictedValues) in
      guard case .values(let rows) = subject.rows else {
        return (subject.name, PredictedValues(predicted: [], actual: []))
      }
      return (subject.name, rows)
    }
    main = judged[step.primary]
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
          name: judged[index].name, value: { metrics[$0] }, reason: { metrics.reason($0) },
          interval: intervals.map { intervals in { intervals[$0] } })
      }, main: step.primary, level: step.intervals?.level ?? 0, besides: Self.besides)
  }

  var remarks: [String] {
    let sample = sample
    guard sample.isPartial else { return figures.remarks }
    let format = NumberFormat.thousands(0)
    return figures.remarks + [
      "The charts show \(format.string(Double(sample.rows.count))) of "
        + "\(format.string(Double(sample.count))) rows, taken at even steps."
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
      ? Chart.residuals(of: rows, unit: target.column, name: main.name)
      : Chart.predictedAgainstActual(rows, unit: target.column, name: main.name)
    if let title { chart.subtitle = chart.subtitle.map { "\(title) · \($0)" } ?? title }
    return chart
  }
}
