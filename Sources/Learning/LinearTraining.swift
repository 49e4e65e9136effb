internal import LinearAlgebra
internal import Vocabulary

/// Logistic regression and support vectors by liblinear; of several classes each against the others.
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
    let loss = try loss(for: target)
    if train.weights != nil { try training.parameters.checkRowWeights() }
    let weights = train.weights?.map(Double.init)
    let matrix = try train.matrix()
    let standardizer = Standardizer(fitting: matrix, weights: weights)
    let inputs = try standardizer.inputs(of: matrix)
    let factors = RowFactors(training.classWeights, train, target)
    var functions: [LinearModel.Function] = []
    switch target.task {
    case .regression:
      let values = train.labels.map(Double.init)
      functions = [try fit(inputs, values: values, weights, settings(loss, (1, 1)))]
    case .binary:
      let classes = (factors.classes[0], factors.classes[1])
      functions = [
        try function(inputs, train.labels.map { $0 == 1 }, weights, settings(loss, classes))
      ]
    case .multiclass:
      // The factor of a class counts where it is the one told from the others, as in liblinear.
      for (label, factor) in factors.classes.enumerated() {
        let isOne = train.labels.map { $0 == Float(label) }
        functions.append(try function(inputs, isOne, weights, settings(loss, (1, factor))))
      }
    }
    let core = LinearModel(standardizer: standardizer, functions: functions)
    return Model(
      algorithm: training.parameters.algorithm, core: .linear(core), encoder: training.encoder,
      target: target, parameters: training.parameters, bestRound: 1, rounds: 1,
      curve: LossCurve(metric: RoundLoss.name(of: target.task)), importance: [],
      metrics: try metrics(of: core, target, matrix, train, validation, factors))
  }

  private func metrics(
    of core: LinearModel, _ target: Model.Target, _ matrix: DenseMatrix, _ train: TrainingRows,
    _ validation: TrainingRows?, _ factors: RowFactors
  ) throws(LearningError) -> [String: Double] {
    func loss(_ scores: [Double], _ rows: TrainingRows) -> Double {
      RoundLoss(target.task, labels: rows.labels, weights: factors.weights(of: rows))
        .value(of: scores)
    }
    var metrics = ["train_loss": loss(try core.scores(of: matrix), train)]
    guard let validation else { return metrics }
    let scores = try core.scores(of: try validation.matrix())
    metrics["validation_loss"] = loss(scores, validation)
    if target.task == .binary {
      var ranking = RadixAUC(labels: validation.labels)
      metrics["validation_auc"] = ranking.auc(of: scores)
    }
    return metrics
  }

  /// The author's loss, which must fit what is learned.
  private func loss(for target: Model.Target) throws(LearningError) -> String? {
    let isOfNumbers = target.task == .regression
    if let loss = training.parameters["loss"], loss.hasSuffix("insensitive") != isOfNumbers {
      throw LearningError(
        .parameter("loss"),
        "`loss: \(loss)` is for \(isOfNumbers ? "classes" : "numbers"), and the target holds "
          + (isOfNumbers ? "numbers" : "classes"),
        solutions: [
          isOfNumbers
            ? "use `squared_epsilon_insensitive` or `epsilon_insensitive`"
            : "use `squared_hinge` or `hinge`"
        ])
    }
    for (name, isForNumbers) in [("penalty", false), ("epsilon", true)]
    where training.parameters[name] != nil && isForNumbers != isOfNumbers {
      throw LearningError(
        .parameter(name),
        "`\(name)` does nothing for \(isOfNumbers ? "numbers" : "classes")",
        solutions: ["leave it out"])
    }
    return training.parameters["loss"] ?? (isOfNumbers ? "squared_epsilon_insensitive" : nil)
  }

  private func settings(
    _ loss: String?, _ weights: (negative: Double, positive: Double)
  ) -> Liblinear.Settings {
    let parameters = training.parameters
    let isLasso = parameters["penalty"] == "l1"
    let isOfNumbers = loss?.hasSuffix("insensitive") ?? false
    let solver: Liblinear.Solver =
      switch (training.parameters.algorithm, loss) {
      case (.svm, "hinge"): .hingeL2
      case (.svm, "epsilon_insensitive"): .epsilonInsensitive
      case (.svm, _) where isOfNumbers: .squaredEpsilonInsensitive
      case (.svm, _): isLasso ? .squaredHingeL1 : .squaredHingeL2
      default: isLasso ? .logisticL1 : .logisticL2
      }
    return Liblinear.Settings(
      solver: solver, cost: parameters.real("C") ?? 1, tolerance: parameters.real("tol") ?? 1e-4,
      bias: parameters["fit_intercept"] == "false"
        ? nil : parameters.real("intercept_scaling") ?? 1,
      classWeights: weights, seed: UInt32(truncatingIfNeeded: training.seed),
      epsilon: parameters.real("epsilon") ?? 0)
  }

  /// What tells the rows that are `isOne` from the others.
  private func function(
    _ inputs: DenseMatrix, _ isOne: [Bool], _ weights: [Double]?, _ settings: Liblinear.Settings
  ) throws(LearningError) -> LinearModel.Function {
    var function = try fit(inputs, isOne, weights, settings)
    function.calibration =
      training.parameters.algorithm == .svm
      ? try calibration(inputs, isOne, weights, settings) : .logistic
    return function
  }

  /// Platt's sigmoid over the values that rows get from machines which have not seen them.
  private func calibration(
    _ inputs: DenseMatrix, _ labels: [Bool], _ weights: [Double]?, _ settings: Liblinear.Settings
  ) throws(LearningError) -> LinearModel.Calibration {
    let rare = min(labels.count { $0 }, labels.count { !$0 })
    // A single row of a class cannot be on both sides; its own machine must do.
    let folds = min(training.parameters.real("calibration_folds").map { Int($0) } ?? 5, rare)
    var values = Array(repeating: 0.0, count: labels.count)
    let parts = folds < 2 ? Array(repeating: 0, count: labels.count) : self.folds(folds, labels)
    for fold in 0..<max(1, folds) {
      let seen = parts.indices.filter { folds < 2 || parts[$0] != fold }
      let function = try fit(
        inputs.rows(seen), seen.map { labels[$0] },
        weights.map { weights in seen.map { weights[$0] } }, settings)
      for row in parts.indices where parts[row] == fold {
        values[row] = function.value(of: inputs.row(row))
      }
    }
    return LinearModel.Calibration(fitting: values, labels, weights: weights)
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

  /// The values of rows that are true for the positive class; by liblinear where all rows count once.
  private func fit(
    _ inputs: DenseMatrix, _ labels: [Bool], _ weights: [Double]?, _ settings: Liblinear.Settings
  ) throws(LearningError) -> LinearModel.Function {
    guard let weights else {
      return LinearModel.Function(
        try linear { () throws(LinearAlgebraError) in try library.fit(inputs, labels, settings) })
    }
    let (negative, positive) = settings.classWeights
    // liblinear's own rule: the rarer class decides when it is near enough.
    let rare = min(labels.count { $0 }, labels.count { !$0 })
    let fit = WeightedLinearFit(
      loss: settings.solver == .logisticL2 ? .logistic : .squaredHinge, bias: settings.bias,
      tolerance: settings.tolerance * Double(max(1, rare)) / Double(max(1, labels.count)))
    let costs = zip(weights, labels).map { settings.cost * $0 * ($1 ? positive : negative) }
    return LinearModel.Function(
      fit.solution(of: inputs, labels.map { $0 ? 1 : -1 }, costs: costs))
  }

  private func fit(
    _ inputs: DenseMatrix, values: [Double], _ weights: [Double]?, _ settings: Liblinear.Settings
  ) throws(LearningError) -> LinearModel.Function {
    guard let weights else {
      return LinearModel.Function(
        try linear { () throws(LinearAlgebraError) in
          try library.fit(inputs, values: values, settings)
        })
    }
    let fit = WeightedLinearFit(
      loss: .squaredInsensitive(epsilon: settings.epsilon), bias: settings.bias,
      tolerance: settings.tolerance)
    return LinearModel.Function(
      fit.solution(of: inputs, values, costs: weights.map { settings.cost * $0 }))
  }
}

