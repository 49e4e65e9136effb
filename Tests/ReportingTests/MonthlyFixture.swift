import Charting
import Planning
import Running
import Steps
import Vocabulary

extension RunFixture {
  /// The monthly report of a credit model, small.
  static func monthly() throws -> RunFixture {
    var fixture = RunFixture(source: monthlyText)
    fixture.values = [
      "strftime($target_date, '%B %Y')": "January 2021",
      "(SELECT count(*) FROM training)": "21,404",
      "(SELECT count(*) FROM scores)": "1,602",
      "format('{:.3f}', evaluation.auc)": "0.752",
    ]
    fixture.parameters = [
      parameter(
        "target_date", .month, .text("2021-01"), origin: .injected, description: "Month to score"),
      parameter("data_dir", .path, .text("data/credit")),
      parameter("rounds", .int, .int(1000), description: "Upper limit of boosting rounds"),
      parameter("note", .string, .text("it's | fine"), origin: .injected),
      parameter("token", .secret, .text("hunter2"), text: "***", origin: .injected),
    ]
    fixture.inputs = [
      RecordedInput(
        entry: "initial", path: "data/credit/initial.csv", digest: Fingerprint(of: "initial"),
        size: 11_402_113),
      RecordedInput(
        entry: "applications", path: "data/credit/20210101.csv",
        digest: Fingerprint(of: "applications"), size: 880_414),
    ]
    fixture.diagnostics = [
      .warning("unused-parameter", "parameter `note` is used by no step", at: nil)
    ]
    fixture.states = [
      "training": done(rowsOut: 21_404, exhibits: [.table(loans)]),
      "headline": done(
        rowsIn: 21_404,
        metrics: headline, exhibits: headline.map { .tile(metric: $0.name) },
        remarks: ["12 loans of an unknown type were counted as cash loans."]),
      "roc": done(rowsIn: 4_281, exhibits: [.chart(ChartExhibit(id: "roc", chart: roc))]),
      "types": done(
        rowsIn: 21_404,
        exhibits: [.chart(ChartExhibit(id: "types", chart: try types()))]),
      "columns": done(rowsIn: 21_404, exhibits: [.profile(profile)]),
      "segments": done(rowsOut: 4, exhibits: [.table(segments)]),
      "predictions": done(
        rowsIn: 1_602,
        artifacts: [
          Artifact(
            path: "pred_20210101.csv", stagedAt: "/nowhere", size: 35_244,
            digest: Fingerprint(of: "predictions"), rows: 1_602)
        ]),
    ]
    return fixture
  }
}

private let monthlyText = """
  ---
  title: Credit default, monthly
  owner: Risk analytics
  ---

  # Credit default, {{ strftime($target_date, '%B %Y') }}

  ```yaml parameters
  target_date: { type: month, default: 2021-01, description: Month to score }
  data_dir:    { type: path, default: data/credit }
  rounds:      { type: int, default: 1000, description: Upper limit of boosting rounds }
  note:        fine
  token:       { type: secret, from: env:REPORT_TOKEN }
  ```

  Trained on {{ (SELECT count(*) FROM training) }} loans, scored {{ (SELECT count(*) FROM scores) }}:
  AUC {{ format('{:.3f}', evaluation.auc) }} on rows that the model never saw.

  ```yaml step headline
  uses: metric
  table: training
  ```

  ## The loans

  Every month's applications join the training data **once their outcome is known**. The rate of
  default has been steady since autumn; what changed is the mix, with more revolving loans than
  in [the months before](https://example.org/history?from=2020&to=2021 "History").

  ```sql step training show=5
  SELECT * FROM initial
  UNION ALL BY NAME
  SELECT * FROM monthly
  ```

  ```yaml step types
  uses: chart
  table: training
  ```

  ### What each column holds

  ```yaml step columns
  uses: profile
  table: training
  ```

  ## How good the model is

  The score ranks well over the whole range. Three things to keep in mind:

  1. The test rows are a fifth of the loans, drawn *by outcome*.
  2. `EXT_SOURCE_2` alone reaches 0.67.
     - So the rest adds eight points.
     - Nothing else comes close.
  3. Loans younger than four months have no outcome yet.

  ```yaml step roc
  uses: chart
  table: training
  ```

  > A model that is right about the order may still be wrong about the level.

  ```sql step segments
  SELECT segment, count(*) AS n FROM training GROUP BY ALL
  ```

  | Band   | Score     | Decision |
  |:-------|----------:|:--------:|
  | Green  |  0 – 0.05 | approve  |
  | Yellow | 0.05 – 0.2 | look    |
  | Red    |     > 0.2 | decline  |

  ## Files

  ```yaml step predictions
  uses: export
  table: scores
  path: pred.csv
  ```
  """

