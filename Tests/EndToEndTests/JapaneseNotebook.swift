/// A notebook in Japanese that uses every kind of step that learns, judges or shows, on rows that SQL
/// makes.
enum JapaneseNotebook {
  /// Names of the author's own: steps, columns, metrics, files.
  static let names: Set<String> = [
    "people", "later", "listing", "figures", "picture", "spread", "overview", "checked", "parts",
    "model", "contest", "judged", "reasons", "moved", "equal", "scored", "written", "program",
    "quality", "kept", "credit", "champion", "scores", "csv", "counted", "lines", "whole", "month",
    "limit", "part", "previous", "auc", "ks", "decision", "tree", "logistic", "regression",
    "lightgbm",
  ]

  static let text = """
    ---
    title: 与信モデル月次報告
    description: 学習、評価、監視の結果を毎月まとめます。
    owner: リスク管理部
    lang: ja
    edition: "{{ strftime($month, '%Y-%m') }}"
    ---

    # 与信モデルの月次報告

    対象は{{ (SELECT count(*) FROM people) }}件です。

    ```yaml parameters
    month: { type: month, default: 2026-03, description: 対象月 }
    limit: { type: float, default: 0.999, description: 基準値 }
    ```

    ## データ

    ```sql step people
    SELECT i AS 番号, (i * 7919 % 1000) / 10.0 AS 年収, (i * 104729 % 97) AS 勤続月数,
      CASE i % 3 WHEN 0 THEN '正社員' WHEN 1 THEN '契約' ELSE NULL END AS 雇用形態,
      CASE WHEN i % 2 = 0 THEN '男性' ELSE '女性' END AS 性別,
      DATE '2025-01-01' + CAST(i % 300 AS INTEGER) AS 申込日,
      (i * 7919 % 1000 + (i * 15485863 % 499) > 900)::INTEGER AS 延滞
    FROM range(1200) t(i)
    ```

    ```sql step later
    SELECT * REPLACE (年収 + 12 AS 年収, CASE WHEN 番号 % 5 = 0 THEN '派遣' ELSE 雇用形態 END AS 雇用形態)
    FROM people WHERE 番号 % 3 > 0
    ```

    ```yaml step listing
    { uses: table, table: people, title: 申込の一覧, rows: 5, totals: { 年収: mean, 番号: max }, bars: [年収] }
    ```

    ```yaml step figures
    { uses: metric, metrics: { 件数: { value: "{{ (SELECT count(*) FROM people) }}", better: higher } } }
    ```

    ```yaml step picture
    { uses: chart, title: 性別の件数, table: people, mark: bar, x: 性別 }
    ```

    ```yaml step spread
    { uses: chart, title: 年収の分布, table: people, mark: histogram, x: 年収 }
    ```

    ```yaml step overview
    { uses: profile, table: people, title: 列の概要 }
    ```

    ```yaml step checked
    uses: validate
    table: people
    title: データの検査
    rows: { min: 100, max: 2000 }
    unique: [番号]
    on_refusal: withhold_promotion
    columns:
      年収: { type: DOUBLE, min: 0, max: 200, missing: 0 }
      雇用形態: { values: [正社員, 契約], missing: 0.5 }
      性別: { pattern: '男.*', severity: warn }
    ```

    ## 学習

    ```yaml step parts
    { uses: split, table: people, test: 0.25, validation: 0.25, stratify: 延滞, seed: 1, show: table }
    ```

    ```yaml step model
    uses: train
    table: parts
    target: 延滞
    id: 番号
    features: [年収, 勤続月数, 雇用形態, 申込日]
    split: { column: part }
    rounds: 30
    early_stopping: 5
    show: 5
    tune:
      trials: 12
      maximize: auc
      search: { num_leaves: { int: [2, 16] }, min_data_in_leaf: { int: [5, 50] } }
      charts: [history, parallel, slice, importance]
    ```

    ```yaml step contest
    { uses: compare, table: people, target: 延滞, features: [年収, 勤続月数, 雇用形態], folds: 3, algorithms: [decision_tree, logistic_regression] }
    ```

    ```yaml step judged
    uses: evaluate
    model: model
    on: [validation, test]
    charts: [roc, pr, calibration, lift, gain, ks, confusion, threshold]
    tables: [deciles, thresholds]
    cost: { false_positive: 1, false_negative: 5 }
    intervals: { samples: 20 }
    show: table
    ```

    ```yaml step reasons
    { uses: explain, model: model, table: people, row: 8, charts: [importance, shap, mean_shap, dependence, waterfall, permutation], rows: 100, repeats: 2 }
    ```

    ## 監視

    ```yaml step moved
    { uses: drift, reference: people, current: later, model: model }
    ```

    ```yaml step equal
    { uses: fairness, model: model, table: people, groups: [性別, 雇用形態], intersect: true, intervals: { samples: 20 } }
    ```

    ```yaml step scored
    { uses: predict, model: model, table: later, keep: [番号] }
    ```

    ```yaml step written
    { uses: export, table: scored, path: scores.csv }
    ```

    ```sh step program outputs=counted.csv metrics=[lines]
    printf '件数\\n3\\n' > counted.csv
    echo '{"lines": 3}' > metrics.jsonl
    ```

    ```yaml step quality
    uses: gate
    title: 公開の条件
    on_refusal: withhold_promotion
    expect:
      - judged.auc >= 0.6
      - { that: judged.auc >= $limit, label: AUCの水準, severity: fail }
      - { that: judged.ks >= 0.99, severity: warn }
      - { that: judged.auc >= previous.judged.auc, tolerance: 0.01 }
      - { that: judged.auc >= champion.auc, tolerance: 1% }
    ```

    ```yaml step kept
    { uses: register, model: model, name: credit, metrics: judged, promote: champion, needs: [quality] }
    ```

    """
}
