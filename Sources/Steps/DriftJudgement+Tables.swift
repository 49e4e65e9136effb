internal import Charting
internal import Learning
internal import Vocabulary

/// The tables of a `drift` step.
extension DriftJudgement {
  var table: TableExhibit {
    let all = ranked
    func reals(_ name: String, _ value: (ColumnDrift) -> Double?) -> Column {
      Column(name, reals: all.map { value($0).flatMap { $0.isFinite ? $0 : nil } })
    }
    func share(_ count: Int, _ total: Int) -> Double? {
      total > 0 ? Double(count) / Double(total) : nil
    }
    let columns = [
      Column("column", texts: all.map(title)),
      reals("psi", \.stabilityIndex), reals("noise", \.comparison.noiseBound),
      Column("verdict", texts: all.map { word(band($0)) }),
      Column("test", texts: all.map { $0.test.map { words.test($0.name) } }),
      reals("figure") { $0.test?.value },
      Column(
        "drifted",
        texts: all.map { $0.test.map { $0.isDrifted ? words("yes", "あり") : words("no", "なし") } }),
      reals("missing_then") { share($0.missing.reference, $0.comparison.totals.reference) },
      reals("missing_now") { share($0.missing.current, $0.comparison.totals.current) },
      Column("unseen", integers: all.map { $0.isNumeric ? nil : Int64($0.unseen) }),
    ]
    let index = NumberFormat.fixed(4)
    return TableExhibit(
      id: tableId, title: title, caption: "\(verdict)\(words(" ", ""))\(conventions)",
      table: Table(columns: columns), shownRows: min(all.count, 12),
      formats: [
        "psi": index, "noise": index, "figure": index, "missing_then": .percent(1),
        "missing_now": .percent(1), "unseen": .thousands(0),
      ],
      labels: [
        "column": words.column, "psi": "PSI", "noise": words("Noise", "標本誤差"),
        "verdict": words.verdict, "test": words("Test", "検定・距離"),
        "figure": words("Figure", "検定値"), "drifted": words("Drifted", "ドリフト"),
        "missing_then": words("Missing then", "欠損率（基準）"),
        "missing_now": words("Missing now", "欠損率（現在）"),
        "unseen": words("Unseen rows", "新しい値の件数"),
      ],
      emphasized: Set(all.indices.filter { [.watch, .act].contains(band(all[$0])) }))
  }

  /// Every distance and statistic, for who wants to compare with another tool.
  var statistics: TableExhibit {
    let all = ranked
    func reals(_ name: String, _ value: (ColumnDrift) -> Double?) -> Column {
      Column(name, reals: all.map { value($0).flatMap { $0.isFinite ? $0 : nil } })
    }
    let columns = [
      Column("column", texts: all.map(title)),
      Column("bins", integers: all.map { Int64($0.bins.count) }),
      reals("ks") { $0.distance?.kolmogorovSmirnov },
      reals("wasserstein") { $0.distance?.wasserstein },
      reals("jensen_shannon", \.comparison.jensenShannon),
      reals("chi_squared") { $0.comparison.chiSquared?.statistic },
      Column(
        "degrees", integers: all.map { $0.comparison.chiSquared.map { Int64($0.degrees) } }),
      reals("p") { $0.comparison.chiSquared?.p },
    ]
    return TableExhibit(
      id: "\(tableId)-statistics", title: words("Distances and statistics", "距離と統計量"),
      caption: words(
        "Kolmogorov-Smirnov and Wasserstein of the values; Jensen-Shannon (natural logarithm) "
          + "and chi-squared (homogeneity, without correction) over the bins.",
        "KS（コルモゴロフ–スミルノフ）とワッサースタイン距離は値そのもの、イェンセン–シャノン距離（自然対数）と"
          + "カイ二乗（一様性、補正なし）は区間の割合から計算しています。"),
      table: Table(columns: columns), shownRows: min(all.count, 5),
      formats: [
        "ks": .fixed(3), "wasserstein": .significant(4), "jensen_shannon": .fixed(3),
        "chi_squared": .significant(4), "p": .significant(3),
      ],
      labels: [
        "column": words.column, "bins": words("Bins", "区間数"), "ks": "KS",
        "wasserstein": words("Wasserstein", "ワッサースタイン"),
        "jensen_shannon": words("Jensen-Shannon", "イェンセン–シャノン"),
        "chi_squared": words("Chi-squared", "カイ二乗"), "degrees": words("Degrees", "自由度"),
        "p": words("p", "p値"),
      ])
  }

  func word(_ band: ColumnDrift.Band) -> String {
    switch band {
    case .stable: words("stable", "安定")
    case .watch: words("watch", "注意")
    case .act: words("act", "要対応")
    case .noise: words("within noise", "誤差の範囲")
    }
  }

  /// The column; the scores have a name of their own.
  func title(_ drift: ColumnDrift) -> String {
    guard step.model != nil, drift.name == drifts.first?.name else { return drift.name }
    return switch drift.name {
    case "score": words(drift.name, "スコア")
    case "prediction": words(drift.name, "予測値")
    case "predicted class": words(drift.name, "予測クラス")
    default: drift.name
    }
  }

