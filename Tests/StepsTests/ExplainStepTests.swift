import Charting
import Foundation
import Learning
import Testing
import Vocabulary

@testable import Steps

/// Explaining a model, on the engines themselves.
@Suite(.serialized) struct ExplainStepTests {
  static func logit(_ probability: Double) -> Double { log(probability / (1 - probability)) }

  @Test(arguments: ["", "encode: { categorical: one_hot, drop_first: true }"])
  func addsUpToTheRawScore(_ encoding: String) throws {
    let (bench, _) = try People.trained(encoding)
    let model = try #require(bench.workspace.models["model"]?.model)
    let people = try bench.workspace.rows("SELECT * FROM people")
    let search = bench.workspace.lightGBM
    let scores = try model.scores(of: people, with: search)
    let all = try model.contributions(of: people, with: search, threads: 2)
    let byColumn = all.byColumn(of: model.encoder)
    #expect(all.features == model.encoder.features.map(\.name))
    #expect(byColumn.features == model.encoder.columns.map(\.name))
    for row in [0, 1, 7, 500, 1999] {
      #expect(abs(all.rawScore(row) - Self.logit(scores[row])) < 1e-9)
      #expect(abs(byColumn.rawScore(row) - all.rawScore(row)) < 1e-12)
    }
  }

  @Test(arguments: ["random_forest", "decision_tree"])
  func addsUpToTheShareOfForestsAndTrees(_ algorithm: String) throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    _ = try bench.run(
      """
      ```yaml step model
      uses: train
      table: people
      target: returns
      id: person
      algorithm: \(algorithm)
      ```
      """)
    let model = try #require(bench.workspace.models["model"]?.model)
    let people = try bench.workspace.rows("SELECT * FROM people LIMIT 20")
    let search = bench.workspace.lightGBM
    let scores = try model.scores(of: people, with: search)
    let contributions = try model.contributions(of: people, with: search)
    // LightGBM takes paths apart by repeated division; in a deep tree that leaves a few 1e-8.
    for row in 0..<20 { #expect(abs(contributions.rawScore(row) - scores[row]) < 1e-6) }
  }

  @Test func showsChartsAndARanking() throws {
    let (bench, _) = try People.trained()
    let result = try bench.run(
      """
      ```yaml step importance
      uses: explain
      model: model
      on: test
      charts: [importance, shap, mean_shap, dependence, permutation]
      rows: 300
      ```
      """)
    let charts = result.exhibits.compactMap { exhibit -> ChartExhibit? in
      if case .chart(let chart) = exhibit { chart } else { nil }
    }
    #expect(
      charts.map(\.id) == [
        "importance-importance", "importance-shap", "importance-mean_shap",
        "importance-dependence", "importance-permutation",
      ])
    #expect(charts.allSatisfy { !$0.chart.isEmpty })
    let table = try #require(result.table?.table)
    #expect(
      table.columns.map(\.name) == ["rank", "column", "mean_shap", "gain", "splits", "auc_drop"])
    // The target was made of minutes first, then of the colour.
    #expect(table["column"]?[0] == .text("minutes"))
    #expect(table["column"]?[1] == .text("fav \"x\""))
    #expect(result.metric("rows")?.value == 300)
    #expect(result.remarks == ["Explained on 300 of 400 rows, taken at even steps (seed 0)."])
    let again = try bench.run(
      "```yaml step importance\nuses: explain\nmodel: model\ncharts: [shap]\nrows: 300\n```")
    #expect(again.chart == charts[1])
  }

  @Test func takesOneRowApart() throws {
    let (bench, _) = try People.trained()
    let person = try bench.workspace.rows(
      "SELECT person, returns FROM \"model frame\" WHERE \"washi part\" = 2 ORDER BY person LIMIT 1"
    )
    let id = person.row(0)[0].plainText
    let result = try bench.run(
      "```yaml step one\nuses: explain\nmodel: model\ncharts: [waterfall]\nrow: \(id)\nrows: 3\n```"
    )
    let chart = try #require(result.chart?.chart)
    #expect(chart.title?.hasPrefix("person \(id): score ") == true)
    let effects = (chart.data["shap"]?.values ?? []).compactMap(\.number)
    #expect(effects.count == 4)
    let expected = try #require(result.metric("expected")?.value)
    let model = try #require(bench.workspace.models["model"]?.model)
    let rows = try bench.workspace.rows("SELECT * FROM people WHERE person = \(id)")
    let score = try model.scores(of: rows, with: bench.workspace.lightGBM)[0]
    #expect(abs(effects.reduce(expected, +) - Self.logit(score)) < 1e-9)
    let error = #expect(throws: StepFailure.self) {
      try bench.run("```yaml step one\nuses: explain\nmodel: model\nrow: nobody\n```")
    }
    #expect(error?.diagnostic.rule == "no-row")
  }

  @Test func explainsRowsWithoutTarget() throws {
    let (bench, _) = try People.trained()
    try bench.make("arrived", "SELECT * EXCLUDE (returns, person) FROM people LIMIT 50")
    let result = try bench.run(
      "```yaml step one\nuses: explain\nmodel: model\ntable: arrived\nrow: 3\n```")
    #expect(result.metric("rows")?.value == 50)
    #expect(result.exhibits.count == 5)
  }

  @Test(arguments: [
    ("charts: [waterfall]", "missing-option"), ("row: 1\ncharts: [shap]", "wrong-value"),
    ("charts: [shape]", "unknown-choice"), ("rows: 0", "wrong-value"),
    ("table: people\nid: persn", "unknown-column"), ("id: persn", "unknown-column"),
    ("table: bare", "bad-column"), ("on: test\ntable: people", "wrong-value"),
  ])
  func findsMistakesBeforeAnythingRuns(_ options: String, _ rule: String) throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    try bench.make("bare", "SELECT 1 AS minutes")
    #expect(
      try bench.check(
        """
        ```yaml step model
        uses: train
        table: people
        target: returns
        id: person
        split: { test: 0.2 }
        ```
        """
      ).isEmpty)
    let found = try bench.check("```yaml step one\nuses: explain\nmodel: model\n\(options)\n```")
    #expect(found.first?.rule == rule)
  }
}
