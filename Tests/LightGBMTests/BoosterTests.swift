import DuckDB
import LightGBM
import Testing
import Vocabulary

@Suite struct BoosterTests {
  private let quiet: Parameters = Parameters([
    ("objective", "binary"), ("metric", "auc,binary_logloss"), ("verbosity", "1"),
    ("num_leaves", "7"), ("min_data_in_leaf", "5"),
  ]).merging(.deterministic(seed: 1, threads: 1))

  private let sql = """
    SELECT (i * 37 % 101)::INTEGER AS a, CASE WHEN i % 9 > 0 THEN sin(i) END AS "b, ""odd""\",
      i % 4 = 0 AS c, (i % 5)::UTINYINT AS code FROM range(2000) t(i)
    """
  private let labels = (0..<2000).map { Float(($0 * 37 % 101 > 50) != ($0 % 11 == 0) ? 1 : 0) }

  @Test func trainsEvaluatesAndPredictsFromStreamsAndMatrices() throws {
    let connection = try connection()
    let (first, again) = (try connection.stream(sql), try connection.stream(sql))
    let (valid, contributions) = (try connection.stream(sql), try connection.stream(sql))
    let columns = try connection.doubleColumns(sql)
    let matrix = (0..<2000).flatMap { row in columns.map { $0[row] } }
    try Session.run(lightGBM()) { session throws(LightGBMError) in
      let training = try Dataset(
        session, stream: first, label: labels, weight: labels.map { $0 + 1 }, parameters: quiet,
        categorical: ["code"])
      #expect(training.rowCount == 2000 && training.featureCount == 4)
      let validation = try Dataset(
        session, stream: valid, label: labels, parameters: quiet, categorical: ["code"],
        reference: training)
      let booster = try Booster(session, training: training, parameters: quiet)
      let number = try booster.addValidation(validation)
      #expect(try booster.metricNames() == ["auc", "binary_logloss"])
      var losses: [Double] = []
      for _ in 0..<20 {
        try booster.update()
        losses.append(try booster.evaluation(of: number)[1])
      }
      #expect(losses.last ?? 1 < losses[0])
      #expect(try booster.roundCount() == 20)
      #expect(try booster.featureNames() == ["a", "b___odd_", "c", "code"])
      #expect(try booster.importance(.gain).count == 4)
      #expect(try booster.importance(.split).reduce(0, +) == 120)

      let predictions = try booster.predict(again)
      #expect(predictions.count == 2000)
      #expect(try booster.predict(matrix: matrix) == predictions)
      let raw = try booster.predict(matrix: matrix, .raw, rounds: 5)
      let shap = try booster.predict(contributions, .contributions, rounds: 5)
      #expect(shap.count == 2000 * 5)
      for row in [0, 7, 1999] {
        #expect(abs(shap[(row * 5)..<(row * 5 + 5)].reduce(0, +) - raw[row]) < 1e-9)
      }
      #expect(try booster.predict(matrix: matrix, .leaves).count == 2000 * 20)

      let text = try booster.modelText()
      let copy = try Booster(session, model: text)
      #expect(try copy.predict(matrix: matrix) == predictions)
      #expect(try Booster(session, model: booster.modelText(rounds: 3)).roundCount() == 3)
      #expect(!session.log.isEmpty)
      let half = try training.subset(rows: (0..<1000).map { Int32($0 * 2) })
      #expect(half.rowCount == 1000)
    }
  }

  @Test func givesTheSameModelTwice() throws {
    let connection = try connection()
    func train() throws -> String {
      let stream = try connection.stream(sql)
      return try Session.run(lightGBM()) { session throws(LightGBMError) in
        let sampled = quiet.merging(["bagging_fraction": "0.5", "bagging_freq": "1"])
        let data = try Dataset(session, stream: stream, label: labels, parameters: sampled)
        let booster = try Booster(session, training: data, parameters: sampled)
        for _ in 0..<5 { try booster.update() }
        return try booster.modelText()
      }
    }
    #expect(try train() == train())
  }

