import DuckDB
import Foundation
import Learning
import Testing
import Vocabulary

/// The expectations are those of LightGBM's Python package; `Expectations/lightgbm_training.py`
/// makes them and names its version.
@Suite(.serialized) struct LightGBMTrainingTests {
  struct Expectation: Decodable {
    var amount: [Double]
    var age: [Double?]
    var colour: [String?]
    var owner: [Bool]
    var label: [Int64]
    var part: [String]
    var bestIteration: Int
    var trainLoss: [Double]
    var validationLoss: [Double]
    var predictions: [Double]
    var gain: [Double]
    var split: [Int]

    static func read() throws -> Expectation {
      let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Expectations/lightgbm.json")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(Expectation.self, from: Data(contentsOf: url))
    }

    var table: Table {
      Table(columns: [
        Column("amount", reals: amount), Column("age", reals: age),
        Column("colour", texts: colour),
        Column(name: "owner", type: .boolean, cells: .booleans(owner)),
        Column("label", integers: label), Column("part", texts: part),
      ])
    }
  }

  static let encoder = FeatureEncoder(columns: [
    FeatureColumn(name: "amount", type: "DOUBLE", kind: .number),
    FeatureColumn(name: "age", type: "DOUBLE", kind: .number),
    FeatureColumn(
      name: "colour", type: "VARCHAR", kind: .category,
      levels: ["yéllow", "red", "blue", "green"]),
    FeatureColumn(name: "owner", type: "BOOLEAN", kind: .boolean),
  ])
  static let types = [
    "amount": "DOUBLE", "age": "DOUBLE", "colour": "VARCHAR", "owner": "BOOLEAN",
  ]
  static let target = Model.Target(
    column: "label", type: "BIGINT", negative: "0", positive: "1")

  static func rows(
    _ part: String, of connection: Connection
  ) throws -> LightGBMTraining.Rows {
    let rest = "FROM data WHERE part = '\(part)'"
    return LightGBMTraining.Rows(
      features: try connection.stream("SELECT \(encoder.selectList(for: types)) \(rest)"),
      labels: try connection.floats("SELECT label \(rest)"))
  }

  static func train(
    _ expected: Expectation, threads: Int = 1, shouldContinue: (Int) -> Bool = { _ in true }
  ) throws -> Model {
    let connection = try Engines.connection()
    try connection.createTable("data", from: expected.table)
    var parameters = AlgorithmParameters()
    for (name, value) in [
      ("eta", 0.1), ("bagging_fraction", 0.8), ("feature_fraction", 0.75), ("lambda_l2", 0.5),
    ] {
      try parameters.set(name, to: .double(value))
    }
    for (name, value) in [("num_leaves", 7), ("min_data_in_leaf", 10), ("bagging_freq", 1)] {
      try parameters.set(name, to: .int(Int64(value)))
    }
    return try LightGBMTraining(
      encoder: encoder, parameters: parameters, rounds: 300, earlyStopping: 20, seed: 3,
      threads: threads
    ).model(
      of: target, train: rows("train", of: connection),
      validation: rows("validation", of: connection), with: Engines.lightGBM
    ) { shouldContinue($0.round) }
  }

  @Test func learnsWhatPythonLearns() throws {
    let expected = try Expectation.read()
    let model = try Self.train(expected)
    #expect(model.bestRound == expected.bestIteration)
    #expect(model.rounds == expected.bestIteration + 20)
    #expect(model.curve.train.count == model.rounds)
    for (ours, theirs) in zip(model.curve.train, expected.trainLoss) {
      #expect(abs(ours - theirs) < 1e-12)
    }
    for (ours, theirs) in zip(model.curve.validation, expected.validationLoss) {
      #expect(abs(ours - theirs) < 1e-12)
    }
    // Python reads its model back from text before it sums the gains, which are rounded there.
    for (ours, theirs) in zip(model.importance.map(\.gain), expected.gain) {
      #expect(abs(ours / theirs - 1) < 1e-5)
    }
    #expect(model.importance.map(\.splits) == expected.split)
    #expect(model.importance.map(\.name) == ["amount", "age", "colour", "owner"])
    let connection = try Engines.connection()
    try connection.createTable("data", from: expected.table)
    let features = try Self.rows("test", of: connection).features
    let scores = try model.scores(of: features, with: Engines.lightGBM, threads: 2)
    #expect(scores == expected.predictions)
  }

