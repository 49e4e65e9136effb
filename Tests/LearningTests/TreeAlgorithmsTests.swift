import DuckDB
import Learning
import Testing
import Vocabulary

/// The figures are those of LightGBM's Python package 4.7.0 with the same parameters; scikit-learn
/// 1.9.1 reaches an AUC of .7914 (RandomForestClassifier, min_samples_leaf=5) and .7760
/// (DecisionTreeClassifier, max_leaf_nodes=31, min_samples_leaf=20) on the same rows.
@Suite(.serialized, .enabled(if: Engines.sharedData("card_default.csv") != nil))
struct TreeAlgorithmsTests {
  @Test(arguments: [
    (Model.Algorithm.randomForest, 0.7979539742690797, 0.41709183180994563),
    (.decisionTree, 0.7788701532149418, 0.4365360456339504),
  ])
  func learnsWhatPythonLearns(
    _ algorithm: Model.Algorithm, _ auc: Double, _ loss: Double
  ) throws {
    let card = try CardDefault()
    let model = try card.model(AlgorithmParameters(of: algorithm))
    let metrics = try card.metrics(of: model)
    #expect(abs((metrics[.auc] ?? .nan) - auc) < 1e-9)
    #expect(abs((metrics[.logLoss] ?? .nan) - loss) < 1e-9)
    #expect(try Model(files: model.files()) == model)
    #expect(model.curve.train.count == model.rounds)
    let own = try card.metrics(of: model, on: "train")
    #expect(abs((own[.logLoss] ?? .nan) - (model.curve.train.last ?? 0)) < 1e-9)
  }

  @Test func scoresByTheShareOfPositivesInTheLeaf() throws {
    let card = try CardDefault()
    var parameters = AlgorithmParameters(of: .decisionTree)
    try parameters.set("num_leaves", to: .int(2))
    let model = try card.model(parameters)
    let rows = try card.rows("train")
    let scores = try model.scores(of: rows.features, with: Engines.lightGBM)
    let shares = Dictionary(grouping: zip(scores, rows.labels), by: \.0)
    #expect(shares.count == 2)
    for (score, members) in shares {
      let share = members.reduce(0) { $0 + Double($1.1) } / Double(members.count)
      #expect(abs(score - share) < 1e-7)
    }
  }

  @Test func refusesParametersThatTheAlgorithmHasNot() throws {
    var tree = AlgorithmParameters(of: .decisionTree)
    let error = #expect(throws: LearningError.self) {
      try tree.set("learning_rate", to: .double(0.1))
    }
    #expect(error?.summary == "`decision_tree` has no parameter `learning_rate`")
    #expect(throws: LearningError.self) { try tree.set("bagging_fraction", to: .double(0.5)) }
    var forest = AlgorithmParameters(of: .randomForest)
    try forest.set("subsample", to: .double(0.5))
    #expect(forest["bagging_fraction"] == "0.5")
    #expect(throws: LearningError.self) { try forest.set("n_estimators", to: .int(5)) }
  }
}

/// The card default data: every fifth row is for the test.
struct CardDefault {
  let connection: Connection
  let encoder: FeatureEncoder
  let types: [String: String]

  init() throws {
    let path = try #require(Engines.sharedData("card_default.csv"))
    connection = try Engines.connection()
    try connection.execute(
      """
      CREATE TABLE card AS SELECT *, CASE WHEN i % 5 = 0 THEN 'test' ELSE 'train' END AS part
      FROM (SELECT *, row_number() OVER () - 1 AS i FROM read_csv(\(SQLText.literal(path))))
      """)
    let columns = try connection.columns(of: "SELECT * EXCLUDE (i, part, \"default\") FROM card")
    encoder = FeatureEncoder(
      columns: columns.map { FeatureColumn(name: $0.name, type: $0.engineType, kind: .number) })
    types = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.engineType) })
  }

  func rows(_ part: String) throws -> TrainingRows {
    let rest = "FROM card WHERE part = '\(part)' ORDER BY i"
    return TrainingRows(
      features: try connection.stream("SELECT \(encoder.selectList(for: types)) \(rest)"),
      labels: try connection.floats("SELECT \"default\" \(rest)"))
  }

  func model(_ parameters: AlgorithmParameters, rounds: Int? = nil) throws -> Model {
    try Training(encoder: encoder, parameters: parameters, rounds: rounds, threads: 2).model(
      of: Model.Target(column: "default", type: "BIGINT", negative: "0", positive: "1"),
      train: rows("train"), validation: nil, with: Engines.libraries)
  }

  func metrics(of model: Model, on part: String = "test") throws -> BinaryMetrics {
    let rows = try rows(part)
    let scores = try model.scores(of: rows.features, with: Engines.lightGBM, threads: 2)
    return BinaryMetrics(of: RankedScores(scores: scores, labels: rows.labels.map { $0 == 1 }))
  }
}
