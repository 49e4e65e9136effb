internal import Charting
internal import Learning
internal import Vocabulary

/// The figures, tables and picture of a comparison.
extension Comparison {
  private var words: Words { workspace.words }

  /// What people call a competitor.
  private func title(_ name: String) -> String {
    name == Self.dummy ? words(name, "ダミー") : name
  }

  func metrics(of best: Standing, _ standings: [Standing]) -> [Metric] {
    func metric(
      _ name: String, _ label: String, _ figure: ComparedMetric, _ figures: FoldFigures?
    ) -> Metric {
      Metric(
        name, figures?.mean, label: label, format: figure.format,
        direction: figure.isHigher ? .higher : .lower,
        interval: figures?.interval.map {
          Metric.Interval(low: $0.lowerBound, high: $0.upperBound, level: step.level)
        })
    }
    let own = ComparedMetric.figures(of: target.task).map {
      metric(
        $0.name, $0.name == "precision" ? words.label(BinaryMetric.precision) : $0.label(words), $0,
        best.figures[$0])
    }
    let counts = [
      Metric(
        "folds", Double(step.folds), label: words("Folds", "分割数"), format: .thousands(0)),
      Metric("rows", Double(rowCount), label: words.rows, format: .thousands(0)),
    ]
    // In the order of the notebook, so that a change of rank is no change of place.
    let names = step.competitors.map(\.name) + [Self.dummy]
    return own + counts
      + names.map { name in
        metric(
          "\(name)_\(key.name)", words.figure(key.label(words), of: title(name)), key,
          standings.first { $0.name == name }?.figures[key])
      }
  }

  func table(_ standings: [Standing], best: Int) -> TableExhibit {
    var columns = [Column("algorithm", texts: standings.map { title($0.name) })]
    var labels = ["algorithm": words("Algorithm", "アルゴリズム"), "note": words.note]
    var formats: [String: NumberFormat] = [:]
    for figure in ComparedMetric.figures(of: target.task) {
      columns.append(Column(figure.name, reals: standings.map { $0.figures[figure]?.mean }))
      labels[figure.name] = figure.label(words)
      formats[figure.name] = figure.format
    }
    if standings.contains(where: { $0.error != nil }) {
      columns.append(Column("note", texts: standings.map(\.error)))
    }
    return TableExhibit(
      id: "\(workspace.stepName)-table",
      title: workspace.settings.title
        ?? words("Algorithms by \(key.label(words))", "アルゴリズムの比較（\(key.label(words))順）"),
      caption: caption(best: standings[best].name),
      table: Table(columns: columns), formats: formats, labels: labels, emphasized: [best])
  }

  /// What the means are over, and which model is handed on.
  private func caption(best: String) -> String {
    let isStratified = target.task != .regression && step.foldColumn == nil
    let (rows, threshold) = (
      words.count(rowCount), NumberFormat.significant(4).string(step.threshold)
    )
    let named = step.foldColumn.map { " by `\($0.name)`" } ?? ""
    let meaning =
      switch target.task {
      case .binary:
        words(
          "; a row is called positive from \(threshold) on", "スコア\(threshold)以上を陽性と判定しています。")
      case .multiclass:
        words(
          "; recall, precision and F1 are means by how many rows a class has",
          "再現率、適合率、F1はクラスの件数による加重平均です。")
      case .regression: ""
      }
    return words(
      "Means over \(step.folds) \(isStratified ? "stratified " : "")folds\(named) of \(rows) training "
        + "rows (seed \(step.base.seed))\(meaning). \(best) was trained again on all of them and is "
        + "the model \(workspace.stepName).",
      "学習データ\(rows)行を\(step.foldColumn.map { "`\($0.name)`により" } ?? "")\(step.folds)個に"
        + "\(isStratified ? "層化" : "")分割した交差検証の平均です（シード\(step.base.seed)）。\(meaning)"
        + "\(best)をすべての行で学習し直したものがモデル\(workspace.stepName)です。")
  }

  func intervals(_ standings: [Standing], best: Int) -> TableExhibit {
    var columns = [Column("algorithm", texts: standings.map { title($0.name) })]
    var labels = ["algorithm": words("Algorithm", "アルゴリズム")]
    for figure in ComparedMetric.figures(of: target.task) {
      let format = target.task == .regression ? figure.format : .fixed(3)
      columns.append(
        Column(
          figure.name,
          texts: standings.map { standing in
            standing.figures[figure]?.interval.map {
              "\(format.string($0.lowerBound))–\(format.string($0.upperBound))"
            }
          }))
      labels[figure.name] = figure.label(words)
    }
    let percent = NumberFormat.significant(3).string(step.level * 100)
    var exhibit = TableExhibit(
      id: "\(workspace.stepName)-intervals",
      title: words(
        "\(percent)% intervals over the folds", "交差検証の\(percent)%信頼区間"),
      table: Table(columns: columns), labels: labels, emphasized: [best])
    exhibit.figures = Set(columns.dropFirst().map(\.name))
    return exhibit
  }

  func chart(_ standings: [Standing], best: Standing) -> ChartExhibit {
    ChartExhibit(
      id: workspace.stepName,
      chart: .comparison(
        ([best] + standings.filter { $0.name != best.name }).map { standing in
          let figures = standing.figures[key]
          return ComparedFigure(
            name: title(standing.name), value: figures?.mean, interval: figures?.interval,
            isBaseline: standing.competitor == nil)
        }, label: key.label(words),
        title: words("\(key.label(words)) by algorithm", "アルゴリズム別の\(key.label(words))"),
        subtitle: words(
          "Mean and interval over \(step.folds) folds", "\(step.folds)分割の平均と信頼区間"),
        words: words.ofCharts))
  }
}
