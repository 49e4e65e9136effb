internal import Charting
internal import Learning
internal import Vocabulary

/// Everything a `drift` step says of compared columns.
struct DriftJudgement {
  let step: DriftStep
  let drifts: [ColumnDrift]
  let outcomes: [DriftReading.Outcome]
  let kind: DriftReading.OutcomeKind
  let classOutcomes: [DriftReading.ClassOutcome]?
  let tableId: String
  let title: String?
  let words: Words
  /// What earlier editions said.
  var past = PastEditions()
  /// This edition, when the notebook names one.
  var edition: String?

  /// The columns without the scores, which are no column of the data.
  private var columns: [ColumnDrift] {
    step.model == nil ? drifts : Array(drifts.dropFirst())
  }

  private var drifted: Int { columns.count { $0.test?.isDrifted ?? false } }

  private var driftedShare: Double? {
    columns.isEmpty ? nil : Double(drifted) / Double(columns.count)
  }

  private var hasDrifted: Bool { driftedShare.map { $0 >= step.share } ?? false }

  /// The columns that moved most first; the scores before all.
  var ranked: [ColumnDrift] {
    let scores = step.model == nil ? [] : Array(drifts.prefix(1))
    return scores
      + columns.sorted {
        let (a, b) = ($0.stabilityIndex ?? -1, $1.stabilityIndex ?? -1)
        return a == b ? $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) : a > b
      }
  }

  var metrics: [Metric] {
    let index = NumberFormat.fixed(3)
    var metrics = [
      Metric(
        "columns", Double(columns.count), label: words("Columns compared", "比較した列数"),
        format: .thousands(0)),
      Metric(
        "drifted", Double(drifted), label: words("Columns drifted", "ドリフトした列数"),
        format: .thousands(0),
        direction: .lower),
      Metric(
        "drifted_share", driftedShare, label: words("Share of columns drifted", "ドリフトした列の割合"),
        format: .percent(0),
        direction: .lower),
      Metric(
        "dataset_drift", hasDrifted ? 1 : 0, label: words("Data set drifted", "データ全体のドリフト"),
        format: .fixed(0)),
      Metric(
        "max_psi", columns.compactMap(\.stabilityIndex).max(),
        label: words("Largest PSI of a column", "列のPSIの最大値"),
        format: index, direction: .lower),
    ]
    if step.model != nil {
      metrics.append(
        Metric(
          "score_psi", drifts.first?.stabilityIndex, label: words("PSI of the score", "スコアのPSI"),
          format: index,
          direction: .lower))
    }
    if case .classes = kind {
      metrics.append(
        Metric(
          "outcome_psi", outcomeDrift?.stabilityIndex, label: words("PSI of the outcome", "実績のPSI"),
          format: index,
          direction: .lower))
    } else if step.model != nil || step.target != nil {
      let rates = (outcomes.first?.rate, outcomes.last?.rate)
      let format = rateFormat
      metrics += [
        Metric(
          "reference_rate", rates.0,
          label: isMean
            ? words("Mean outcome then", "基準時の実績平均") : words("Observed rate then", "基準時の実績率"),
          format: format),
        Metric(
          "current_rate", rates.1,
          label: isMean
            ? words("Mean outcome now", "現時点の実績平均") : words("Observed rate now", "現時点の実績率"),
          format: format),
        Metric(
          "rate_change", rates.0.flatMap { then in rates.1.map { $0 - then } },
          label: isMean
            ? words("Change of the mean outcome", "実績平均の変化")
            : words("Change of the observed rate", "実績率の変化"), format: format),
      ]
    }
    if step.model != nil, !isOfClasses {
      metrics += [
        Metric(
          "reference_calibration", outcomes.first?.calibration,
          label: words("Observed over expected then", "基準時の実績／予測比"), format: .fixed(3)),
        Metric(
          "current_calibration", outcomes.last?.calibration,
          label: words("Observed over expected now", "現時点の実績／予測比"), format: .fixed(3)),
      ]
    }
    for place in step.columns {
      metrics.append(
        Metric(
          "psi_\(place.name)", drifts.last { $0.name == place.name }?.stabilityIndex,
          label: words("PSI of \(place.name)", "\(place.name)のPSI"), format: index,
          direction: .lower))
    }
    return metrics
  }

  var isMean: Bool { if case .mean = kind { true } else { false } }
  private var isOfClasses: Bool { if case .classes = kind { true } else { false } }
  var rateFormat: NumberFormat { isMean ? .significant(4) : .percent(2) }

  /// How far the shares of several classes have moved.
  var outcomeDrift: ColumnDrift? {
    guard let both = classOutcomes, both.count == 2 else { return nil }
    func counts(_ outcome: DriftReading.ClassOutcome) -> [String?: Int] {
      Dictionary(outcome.counts.map { ($0.key, $0.value) }) { first, _ in first }
    }
    return ColumnDrift("outcome", reference: counts(both[0]), current: counts(both[1]))
  }

  /// The verdict on the data set, in one sentence.
  var verdict: String {
    let share = NumberFormat.percent(0)
    let count = "\(drifted) of \(columns.count) columns drifted"
    let limit = "from \(share.string(step.share)) of them on"
    let counted = "\(columns.count)列中\(drifted)列がドリフト（基準は\(share.string(step.share))以上）"
    return hasDrifted
      ? words(
        "The data set has drifted: \(count) (\(limit)).", "データ全体がドリフトしています：\(counted)。")
      : words(
        "The data set has not drifted: \(count) (it would \(limit)).",
        "データ全体のドリフトは認められません：\(counted)。")
  }

  var remarks: [String] {
    var remarks: [String] = []
    let noisy = ranked.filter { band($0) == .noise }.map(title)
    if !noisy.isEmpty {
      remarks.append(
        words(
          "Not told apart from chance, because there are few rows: \(words.list(code: noisy)).",
          "件数が少なく、偶然の変動と区別できない列：\(words.list(code: noisy))。"))
    }
    for drift in ranked where drift.unseen > 0 {
      let rows = NumberFormat.thousands(0).string(Double(drift.unseen))
      let categories =
        drift.unseenCategories == 1
        ? "a category" : "\(drift.unseenCategories) categories"
      remarks.append(
        words(
          "\(rows) rows of `\(step.current.name)` have \(categories) of `\(drift.name)` that "
            + "`\(step.reference.name)` does not have.",
          "`\(step.current.name)`の\(rows)行の`\(drift.name)`は、`\(step.reference.name)`にない"
            + "\(drift.unseenCategories)種類の値です。"))
    }
    for drift in columns where drift.distance == nil && drift.isNumeric {
      let totals = drift.comparison.totals
      let isEmptyBefore = drift.missing.reference == totals.reference
      let isEmptyNow = drift.missing.current == totals.current
      let tables =
        (isEmptyBefore ? [step.reference.name] : []) + (isEmptyNow ? [step.current.name] : [])
      remarks.append(
        words(
          "`\(drift.name)` has no values in \(tables.map { "`\($0)`" }.joined(separator: " and in ")).",
          "`\(drift.name)`は\(tables.map { "`\($0)`" }.joined(separator: "と"))に値がありません。"))
    }
    return remarks
  }

  func band(_ drift: ColumnDrift) -> ColumnDrift.Band {
    drift.band(watch: step.watch, act: step.act)
  }

  var exhibits: [Exhibit] {
    var exhibits: [Exhibit] = [.table(table)]
    exhibits += step.charts.compactMap { picture in
      switch picture {
      case .ranking: .chart(ChartExhibit(id: "\(tableId)-ranking", chart: ranking))
      case .shapes: .chart(ChartExhibit(id: "\(tableId)-shapes", chart: shapes))
      case .editions: editions.map(Exhibit.table)
      }
    }
    if let bins { exhibits.append(.table(bins)) }
    exhibits.append(.table(statistics))
    if !outcomes.isEmpty { exhibits.append(.table(outcomeTable)) }
    if let table = classTable { exhibits.append(.table(table)) }
    return exhibits
  }

  // MARK: Charts

  private var subtitle: String {
    words(
      "\(step.current.name) against \(step.reference.name)",
      "\(step.reference.name)に対する\(step.current.name)")
  }

  private var ranking: Chart {
    Chart.driftRanking(
      ranked.compactMap { drift in
        drift.stabilityIndex.map {
          DriftBar(name: title(drift), index: $0, noise: drift.comparison.noiseBound)
        }
      }, watch: step.watch, act: step.act, subtitle: subtitle, words: words.ofCharts)
  }

  private var shapes: Chart {
    let number = NumberFormat.fixed(3)
    return Chart.driftShapes(
      ranked.prefix(step.drawn).map { drift in
        let index = drift.stabilityIndex.map { number.string($0) } ?? "–"
        let noise = drift.comparison.noiseBound.map { number.string($0) } ?? "–"
        let values: DriftShape.Values =
          switch drift.shape {
          case .numbers(let old, let new): .numbers(reference: old, current: new)
          case .categories(let categories):
            .categories(
              categories.map {
                DriftShape.Category(
                  name: words.bin($0.name, of: drift), reference: $0.reference, current: $0.current)
              })
          }
        var shape = DriftShape(
          name: title(drift), detail: words("\(index) (\(noise))", "\(index)（\(noise)）"),
          values: values)
        shape.isTime = drift.isDays
        return shape
      }, names: (step.reference.name, step.current.name),
      subtitle: words(
        "\(subtitle); behind each name its PSI and what sampling noise alone reaches",
        "\(subtitle)。列名の後はPSI、括弧内は標本誤差だけで届く値"), words: words.ofCharts)
  }
}
