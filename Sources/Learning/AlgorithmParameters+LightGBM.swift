extension AlgorithmParameters {
  /// What each of LightGBM's parameters may be, by canonical name.
  static let rules: [String: Rule] = [
    // How trees are grown.
    "boosting": .word(["gbdt", "rf", "dart"]),
    "data_sample_strategy": .word(["bagging", "goss"]),
    "tree_learner": .word(["serial"]),
    "learning_rate": .real(low: 0, isOpenBelow: true),
    "num_leaves": .whole(low: 2, high: 131_072),
    "max_depth": .whole(low: Int(Int32.min)),
    "min_data_in_leaf": .whole(low: 0),
    "min_sum_hessian_in_leaf": .real(low: 0),
    "min_gain_to_split": .real(low: 0),
    "max_delta_step": .real(low: -.infinity),
    "path_smooth": .real(low: 0),
    "extra_trees": .flag,
    "linear_tree": .flag,
    "linear_lambda": .real(low: 0),
    "refit_decay_rate": .real(low: 0, high: 1),
    // Regularisation.
    "lambda_l1": .real(low: 0),
    "lambda_l2": .real(low: 0),
    // Sampling.
    "bagging_fraction": .real(low: 0, high: 1, isOpenBelow: true),
    "pos_bagging_fraction": .real(low: 0, high: 1, isOpenBelow: true),
    "neg_bagging_fraction": .real(low: 0, high: 1, isOpenBelow: true),
    "bagging_freq": .whole(low: 0),
    "feature_fraction": .real(low: 0, high: 1, isOpenBelow: true),
    "feature_fraction_bynode": .real(low: 0, high: 1, isOpenBelow: true),
    "top_rate": .real(low: 0, high: 1),
    "other_rate": .real(low: 0, high: 1),
    // DART.
    "drop_rate": .real(low: 0, high: 1),
    "max_drop": .whole(low: Int(Int32.min)),
    "skip_drop": .real(low: 0, high: 1),
    "xgboost_dart_mode": .flag,
    "uniform_drop": .flag,
    // Seeds.
    "seed": .whole(low: Int(Int32.min)),
    "bagging_seed": .whole(low: Int(Int32.min)),
    "feature_fraction_seed": .whole(low: Int(Int32.min)),
    "drop_seed": .whole(low: Int(Int32.min)),
    "data_random_seed": .whole(low: Int(Int32.min)),
    "extra_seed": .whole(low: Int(Int32.min)),
    // Categories.
    "min_data_per_group": .whole(low: 1),
    "max_cat_threshold": .whole(low: 1),
    "cat_l2": .real(low: 0),
    "cat_smooth": .real(low: 0),
    "max_cat_to_onehot": .whole(low: 1),
    // Bins.
    "max_bin": .whole(low: 2, high: 65_535),
    "min_data_in_bin": .whole(low: 1),
    "bin_construct_sample_cnt": .whole(low: 1),
    "feature_pre_filter": .flag,
    "enable_bundle": .flag,
    "use_missing": .flag,
    "zero_as_missing": .flag,
    "use_quantized_grad": .flag,
    "num_grad_quant_bins": .whole(low: 2, high: 127),
    "quant_train_renew_leaf": .flag,
    "stochastic_rounding": .flag,
    // Class weights.
    "is_unbalance": .flag,
    "scale_pos_weight": .real(low: 0, isOpenBelow: true),
    "sigmoid": .real(low: 0, isOpenBelow: true),
    "boost_from_average": .flag,
    // Which figure decides when learning stops.
    "metric": .word(Model.Task.allCases.flatMap(roundMetrics)),
    // Monotone constraints; the columns are an option of their own.
    "monotone_constraints_method": .word(["basic", "intermediate", "advanced"]),
    "monotone_penalty": .real(low: 0),
  ]

  /// The figures by which the rounds of a task can be judged, the default first.
  static func roundMetrics(of task: Model.Task) -> [String] {
    switch task {
    case .binary: ["binary_logloss", "auc"]
    case .multiclass: ["multi_logloss"]
    case .regression: ["rmse"]
    }
  }

  /// Canonical names by alias.
  static let aliases: [String: String] = [
    "boosting_type": "boosting", "boost": "boosting",
    "shrinkage_rate": "learning_rate", "eta": "learning_rate",
    "num_leaf": "num_leaves", "max_leaves": "num_leaves", "max_leaf": "num_leaves",
    "max_leaf_nodes": "num_leaves",
    "min_data_per_leaf": "min_data_in_leaf", "min_data": "min_data_in_leaf",
    "min_child_samples": "min_data_in_leaf", "min_samples_leaf": "min_data_in_leaf",
    "min_sum_hessian_per_leaf": "min_sum_hessian_in_leaf",
    "min_sum_hessian": "min_sum_hessian_in_leaf", "min_hessian": "min_sum_hessian_in_leaf",
    "min_child_weight": "min_sum_hessian_in_leaf",
    "min_split_gain": "min_gain_to_split",
    "max_tree_output": "max_delta_step", "max_leaf_output": "max_delta_step",
    "extra_tree": "extra_trees", "linear_trees": "linear_tree",
    "reg_alpha": "lambda_l1", "l1_regularization": "lambda_l1",
    "reg_lambda": "lambda_l2", "lambda": "lambda_l2", "l2_regularization": "lambda_l2",
    "sub_row": "bagging_fraction", "subsample": "bagging_fraction",
    "bagging": "bagging_fraction",
    "pos_sub_row": "pos_bagging_fraction", "pos_subsample": "pos_bagging_fraction",
    "neg_sub_row": "neg_bagging_fraction", "neg_subsample": "neg_bagging_fraction",
    "subsample_freq": "bagging_freq",
    "sub_feature": "feature_fraction", "colsample_bytree": "feature_fraction",
    "sub_feature_bynode": "feature_fraction_bynode",
    "colsample_bynode": "feature_fraction_bynode",
    "rate_drop": "drop_rate",
    "random_seed": "seed", "random_state": "seed", "bagging_fraction_seed": "bagging_seed",
    "data_seed": "data_random_seed",
    "max_bins": "max_bin",
    "subsample_for_bin": "bin_construct_sample_cnt",
    "is_enable_bundle": "enable_bundle", "bundle": "enable_bundle",
    "unbalance": "is_unbalance", "unbalanced_sets": "is_unbalance",
    "metrics": "metric", "metric_types": "metric",
    "monotone_constraining_method": "monotone_constraints_method",
    "mc_method": "monotone_constraints_method",
    "monotone_splits_penalty": "monotone_penalty", "ms_penalty": "monotone_penalty",
    "mc_penalty": "monotone_penalty",
  ]

  /// Parameters that other options of a step set, with a word on which.
  static let owned: [String: String] = {
    var owned: [String: String] = [:]
    let groups: [(names: [String], advice: String)] = [
      (
        [
          "num_iterations", "num_iteration", "n_iter", "num_tree", "num_trees", "num_round",
          "num_rounds", "nrounds", "num_boost_round", "n_estimators", "max_iter",
        ], "use the option `rounds`"
      ),
      (
        ["early_stopping_round", "early_stopping_rounds", "early_stopping", "n_iter_no_change"],
        "use the option `early_stopping`"
      ),
      (
        ["objective", "objective_type", "app", "application", "loss", "num_class"],
        "the target decides, or the option `task`"
      ),
      (
        [
          "num_threads", "num_thread", "nthread", "nthreads", "n_jobs", "deterministic",
          "force_row_wise", "force_col_wise",
        ], "results must not depend on the machine; Washi sets it"
      ),
      (
        ["categorical_feature", "cat_feature", "categorical_column", "ignore_column"],
        "use the options `features` and `encode`"
      ),
      (
        ["monotone_constraints", "mc", "monotone_constraint", "monotonic_cst"],
        "use the option `monotone`"
      ),
      (["verbosity", "verbose"], "the log is Washi's"),
      (["device_type", "device"], "only the CPU gives the same result everywhere"),
    ]
    for group in groups {
      for name in group.names { owned[name] = group.advice }
    }
    return owned
  }()
}
