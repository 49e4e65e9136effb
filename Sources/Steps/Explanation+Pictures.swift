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
          label: "Gain: loss saved by the splits on it, in training", maximum: step.features,
          title: "Importance in training")
    case .permutation: chart = permutation.map(permutationChart)
    case .meanShap:
      chart = contributions.map { contributions in
        .importance(
          zip(contributions.features, meanAbsolute).map {
            Charting.FeatureImportance(name: $0, value: $1)
          }, label: "Mean absolute SHAP value", maximum: step.features,
          title: "Mean absolute SHAP values",
          subtitle: label == nil ? population : "\(rows); sums over the classes")
      }
    case .shap:
      chart = effects.map {
        .shapSummary($0, maximum: step.features, title: "SHAP values", subtitle: population)
      }
    case .dependence:
      chart = effects.map {
        .shapDependence(
          $0, maximum: min(6, step.features), title: "SHAP value by column", subtitle: population)
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
    case (.regression, _): return "units of \(target.column)"
    case (.binary, .lightgbm): return "log odds of \(target.column) = \(name)"
    case (.multiclass, .lightgbm):
      return "log probability of \(target.column) = \(name), plus a constant"
    default: return "probability of \(target.column) = \(name)"
    }
  }

  private var rows: String {
    "\(NumberFormat.thousands(0).string(Double(table.rowCount))) rows of \(step.subject)"
  }

  private var population: String { "\(rows); SHAP values in \(unit)" }

  /// The figure that shuffling lessens.
  var figure: String { model.target.task == .regression ? "R²" : "AUC" }

  private func permutationChart(_ permutation: PermutationImportance) -> Chart {
    .importance(
      permutation.columns.map {
        Charting.FeatureImportance(name: $0.name, value: $0.mean, interval: $0.range)
      }, label: "Drop of \(figure == "AUC" ? "the AUC" : figure) when the column is shuffled",
      maximum: step.features,
      format: .fixed(4), title: "Permutation importance",
      subtitle: "\(step.repeats) shuffles each, whiskers from the least to the most; \(figure) "
        + NumberFormat.fixed(3).string(permutation.baseline) + " unshuffled")
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
      ? "prediction \(written)"
      : "score \(written)" + (label.map { " for \(model.target.classes[$0])" } ?? "")
    let key = id.map { "\($0.name) \(wanted.name)" } ?? "Row \(wanted.name)"
    return .waterfall(
      from: contributions.expected, by: steps, maximum: step.features,
      title: "\(key): \(answer)",
      subtitle: "From the expected raw score to this row's, in \(unit)")
  }

  private func text(of value: Value, in column: Int) -> String {
    if value.isNull { return "missing" }
    return value.number.map { NumberFormat.significant(4).string($0) } ?? value.plainText
  }
}