  @Test(
    arguments: [
      ("SELECT 'x' AS a", "text"), ("SELECT 1.5 AS a", "a decimal"),
      ("SELECT sum(i) AS a FROM range(3) t(i)", "a decimal"),
      ("SELECT DATE '2021-01-01' AS a", "a date"), ("SELECT now() AS a", "a timestamp"),
      ("SELECT 'x'::ENUM ('x') AS a", "a category"), ("SELECT [1] AS a", "nested"),
      ("SELECT NULL AS a", "column `a`"), ("SELECT 1::HUGEINT AS a", "a"),
      ("SELECT INTERVAL 1 DAY AS a", "a time or an interval"), ("SELECT uuid() AS a", "column `a`"),
    ])
  func refusesColumnsThatWouldAbortTheProcess(sql: String, description: String) throws {
    let stream = try connection().stream(sql)
    let error = try #require(throws: LightGBMError.self) {
      try Session.run(lightGBM()) { session throws(LightGBMError) in
        _ = try Dataset(session, stream: stream, label: [1])
      }
    }
    #expect(error.kind == .column)
    #expect(error.name == "a")
    #expect(error.message.contains(description))
  }

  @Test func namesWrongParameters() throws {
    let library = try lightGBM()
    #expect(library.parameterNames["subsample"] == "bagging_fraction")
    #expect(library.parameterNames.count > 200)
    let parameters: Parameters = [
      "num_leafs": "3", "learning_rate": "0.1 num_leaves=2", "eta": "0.1",
    ]
    let problems = parameters.problems(in: library)
    #expect(problems.map(\.name) == ["num_leafs", "learning_rate"])
    #expect(problems[0].solutions == ["did you mean `num_leaves`?"])
  }

  @Test func passesOnWhatLightGBMSays() throws {
    let stream = try connection().stream("SELECT i::DOUBLE AS x FROM range(10) t(i)")
    func failure(_ body: (Session) throws(LightGBMError) -> Void) throws -> LightGBMError {
      let library = try lightGBM()
      return try #require(throws: LightGBMError.self) { try Session.run(library, body) }
    }
    let objective = try failure { session throws(LightGBMError) in
      let data = try Dataset(session, stream: stream, label: Array(repeating: 1, count: 10))
      _ = try Booster(session, training: data, parameters: ["objective": "nonsense"])
    }
    #expect(objective.kind == .engine)
    #expect(objective.message.contains("nonsense"))
    let used = try failure { session throws(LightGBMError) in
      _ = try Dataset(session, stream: stream)
    }
    #expect(used.message.contains("used already"))
    let labels = try failure { session throws(LightGBMError) in
      _ = try Dataset(session, matrix: [1, 2], names: ["a"], label: [1])
    }
    #expect(labels.message.contains("1 values of `label` for 2 rows"))
    let model = try failure { session throws(LightGBMError) in
      _ = try Booster(session, model: "no model")
    }
    #expect(model.kind == .engine)
  }

  @Test func tellsWhyTheRowsCouldNotBeMade() throws {
    let stream = try connection().stream(
      "SELECT CAST(CASE WHEN i = 5000 THEN 'x' ELSE '1' END AS DOUBLE) AS a FROM range(9000) t(i)")
    let error = try #require(throws: LightGBMError.self) {
      try Session.run(lightGBM()) { session throws(LightGBMError) in
        _ = try Dataset(session, stream: stream)
      }
    }
    #expect(error.kind == .source)
    #expect(error.message.contains("Could not convert string"))
  }

  @Test func saysThatThereAreNoRows() throws {
    let stream = try connection().stream("SELECT 1::DOUBLE AS a WHERE false")
    let error = try #require(throws: LightGBMError.self) {
      try Session.run(lightGBM()) { session throws(LightGBMError) in
        _ = try Dataset(session, stream: stream)
      }
    }
    #expect(error == LightGBMError(.shape, "there are no rows to train on"))
  }

  @Test func predictsNothingForNoRows() throws {
    let empty = try connection().stream("SELECT 1.0::DOUBLE AS a WHERE false")
    let count = try Session.run(lightGBM()) { session throws(LightGBMError) in
      let data = try Dataset(
        session, matrix: (0..<100).map { Double($0) }, names: ["a"],
        label: (0..<100).map { Float($0 % 2) }, parameters: quiet)
      let booster = try Booster(session, training: data, parameters: quiet)
      try booster.update()
      return try booster.predict(empty).count + booster.predict(matrix: []).count
    }
    #expect(count == 0)
  }

  @Test func runsSessionsSideBySide() async throws {
    let library = try lightGBM()
    let lines = try await withThrowingTaskGroup(of: [String].self) { group in
      for seed in 0..<4 {
        group.addTask {
          try Session.run(library) { session throws(LightGBMError) in
            let data = try Dataset(
              session, matrix: (0..<200).map { Double($0 * (seed + 3) % 17) }, names: ["a", "b"],
              label: (0..<100).map { Float($0 % 2) },
              parameters: ["verbosity": "1", "num_threads": "1"])
            let parameters: Parameters = ["objective": "binary", "num_threads": "1"]
            let booster = try Booster(session, training: data, parameters: parameters)
            try booster.update()
            return session.log
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(lines.count == 4)
    for log in lines { #expect(log.contains { $0.contains("[Info]") }) }
  }
}