  /// What the figures are made of, as they cannot be compared without it.
  var conventions: String {
    let number = NumberFormat.significant(3)
    let (watch, act) = (number.string(step.watch), number.string(step.act))
    return words(
      "Then is \(step.reference.name), now is \(step.current.name). PSI over \(step.bins) quantile "
        + "bins of then, or its categories; missing and unseen values have bins of their own, and a share "
        + "of zero counts as 0.0001. From \(watch) on watch, from \(act) on act, unless sampling noise "
        + "alone (95%) reaches as far. A column has drifted by its test: p below 0.05 up to 1,000 rows of "
        + "then, a distance of at least 0.1 beyond.",
      "基準は\(step.reference.name)、現在は\(step.current.name)です。PSIは基準の\(step.bins)分位の区間"
        + "（文字列は値ごと）で計算し、欠損と新しい値は別の区間とし、割合0は0.0001とみなします。PSIが\(watch)以上で"
        + "「注意」、\(act)以上で「要対応」とし、標本誤差（95%）だけで届く場合は「誤差の範囲」とします。ドリフトの有無は、"
        + "基準が1,000行以下なら検定のp値が0.05未満、それを超えるなら距離が0.1以上かどうかで判定します。")
  }

  /// Where the columns moved: that of the one that moved most is shown, the file has all.
  var bins: TableExhibit? {
    let all = ranked
    guard let first = all.first, first.comparison.shares != nil else { return nil }
    var column: [String?] = []
    var bin: [String?] = []
    var shares: (then: [Double?], now: [Double?]) = ([], [])
    for drift in all {
      guard let both = drift.comparison.shares else { continue }
      column += drift.bins.map { _ in title(drift) }
      bin += drift.bins.map { words.bin($0, of: drift) }
      shares.then += both.reference
      shares.now += both.current
    }
    var exhibit = TableExhibit(
      id: "\(tableId)-bins", title: words("Where \(first.name) moved", "\(title(first))の変動の内訳"),
      table: Table(columns: [
        Column("column", texts: column), Column("bin", texts: bin),
        Column("then", reals: shares.then), Column("now", reals: shares.now),
        Column(
          "change",
          reals: zip(shares.then, shares.now).map { then, now in
            then.flatMap { then in now.map { 100 * ($0 - then) } }
          }),
      ]), shownRows: first.bins.count,
      formats: ["then": .percent(1), "now": .percent(1), "change": .fixed(1)],
      labels: [
        "column": words.column, "bin": words("Bin", "区間"),
        "then": words("Share then", "割合（基準）"), "now": words("Share now", "割合（現在）"),
        "change": words("Change", "変化"),
      ], units: ["change": words("pp", "ポイント")])
    exhibit.changes = ["change": .none]
    return exhibit
  }

  /// The classes by their shares then and now, with what the model expects.
  var classTable: TableExhibit? {
    guard let both = classOutcomes, both.count == 2 else { return nil }
    let names = Set(both.flatMap { $0.counts.keys }).union(both.flatMap { $0.expected.keys }).sorted
    {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    func shares(_ outcome: DriftReading.ClassOutcome) -> [Double?] {
      names.map { Double(outcome.counts[$0] ?? 0) / Double(outcome.labelled) }
    }
    let psi = outcomeDrift?.stabilityIndex.map { NumberFormat.fixed(3).string($0) } ?? "–"
    let noise =
      outcomeDrift?.comparison.noiseBound.map { NumberFormat.fixed(3).string($0) } ?? "–"
    return TableExhibit(
      id: "\(tableId)-outcomes", title: words("Outcomes then and now", "基準時と現時点の実績"),
      caption: words(
        "PSI of the outcome \(psi); sampling noise alone (95%) reaches \(noise). Expected is the "
          + "mean probability that the model gives.",
        "実績のPSIは\(psi)、標本誤差だけで届く値（95%）は\(noise)です。予測はモデルの確率の平均です。"),
      table: Table(columns: [
        Column("class", texts: names), Column("then", reals: shares(both[0])),
        Column("expected_then", reals: names.map { both[0].expected[$0] }),
        Column("now", reals: shares(both[1])),
        Column("expected_now", reals: names.map { both[1].expected[$0] }),
      ]),
      formats: [
        "then": .percent(2), "expected_then": .percent(2), "now": .percent(2),
        "expected_now": .percent(2),
      ],
      labels: [
        "class": words("Class", "クラス"), "then": words("Observed then", "実績（基準）"),
        "expected_then": words("Expected then", "予測（基準）"),
        "now": words("Observed now", "実績（現在）"), "expected_now": words("Expected now", "予測（現在）"),
      ])
  }

  var outcomeTable: TableExhibit {
    let intervals = outcomes.map {
      ProportionInterval(of: Double($0.positives), in: Double($0.labelled), level: 0.95)
    }
    var columns = [
      Column("rows_of", texts: outcomes.map(\.name)),
      Column("rows", integers: outcomes.map { Int64($0.labelled) }),
      Column("rate", reals: outcomes.map(\.rate)),
    ]
    if !isMean {
      columns += [
        Column("low", reals: intervals.map { $0?.low }),
        Column("high", reals: intervals.map { $0?.high }),
      ]
    }
    if step.model != nil {
      columns += [
        Column("expected", reals: outcomes.map(\.meanScore)),
        Column("calibration", reals: outcomes.map(\.calibration)),
      ]
    }
    return TableExhibit(
      id: "\(tableId)-outcomes", title: words("Outcomes then and now", "基準時と現時点の実績"),
      table: Table(columns: columns),
      formats: [
        "rows": .thousands(0), "rate": rateFormat, "low": .percent(2), "high": .percent(2),
        "expected": rateFormat, "calibration": .fixed(3),
      ],
      labels: [
        "rows_of": words("Rows of", "表"), "rows": words("With outcome", "実績のある件数"),
        "rate": isMean ? words("Mean outcome", "実績平均") : words("Observed rate", "実績率"),
        "low": words("95% from", "95%下限"), "high": words("to", "95%上限"),
        "expected": words("Expected", "予測"),
        "calibration": words("Observed over expected", "実績／予測比"),
      ])
  }
}
