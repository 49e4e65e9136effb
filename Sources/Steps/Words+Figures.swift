internal import Learning

/// What people call the figures of models.
extension Words {
  func label(_ metric: BinaryMetric) -> String {
    guard self == .japanese else { return metric.label }
    return switch metric {
    case .auc, .ks, .f1, .mcc: metric.label
    case .gini: "ジニ係数"
    case .averagePrecision: "平均適合率"
    case .logLoss: "対数損失"
    case .brier: "ブライアスコア"
    case .accuracy: "正解率"
    case .precision: "適合率"
    case .recall: "再現率"
    case .kappa: "カッパ係数"
    case .rows: rows
    case .positives: "陽性件数"
    case .threshold: threshold
    }
  }

  /// The loss that a training follows, by the name that the library gives it.
  func loss(_ name: String) -> String {
    switch name {
    case "binary_logloss", "multi_logloss": label(BinaryMetric.logLoss)
    case "rmse": "RMSE"
    default: name
    }
  }

  func label(_ metric: ClassMetric) -> String {
    guard self == .japanese else { return metric.label }
    return switch metric {
    case .auc: "AUC（一対他）"
    case .accuracy: "正解率"
    case .precisionMacro: "適合率（マクロ平均）"
    case .recallMacro: "再現率（マクロ平均）"
    case .f1Macro: "F1（マクロ平均）"
    case .precisionWeighted: "適合率（加重平均）"
    case .recallWeighted: "再現率（加重平均）"
    case .f1Weighted: "F1（加重平均）"
    case .logLoss: "対数損失"
    case .kappa: "カッパ係数"
    case .mcc: metric.label
    case .rows: rows
    case .classes: "クラス数"
    }
  }

  func label(_ metric: ValueMetric) -> String {
    guard self == .japanese else { return metric.label }
    return switch metric {
    case .rmse, .r2, .mape, .rmsle: metric.label
    case .mse: "MSE"
    case .mae: "平均絶対誤差"
    case .medianAbsoluteError: "絶対誤差の中央値"
    case .meanError: "平均誤差"
    case .rows: rows
    }
  }

  func label(_ metric: TaskMetric) -> String {
    switch metric {
    case .binary(let metric): label(metric)
    case .multiclass(let metric): label(metric)
    case .regression(let metric): label(metric)
    }
  }

  /// Why figures are missing, one sentence per reason.
  func notDefined(_ reasons: [(reason: String, names: [String])]) -> [String] {
    reasons.map { reason, names in
      self(
        "Not defined, because \(reason): \(list(names)).",
        "\(self.reason(reason))ため計算できない指標：\(list(names))。")
    }
  }

  /// The learning library's reason why a figure has no value, as the head of a sentence.
  private func reason(_ english: String) -> String {
    switch english {
    case "there are no rows": "行がない"
    case "only one class is there": "クラスが1つしかない"
    case "there are no positives": "陽性の行がない"
    case "the scores are no probabilities": "スコアが確率でない"
    case "all weights are zero": "重みがすべて0である"
    case "no row is called positive": "陽性と判定された行がない"
    case "there are no positives, called or true": "実際にも判定にも陽性がない"
    case "truth or prediction holds one class only": "実際または予測が1クラスだけである"
    case "truth and prediction hold one class only": "実際も予測も1クラスだけである"
    case "all true values are equal": "実測値がすべて等しい"
    case "a value is -1 or less": "-1以下の値がある"
    default: "「\(english)」の"
    }
  }
}
