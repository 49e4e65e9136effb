/// The titles that pictures have when the caller gives none.
extension Chart.Words {
  var rocTitle: String { choose("ROC curve", "ROC曲線") }
  var precisionRecallTitle: String { choose("Precision and recall", "適合率と再現率") }
  var calibrationTitle: String { choose("Calibration", "キャリブレーション") }
  var gainTitle: String { choose("Cumulative gain", "累積ゲイン") }
  var liftTitle: String { choose("Lift by decile", "十分位別リフト") }
  var kolmogorovSmirnovTitle: String { choose("Kolmogorov–Smirnov", "KS曲線") }
  var thresholdsTitle: String { choose("Threshold", "しきい値") }
  var confusionTitle: String { choose("Confusion matrix", "混同行列") }
  var lossTitle: String { choose("Training", "学習の経過") }
  var driftRankingTitle: String { choose("What moved", "分布の変動（列別）") }
  var driftShapesTitle: String { choose("Then and now", "基準時と現時点の分布") }
  var searchHistoryTitle: String { choose("Search", "探索の経過") }
  var searchLinesTitle: String { choose("Parameters of the trials", "各試行のパラメーター") }
  var searchSlicesTitle: String { choose("Slices of the search", "パラメーター別の結果") }
  var importanceTitle: String { choose("Feature importance", "特徴量の重要度") }
  var shapSummaryTitle: String { choose("SHAP values", "SHAP値") }
  var shapDependenceTitle: String { choose("SHAP value by feature value", "特徴量の値とSHAP値") }
  var waterfallTitle: String {
    choose("From the expected score to this row's", "期待値からこの行のスコアまで")
  }
  var predictedTitle: String { choose("Predicted against actual", "予測値と実測値") }
  var residualsTitle: String { choose("Residuals", "残差") }
}
