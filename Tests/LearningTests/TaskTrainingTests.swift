import DuckDB
import Foundation
import LightGBM
import LinearAlgebra
import Testing
import Vocabulary

@testable import Learning

/// Models of several classes and of numbers. The expectations are those of LightGBM's Python package
/// and of scikit-learn; `Expectations/tasks.py` makes them and names the versions.
@Suite(.serialized) struct TaskTrainingTests {
  struct Expectations: Decodable {
    var rows: Rows
    var models: [String: [Double]]
    var quality: [String: Double]

    struct Rows: Decodable {
      var features: [[Double?]]
      var dense: [[Double]]
      var value: [Double]
      var label: [Int]
      var weight: [Double]
    }
  }

  /// The rows in an engine, every third for the test.
  struct Fixture {
    let expected: Expectations
    let connection: Connection
    var columns = (0..<5).map { "x\($0)" }

    init() throws {
      let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Expectations/tasks.json")
      expected = try JSONDecoder().decode(Expectations.self, from: Data(contentsOf: url))
      connection = try Engines.connection()
      let rows = expected.rows
      let table = Table(
        columns: rows.features.enumerated().map { Column("x\($0)", reals: $1) }
          + rows.dense.enumerated().map { Column("d\($0)", reals: $1) } + [
            Column("value", reals: rows.value),
            Column("label", integers: rows.label.map(Int64.init)),
            Column("weight", reals: rows.weight),
            Column("row", integers: rows.value.indices.map(Int64.init)),
          ])
      try connection.createTable("data", from: table)
    }

    var encoder: FeatureEncoder {
      FeatureEncoder(
        columns: columns.map { FeatureColumn(name: $0, type: "DOUBLE", kind: .number) })
    }

    static let classes = Model.Target(
      column: "label", type: "BIGINT", task: .multiclass, classes: ["low", "middle", "high"])
    static let number = Model.Target(column: "value", type: "DOUBLE", task: .regression)

    func rows(
      _ target: Model.Target, test: Bool = false, weighted: Bool = false
    ) throws -> TrainingRows {
      let rest = "FROM data WHERE (row % 3 = 0) = \(test) ORDER BY row"
      let types = Dictionary(uniqueKeysWithValues: columns.map { ($0, "DOUBLE") })
      return TrainingRows(
        features: try connection.stream("SELECT \(encoder.selectList(for: types)) \(rest)"),
        labels: try connection.floats("SELECT \(target.column) \(rest)"),
        weights: weighted ? try connection.floats("SELECT weight \(rest)") : nil)
    }

    func model(
      _ algorithm: Model.Algorithm, _ target: Model.Target, rounds: Int? = nil,
      weighted: Bool = false, parameters: [String: Value] = [:],
      classWeights: ClassWeights = .none, monotone: [String: Int] = [:],
      layers: [NetworkLayer] = [],
      seed: Int = 0, earlyStopping: Int? = nil
    ) throws -> Model {
      var given = AlgorithmParameters(of: algorithm)
      for (name, value) in parameters { try given.set(name, to: value) }
      return try Training(
        encoder: encoder, parameters: given, layers: layers, classWeights: classWeights,
        monotone: monotone, rounds: rounds, earlyStopping: earlyStopping, seed: seed
      ).model(
        of: target, train: rows(target, weighted: weighted), validation: rows(target, test: true),
        with: Engines.libraries)
    }

    func scores(of model: Model) throws -> [Double] {
      try model.scores(
        of: rows(model.target, test: true).features, with: Engines.lightGBM)
    }
  }

  static let boosted: [String: Value] = [
    "learning_rate": .double(0.1), "num_leaves": .int(7), "min_data_in_leaf": .int(10),
  ]

