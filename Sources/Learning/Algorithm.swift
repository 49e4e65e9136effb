extension Model {
  /// A learning algorithm, by the name that notebooks use.
  public enum Algorithm: String, Sendable, Hashable, Codable, CaseIterable {
    /// Gradient boosted trees of LightGBM.
    case lightgbm
    /// LightGBM's random forest: trees on bootstrap samples, their leaves' shares averaged.
    case randomForest = "random_forest"
    /// One tree of LightGBM's, or one for each of several classes; a score is a leaf's share or mean.
    case decisionTree = "decision_tree"
    /// Logistic regression by liblinear, on standardised inputs.
    case logisticRegression = "logistic_regression"
    /// A linear support vector machine by liblinear, on standardised inputs, with probabilities.
    case svm
    /// A feed-forward network of Washi's own, on standardised inputs.
    case mlp
  }

  /// What an algorithm has learned: a closed set, so that each way of scoring is known here.
  public enum Core: Sendable, Hashable {
    /// Trees in LightGBM's text form, which Python's LightGBM reads.
    case trees(String)
    /// A linear function of standardised inputs.
    case linear(LinearModel)
    /// A feed-forward network.
    case network(Network)
  }
}

extension Model.Algorithm {
  /// Whether LightGBM makes the model.
  public var isOfTrees: Bool {
    switch self {
    case .lightgbm, .randomForest, .decisionTree: true
    case .logisticRegression, .svm, .mlp: false
    }
  }

  /// Whether liblinear makes the model.
  public var isLinear: Bool { self == .logisticRegression || self == .svm }

  /// Whether the model grows round by round, so that there is a loss curve.
  public var isIterative: Bool {
    switch self {
    case .lightgbm, .randomForest, .mlp: true
    case .decisionTree, .logisticRegression, .svm: false
    }
  }

  /// Whether training may stop early, by the loss on validation rows.
  public var canStopEarly: Bool {
    switch self {
    case .lightgbm, .mlp: true
    case .randomForest, .decisionTree, .logisticRegression, .svm: false
    }
  }

  /// The rounds, trees or epochs when the author does not say how many; nil when there are none.
  public var defaultRounds: Int? {
    switch self {
    case .lightgbm, .randomForest: 100
    case .mlp: 20
    case .decisionTree, .logisticRegression, .svm: nil
    }
  }

  /// What the author may set, by canonical name.
  var parameterRules: [String: AlgorithmParameters.Rule] {
    switch self {
    case .lightgbm: AlgorithmParameters.rules
    case .randomForest: AlgorithmParameters.forestRules
    case .decisionTree: AlgorithmParameters.treeRules
    case .logisticRegression: AlgorithmParameters.logisticRules
    case .svm: AlgorithmParameters.supportVectorRules
    case .mlp: AlgorithmParameters.networkRules
    }
  }

  /// What LightGBM is told beside the author's parameters.
  ///
  /// A forest and a tree fit the label as a number: the split that lessens the squared error of a 0/1
  /// label most is the one that lessens Gini's impurity most, and a leaf's value is its share of
  /// positives, as in CART (Breiman and others, 1984). Of several classes each has trees of its own.
  var presets: [String: String] {
    switch self {
    case .lightgbm, .logisticRegression, .svm, .mlp: [:]
    case .randomForest:
      [
        "boosting": "rf", "objective": "regression", "bagging_freq": "1",
        "bagging_fraction": "0.632", "feature_fraction_bynode": "0.3", "num_leaves": "127",
        "min_data_in_leaf": "20", "min_sum_hessian_in_leaf": "0",
      ]
    case .decisionTree:
      [
        "objective": "regression", "learning_rate": "1", "num_leaves": "31",
        "min_data_in_leaf": "20", "min_sum_hessian_in_leaf": "0",
      ]
    }
  }
}

extension AlgorithmParameters {
  /// Parameters of LightGBM's that a forest has: no steps, no dropped trees.
  static let forestRules = rules.filter { !boostingOnly.contains($0.key) }

  /// Parameters of LightGBM's that a single tree has: no sampling of rows either.
  static let treeRules = forestRules.filter { !samplingOnly.contains($0.key) }

  /// Parameters of a logistic regression, by scikit-learn's names.
  static let logisticRules: [String: Rule] = [
    "C": .real(low: 0, isOpenBelow: true),
    "penalty": .word(["l2", "l1"]),
    "tol": .real(low: 0, isOpenBelow: true),
    "fit_intercept": .flag,
    "intercept_scaling": .real(low: 0, isOpenBelow: true),
  ]

  /// Parameters of a support vector machine, by scikit-learn's names.
  static let supportVectorRules = logisticRules.merging([
    "loss": .word([
      "squared_hinge", "hinge", "squared_epsilon_insensitive", "epsilon_insensitive",
    ]),
    "epsilon": .real(low: 0),
    "calibration_folds": .whole(low: 2, high: 100),
  ]) { first, _ in first }

  /// Parameters of a network.
  static let networkRules: [String: Rule] = [
    "batch_size": .whole(low: 1),
    "learning_rate": .real(low: 0, isOpenBelow: true),
    "beta1": .real(low: 0, high: 0.999_999),
    "beta2": .real(low: 0, high: 0.999_999),
    "epsilon": .real(low: 0, isOpenBelow: true),
    "l2": .real(low: 0),
    "metric": .word(Model.Task.allCases.flatMap(roundMetrics)),
  ]

  private static let boostingOnly: Set<String> = [
    "boosting", "data_sample_strategy", "learning_rate", "max_delta_step", "linear_tree",
    "linear_lambda", "refit_decay_rate", "top_rate", "other_rate", "drop_rate", "max_drop",
    "skip_drop", "xgboost_dart_mode", "uniform_drop", "drop_seed", "is_unbalance",
    "scale_pos_weight", "sigmoid", "boost_from_average", "bagging_freq", "metric",
    "pos_bagging_fraction", "neg_bagging_fraction", "use_quantized_grad", "num_grad_quant_bins",
    "quant_train_renew_leaf", "stochastic_rounding",
  ]

  private static let samplingOnly: Set<String> = ["bagging_fraction", "bagging_seed"]
}
