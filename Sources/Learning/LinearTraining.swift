internal import LinearAlgebra
internal import Vocabulary

/// Logistic regression and support vectors by liblinear.
struct LinearTraining {
  let training: Training
  private let library: Liblinear

  init(_ training: Training, _ search: LibrarySearch) throws(LearningError) {
    self.training = training
    library = try linear { () throws(LinearAlgebraError) in try Liblinear.load(search) }
  }

  func model(
    of target: Model.Target, train: TrainingRows, validation: TrainingRows?
  ) throws(LearningError) -> Model {
    let matrix = try train.matrix()
    let standardizer = Standardizer(fitting: matrix)
    let inputs = try standardizer.inputs(of: matrix)
    let labels = train.labels.map { $0 == 1 }
    let weights = training.classWeights.factors(for: train.labels)
    let settings = settings(weights)
    let solution = try fit(inputs, labels, settings)
    var core = LinearModel(
      standardizer: standardizer, coefficients: solution.coefficients,
      intercept: solution.intercept, calibration: .logistic)
    if training.parameters.algorithm == .svm {
      core.calibration = try calibration(inputs, labels, settings)
    }
    var metrics: [String: Double] = [:]
    func rowWeights(_ labels: [Float]) -> [Double] {
      labels.map { $0 == 1 ? weights.positive : weights.negative }
    }
    metrics["train_loss"] = logLoss(
      try core.scores(of: matrix), train.labels, rowWeights(train.labels))
    if let validation {
      let scores = try core.scores(of: try validation.matrix())
      metrics["validation_loss"] = logLoss(scores, validation.labels, rowWeights(validation.labels))
      var ranking = RadixAUC(labels: validation.labels)
      metrics["validation_auc"] = ranking.auc(of: scores)
    }
    return Model(
      algorithm: training.parameters.algorithm, core: .linear(core), encoder: training.encoder,
      target: target, parameters: training.parameters, bestRound: 1, rounds: 1,
      curve: LossCurve(metric: "binary_logloss"), importance: [], metrics: metrics)
  }

  private func settings(_ weights: (negative: Double, positive: Double)) -> Liblinear.Settings {
    let parameters = training.parameters
    let isLasso = parameters["penalty"] == "l1"
    let solver: Liblinear.Solver =
      switch (training.parameters.algorithm, parameters["loss"]) {
      case (.svm, "hinge"): .hingeL2
      case (.svm, _): isLasso ? .squaredHingeL1 : .squaredHingeL2
      default: isLasso ? .logisticL1 : .logisticL2
      }
    return Liblinear.Settings(
      solver: solver, cost: parameters.real("C") ?? 1, tolerance: parameters.real("tol") ?? 1e-4,
      bias: parameters["fit_intercept"] == "false"
        ? nil : parameters.real("intercept_scaling") ?? 1,
      classWeights: weights, seed: UInt32(truncatingIfNeeded: training.seed))
  }

  /// Platt's sigmoid over the values that rows get from machines which have not seen them.
  private func calibration(
    _ inputs: DenseMatrix, _ labels: [Bool], _ settings: Liblinear.Settings
  ) throws(LearningError) -> LinearModel.Calibration {
    let rare = min(labels.count { $0 }, labels.count { !$0 })
    // A single row of a class cannot be on both sides; its own machine must do.
    let folds = min(training.parameters.real("calibration_folds").map { Int($0) } ?? 5, rare)
    var values = Array(repeating: 0.0, count: labels.count)
    let parts = folds < 2 ? Array(repeating: 0, count: labels.count) : self.folds(folds, labels)
    for fold in 0..<max(1, folds) {
      let seen = parts.indices.filter { folds < 2 || parts[$0] != fold }
      let solution = try fit(inputs.rows(seen), seen.map { labels[$0] }, settings)
      for row in parts.indices where parts[row] == fold {
        var sum = solution.intercept
        for (input, coefficient) in zip(inputs.row(row), solution.coefficients) {
          sum += input * coefficient
        }
        values[row] = sum
      }
    }
    return LinearModel.Calibration(fitting: values, labels)
  }

  /// The fold of each row: within each class in random order, dealt like cards.
  private func folds(_ count: Int, _ labels: [Bool]) -> [Int] {
    var folds = Array(repeating: 0, count: labels.count)
    var dealt = (0, 0)
    let order = RowKeys(count: labels.count)
      .shuffled(seed: UInt64(bitPattern: Int64(training.seed)))
    for row in order {
      if labels[row] {
        folds[row] = dealt.0 % count
        dealt.0 += 1
      } else {
        folds[row] = dealt.1 % count
        dealt.1 += 1
      }
    }
    return folds
  }

  private func fit(
    _ inputs: DenseMatrix, _ labels: [Bool], _ settings: Liblinear.Settings
  ) throws(LearningError) -> Liblinear.Solution {
    try linear { () throws(LinearAlgebraError) in try library.fit(inputs, labels, settings) }
  }
}

/// Calls the linear algebra; what it cannot do becomes an error of this module.
func linear<Success>(
  _ body: () throws(LinearAlgebraError) -> Success
) throws(LearningError) -> Success {
  do throws(LinearAlgebraError) {
    return try body()
  } catch {
    throw LearningError(.library, error.message, solutions: error.solutions)
  }
}

extension TrainingRows {
  /// The features as numbers in memory.
  func matrix() throws(LearningError) -> DenseMatrix {
    let matrix = try linear { () throws(LinearAlgebraError) in
      try DenseMatrix(reading: features)
    }
    guard matrix.rowCount == labels.count else {
      throw LearningError(
        .data, "there are \(labels.count) labels for \(matrix.rowCount) rows")
    }
    return matrix
  }
}

extension AlgorithmParameters {
  /// The value of a parameter as a number.
  func real(_ name: String) -> Double? { self[name].flatMap { Double($0) } }
}