  @Test(arguments: [
    "lightgbm_multiclass", "lightgbm_regression", "lightgbm_regression_weighted",
    "lightgbm_multiclass_balanced", "lightgbm_regression_monotone", "random_forest_multiclass",
    "random_forest_regression", "decision_tree_multiclass", "decision_tree_regression",
  ])
  func growsTheTreesThatPythonGrows(_ name: String) throws {
    let fixture = try Fixture()
    let expected = try #require(fixture.expected.models[name])
    let target = name.contains("multiclass") ? Fixture.classes : Fixture.number
    let model: Model
    if name.hasPrefix("lightgbm") {
      model = try fixture.model(
        .lightgbm, target, rounds: 30, weighted: name.hasSuffix("weighted"),
        parameters: Self.boosted, classWeights: name.hasSuffix("balanced") ? .balanced : .none,
        monotone: name.hasSuffix("monotone") ? ["x0": 1, "x1": -1] : [:])
    } else {
      let algorithm: Model.Algorithm =
        name.hasPrefix("random_forest") ? .randomForest : .decisionTree
      model = try fixture.model(
        algorithm, target, rounds: algorithm == .randomForest ? 20 : nil,
        parameters: algorithm == .randomForest ? [:] : [:])
    }
    let scores = try fixture.scores(of: model)
    #expect(scores.count == expected.count)
    for (ours, theirs) in zip(scores, expected) {
      #expect(abs(ours - theirs) <= 1e-12 * max(1, abs(theirs)))
    }
    #expect(try Model(files: model.files()) == model)
    // The last round's loss is that of the scores.
    let rows = try fixture.rows(target, test: true)
    let loss = RoundLoss(target.task, labels: rows.labels, weights: nil).value(of: scores)
    if !name.hasSuffix("balanced") {
      #expect(abs((model.curve.validation.last ?? .nan) - loss) < 1e-9)
    }
    #expect(model.importance.map(\.splits).reduce(0, +) > 0)
  }

  @Test(
    .enabled(if: Engines.hasLiblinear),
    arguments: [
      (Model.Algorithm.logisticRegression, "logistic_regression_multiclass"),
      (.svm, "svm_regression"),
    ])
  func findsTheLinearFunctionsOfScikitLearn(
    _ algorithm: Model.Algorithm, _ name: String
  ) throws {
    var fixture = try Fixture()
    fixture.columns = (0..<5).map { "d\($0)" }
    let target = name.hasSuffix("multiclass") ? Fixture.classes : Fixture.number
    let model = try fixture.model(algorithm, target, parameters: ["tol": .double(1e-10)])
    let expected = try #require(fixture.expected.models[name])
    for (ours, theirs) in zip(try fixture.scores(of: model), expected) {
      #expect(abs(ours - theirs) < 1e-5)
    }
    #expect(try Model(files: model.files()) == model)
  }

