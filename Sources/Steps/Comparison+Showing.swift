internal import Charting
internal import Learning
internal import Vocabulary

/// The figures, tables and picture of a comparison.
extension Comparison {
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
      metric($0.name, $0.name == "precision" ? "Precision" : $0.label, $0, best.figures[$0])
    }
    let counts = [
      Metric("folds", Double(step.folds), label: "Folds", format: .thousands(0)),
      Metric("rows", Double(rowCount), label: "Rows", format: .thousands(0)),
    ]
    // In the order of the notebook, so that a change of rank is no change of place.
    let names = step.competitors.map(\.name) + [Self.dummy]
    return own + counts
      + names.map { name in
        metric(
          "\(name)_\(key.name)", "\(key.label), \(name)", key,
          standings.first { $0.name == name }?.figures[key])
      }
  }

  func table(_ standings: [Standing], best: Int) -> TableExhibit {
    var columns = [Column("algorithm", texts: standings.map(\.name))]
    var labels = ["algorithm": "Algorithm", "note": "Note"]
    var formats: [String: NumberFormat] = [:]
    for figure in ComparedMetric.figures(of: target.task) {
      columns.append(Column(figure.name, reals: standings.map { $0.figures[figure]?.mean }))
      labels[figure.name] = figure.label
      formats[figure.name] = figure.format
    }
    if standings.contains(where: { $0.error != nil }) {
      columns.append(Column("note", texts: standings.map(\.error)))
    }
    let isOfNumbers = target.task == .regression
    let kind = isOfNumbers || step.foldColumn != nil ? "" : "stratified "
    let named = step.foldColumn.map { " by `\($0.name)`" } ?? ""
    let folds = "Means over \(step.folds) \(kind)folds\(named) of "
    let threshold = NumberFormat.significant(4).string(step.threshold)
    let meaning =
      switch target.task {
      case .binary: "; a row is called positive from \(threshold) on"
      case .multiclass: "; recall, precision and F1 are means by how many rows a class has"
      case .regression: ""
      }
    return TableExhibit(
      id: "\(workspace.stepName)-table",
      title: workspace.settings.title ?? "Algorithms by \(key.label)",
      caption: folds + NumberFormat.thousands(0).string(Double(rowCount))
        + " training rows (seed \(step.base.seed))\(meaning). "
        + "\(standings[best].name) was trained again on all of them and is the model "
        + "\(workspace.stepName).",
      table: Table(columns: columns), formats: formats, labels: labels, emphasized: [best])
  }

  func intervals(_ standings: [Standing], best: Int) -> TableExhibit {
    let level = NumberFormat.significant(3).string(step.level * 100)
    var columns = [Column("algorithm", texts: standings.map(\.name))]
    var labels = ["algorithm": "Algorithm"]
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
      labels[figure.name] = figure.label
    }
    return TableExhibit(
      id: "\(workspace.stepName)-intervals", title: "\(level)% intervals over the folds",
      table: Table(columns: columns), labels: labels, emphasized: [best])
  }

  func chart(_ standings: [Standing], best: Standing) -> ChartExhibit {
    ChartExhibit(
      id: workspace.stepName,
      chart: .comparison(
        ([best] + standings.filter { $0.name != best.name }).map { standing in
          let figures = standing.figures[key]
          return ComparedFigure(
            name: standing.name, value: figures?.mean, interval: figures?.interval,
            isBaseline: standing.competitor == nil)
        }, label: key.label, title: "\(key.label) by algorithm",
        subtitle: "Mean and interval over \(step.folds) folds"))
  }
}
