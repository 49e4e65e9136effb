internal import Charting
internal import Learning
internal import Vocabulary

/// Everything an `evaluate` step says of rows scored for several classes.
struct ClassJudgement {
  private let target: Model.Target
  private let words: Words
  private let main: (scored: ScoredClasses, metrics: ClassMetrics)
  let figures: SideBySide<ClassMetric>

  /// The figures that those shown beside have as metrics too.
  static let besides: [ClassMetric] = [.auc, .accuracy, .f1Macro, .logLoss]
  /// The most classes that a picture tells apart.
  private static let pictured = 12

  init(
    of subjects: [EvaluateStep.Subject], by step: EvaluateStep, _ target: Model.Target,
    _ words: Words
  ) {
    self.target = target
    self.words = words
    let judged = subjects.map { subject -> (name: String, label: String, scored: ScoredClasses) in
      guard case .classes(let scored) = subject.rows else {
        return (
          subject.name, subject.label,
          ScoredClasses(probabilities: [], labels: [], classCount: target.outputCount)
        )
      }
      return (subject.name, subject.label, scored)
    }
    let metrics = judged.map { ClassMetrics(of: $0.scored) }
    main = (judged[step.primary].scored, metrics[step.primary])
    figures = SideBySide(
      subjects: judged.indices.map { index in
        let hasIntervals = index == step.primary || !step.otherModels.isEmpty
        let intervals = (hasIntervals ? step.intervals : nil).map {
          SampledIntervals<ClassMetric>(
            of: judged[index].scored, samples: $0.samples, level: $0.level,
            seed: UInt64(bitPattern: Int64(step.seed)))
        }
        return .init(
          name: judged[index].name, label: judged[index].label, value: { metrics[index][$0] },
          reason: { metrics[index].reason($0) },
          interval: intervals.map { intervals in { intervals[$0] } })
      }, main: step.primary, level: step.intervals?.level ?? 0, besides: Self.besides,
      words: words)
  }

  var remarks: [String] {
    var remarks = figures.remarks
    if target.classes.count > Self.pictured {
      remarks.append(
        words(
          "The charts show the \(Self.pictured) classes with the most rows of "
            + "\(target.classes.count).",
          "図は\(target.classes.count)クラスのうち件数の多い\(Self.pictured)クラスを示します。"))
    }
    return remarks
  }

  /// The figures of each class.
  func classes(id: String) -> TableExhibit {
    let all = main.metrics.perClass
    let count = NumberFormat.thousands(0)
    return TableExhibit(
      id: id, title: words("Each class against the rest", "クラス別の成績（一対他）"),
      table: Table(columns: [
        Column("class", texts: all.map { target.classes[$0.label] }),
        Column("rows", reals: all.map(\.rows)), Column("called", reals: all.map(\.called)),
        Column("precision", reals: all.map(\.precision)),
        Column("recall", reals: all.map(\.recall)), Column("f1", reals: all.map(\.f1)),
        Column("auc", reals: all.map(\.auc)),
      ]), shownRows: min(all.count, 30),
      formats: [
        "rows": count, "called": count, "precision": .percent(1), "recall": .percent(1),
        "f1": .fixed(3), "auc": .fixed(3),
      ],
      labels: [
        "class": words("Class", "クラス"), "rows": words.rows,
        "called": words("Called so", "予測件数"), "precision": words.label(BinaryMetric.precision),
        "recall": words.label(BinaryMetric.recall), "f1": "F1", "auc": "AUC",
      ], bars: ["recall"])
  }

  func chart(_ picture: EvaluateStep.Picture, title: String?) -> Chart {
    var chart = picture == .confusion ? confusion : roc
    if let title { chart.subtitle = chart.subtitle.map { "\(title) · \($0)" } ?? title }
    return chart
  }

  /// The classes with the most rows, in the order of the classes.
  private var shown: [Int] {
    let all = main.metrics.perClass
    return all.indices.sorted {
      all[$0].rows != all[$1].rows ? all[$0].rows > all[$1].rows : $0 < $1
    }
    .prefix(Self.pictured).sorted()
  }

  private var confusion: Chart {
    let shown = shown
    return .confusion(
      labels: shown.map { target.classes[$0] },
      counts: shown.map { row in
        shown.map { Int(main.metrics.confusion[row][$0].rounded()) }
      }, words: words.ofCharts)
  }

  private var roc: Chart {
    .roc(
      shown.prefix(8).map { label in
        let ranked = main.scored.ranked(for: label)
        return Charting.ROCCurve(
          name: target.classes[label],
          points: Learning.ROCCurve(of: ranked).points.map {
            Point2D(x: $0.falsePositiveRate, y: $0.truePositiveRate)
          }, auc: main.metrics.perClass[label].auc, interval: nil, operatingPoint: nil)
      }, words: words.ofCharts)
  }
}
