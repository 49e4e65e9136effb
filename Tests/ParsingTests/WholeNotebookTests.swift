import Parsing
import Testing
import Vocabulary

struct WholeNotebookTests {
  /// The notebook that everything is judged by: the monthly report of a credit model.
  static let text = """
    ---
    title: Credit default, monthly
    edition: "{{ strftime($target_date, '%Y-%m') }}"
    schedule: "0 6 1 * *"
    catalog:
      initial: { path: "{{ $data_dir }}/initial.csv" }
      monthly:
        path: "{{ list_transform(range($first_month, $target_date, INTERVAL 1 MONTH), lambda d: strftime(d, $data_dir || '/%Y%m%d.csv')) }}"
      applications: { path: "{{ $data_dir }}/{{ strftime($target_date, '%Y%m%d') }}.csv", upload: true }
    ---

    # Credit default, {{ strftime($target_date, '%B %Y') }}

    ```yaml parameters
    target_date: { type: month, default: 2021-01, description: Month to score }
    first_month: { type: month, default: 2020-10 }
    data_dir:    { type: path, default: data/credit }
    trials:      { type: int, default: 10, min: 1, max: 200 }
    ```

    Trained on {{ (SELECT count(*) FROM training) }} loans, scored {{ (SELECT count(*) FROM scores) }}:
    AUC {{ format('{:.3f}', evaluation.auc) }} on rows that the model never saw.

    ```sql step training show=5
    SELECT * FROM initial UNION ALL BY NAME SELECT * FROM monthly
    ```

    ```yaml step model
    uses: train
    table: training
    target: TARGET
    id: SK_ID_CURR
    features: [EXT_SOURCE_1, EXT_SOURCE_2, EXT_SOURCE_3, DAYS_BIRTH, AMT_CREDIT, CODE_GENDER]   # and the rest; default: all but target, id
    encode: { categorical: one_hot, missing: { number: -999, text: NAN } }    # default: native categories, native missing values
    split: { test: 0.2, validation: 0.2, stratify: true, seed: 0 }            # or { column: part } holding train/validation/test
    algorithm: lightgbm
    params: { learning_rate: 0.1 }             # the library's own names, checked
    rounds: 1000
    early_stopping: 50
    tune:
      trials: "{{ $trials }}"
      maximize: auc                            # on validation, unless `on:` says otherwise
      search:
        lambda_l1: { log: [1e-8, 10] }
        lambda_l2: { log: [1e-8, 10] }
        num_leaves: { int: [2, 256] }
        feature_fraction: { float: [0.4, 1.0] }
        bagging_fraction: { float: [0.4, 1.0] }
        bagging_freq: { int: [1, 7] }
        min_data_in_leaf: { int: [5, 100] }    # also log_int, choice
    ```

    ```yaml step evaluation
    uses: evaluate
    model: model
    on: test                                   # or table: NAME that has the target
    charts: [roc, pr, calibration, lift, ks, confusion, threshold]
    intervals: { samples: 200, level: 0.95 }
    ```

    ```yaml step importance
    uses: explain
    model: model
    on: test
    charts: [importance, shap, dependence]
    ```

    ```yaml step stability
    uses: drift
    reference: training
    current: applications
    model: model
    ```

    ```yaml step quality
    uses: gate
    expect:
      - evaluation.auc >= 0.70
      - evaluation.auc >= champion.auc - 0.01
    ```

    ```yaml step scores
    uses: predict
    model: model
    table: applications
    keep: [SK_ID_CURR]
    threshold: 0.5
    ```

    ```yaml step predictions
    uses: export
    table: scores
    path: "pred_{{ strftime($target_date, '%Y%m%d') }}.csv"
    ```

    """

  @Test func readsTheMonthlyReportWithoutComplaint() {
    let notebook = Notebook(parsing: Self.text, at: "monthly.md")
    #expect(notebook.diagnostics == [])
    #expect(
      notebook.steps.map(\.name) == [
        "training", "model", "evaluation", "importance", "stability", "quality", "scores",
        "predictions",
      ])
    #expect(notebook.frontMatter.catalog.map(\.name) == ["initial", "monthly", "applications"])
    #expect(notebook.frontMatter.catalog[1].paths.first?.soleExpression != nil)
    #expect(notebook.frontMatter.catalog.last?.upload == true)
    #expect(notebook.parameters?.declarations.entries.count == 4)
    #expect(notebook.dump.contains("format('{:.3f}', evaluation.auc)"))
  }
}
