import Vocabulary

extension Chart.Words {
  var falsePositiveRate: String { choose("False positive rate", "偽陽性率") }
  var truePositiveRate: String { choose("True positive rate", "真陽性率") }
  var precision: String { choose("Precision", "適合率") }
  var recall: String { choose("Recall", "再現率") }
  var baseRate: String { choose("base rate", "陽性率") }
  var threshold: String { choose("threshold", "しきい値") }
  var round: String { choose("Round", "ラウンド") }
  var epoch: String { choose("Epoch", "エポック") }
  var train: String { choose("train", "学習") }
  var validation: String { choose("validation", "検証") }
  var best: String { choose("best", "最良") }
  var stopped: String { choose("stopped", "早期終了") }
  var meanScore: String { choose("Mean score", "平均スコア") }
  var observedRate: String { choose("Observed rate", "実測率") }
  var score: String { choose("Score", "スコア") }
  var perfect: String { choose("perfect", "完全") }
  var chance: String { choose("chance", "ランダム") }
  var random: String { choose("random", "ランダム") }
  var model: String { choose("model", "モデル") }
  var populationShare: String { choose("Share of rows, highest scores first", "スコア上位からの割合") }
  var captured: String { choose("Share of positives captured", "陽性の捕捉率") }
  var lift: String { choose("Lift over base rate", "リフト（陽性率比）") }
  var cumulativeShare: String { choose("Share with at most this score", "累積割合") }
  var positives: String { choose("positives", "陽性") }
  var negatives: String { choose("negatives", "陰性") }
  var actual: String { choose("Actual", "実際") }
  var predicted: String { choose("Predicted", "予測") }
  var residual: String { choose("Predicted minus actual", "予測 − 実際") }
  var mean: String { choose("mean", "平均") }
  func ofRow(_ share: String) -> String { choose("\(share) of row", "行内\(share)") }
  var chosen: String { choose("chosen", "採用") }
  var thresholdAxis: String { choose("Threshold", "しきい値") }
  var decile: String { choose("Decile, highest scores first", "十分位（スコア上位から）") }

  var test: String { choose("test", "テスト") }
  var gain: String { choose("Gain", "ゲイン") }

  func calibration(bins: Int, score: String, rate: String) -> String {
    choose(
      "\(bins) bins; farthest from the diagonal: \(meanScore) \(score), \(observedRate) \(rate).",
      "\(bins)区間。対角線から最も離れているのは\(meanScore)\(score)、\(observedRate)\(rate)。")
  }

  func scoresBeyond(_ count: String, _ score: String) -> String {
    choose(
      count == "1"
        ? "1 row with a score above \(score) is not drawn."
        : "\(count) rows with scores above \(score) are not drawn.",
      "スコアが\(score)を超える\(count)行は描いていません。")
  }

  func lift(_ first: String, groups: Int) -> String {
    choose(
      "\(lift): \(first) in the first of \(groups) groups.",
      "\(lift)：\(groups)群のうち第1群で\(first)。")
  }

  /// `binary_logloss, 60 rounds`, what a picture of a training shows.
  func training(_ metric: String, rounds count: Int, areEpochs: Bool) -> String {
    choose(
      "\(metric), \(count) \(areEpochs ? epoch : round)",
      "\(metric)、\(count)\(areEpochs ? epoch : round)")
  }

  func kolmogorovSmirnov(_ statistic: String, at score: String) -> String {
    choose("KS \(statistic) at \(score)", "KS \(statistic)（スコア\(score)）")
  }

  func columnsShown(_ shown: Int, of all: Int) -> String {
    choose("The \(shown) largest of \(all) columns are shown.", "\(all)列のうち上位\(shown)列です。")
  }

  func groupsShown(_ shown: Int, of all: Int) -> String {
    choose("The first \(shown) of \(all) groups are shown.", "\(all)群のうち先頭\(shown)群です。")
  }

  func featuresShown(_ shown: Int, of all: Int) -> String {
    choose("The \(shown) largest of \(all) features are shown.", "\(all)個の特徴量のうち上位\(shown)個です。")
  }

  var category: String { choose("category", "カテゴリー") }
  var lowValue: String { choose("low value of the feature", "特徴量の値が小さい") }
  var highValue: String { choose("high value", "値が大きい") }
  var shapAxis: String {
    choose("SHAP value: effect on the raw score", "SHAP値（生スコアへの影響）")
  }
  var meanAbsoluteSHAP: String { choose("Mean absolute SHAP value", "SHAP値の絶対値の平均") }
  var rawScore: String { choose("Raw score", "生スコア") }
  var expectedScore: String { choose("expected", "期待値") }
  var thisRow: String { choose("this row", "この行") }
  var levelsInOther: String { choose("other", "その他") }

  func otherFeatures(_ count: Int) -> String {
    choose(count == 1 ? "1 other feature" : "\(count) other features", "ほか\(count)個の特徴量")
  }

  func dotsThinned(_ shown: Int, of all: Int) -> String {
    let format = NumberFormat.thousands(0)
    let (few, many) = (format.string(Double(shown)), format.string(Double(all)))
    return choose(
      "\(few) of \(many) rows are drawn for each feature, evenly spaced by rank, both ends included.",
      "各特徴量について\(many)行のうち、順位で等間隔に選んだ\(few)行（両端を含む）を示します。")
  }

  var share: String { choose("Share", "割合") }

  func choose(_ english: String, _ japanese: String) -> String {
    switch self {
    case .english: english
    case .japanese: japanese
    }
  }
}