private let headline = [
  Metric(
    "auc", 0.752_31, label: "AUC on test rows", format: .fixed(3), direction: .higher,
    interval: .init(low: 0.738_8, high: 0.765_9, level: 0.95),
    comparison: .init(value: 0.746, label: "December")),
  Metric(
    "default_rate", 0.080_7, label: "Default rate", format: .percent(1), direction: .lower,
    comparison: .init(value: 0.076_5, label: "December")),
  Metric("loans", 21_404, label: "Loans with an outcome", format: .thousands(0)),
  Metric(
    "volume", 12_830_000, label: "Volume applied for", unit: "EUR", format: .si,
    comparison: .init(value: 11_900_000)),
]

private let loans = TableExhibit(
  id: "training", title: "Loans with a known outcome", caption: "The newest first.",
  table: Table(columns: [
    Column("SK_ID_CURR", integers: [100_002, 100_003, 100_004, 100_006, 100_007]),
    Column("TYPE", texts: ["Cash loans", "Cash loans", "Revolving loans", nil, ""]),
    Column("AMT_CREDIT", reals: [406_597.5, 1_293_502.5, 135_000, 312_682.5, nil]),
    Column("EXT_SOURCE_2", reals: [0.262_949, 0.622_246, 0.555_912, 0.650_442, 0.322_738]),
    Column("TARGET", integers: [1, 0, 0, 0, 0]),
    Column(
      name: "since", type: .date,
      cells: .dates([
        CalendarDate(parsing: "2020-12-01"), CalendarDate(parsing: "2020-12-02"), nil,
        CalendarDate(parsing: "2020-12-03"), CalendarDate(parsing: "2020-12-04"),
      ])),
  ]),
  totalRows: 21_404, labels: ["AMT_CREDIT": "Credit"], units: ["AMT_CREDIT": "EUR"])

private let segments = TableExhibit(
  id: "segments",
  table: Table(columns: [
    Column("segment", texts: ["retail", "card", "car", "other"]),
    Column("n", integers: [12_004, 6_310, 2_888, 202]),
    Column("rate", reals: [0.0712, 0.0901, 0.1033, 0.0545]),
  ]),
  formats: ["rate": .percent(1)], bars: ["n", "rate"])

private let roc: Chart = {
  let points = (0...100).map { step in
    let x = Double(step) / 100
    return Point2D(x: x, y: 1 - (1 - x) * (1 - x) * (1 - x))
  }
  return Chart.roc(
    [
      ROCCurve(
        name: "test", points: points, auc: 0.752, interval: 0.739...0.766,
        operatingPoint: OperatingPoint(threshold: 0.12, x: 0.3, y: 0.657))
    ], subtitle: "4,281 test rows")
}()

private func types() throws -> Chart {
  var options = Chart.Options()
  options.title = "Loans by type"
  options.subtitle = "count, all loans with an outcome"
  return try Chart(
    mark: .bar,
    table: Table(columns: [
      Column("type", texts: ["Cash", "Revolving", "Consumer"]),
      Column("loans", integers: [17_004, 3_310, 1_090]),
    ]), x: "type", y: "loans", options: options)
}

private let profile = ProfileExhibit(
  id: "columns", totalRows: 21_404,
  columns: [
    .init(
      name: "AMT_CREDIT", type: "DOUBLE", missing: 0, distinct: 3_811, mean: 599_025.99,
      deviation: 402_490.77, quantiles: [45_000, 270_000, 513_531, 808_650, 4_050_000],
      chart: .distributions([
        Distribution(
          name: "AMT_CREDIT",
          shape: .categories([("low", 8_000), ("mid", 9_000), ("high", 3_000)], other: 1_404))
      ])),
    .init(
      name: "EXT_SOURCE_1", type: "DOUBLE", missing: 12_071, distinct: 9_333, mean: 0.502_13,
      deviation: 0.211_06, quantiles: [0.014_568, 0.334, 0.506, 0.675, 0.962_69],
      chart: .distributions([
        Distribution(
          name: "EXT_SOURCE_1", shape: .categories([("a", 3_000), ("b", 4_000)], other: 2_333))
      ])),
    .init(
      name: "CODE_GENDER", type: "VARCHAR", missing: 0, distinct: 3, extremes: ["F", "XNA"]),
  ])
