internal import Charting
internal import Learning
internal import Vocabulary

/// What columns are worth: by splits, by SHAP values, by shuffling.
extension Explanation {
  /// SHAP values by column with the columns' own values.
  var effects: [FeatureEffects]? {
    contributions.map { contributions in
      contributions.features.enumerated().map { index, name in
        FeatureEffects(
          name: name, effects: contributions.feature(index),
          values: table[name]?.values ?? [])
      }
    }
  }

  /// Gain and splits by column: those of a category's levels added up.
  var importance: [(name: String, gain: Double, splits: Int)] {
    let sources = model.encoder.features.map(\.column)
    var sums = model.encoder.columns.map { (name: $0.name, gain: 0.0, splits: 0) }
    for (column, feature) in zip(sources, model.importance) {
      sums[column].gain += feature.gain
      sums[column].splits += feature.splits
    }
    return sums
  }

  /// The columns by rank, with every measure there is.
  func ranking(_ permutation: PermutationImportance?) -> TableExhibit {
    var names = model.encoder.columns.map(\.name)
    let drops = Dictionary(
      (permutation?.columns ?? []).map { ($0.name, $0.mean) }, uniquingKeysWith: { one, _ in one })
    let means = contributions.map { contributions in
      Dictionary(
        zip(contributions.features, meanAbsolute), uniquingKeysWith: { one, _ in one })
    }
    let key = means ?? drops
    names.sort { left, right in
      let (first, second) = (key[left] ?? 0, key[right] ?? 0)
      return first == second ? left < right : first > second
    }
    let drop = model.target.task == .regression ? "r2_drop" : "auc_drop"
    var columns = [
      Column("rank", integers: names.indices.map { Int64($0 + 1) }), Column("column", texts: names),
    ]
    var bars: [String] = []
    if let means {
      let splits = Dictionary(
        importance.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one })
      columns.append(Column("mean_shap", reals: names.map { means[$0] }))
      columns.append(Column("gain", reals: names.map { splits[$0]?.gain }))
      columns.append(Column("splits", integers: names.map { splits[$0].map { Int64($0.splits) } }))
      bars = ["mean_shap"]
    }
    if permutation != nil {
      columns.append(Column(drop, reals: names.map { drops[$0] }))
      if means == nil { bars = [drop] }
    }
    return TableExhibit(
      id: "\(workspace.stepName)-ranking", table: Table(columns: columns),
      shownRows: min(step.features, names.count),
      formats: [
        "mean_shap": .fixed(4), "gain": .thousands(0), "splits": .thousands(0),
        drop: .fixed(4),
      ],
      labels: [
        "rank": words("Rank", "順位"), "column": words.column,
        "mean_shap": words("Mean |SHAP|", "平均|SHAP|"), "gain": words("Gain", "ゲイン"),
        "splits": words("Splits", "分岐数"),
        drop: words("\(figure) drop, shuffled", "並べ替えによる\(figure)の低下"),
      ], bars: bars)
  }

  func permutationImportance() throws(StepFailure) -> PermutationImportance? {
    guard let label = table[Self.labelColumn] else { return nil }
    let known = (0..<table.rowCount).filter { !label[$0].isNull }
    let truth = known.map { label[$0].number ?? .nan }
    let rows = table.taking(known)
    let measured = try workspace.learning(at: step.model.range) { () throws(LearningError) in
      try PermutationImportance(
        of: model.encoder.columns.map(\.name), rows: known.count, repeats: step.repeats,
        seed: UInt64(bitPattern: Int64(step.seed))
      ) { shuffled throws(LearningError) in
        if let reason = workspace.cancellation.reason {
          throw LearningError(.cancelled, reason.sentence)
        }
        var table = rows
        if let shuffled,
          let place = table.columns.firstIndex(where: {
            $0.name == model.encoder.columns[shuffled.column].name
          })
        {
          table.columns[place] = table.columns[place].taking(shuffled.order)
        }
        let scores = try model.scores(
          of: table, with: workspace.lightGBM, threads: workspace.threads)
        return Self.figure(of: scores, truth, model.target)
      }
    }
    guard let measured else {
      throw StepFailure(
        .error(
          "one-class",
          model.target.task == .regression
            ? "permutation importance needs rows of different `\(model.target.column)`"
            : "permutation importance needs rows of \(model.target.classes.count == 2 ? "both" : "all") "
              + "classes", at: step.model.range))
    }
    return measured
  }

  /// The AUC of scores beside the places of classes, or R² beside numbers.
  private static func figure(
    of scores: [Double], _ truth: [Double], _ target: Model.Target
  ) -> Double? {
    let rows = ScoredRows(
      scores, labels: target.task == .regression ? [] : truth.map(Float.init), values: truth,
      weights: nil, target)
    switch rows {
    case .ranked(let ranked): return BinaryMetrics(of: ranked)[.auc]
    case .classes(let scored): return ClassMetrics(of: scored)[.auc]
    case .values(let values): return ValueMetrics(of: values)[.r2]
    }
  }
}
