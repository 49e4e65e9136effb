import Planning
import Running
import Steps
import Vocabulary

extension RunFixture {
  /// A run that ends in its second step, with a value in prose that could not be computed.
  static func failed() -> RunFixture {
    let text = """
      # Sales

      Sales of the week: {{ (SELECT sum(amount) FROM sales) }}.

      ```sql step shops
      SELECT * FROM raw
      ```

      ```sql step sales
      SELECT shop, sum(amuont) AS amount FROM shops GROUP BY ALL
      ```

      ```sql step best
      SELECT * FROM sales LIMIT 1
      ```

      ```sql step later
      SELECT 1
      ```
      """
    let path = "notebooks/sales.md"
    func range(_ line: Int, _ from: Int, _ to: Int) -> SourceRange {
      SourceRange(
        file: path, start: SourcePosition(line: line, column: from),
        end: SourcePosition(line: line, column: to))
    }
    var fixture = RunFixture(source: text, path: path, edition: "default", title: "Sales")
    fixture.states = [
      "shops": done(
        rowsOut: 2,
        exhibits: [
          .table(
            TableExhibit(
              id: "shops",
              table: Table(columns: [
                Column("shop", texts: ["A", "B"]), Column("amount", reals: [1.5, 22.25]),
              ])))
        ]),
      "sales": .failed(
        StepFailure(
          .error(
            "unknown-column", "there is no column `amuont` in `shops`", at: range(10, 18, 24),
            explanation: "`shops` has the columns `shop` and `amount`.",
            solutions: ["did you mean `amount`?"]))),
      "best": .notRun(because: "step `sales` failed"),
      "later": .skipped(because: "its condition is false"),
    ]
    fixture.diagnostics = [
      .error("expression", "there is no table `sales`", at: range(3, 40, 45))
    ]
    return fixture
  }

  /// A report in Japanese, its heading and figures too.
  static func japanese() -> RunFixture {
    let text = """
      ---
      title: 月次信用リスクレポート
      lang: ja
      ---

      # 信用リスク {{ $month }}

      今月のモデルは安定しています。前月と比べて順位付けの精度が上がり、
      延滞率はわずかに上昇しました。

      ```yaml step headline
      uses: metric
      table: loans
      ```

      ## データ概要

      対象は**結果が確定した**融資のみです。新しい申込は`applications`に入り、三か月後に
      学習データへ加わります。

      ```sql step loans show=3
      SELECT * FROM initial
      ```

      ### データ概要

      - 同じ見出しには別のアンカーが付きます。
      - 表の値が欠けているところは「–」で示します。
      """
    var fixture = RunFixture(source: text, path: "notebooks/credit/月次.md", title: "月次信用リスクレポート")
    fixture.values = ["$month": "2021年1月"]
    fixture.parameters = [
      parameter("month", .month, .text("2021-01"), origin: .injected, description: "対象月")
    ]
    let metrics = [
      Metric(
        "auc", 0.752, label: "AUC", format: .fixed(3), direction: .higher,
        interval: .init(low: 0.739, high: 0.766, level: 0.95),
        comparison: .init(value: 0.746, label: "前月")),
      Metric(
        "rate", 0.0807, label: "延滞率", format: .percent(1), direction: .lower,
        comparison: .init(value: 0.0765)),
    ]
    fixture.states = [
      "headline": done(
        metrics: metrics, exhibits: metrics.map { .tile(metric: $0.name) },
        remarks: ["種別の分からない12件は現金貸付として数えました。"]),
      "loans": done(
        rowsIn: 21_404, rowsOut: 20_000,
        exhibits: [
          .table(
            TableExhibit(
              id: "loans", title: "確定済みの融資",
              table: Table(columns: [
                Column("番号", integers: [100_002, 100_003, 100_004]),
                Column("種別", texts: ["現金", nil, "リボ"]),
                Column("金額", reals: [406_597.5, 1_293_502.5, 135_000]),
              ]), totalRows: 20_000, units: ["金額": "円"]))
        ]),
    ]
    return fixture
  }
}
