import LinearAlgebra
import Testing
import Vocabulary

@testable import Learning

/// Linear models of rows that count differently: Washi's own fit gives what liblinear gives for rows
/// that are repeated as often as they count.
@Suite(.serialized, .enabled(if: Engines.hasLiblinear)) struct WeightedLinearTests {
  private static func rows(
    _ fixture: TaskTrainingTests.Fixture, _ target: Model.Target, repeated: Bool
  ) throws -> TrainingRows {
    let once = try fixture.rows(target, weighted: true)
    let matrix = try DenseMatrix(reading: once.features)
    let weights = try #require(once.weights)
    let order = weights.indices.flatMap { row in
      Array(repeating: row, count: repeated ? Int(weights[row]) : 1)
    }
    return TrainingRows(
      features: matrix.rows(order).stream(named: fixture.encoder.libraryNames),
      labels: order.map { once.labels[$0] }, weights: repeated ? nil : weights)
  }

  private static func linear(
    _ algorithm: Model.Algorithm, _ target: Model.Target, repeated: Bool,
    _ parameters: [String: Value], _ classWeights: ClassWeights
  ) throws -> LinearModel {
    var fixture = try TaskTrainingTests.Fixture()
    fixture.columns = (0..<5).map { "d\($0)" }
    var given = AlgorithmParameters(of: algorithm)
    try given.set("tol", to: .double(1e-10))
    for (name, value) in parameters { try given.set(name, to: value) }
    let model = try Training(
      encoder: fixture.encoder, parameters: given, classWeights: classWeights
    ).model(
      of: target, train: rows(fixture, target, repeated: repeated), validation: nil,
      with: Engines.libraries)
    guard case .linear(let linear) = model.core else {
      throw LearningError(.bundle, "no linear model")
    }
    return linear
  }

  @Test(
    arguments: [
      (
        Model.Algorithm.logisticRegression, TaskTrainingTests.Fixture.classes, [:],
        ClassWeights.none
      ),
      (.logisticRegression, TaskTrainingTests.Fixture.classes, ["C": .double(0.05)], .balanced),
      (
        .logisticRegression, TaskTrainingTests.Fixture.classes, ["fit_intercept": .bool(false)],
        .factors([1, 3, 0.5])
      ),
      (.svm, TaskTrainingTests.Fixture.classes, [:], .none),
      (.svm, TaskTrainingTests.Fixture.classes, ["C": .double(2)], .balanced),
      (.svm, TaskTrainingTests.Fixture.number, [:], .none),
      (
        .svm, TaskTrainingTests.Fixture.number,
        ["epsilon": .double(0.3), "C": .double(0.1), "intercept_scaling": .double(3)], .none
      ),
    ] as [(Model.Algorithm, Model.Target, [String: Value], ClassWeights)])
  func findsTheFunctionsOfRepeatedRows(
    _ algorithm: Model.Algorithm, _ target: Model.Target, _ parameters: [String: Value],
    _ classWeights: ClassWeights
  ) throws {
    let weighted = try Self.linear(
      algorithm, target, repeated: false, parameters, classWeights)
    let repeated = try Self.linear(algorithm, target, repeated: true, parameters, classWeights)
    for (ours, theirs) in zip(weighted.standardizer.means, repeated.standardizer.means) {
      #expect(abs(ours - theirs) < 1e-12)
    }
    for (ours, theirs) in zip(weighted.standardizer.scales, repeated.standardizer.scales) {
      #expect(abs(ours - theirs) < 1e-12)
    }
    #expect(weighted.functions.count == max(1, target.classes.count))
    for (ours, theirs) in zip(weighted.functions, repeated.functions) {
      for (one, other) in zip(ours.coefficients, theirs.coefficients) {
        #expect(abs(one - other) < 1e-6)
      }
      #expect(abs(ours.intercept - theirs.intercept) < 1e-6)
      #expect((ours.calibration == nil) == (target.task == .regression))
    }
  }

  /// Platt's sigmoid of weighted values is that of repeated ones.
  @Test func calibratesAsRepeatedValuesWould() {
    let values = (0..<60).map { Double($0 * 37 % 60) / 10 - 3 }
    let labels = values.indices.map { values[$0] + Double($0 % 7) - 3 > 0 }
    let weights = values.indices.map { Double($0 % 4) }
    let order = values.indices.flatMap { Array(repeating: $0, count: Int(weights[$0])) }
    let weighted = LinearModel.Calibration(fitting: values, labels, weights: weights)
    let repeated = LinearModel.Calibration(
      fitting: order.map { values[$0] }, order.map { labels[$0] })
    #expect(abs(weighted.slope - repeated.slope) < 1e-9)
    #expect(abs(weighted.offset - repeated.offset) < 1e-9)
    #expect(weighted != LinearModel.Calibration(fitting: values, labels))
  }

  @Test(arguments: [
    (Model.Algorithm.logisticRegression, TaskTrainingTests.Fixture.classes, "penalty", "l1", "l2"),
    (.svm, TaskTrainingTests.Fixture.classes, "penalty", "l1", "l2"),
    (.svm, TaskTrainingTests.Fixture.classes, "loss", "hinge", "squared_hinge"),
    (
      .svm, TaskTrainingTests.Fixture.number, "loss", "epsilon_insensitive",
      "squared_epsilon_insensitive"
    ),
  ])
  func saysWhatItCannotWeigh(
    _ algorithm: Model.Algorithm, _ target: Model.Target, _ name: String, _ value: String,
    _ other: String
  ) throws {
    let error = #expect(throws: LearningError.self) {
      try Self.linear(algorithm, target, repeated: false, [name: .text(value)], .none)
    }
    #expect(error?.kind == .parameter("weight"))
    #expect(error?.solutions.first == "use `\(name): \(other)`")
    _ = try Self.linear(algorithm, target, repeated: true, [name: .text(value)], .none)
  }
}
