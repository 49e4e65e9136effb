internal import Charting
internal import Learning
internal import Parsing
internal import Vocabulary

/// Everything a `fairness` step says of grouped rows.
struct FairnessJudgement {
  /// Groups made by one column, or by several together.
  struct Division {
    /// The columns.
    var columns: [String]
    /// All groups, by name.
    var groups: [GroupCounts]
    /// The group of each row.
    var members: [Int]
    /// The groups with enough rows for a verdict.
    var judged: [GroupCounts]

    var name: String { columns.joined(separator: " × ") }
    var prefix: String { columns.joined(separator: "_") }
  }

  private let step: FairnessStep
  private let rows: GroupedRows
  private let id: String
  private let title: String?
  private let words: Words
  private let divisions: [Division]
  private let overall: GroupCounts

  init(step: FairnessStep, rows: GroupedRows, id: String, title: String?, words: Words) {
    self.step = step
    self.rows = rows
    self.id = id
    self.title = title
    self.words = words
    var overall = GroupCounts(name: words("all rows", "全体"))
    for index in rows.labels.indices {
      overall.add(
        selected: rows.scores[index] >= step.threshold, label: rows.labels[index],
        score: rows.scores[index])
    }
    self.overall = overall
    let places = step.groups.map(\.name)
    divisions = step.divisions.map { columns in
      Self.division(columns, columns.compactMap { places.firstIndex(of: $0) }, rows, step)
    }
  }

