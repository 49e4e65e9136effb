import Charting
import Vocabulary

/// Charts by the name of their golden, one per idea, made of fixed numbers.
enum Samples {
  static func all() throws -> [(name: String, chart: Chart)] {
    try tables() + edges() + statistics() + searches() + effects() + overlays() + drift() + groups()
  }

  /// A linear congruential generator (Knuth's MMIX constants): the same numbers everywhere.
  struct Numbers {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }

    /// Approximately normal: twelve uniforms (Irwin and Hall).
    mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }
  }

  static func dates(_ count: Int, from year: Int, everyDays: Int) -> [CalendarDate?] {
    let start = CalendarDate(year: year, month: 1, day: 1)?.daysSinceEpoch ?? 0
    return (0..<count).map { CalendarDate(daysSinceEpoch: start + Int32($0 * everyDays)) }
  }

  static func options(_ title: String, _ change: (inout Chart.Options) -> Void = { _ in })
    -> Chart.Options
  {
    var options = Chart.Options()
    options.title = title
    change(&options)
    return options
  }

  static func tables() throws -> [(name: String, chart: Chart)] {
    let income = Table(columns: [
      Column(
        "income",
        texts: ["Working", "Commercial associate", "Pensioner", "State servant", "Unemployed"]),
      Column("rate", reals: [0.0959, 0.0748, 0.0539, 0.0575, 0.3636]),
    ])
    let monthly = Table(columns: [
      Column(
        "month", texts: (0..<12).map { ["2020-10", "2020-11", "2020-12", "2021-01"][$0 / 3] }),
      Column("product", texts: (0..<12).map { ["Cash loan", "Card", "Mortgage"][$0 % 3] }),
      Column(
        "loans",
        integers: [12_040, 5310, 1810, 12_910, 5120, 2010, 14_220, 4870, 2240, 11_080, 5600, 1990]),
    ])
    var numbers = Numbers(seed: 7)
    let days = dates(400, from: 2020, everyDays: 1)
    var level = 0.78
    let auc = days.map { _ -> Double? in
      level += (numbers.uniform() - 0.49) * 0.004
      return level
    }
    let holed = auc.enumerated().map { (180...200).contains($0.offset) ? nil : $0.element }
    let series = Table(columns: [
      Column(name: "day", type: .date, cells: .dates(days + days)),
      Column("set", texts: days.map { _ in "train" } + days.map { _ in "test" }),
      Column("auc", reals: auc.map { $0.map { $0 + 0.05 } } + holed),
    ])
    let scatter = (0..<240).map { _ in (numbers.normal(), numbers.normal(), numbers.uniform()) }
    let points = Table(columns: [
      Column("age", reals: scatter.map { 42 + 9 * $0.0 }),
      Column("credit", reals: scatter.map { 500_000 + 120_000 * ($0.1 + $0.0) }),
      Column("contract", texts: scatter.map { $0.2 < 0.2 ? "Revolving" : "Cash" }),
    ])
    let score = Table(columns: [
      Column(
        "score",
        reals: (0..<4000).map { _ in max(0, 0.08 + 0.06 * numbers.normal()) } + [
          nil, .nan, .infinity,
        ])
    ])
    let facets = Table(columns: [
      Column("quarter", texts: (0..<24).map { "Q\($0 % 4 + 1)" }),
      Column(
        "region",
        texts: (0..<24).map { ["North", "South", "East", "West", "Centre", "Islands"][$0 / 4] }),
      Column("rate", reals: (0..<24).map { 0.05 + 0.01 * Double(($0 * 7) % 11) }),
    ])
    let months = (0..<108).map { (index: Int) -> CalendarDate? in
      CalendarDate(year: 2019 + index / 36, month: index / 3 % 12 + 1, day: 1)
    }
    let amounts = (0..<108).map { (index: Int) -> Double? in
      2e6 + 1e5 * Double(index * 13 % 17) + 3e4 * Double(index / 3)
    }
    let areas = Table(columns: [
      Column(name: "month", type: .date, cells: .dates(months)),
      Column("grade", texts: (0..<108).map { ["A", "B", "C"][$0 % 3] }),
      Column("amount", reals: amounts),
    ])
    let many = Table(columns: [
      Column("organisation", texts: (0..<58).map { "Organisation type \($0 + 1)" }),
      Column("rows", integers: (0..<58).map { Int64(68_000 / ($0 + 1)) }),
    ])
    let intervals = Table(columns: [
      Column("segment", texts: ["under 25", "25 to 34", "35 to 44", "45 to 54", "55 and over"]),
      Column("rate", reals: [0.123, 0.105, 0.084, 0.071, 0.052]),
      Column("low", reals: [0.108, 0.098, 0.078, 0.065, 0.046]),
      Column("high", reals: [0.139, 0.112, 0.090, 0.077, 0.058]),
    ])
    let hostile = Table(columns: [
      Column(
        "<script>alert(1)</script>",
        texts: [
          "\"><img src=x onerror=alert(1)>", "]]>", "${7*7}", "{{ x }}", "=1+1\u{0}\u{1B}[31m",
        ]),
      Column("<b>&amp;", integers: [5, 4, 3, 2, 1]),
    ])
    let japanese = Table(columns: [
      Column("職業", texts: ["会社員", "公務員", "自営業", "年金受給者", "学生"]),
      Column("件数", integers: [158_774, 21_703, 71_617, 55_362, 18]),
    ])
    return [
      (
        "bar",
        try Chart(
          mark: .bar, table: income, x: "income", y: "rate",
          options: options("Default rate by type of income") {
            $0.subtitle = "Share of loans in payment difficulties, 307,511 loans"
            $0.yFormat = .percent(1); $0.yLabel = "Default rate"; $0.xLabel = ""
            $0.references = [.init(at: 0.0807, label: "all loans 8.1%")]
          })
      ),
      (
        "bar-horizontal",
        try Chart(
          mark: .bar, table: income, x: "rate", y: "income",
          options: options("Default rate by type of income") {
            $0.sort = .value; $0.xFormat = .percent(1); $0.xLabel = "Default rate"
            $0.note = "Unemployed applicants are 22 rows; their rate says little."
          })
      ),
      (
        "bar-grouped",
        try Chart(
          mark: .bar, table: monthly, x: "month", y: "loans", color: "product",
          options: options("Loans by month and product"))
      ),
      (
        "bar-stacked",
        try Chart(
          mark: .bar, table: monthly, x: "month", y: "loans", color: "product",
          options: options("Loans by month and product") { $0.stack = .zero })
      ),
      (
        "bar-normalized",
        try Chart(
          mark: .bar, table: monthly, x: "month", y: "loans", color: "product",
          options: options("Mix of products") {
            $0.stack = .normalized; $0.yLabel = "Share of loans"
          })
      ),
      (
        "bar-other",
        try Chart(
          mark: .bar, table: many, x: "organisation", y: "rows",
          options: options("Rows by organisation") {
            $0.maximumCategories = 12; $0.sort = .value
          })
      ),
      (
        "bar-interval",
        try Chart(
          mark: .bar, table: intervals,
          encoding: .init(x: "segment", y: ["rate"], low: "low", high: "high"),
          options: options("Default rate by age, 95% interval") {
            $0.yFormat = .percent(1); $0.xLabel = "Age"
          })
      ),
      (
        "bar-hostile",
        try Chart(
          mark: .bar, table: hostile, x: "<script>alert(1)</script>", y: "<b>&amp;",
          options: options("<script>alert(document.domain)</script>") {
            $0.subtitle = "\"><img src=x onerror=alert(1)> ]]> ${}";
            $0.note = "</svg><script>alert(2)</script>"
          })
      ),
      (
        "bar-japanese",
        try Chart(
          mark: .bar, table: japanese, x: "職業", y: "件数",
          options: options("職業別の申込件数") {
            $0.subtitle = "2020年10月から2021年1月までの全申込"; $0.words = .japanese
          })
      ),
      (
        "line",
        try Chart(
          mark: .line, table: series, x: "day", y: "auc", color: "set",
          options: options("AUC by day") { $0.references = [.init(at: 0.7, label: "gate 0.70")] })
      ),
      (
        "point",
        try Chart(
          mark: .point, table: points, x: "age", y: "credit", color: "contract",
          options: options("Credit by age") {
            $0.xLabel = "Age in years"; $0.yLabel = "Credit"
          })
      ),
      (
        "area",
        try Chart(
          mark: .area, table: areas, x: "month", y: "amount", color: "grade",
          options: options("Amount lent by grade") { $0.yLabel = "Amount" })
      ),
      (
        "histogram",
        try Chart(
          mark: .histogram, table: score, x: "score",
          options: options("Scores of January") {
            $0.xLabel = "Score";
            $0.references = [.init(at: 0.2, label: "threshold 0.2", isVertical: true)]
          })
      ),
      (
        "facets",
        try Chart(
          mark: .bar, table: facets, x: "quarter", y: "rate", facet: "region",
          options: options("Default rate by region") {
            $0.yFormat = .percent(0); $0.xLabel = ""
          })
      ),
      (
        "empty",
        try Chart(
          mark: .line, table: Table(columns: [Column("x", reals: []), Column("y", reals: [])]),
          x: "x", y: "y", options: options("Nothing yet"))
      ),
    ]
  }

  /// A curve of a binormal model with this separation.
  static func rocPoints(_ separation: Double, count: Int) -> [Point2D] {
    (0...count).map { index in
      let x = Double(index) / Double(count)
      return Point2D(x: x, y: min(1, 1 - pow1(1 - x, 1 + separation)))
    }
  }

  private static func pow1(_ base: Double, _ exponent: Double) -> Double {
    // Powers by repeated square roots are enough for a picture and need no C library.
    var (result, factor, rest) = (1.0, base, exponent)
    while rest >= 1 { (result, rest) = (result * base, rest - 1) }
    for _ in 0..<30 {
      factor = factor.squareRoot()
      rest *= 2
      if rest >= 1 { (result, rest) = (result * factor, rest - 1) }
    }
    return result
  }

  static func statistics() throws -> [(name: String, chart: Chart)] {
    let train = (0..<180).map { (index: Int) -> Double in
      let round = Double(index)
      return 0.28 - 0.06 * (1 - 1 / (1 + round / 18)) - 0.00008 * round
    }
    let valid = (0..<180).map { (index: Int) -> Double in
      let round = Double(index)
      let beyond = max(0, round - 130)
      return 0.285 - 0.045 * (1 - 1 / (1 + round / 14)) + 0.0000012 * beyond * beyond
    }
    let precision = (0...400).map { (index: Int) -> Point2D in
      let recall = Double(index) / 400
      let rest = 1 - recall
      return Point2D(x: recall, y: 0.081 + 0.5 * rest * rest * rest)
    }
    let squares = (1...60).map { Double($0 * $0) }
    var numbers = Numbers(seed: 3)
    let ages = (0..<2000).map { _ in 43 + 12 * numbers.normal() }
    let amounts = (0..<2000).map { _ in 50_000 + 950_000 * numbers.uniform() * numbers.uniform() }
    return [
      (
        "roc",
        .roc(
          [
            ROCCurve(name: "train", points: rocPoints(5, count: 5000), auc: 0.8573),
            ROCCurve(
              name: "validation", points: rocPoints(2.3, count: 5000), auc: 0.7671,
              interval: 0.751...0.783),
            ROCCurve(
              name: "test", points: rocPoints(2, count: 5000), auc: 0.7504,
              interval: 0.738...0.7621, operatingPoint: .init(threshold: 0.083, x: 0.3, y: 0.657)),
          ], subtitle: "Probability of default, 61,503 test rows")
      ),
      (
        "pr",
        .precisionRecall(
          [
            PrecisionRecallCurve(
              name: "test", points: precision, averagePrecision: 0.2351, interval: 0.221...0.249,
              operatingPoint: .init(threshold: 0.2, x: 0.3, y: 0.2525))
          ], baseRate: 0.0807)
      ),
      (
        "loss",
        .loss(
          TrainingHistory(
            metric: "binary_logloss", train: train, validation: valid, bestRound: 131,
            stoppedRound: 180))
      ),
      (
        "loss-log",
        .loss(
          TrainingHistory(
            metric: "mean squared error", train: squares.map { 100 / $0 },
            validation: squares.map { 120 / $0 + 0.5 }, areEpochs: true))
      ),
      (
        "distributions",
        .distributions(
          [
            Distribution(name: "AGE", shape: .bins(Histogram(of: ages)), missing: 3),
            Distribution(name: "AMT_CREDIT", shape: .bins(Histogram(of: amounts))),
            Distribution(
              name: "CODE_GENDER", shape: .categories([("F", 202_448), ("M", 105_059)], other: 4)),
            Distribution(
              name: "NAME_INCOME_TYPE",
              shape: .categories(
                [
                  ("Working", 158_774), ("Commercial associate", 71_617), ("Pensioner", 55_362),
                  ("State servant", 21_703),
                ], other: 55)),
            Distribution(
              name: "FLAG_CONT_MOBILE", shape: .bins(Histogram(of: Array(repeating: 1, count: 500)))
            ),
            Distribution(name: "ALL_MISSING", shape: .bins(Histogram(of: [])), missing: 900),
          ], title: "Distributions")
      ),
      (
        "calibration",
        .calibration(
          (0..<10).map { (index: Int) -> CalibrationBin in
            let score = 0.01 + 0.035 * Double(index)
            let rate = score * 1.08 - 0.004
            return CalibrationBin(
              meanScore: score, observedRate: rate, interval: (rate * 0.85)...(rate * 1.18),
              count: 6150)
          },
          scores: Histogram(of: (0..<3000).map { _ in 0.4 * numbers.uniform() * numbers.uniform() })
        )
      ),
      (
        "gain",
        .gain([NamedCurve(name: "test", points: rocPoints(2, count: 900))], baseRate: 0.0807)
      ),
      ("lift", .lift([3.41, 1.92, 1.31, 0.98, 0.76, 0.58, 0.44, 0.31, 0.19, 0.10])),
      (
        "ks",
        .kolmogorovSmirnov(
          positives: (0...300).map {
            Point2D(x: 0.6 * Double($0) / 300, y: Double($0 * $0) / 90_000)
          }, negatives: rocPoints(3, count: 300).map { Point2D(x: 0.6 * $0.x, y: $0.y) },
          statistic: 0.47, at: 0.22)
      ),
      (
        "confusion",
        .confusion(labels: ["repaid", "defaulted"], counts: [[38_201, 18_352], [1702, 3248]])
      ),
      (
        "thresholds",
        .thresholds(
          [
            NamedCurve(
              name: "recall",
              points: (0...200).map { Point2D(x: Double($0) / 200, y: 1 - Double($0) / 200) }),
            NamedCurve(
              name: "precision",
              points: (0...200).map {
                Point2D(x: Double($0) / 200, y: 0.08 + 0.5 * Double($0) / 200)
              }),
            NamedCurve(name: "approval rate", points: rocPoints(4, count: 200)),
          ], chosen: 0.083)
      ),
      (
        "importance",
        .importance(
          (0..<28).map {
            FeatureImportance(
              name: $0 < 3 ? "EXT_SOURCE_\($0 + 1)" : "FEATURE_\($0)",
              value: 42_000 / Double($0 * $0 + 1))
          }, maximum: 12)
      ),
      (
        "sparkline-bins",
        .sparkline(Distribution(name: "AGE", shape: .bins(Histogram(of: ages))))
      ),
      (
        "sparkline-categories",
        .sparkline(
          Distribution(
            name: "CODE_GENDER", shape: .categories([("F", 202_448), ("M", 105_059)], other: 4)))
      ),
      (
        "pipeline",
        .pipeline(
          [
            .init("initial", detail: "csv", isInput: true),
            .init("monthly", detail: "csv", isInput: true),
            .init("applications", detail: "csv", isInput: true),
            .init("training", detail: "sql", isCached: true, upstream: ["initial", "monthly"]),
            .init("model", detail: "train", isCached: true, upstream: ["training"]),
            .init("evaluation", detail: "evaluate", upstream: ["model"]),
            .init("stability", detail: "drift", upstream: ["training", "applications", "model"]),
            .init("quality", detail: "gate", upstream: ["evaluation", "stability"]),
            .init("scores", detail: "predict", upstream: ["model", "applications"]),
            .init("predictions", detail: "export", upstream: ["scores", "quality"]),
          ], title: "credit/monthly", subtitle: "2021-01")
      ),
      (
        "history",
        .history(
          [
            .init("2020-08", 0.741), .init("2020-09", 0.744), .init("2020-10", nil),
            .init("2020-11", 0.698, isRefused: true), .init("2020-12", 0.748),
            .init("2021-01", 0.7504),
          ], of: "AUC on test rows", level: 0.7, format: .fixed(3))
      ),
      (
        "sparkline",
        .sparkline([0.741, 0.744, nil, 0.751, 0.748, 0.7504], name: "auc", format: .fixed(3))
      ),
    ]
  }
}