  @Test func recordsTheAUCOfEachRound() throws {
    let expected = try Expectation.read()
    let model = try Self.train(expected)
    let connection = try Engines.connection()
    try connection.createTable("data", from: expected.table)
    let rows = try Self.rows("validation", of: connection)
    let scores = try model.scores(of: rows.features, with: Engines.lightGBM)
    let metrics = BinaryMetrics(
      of: RankedScores(scores: scores, labels: rows.labels.map { $0 == 1 }))
    let auc = try #require(metrics[.auc])
    #expect(abs(model.curve.validationAUC[model.bestRound - 1] - auc) < 1e-12)
    #expect(model.metrics["validation_auc"] == model.curve.validationAUC[model.bestRound - 1])
  }

  @Test func doesNotDependOnThreads() throws {
    let expected = try Expectation.read()
    let one = try Self.train(expected)
    let two = try Self.train(expected, threads: 2)
    #expect(one == two)
  }

  @Test func stopsWhenAsked() throws {
    let expected = try Expectation.read()
    let error = #expect(throws: LearningError.self) {
      try Self.train(expected, shouldContinue: { $0 < 5 })
    }
    #expect(error?.kind == .cancelled)
  }

  @Test func survivesItsFolder() throws {
    let expected = try Expectation.read()
    let model = try Self.train(expected)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("washi-model-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try model.write(to: folder)
    let read = try Model(contentsOf: folder)
    #expect(read == model)
    #expect(try read.files() == model.files())
    let test = Table(
      columns: expected.table.columns.map { column in
        var copy = column
        let rows = expected.part.indices.filter { expected.part[$0] == "test" }
        switch column.cells {
        case .reals(let cells): copy.cells = .reals(rows.map { cells[$0] })
        case .texts(let cells): copy.cells = .texts(rows.map { cells[$0] })
        case .booleans(let cells): copy.cells = .booleans(rows.map { cells[$0] })
        case .integers(let cells): copy.cells = .integers(rows.map { cells[$0] })
        default: break
        }
        return copy
      })
    #expect(try read.scores(of: test, with: Engines.lightGBM) == expected.predictions)
    #expect(throws: LearningError.self) { try Model(contentsOf: folder + "/nowhere") }
    #expect(throws: LearningError.self) { try Model(files: []) }
  }

  @Test(.enabled(if: Engines.sharedData("card_default.csv") != nil))
  func reachesThePublishedFiguresOnCardDefault() throws {
    let path = try #require(Engines.sharedData("card_default.csv"))
    let connection = try Engines.connection()
    try connection.execute(
      """
      CREATE TABLE card AS SELECT *, CASE WHEN i % 5 = 0 THEN 'test' ELSE 'train' END AS part
      FROM (SELECT *, row_number() OVER () - 1 AS i FROM read_csv(\(SQLText.literal(path))))
      """)
    let columns = try connection.columns(of: "SELECT * EXCLUDE (i, part, \"default\") FROM card")
    let encoder = FeatureEncoder(
      columns: columns.map { FeatureColumn(name: $0.name, type: $0.engineType, kind: .number) })
    let types = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.engineType) })
    func rows(_ part: String) throws -> LightGBMTraining.Rows {
      let rest = "FROM card WHERE part = '\(part)' ORDER BY i"
      return LightGBMTraining.Rows(
        features: try connection.stream("SELECT \(encoder.selectList(for: types)) \(rest)"),
        labels: try connection.floats("SELECT \"default\" \(rest)"))
    }
    var parameters = AlgorithmParameters()
    try parameters.set("learning_rate", to: .double(0.05))
    try parameters.set("num_leaves", to: .int(15))
    try parameters.set("min_data_in_leaf", to: .int(20))
    try parameters.set("seed", to: .int(7))
    let library = Engines.lightGBM
    let model = try LightGBMTraining(
      encoder: encoder, parameters: parameters, rounds: 200, threads: 2
    ).model(
      of: Model.Target(column: "default", type: "BIGINT", negative: "0", positive: "1"),
      train: rows("train"), validation: nil, with: library)
    func metrics(_ part: String) throws -> BinaryMetrics {
      let rows = try rows(part)
      let scores = try model.scores(of: rows.features, with: library, threads: 2)
      return BinaryMetrics(of: RankedScores(scores: scores, labels: rows.labels.map { $0 == 1 }))
    }
    let test = try metrics("test")
    let published: [BinaryMetric: Double] = [
      .auc: 0.802304, .ks: 0.465804, .averagePrecision: 0.575999, .logLoss: 0.414116,
      .brier: 0.129684,
    ]
    for (metric, value) in published {
      #expect(abs((test[metric] ?? .nan) - value) < 0.5e-6, "\(metric)")
    }
    #expect(abs((try metrics("train")[.auc] ?? .nan) - 0.842664) < 0.5e-6)
  }
}