  private static func division(
    _ columns: [String], _ places: [Int], _ rows: GroupedRows, _ step: FairnessStep
  ) -> Division {
    var names: [String] = []
    var known: [[Int]: Int] = [:]
    var groups: [GroupCounts] = []
    var members: [Int] = []
    for index in rows.labels.indices {
      let key = places.map { rows.members[$0][index] }
      let group: Int
      if let found = known[key] {
        group = found
      } else {
        group = groups.count
        known[key] = group
        let name = zip(places, key).map { rows.names[$0][$1] }.joined(separator: " × ")
        names.append(name)
        groups.append(GroupCounts(name: name))
      }
      groups[group].add(
        selected: rows.scores[index] >= step.threshold, label: rows.labels[index],
        score: rows.scores[index])
      members.append(group)
    }
    // Groups in the order of their names, whatever row came first.
    let order = groups.indices.sorted {
      names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8)
    }
    var place = [Int](repeating: 0, count: groups.count)
    for (new, old) in order.enumerated() { place[old] = new }
    let sorted = order.map { groups[$0] }
    return Division(
      columns: columns, groups: sorted, members: members.map { place[$0] },
      judged: sorted.filter { $0.rows >= step.minimum })
  }

  var groupNames: [String] { divisions.first?.groups.map(\.name) ?? [] }

  var lacksReference: Bool {
    if case .group(let place) = step.reference { !groupNames.contains(named(place)) } else { false }
  }

  /// The name of a group as it stands in the report.
  private func named(_ place: NamedPlace) -> String {
    place.name == GroupedRows.missing ? GroupedRows.missing(words) : place.name
  }

  private func reference(in division: Division) -> GroupCounts? {
    switch step.reference {
    case .overall: overall
    case .majority:
      division.judged.max { $0.rows == $1.rows ? $0.name > $1.name : $0.rows < $1.rows }
    case .group(let place): division.groups.first { $0.name == named(place) }
    }
  }

  /// The figures between groups, in the order of `FairnessStep.figures`.
  private static var figures: [(GroupParity) -> Double?] {
    [
      { $0.demographicParityDifference }, { $0.demographicParityRatio },
      { $0.equalizedOddsDifference }, { $0.equalizedOddsRatio }, { $0.equalOpportunityDifference },
    ]
  }

  // MARK: Metrics

  var metrics: [Metric] {
    let all = divisions.map { metrics(of: $0) }
    guard all.count > 1 else { return all.first ?? [] }
    return (all.first ?? [])
      + zip(divisions, all).flatMap { division, metrics in
        metrics.map { metric in
          var copy = metric
          copy.name = "\(division.prefix)_\(metric.name)"
          copy.label = metric.label.map { words.figure($0, of: division.name) }
          return copy
        }
      }
  }

  private func metrics(of division: Division) -> [Metric] {
    let parity = GroupParity(of: division.judged)
    // One group alone is equal to itself, which says nothing.
    let isComparable = division.judged.count > 1
    let intervals =
      isComparable
      ? parity.intervals(
        of: Self.figures, samples: step.samples, level: step.level,
        seed: UInt64(bitPattern: Int64(step.seed)))
      : Self.figures.map { _ in nil }
    var metrics = zip(zip(FairnessStep.figures, Self.figures), intervals).map { figure, interval in
      Metric(
        figure.0.name, isComparable ? figure.1(parity) : nil,
        label: FairnessStep.label(figure.0.name, words),
        format: .fixed(3),
        direction: figure.0.name.hasSuffix("ratio") ? .higher : .lower,
        interval: interval.map {
          Metric.Interval(low: $0.low, high: $0.high, level: step.level)
        })
    }
    let rule = reference(in: division).flatMap { parity.meetsFourFifthsRule(against: $0) }
    metrics += [
      Metric(
        "four_fifths", isComparable ? rule.map { $0 ? 1 : 0 } : nil,
        label: words("Four-fifths rule met", "5分の4ルールへの適合"), format: .fixed(0), direction: .higher),
      Metric(
        "groups", Double(division.groups.count), label: words("Groups", "グループ数"),
        format: .thousands(0)),
      Metric(
        "small_groups", Double(division.groups.count - division.judged.count),
        label: words("Groups without a verdict", "判定できないグループ数"), format: .thousands(0)),
    ]
    return metrics
  }

  var remarks: [String] {
    divisions.flatMap { division -> [String] in
      var remarks: [String] = []
      let small = division.groups.filter { $0.rows < step.minimum }
      if !small.isEmpty {
        let names = words.list(
          small.prefix(6).map { words("`\($0.name)` (\($0.rows))", "`\($0.name)`（\($0.rows)行）") })
        let more = small.count - 6
        remarks.append(
          words(
            "No verdict on groups of fewer than \(step.minimum) rows by \(division.name): \(names)"
              + (more > 0 ? " and \(more) more." : "."),
            "\(division.name)で\(step.minimum)行に満たないため判定しないグループ：\(names)"
              + (more > 0 ? "ほか\(more)グループ。" : "。")))
      }
      if division.judged.count < 2 {
        remarks.append(
          words(
            "By \(division.name) there is one group only that is large enough: there is nothing to "
              + "compare.",
            "\(division.name)では十分な行数のグループが1つだけのため、比較できません。")
        )
      }
      return remarks
    }
  }

  // MARK: Exhibits

  var exhibits: [Exhibit] {
    var exhibits: [Exhibit] = []
    for (index, division) in divisions.enumerated() {
      let base = divisions.count == 1 ? id : "\(id)-\(division.prefix)"
      exhibits.append(.table(table(of: division, base, isFirst: index == 0)))
      exhibits.append(.table(parityTable(of: division, "\(base)-parity")))
      for picture in step.charts {
        let chart = picture == .rates ? rates(of: division) : roc(of: division)
        exhibits.append(.chart(ChartExhibit(id: "\(base)-\(picture.rawValue)", chart: chart)))
      }
    }
    return exhibits
  }

  private func table(of division: Division, _ id: String, isFirst: Bool) -> TableExhibit {
    let base = reference(in: division)
    let groups = division.groups + [overall]
    func reals(_ rate: GroupRate) -> Column {
      Column(rate.rawValue, reals: groups.map { $0[rate] })
    }
    func against(_ figure: (Double, Double) -> Double?) -> [Double?] {
      groups.map { group in
        guard group.rows >= step.minimum, let base, let one = group[.selectionRate],
          let other = base[.selectionRate]
        else { return nil }
        return figure(one, other)
      }
    }
    let ratios = against { $1 == 0 ? nil : $0 / $1 }
    let outside = words("outside", "範囲外")
    let verdicts = zip(groups, ratios).map { group, ratio -> String? in
      if group.name == overall.name || group.name == base?.name { return nil }
      if group.rows < step.minimum { return words("too few rows", "行数不足") }
      return ratio.map {
        $0 >= 0.8 - 1e-12 && $0 <= 1.25 + 1e-12
          ? words("within 0.8 to 1.25", "範囲内（0.8〜1.25）") : outside
      }
    }
    let columns = [
      Column("group", texts: groups.map(\.name)),
      Column("rows", integers: groups.map { Int64($0.rows) }),
      Column("positives", integers: groups.map { Int64($0.positives) }),
      reals(.baseRate), reals(.selectionRate),
      Column("difference", reals: against { 100 * ($0 - $1) }), Column("ratio", reals: ratios),
      Column("verdict", texts: verdicts), reals(.truePositiveRate), reals(.falsePositiveRate),
      reals(.precision), reals(.calibration),
    ]
    let name = base?.name ?? words("none", "なし")
    let threshold = NumberFormat.significant(4).string(step.threshold)
    return TableExhibit(
      id: id,
      title: isFirst && divisions.count == 1
        ? title : words("By \(division.name)", "\(division.name)ごとの成績"),
      caption: (step.positive.map {
        words("Positive is \($0.name). ", "\($0.name)を陽性とします。")
      } ?? "")
        + words(
          "Called positive from a score of \(threshold) on. Difference and ratio of the rate called "
            + "positive are against \(name); the four-fifths rule asks for a ratio from 0.8 to 1.25.",
          "スコア\(threshold)以上を陽性と判定しています。差と比は陽性判定率の\(name)に対するもので、5分の4ルールでは比が"
            + "0.8〜1.25の範囲にあることを求めます。"),
      table: Table(columns: columns),
      formats: [
        "rows": .thousands(0), "positives": .thousands(0), "base_rate": .percent(1),
        "selection_rate": .percent(1), "difference": .fixed(1), "ratio": .fixed(2),
        "tpr": .percent(1), "fpr": .percent(1), "precision": .percent(1),
        "calibration": .fixed(2),
      ],
      labels: [
        "group": division.name, "rows": words.rows, "positives": words("Positives", "陽性件数"),
        "base_rate": words("Positive rate", "陽性率"),
        "selection_rate": words("Called positive", "陽性判定率"),
        "difference": words("Difference", "差"), "ratio": words("Ratio", "比"),
        "verdict": words("Four fifths", "5分の4ルール"), "tpr": "TPR", "fpr": "FPR",
        "precision": words.label(BinaryMetric.precision),
        "calibration": words("Observed / expected", "実績／予測比"),
      ], units: ["difference": words("pp", "ポイント")],
      emphasized: Set(verdicts.indices.filter { verdicts[$0] == outside }))
  }

  private func parityTable(of division: Division, _ id: String) -> TableExhibit {
    let metrics = metrics(of: division).prefix(FairnessStep.figures.count)
    let number = NumberFormat.fixed(3)
    var exhibit = TableExhibit(
      id: id,
      title: words(
        "Between the groups by \(division.name)", "\(division.name)ごとのグループ間の差"),
      caption: words(
        "Largest less smallest, or smallest over largest, of the \(division.judged.count) groups of "
          + "at least \(step.minimum) rows.",
        "\(step.minimum)行以上の\(division.judged.count)グループについて、差は最大値−最小値、比は最小値÷最大値です。"),
      table: Table(columns: [
        Column("figure", texts: metrics.map { $0.label ?? $0.name }),
        Column("value", reals: metrics.map(\.value)),
        Column(
          "interval",
          texts: metrics.map { metric in
            metric.interval.map { words.range(number.string($0.low), number.string($0.high)) }
          }),
      ]), formats: ["value": number],
      labels: [
        "figure": words("Figure", "指標"), "value": words("Value", "値"),
        "interval": words.interval(step.level),
      ])
    exhibit.figures = ["interval"]
    return exhibit
  }

  private func rates(of division: Division) -> Chart {
    Chart.groupRates(
      division.groups.map { group in
        let interval = ProportionInterval(
          of: Double(group.selected), in: Double(group.rows), level: step.level)
        return GroupBar(
          name: group.name, rate: group[.selectionRate] ?? .nan,
          interval: interval.map { $0.low...$0.high }, rows: group.rows,
          isSmall: group.rows < step.minimum)
      }, overall: overall[.selectionRate],
      title: words("Called positive by \(division.name)", "\(division.name)ごとの陽性判定率"),
      subtitle: words(
        "\(step.table.name), with \(words.interval(step.level))s",
        "\(step.table.name)、ひげは\(words.interval(step.level))"), words: words.ofCharts)
  }

  private func roc(of division: Division) -> Chart {
    var curves: [Charting.ROCCurve] = []
    var left = 0
    let ordered = division.groups.indices.sorted {
      let (a, b) = (division.groups[$0], division.groups[$1])
      return a.rows == b.rows ? $0 < $1 : a.rows > b.rows
    }
    for index in ordered {
      let group = division.groups[index]
      guard group.rows >= step.minimum, group.positives > 0, group.negatives > 0,
        curves.count < 6
      else {
        left += 1
        continue
      }
      let members = division.members.indices.filter { division.members[$0] == index }
      let ranked = RankedScores(
        scores: members.map { rows.scores[$0] }, labels: members.map { rows.labels[$0] })
      let point = group[.falsePositiveRate].flatMap { x in
        group[.truePositiveRate].map {
          OperatingPoint(threshold: step.threshold, x: x, y: $0)
        }
      }
      curves.append(
        Charting.ROCCurve(
          name: group.name,
          points: Learning.ROCCurve(of: ranked).points.map {
            Point2D(x: $0.falsePositiveRate, y: $0.truePositiveRate)
          }, auc: BinaryMetrics(of: ranked, threshold: step.threshold)[.auc], interval: nil,
          operatingPoint: point))
    }
    var chart = Chart.roc(
      curves, title: words("ROC by \(division.name)", "\(division.name)ごとのROC曲線"),
      words: words.ofCharts)
    if left > 0 {
      chart.note = words(
        "Groups of one class, of fewer than \(step.minimum) rows, or beyond the six largest are left "
          + "out: \(left).",
        "1クラスだけ、\(step.minimum)行未満、または上位6つに入らない\(left)グループは描いていません。")
    }
    return chart
  }
}
