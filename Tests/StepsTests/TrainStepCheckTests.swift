import DuckDB
import Testing
import Vocabulary

@testable import Steps

/// What is found wrong before anything is trained.
@Suite(.serialized) struct TrainStepCheckTests {
  @Test(arguments: [
    ("target: retuns", "unknown-column", "did you mean `returns`?"),
    ("features: [minuts]", "unknown-column", "did you mean `minutes`?"),
    ("features: [minutes, returns]", "feature-is-target", "leave it out of `features`"),
    ("features: [minutes, minutes]", "repeated-feature", ""),
    ("params: { num_leafs: 7 }", "bad-parameter", "did you mean `num_leaf`?"),
    ("params: { num_leaves: many }", "bad-parameter", ""),
    ("algorithm: mlp\nlayers: [{ units: 0 }]", "wrong-value", ""),
    ("algorithm: mlp\nlayers: [{ units: 4, activation: rulu }]", "unknown-choice", ""),
    ("algorithm: svm\nencode: { categorical: native }", "wrong-value", ""),
    ("algorithm: svm\nparams: { c: 1 }", "bad-parameter", "did you mean `C`?"),
    ("algorithm: svm\nlayers: [{ units: 4 }]", "wrong-value", ""),
    ("class_weight: balance", "wrong-value", ""), ("class_weight: { yes: 0 }", "wrong-value", ""),
    ("epochs: 5", "wrong-value", ""),
    ("algorithm: decision_tree\nrounds: 5", "wrong-value", ""),
    ("algorithm: random_forest\nsplit: { validation: 0.2 }\nearly_stopping: 5", "wrong-value", ""),
    ("algorithm: random_forest\nparams: { boosting: dart }", "bad-parameter", ""),
    ("algorithm: lightgmb", "unknown-choice", "did you mean `lightgbm`?"),
    ("tune: { trials: 3 }", "wrong-value", "write `search: { num_leaves: { int: [2, 256] } }`"),
    ("early_stopping: 5", "no-validation", "give `split` a `validation` share"),
    ("split: { test: 0.8, validation: 0.3 }", "bad-parameter", ""),
    ("split: { column: prt }", "unknown-column", ""),
    ("features: [listed]", "unusable-feature", "make numbers or text of it in SQL"),
    ("encode: { categorical: onehot }", "unknown-choice", "did you mean `one_hot`?"),
  ])
  func findsMistakesBeforeAnythingRuns(_ options: String, _ rule: String, _ advice: String) throws {
    let bench = try People.bench()
    try bench.make("people", "SELECT *, [1, 2] AS listed FROM (\(People.rows)) LIMIT 0")
    let target = options.hasPrefix("target") ? "" : "target: returns\n"
    let found = try bench.check(
      "```yaml step model\nuses: train\ntable: people\n\(target)\(options)\n```")
    let finding = try #require(found.first)
    #expect(finding.rule == rule, "\(finding)")
    #expect(finding.range != nil)
    if !advice.isEmpty { #expect(finding.solutions.first == advice, "\(finding)") }
  }

  @Test func checksLaterStepsOnAModelThatIsNotTrained() throws {
    let bench = try People.bench()
    try bench.make("people", "SELECT * FROM (\(People.rows)) LIMIT 0")
    try bench.make("others", "SELECT person, minutes, visits FROM people")
    let train = "```yaml step model\nuses: train\ntable: people\ntarget: returns\nid: person\n```"
    #expect(try bench.check(train).isEmpty)
    let predict = "```yaml step s\nuses: predict\nmodel: model\ntable:"
    #expect(try bench.check("\(predict) people\nkeep: [person]\n```").isEmpty)
    #expect(try bench.workspace.columns(of: "s").map(\.name) == ["person", "score", "label"])
    let missing = try bench.check("\(predict) others\n```")
    #expect(missing.map(\.rule) == ["bad-column"])
    let kept = try bench.check("\(predict) people\nkeep: [prson]\n```")
    #expect(kept.first?.solutions == ["did you mean `person`?"])
    let chart = try bench.check(
      "```yaml step e\nuses: evaluate\nmodel: model\ncharts: [rok]\n```")
    #expect(chart.first?.solutions.first == "did you mean `roc`?")
    let part = try bench.check("```yaml step e\nuses: evaluate\nmodel: model\non: test\n```")
    #expect(part.map(\.rule) == ["no-rows"])
    let table = try bench.check(
      "```yaml step e\nuses: evaluate\nmodel: model\ntable: others\n```")
    #expect(!table.isEmpty)
  }
}