  @Test func learnsAsWellAsTheNetworksOfScikitLearn() throws {
    var fixture = try Fixture()
    fixture.columns = (0..<5).map { "d\($0)" }
    let layers = [NetworkLayer(units: 16)]
    for target in [Fixture.classes, Fixture.number] {
      var figures: [Double] = []
      for seed in 0..<3 {
        let model = try fixture.model(
          .mlp, target, rounds: 60, parameters: ["batch_size": .int(32)], layers: layers,
          seed: seed)
        let rows = try fixture.rows(target, test: true)
        let scores = try fixture.scores(of: model)
        if target.task == .multiclass {
          let scored = ScoredClasses(
            probabilities: scores, labels: rows.labels.map { Int($0) }, classCount: 3)
          figures.append(try #require(ClassMetrics(of: scored)[.logLoss]))
          #expect(abs(scores.prefix(3).reduce(0, +) - 1) < 1e-12)
        } else {
          let values = PredictedValues(predicted: scores, actual: rows.labels.map(Double.init))
          figures.append(try #require(ValueMetrics(of: values)[.r2]))
        }
        #expect(try Model(files: model.files()) == model)
      }
      let median = figures.sorted()[1]
      let name = target.task == .multiclass ? "mlp_multiclass" : "mlp_regression"
      #expect(abs(median - (fixture.expected.quality[name] ?? .nan)) < 0.05, "\(name) \(figures)")
    }
  }

  @Test(.enabled(if: Engines.hasLiblinear))
  func tellsClassesApartBySupportVectors() throws {
    var fixture = try Fixture()
    fixture.columns = (0..<5).map { "d\($0)" }
    let model = try fixture.model(.svm, Fixture.classes)
    let scores = try fixture.scores(of: model)
    let labels = try fixture.rows(Fixture.classes, test: true).labels.map { Int($0) }
    let metrics = ClassMetrics(
      of: ScoredClasses(probabilities: scores, labels: labels, classCount: 3))
    #expect(try #require(metrics[.auc]) > 0.75)
    #expect(try #require(metrics[.logLoss]) < 1)
  }

  @Test func keepsTheBestRoundOfSeveralClasses() throws {
    let fixture = try Fixture()
    var parameters = Self.boosted
    parameters["learning_rate"] = .double(0.4)
    let model = try fixture.model(
      .lightgbm, Fixture.classes, rounds: 200, parameters: parameters, earlyStopping: 5)
    let best = try #require(model.curve.validation.min())
    #expect(model.curve.validation[model.bestRound - 1] == best)
    #expect(model.rounds == model.bestRound + 5)
    let rows = try fixture.rows(Fixture.classes, test: true)
    let loss = RoundLoss(.multiclass, labels: rows.labels, weights: nil)
      .value(of: try fixture.scores(of: model))
    #expect(abs(loss - best) < 1e-12)
  }

  @Test func addsContributionsUpToTheScores() throws {
    let fixture = try Fixture()
    for algorithm in [Model.Algorithm.lightgbm, .randomForest] {
      for target in [Fixture.classes, Fixture.number] {
        let model = try fixture.model(algorithm, target, rounds: 10)
        let rows = try fixture.rows(target, test: true)
        let all = try model.allContributions(of: rows.features, with: Engines.lightGBM)
        #expect(all.count == target.outputCount)
        let scores = try fixture.scores(of: model)
        for row in 0..<5 {
          let raw = all.map { $0.rawScore(row) }
          let own = Array(scores[row * raw.count..<(row + 1) * raw.count])
          let answer: [Double] =
            target.task == .regression
            ? raw
            : algorithm == .lightgbm
              ? Network.softmax(raw, raw.count) : Model.normalized(raw, raw.count)
          for (ours, theirs) in zip(answer, own) { #expect(abs(ours - theirs) < 1e-9) }
        }
      }
    }
  }

  @Test func neverFallsWhereItMustRise() throws {
    let fixture = try Fixture()
    for algorithm in [Model.Algorithm.lightgbm, .randomForest, .decisionTree] {
      let model = try fixture.model(algorithm, Fixture.number, monotone: ["x0": 1])
      let table = Table(
        columns: [Column("x0", reals: (0..<100).map { Double($0) / 20 - 2.5 })]
          + (1..<5).map { Column("x\($0)", reals: Array(repeating: 0.1, count: 100)) })
      let scores = try model.scores(of: table, with: Engines.lightGBM)
      #expect(zip(scores, scores.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(scores.first != scores.last)
    }
  }

  @Test func weighsRowsLikeRepeatedOnes() throws {
    let fixture = try Fixture()
    let once = try fixture.model(
      .mlp, Fixture.number, rounds: 3, parameters: ["l2": .double(0)],
      layers: [NetworkLayer(units: 4)])
    let weighted = try fixture.model(
      .mlp, Fixture.number, rounds: 3, weighted: true, parameters: ["l2": .double(0)],
      layers: [NetworkLayer(units: 4)])
    #expect(once != weighted)
    // The loss of the weighted rows is that of rows repeated as often.
    let rows = try fixture.rows(Fixture.number, weighted: true)
    let scores = try weighted.scores(
      of: fixture.rows(Fixture.number).features, with: Engines.lightGBM)
    let weights = try #require(rows.weights)
    var (predicted, actual): ([Double], [Double]) = ([], [])
    for row in scores.indices {
      for _ in 0..<Int(weights[row]) {
        predicted.append(scores[row])
        actual.append(Double(rows.labels[row]))
      }
    }
    let repeated = ValueMetrics(of: PredictedValues(predicted: predicted, actual: actual))[.rmse]
    #expect(abs((weighted.metrics["train_loss"] ?? .nan) - (repeated ?? 0)) < 1e-9)
  }

  @Test func saysWhatCannotBeLearned() throws {
    let fixture = try Fixture()
    func problem(_ body: () throws -> Model) -> LearningError? {
      do {
        _ = try body()
        return nil
      } catch {
        return error as? LearningError
      }
    }
    #expect(
      problem { try fixture.model(.logisticRegression, Fixture.number) }?.summary
        == "`logistic_regression` tells classes apart and cannot learn numbers")
    #expect(
      problem { try fixture.model(.mlp, Fixture.number, monotone: ["x0": 1]) }?.kind
        == .parameter("monotone"))
    #expect(
      problem { try fixture.model(.lightgbm, Fixture.number, monotone: ["x9": 1]) }?.kind
        == .column("x9"))
    #expect(
      problem {
        try fixture.model(.lightgbm, Fixture.number, parameters: ["metric": .text("auc")])
      }?.summary == "`metric: auc` does not fit a regression target")
    let four = Model.Target(
      column: "label", type: "BIGINT", task: .multiclass, classes: ["a", "b", "c", "d"])
    #expect(
      problem { try fixture.model(.lightgbm, four) }?.summary
        == "the training rows hold no row of class `d`")
    if Engines.hasLiblinear {
      #expect(
        problem {
          try fixture.model(.svm, Fixture.number, parameters: ["loss": .text("hinge")])
        }?.kind == .parameter("loss"))
    }
  }
}
