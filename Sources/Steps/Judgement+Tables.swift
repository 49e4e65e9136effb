internal import Learning
internal import Vocabulary

extension Judgement {
  /// A table that the author asked for.
  func table(_ listing: EvaluateStep.Listing, id: String) -> TableExhibit {
    switch listing {
    case .deciles: deciles(id)
    case .thresholds: thresholds(id)
    }
  }

  /// Tenths of the rows by falling score: where the positives are, and how far they are apart from
  /// the negatives.
  private func deciles(_ id: String) -> TableExhibit {
    let bands = ScoreBand.bands(of: ranked)
    var rows = 0
    var positives = 0
    let all = bands.map { band -> (found: Double, lost: Double?) in
      rows += band.rows
      positives += band.positives
      let negatives = ranked.count - ranked.positiveCount
      let lost = negatives > 0 ? Double(rows - positives) / Double(negatives) : nil
      return (Double(positives), lost)
    }
    return TableExhibit(
      id: id, title: words("Tenths by score, highest first", "スコア十分位（高い順）"),
      caption: words(
        "KS is the largest distance between the shares of \(target.positive) and "
          + "\(target.negative) found so far.",
        "KSは、\(target.positive)と\(target.negative)の累積割合の差の最大値です。"),
      table: Table(columns: [
        Column("decile", integers: bands.map { Int64($0.number) }),
        Column("lowest_score", reals: bands.map(\.lowestScore)),
        Column("highest_score", reals: bands.map(\.highestScore)),
        Column("rows", integers: bands.map { Int64($0.rows) }),
        Column("positives", integers: bands.map { Int64($0.positives) }),
        Column("negatives", integers: bands.map { Int64($0.rows - $0.positives) }),
        Column("mean_score", reals: bands.map(\.meanScore)),
        Column("positive_rate", reals: bands.map(\.positiveRate)),
        Column("lift", reals: bands.map(\.lift)),
        Column("cumulative_positives", reals: bands.map(\.cumulativeGain)),
        Column("cumulative_negatives", reals: all.map(\.lost)),
        Column("cumulative_lift", reals: bands.map(\.cumulativeLift)),
        Column("ks", reals: bands.map(\.separation)),
      ]),
      formats: [
        "lowest_score": .fixed(4), "highest_score": .fixed(4), "rows": .thousands(0),
        "positives": .thousands(0), "negatives": .thousands(0), "mean_score": .fixed(4),
        "positive_rate": .percent(1), "lift": .fixed(2), "cumulative_positives": .percent(1),
        "cumulative_negatives": .percent(1), "cumulative_lift": .fixed(2), "ks": .fixed(3),
      ],
      labels: [
        "decile": words("Tenth", "十分位"), "lowest_score": words("Score from", "スコア下限"),
        "highest_score": words("to", "スコア上限"), "rows": words.rows,
        "positives": words("Positives", "陽性件数"), "negatives": words("Negatives", "陰性件数"),
        "mean_score": words.meanScore, "positive_rate": words("Positive rate", "陽性率"),
        "lift": words("Lift", "リフト"),
        "cumulative_positives": words("Positives so far", "累積陽性割合"),
        "cumulative_negatives": words("Negatives so far", "累積陰性割合"),
        "cumulative_lift": words("Lift so far", "累積リフト"), "ks": "KS",
      ], bars: ["positive_rate"])
  }

  /// What is called positive at round thresholds, at the chosen one and at the cheapest.
  private func thresholds(_ id: String) -> TableExhibit {
    var places: Set<Double> = [
      0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9,
      step.threshold,
    ]
    if let cheapest, cheapest.threshold.isFinite { places.insert(cheapest.threshold) }
    let rows = ThresholdTable(of: ranked, thresholds: places.sorted(), costs: costs).rows
    func reals(_ name: String, _ value: (ConfusionMatrix) -> Double?) -> Column {
      Column(name, reals: rows.map { value($0.confusion) })
    }
    var columns = [
      Column("threshold", reals: rows.map(\.threshold)),
      Column(
        "note",
        texts: rows.map { row in
          let notes =
            (row.threshold == step.threshold ? [words("chosen", "採用")] : [])
            + (row.threshold == cheapest?.threshold ? [words("cheapest", "費用最小")] : [])
          return notes.isEmpty ? nil : words.list(notes)
        }),
      reals("called_positive", Self.calledShare),
      reals("precision") { $0.precision }, reals("recall") { $0.recall },
      reals("false_positive_rate") { $0.falsePositiveRate }, reals("f1") { $0.f1 },
      reals("true_positives") { $0.truePositives }, reals("false_positives") { $0.falsePositives },
      reals("false_negatives") { $0.falseNegatives }, reals("true_negatives") { $0.trueNegatives },
    ]
    if step.costs != nil { columns.append(Column("cost", reals: rows.map(\.cost))) }
    let count = NumberFormat.thousands(0)
    return TableExhibit(
      id: id, title: words("What each threshold does", "しきい値別の結果"), table: Table(columns: columns),
      formats: [
        "threshold": .significant(4), "called_positive": .percent(1), "precision": .percent(1),
        "recall": .percent(1), "false_positive_rate": .percent(1), "f1": .fixed(3),
        "true_positives": count, "false_positives": count, "false_negatives": count,
        "true_negatives": count, "cost": count,
      ],
      labels: [
        "threshold": words.threshold, "note": words.note,
        "called_positive": words("Called positive", "陽性判定率"),
        "precision": words.label(BinaryMetric.precision),
        "recall": words.label(BinaryMetric.recall),
        "false_positive_rate": words("False positive rate", "偽陽性率"), "f1": "F1",
        "true_positives": "TP", "false_positives": "FP", "false_negatives": "FN",
        "true_negatives": "TN", "cost": words("Cost", "費用"),
      ])
  }
}