extension LinearModel.Function {
  fileprivate init(_ solution: Liblinear.Solution) {
    self.init(
      coefficients: solution.coefficients, intercept: solution.intercept, calibration: nil)
  }

  fileprivate init(_ solution: (coefficients: [Double], intercept: Double)) {
    self.init(
      coefficients: solution.coefficients, intercept: solution.intercept, calibration: nil)
  }
}

extension AlgorithmParameters {
  /// Throws when a linear algorithm with these parameters cannot count rows differently.
  public func checkRowWeights() throws(LearningError) {
    for (name, values, other) in [
      ("penalty", ["l1"], "l2"), ("loss", ["hinge"], "squared_hinge"),
      ("loss", ["epsilon_insensitive"], "squared_epsilon_insensitive"),
    ] {
      guard let value = self[name], values.contains(value) else { continue }
      throw LearningError(
        .parameter("weight"),
        "`weight` cannot stand beside `\(name): \(value)` of `\(algorithm.rawValue)`",
        explanation:
          "liblinear fits it, and knows weights of classes only; rows of different weight "
          + "are fitted by Washi itself, which needs a smooth loss and a squared penalty",
        solutions: [
          "use `\(name): \(other)`", "use `class_weight`", "use one of the tree algorithms",
        ])
    }
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
