import Charting
import Learning
import Testing
import Vocabulary

@testable import Steps

/// What `evaluate` says beyond one curve.
@Suite(.serialized) struct EvaluateStepTests {
  @Test func judgesAllPartsTogether() throws {
    let (bench, _) = try People.trained()
    let result = try bench.run(
      """
      ```yaml step judged
      uses: evaluate
      model: model
      on: [train, validation, test]
      charts: [roc, pr, calibration, gain, threshold]
      tables: [deciles, thresholds]
      cost: { false_positive: 1, false_negative: 10 }
      intervals: { samples: 20 }
      ```
      """)
    let alone = try bench.run("```yaml step alone\nuses: evaluate\nmodel: model\n```")
    #expect(result.metric("auc")?.value == alone.metric("auc")?.value)
    #expect(result.rowsIn == 400)
    let train = try #require(result.metric("train_auc")?.value)
    #expect(train > (result.metric("auc")?.value ?? 1))
    #expect(result.metric("validation_log_loss") != nil)
    let best = try #require(result.metric("best_cost")?.value)
    #expect(best <= (result.metric("cost")?.value ?? 0))

    let tables = result.exhibits.compactMap { exhibit -> TableExhibit? in
      if case .table(let table) = exhibit { table } else { nil }
    }
    #expect(tables.map(\.id) == ["judged-metrics", "judged-deciles", "judged-thresholds"])
    #expect(
      tables[0].table.columns.map(\.name) == [
        "metric", "test", "test_interval", "train", "validation",
      ])
    #expect(tables[0].shownRows == 6 && tables[0].totalRows == 15)
    let deciles = tables[1].table
    #expect(deciles.rowCount == 10)
    #expect(deciles["cumulative_positives"]?[9] == .double(1))
    #expect(deciles["cumulative_negatives"]?[9] == .double(1))
    let rows = (deciles["rows"]?.values ?? []).compactMap(\.number).reduce(0, +)
    #expect(rows == 400)
    let notes = (tables[2].table["note"]?.values ?? []).map(\.plainText)
    #expect(notes.contains { $0.contains("chosen") } && notes.contains { $0.contains("cheapest") })
    let costs = (tables[2].table["cost"]?.values ?? []).compactMap(\.number)
    #expect(costs.min() == best)

    let curves = try #require(result.chart?.chart.data["curve"]?.values.map(\.plainText))
    #expect(Set(curves) == ["train", "validation", "test"])
    for case .chart(let exhibit) in result.exhibits where exhibit.id == "judged-calibration" {
      #expect(exhibit.chart.data["low"]?.values.allSatisfy { !$0.isNull } == true)
    }
  }

  @Test(arguments: [
    ("models: []", "wrong-value"), ("models: [model, model]", "wrong-value"),
    ("models: [model]\nmodel: model", "wrong-value"),
    ("model: model\non: [train, test]", "no-rows"),
    ("model: model\non: [test, test]", "wrong-value"),
    ("model: model\ncost: { false_positive: 1 }", "missing-option"),
    ("model: model\ncost: { false_positive: -1, false_negative: 1 }", "wrong-value"),
    ("model: model\ntables: [decile]", "unknown-choice"),
  ])
  func findsMistakesBeforeAnythingRuns(_ options: String, _ rule: String) throws {
    let bench = try People.bench()
    try bench.make("people", People.rows)
    #expect(
      try bench.check(
        "```yaml step model\nuses: train\ntable: people\ntarget: returns\n```"
      ).isEmpty)
    let found = try bench.check("```yaml step e\nuses: evaluate\n\(options)\n```")
    #expect(found.first?.rule == rule)
  }
}
