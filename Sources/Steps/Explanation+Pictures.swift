internal import Charting
internal import Learning
internal import Vocabulary

/// The pictures of an explanation.
extension Explanation {
  func chart(
    _ picture: ExplainStep.Picture, _ permutation: PermutationImportance?
  ) throws(StepFailure) -> Chart? {
    var chart: Chart?
    switch picture {
    case .importance:
      chart =
        contributions == nil
        ? permutation.map(permutationChart)
        : .importance(
          importance.map { Charting.FeatureImportance(name: $0.name, value: $0.gain) },
          label: words(
            "Gain: loss saved by the splits on it, in training", "ゲイン：学習時の分岐による損失の減少"),
          maximum: step.features, title: words("Importance in training", "学習時の重要度"),
          words: words.ofCharts)
    case .permutation: chart = permutation.map(permutationChart)
    case .meanShap:
      chart = contributions.map { contributions in
        .importance(
          zip(contributions.features, meanAbsolute).map {
            Charting.FeatureImportance(name: $0, value: $1)
          }, label: words("Mean absolute SHAP value", "SHAP値の絶対値の平均"),
          maximum: step.features,
          title: words("Mean absolute SHAP values", "SHAP値の絶対値の平均"),
          subtitle: label == nil
            ? population : words("\(rows); sums over the classes", "\(rows)、クラスの合計"),
          words: words.ofCharts)
      }
    case .shap:
      chart = effects.map {
        .shapSummary(
          $0, maximum: step.features, subtitle: population, words: words.ofCharts)
      }
    case .dependence:
      chart = effects.map {
        .shapDependence(
          $0, maximum: min(6, step.features), title: words("SHAP value by column", "列の値とSHAP値"),
          subtitle: population, words: words.ofCharts)
      }
    case .waterfall: chart = try waterfall()
    }
    guard var chart else { return nil }
    if let title = workspace.settings.title {
      chart.subtitle = chart.subtitle.map { "\(title) · \($0)" } ?? title
    }
    return chart
  }

  /// What the raw score of the model is.
  private var unit: String {
    let target = model.target
    let name = label.map { target.classes[$0] } ?? target.positive
    switch (target.task, model.algorithm) {
    case (.regression, _): return words("units of \(target.column)", "\(target.column)の単位")
    case (.binary, .lightgbm):
      return words(
        "log odds of \(target.column) = \(name)", "\(target.column) = \(name)の対数オッズ")
    case (.multiclass, .lightgbm):
      return words(
        "log probability of \(target.column) = \(name), plus a constant",
        "\(target.column) = \(name)の対数確率＋定数")
    default:
      return words(
        "probability of \(target.column) = \(name)", "\(target.column) = \(name)の確率")
    }
  }

  private var rows: String {
    let count = words.count(table.rowCount)
    return words(
      "\(count) rows of \(step.subject)", "\(step.subject(words))の\(count)行")
  }

  var words: Words { workspace.words }

  private var population: String {
    words("\(rows); SHAP values in \(unit)", "\(rows)、SHAP値の単位は\(unit)")
  }

  /// The figure that shuffling lessens.
  var figure: String { model.target.task == .regression ? "R²" : "AUC" }

  private func permutationChart(_ permutation: PermutationImportance) -> Chart {
    .importance(
      permutation.columns.map {
        Charting.FeatureImportance(name: $0.name, value: $0.mean, interval: $0.range)
      },
      label: words(
        "Drop of \(figure == "AUC" ? "the AUC" : figure) when the column is shuffled",
        "列を並べ替えたときの\(figure)の低下"),
      maximum: step.features,
      format: .fixed(4), title: words("Permutation importance", "並べ替え重要度"),
      subtitle: words(
        "\(step.repeats) shuffles each, whiskers from the least to the most; \(figure) "
          + "\(NumberFormat.fixed(3).string(permutation.baseline)) unshuffled",
        "各列\(step.repeats)回の並べ替え（ひげは最小から最大）。並べ替え前の\(figure)は"
          + NumberFormat.fixed(3).string(permutation.baseline)), words: words.ofCharts)
  }

  private func waterfall() throws(StepFailure) -> Chart? {
    guard let contributions, let wanted = step.row, let index = chosen else { return nil }
    let names = contributions.features.enumerated().map { column, name in
      "\(name) = \(text(of: table[name]?[index] ?? .null, in: column))"
    }
    let steps = zip(names, contributions.row(index)).map { ScoreStep(name: $0, effect: $1) }
    let scores = try workspace.learning(at: wanted.range) { () throws(LearningError) in
      try model.scores(of: table.taking([index]), with: workspace.lightGBM)
    }
    let score = scores.indices.contains(label ?? 0) ? scores[label ?? 0] : .nan
    let isNumber = model.target.task == .regression
    let written = (isNumber ? NumberFormat.significant(4) : .percent(1)).string(score)
    let answer =
      isNumber
      ? words("prediction \(written)", "予測値\(written)")
      : words(
        "score \(written)" + (label.map { " for \(model.target.classes[$0])" } ?? ""),
        (label.map { "\(model.target.classes[$0])の" } ?? "") + "スコア\(written)")
    let key =
      id.map { "\($0.name) \(wanted.name)" } ?? words("Row \(wanted.name)", "行\(wanted.name)")
    return .waterfall(
      from: contributions.expected, by: steps, maximum: step.features,
      title: key + words.colon + answer,
      subtitle: words(
        "From the expected raw score to this row's, in \(unit)",
        "生スコアの期待値からこの行の値まで（単位は\(unit)）"), words: words.ofCharts)
  }

  private func text(of value: Value, in column: Int) -> String {
    if value.isNull { return words.missing }
    return value.number.map { NumberFormat.significant(4).string($0) } ?? value.plainText
  }
}
