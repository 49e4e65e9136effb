import Vocabulary

extension Chart {
  /// Counts by actual and predicted class, with each row's percentages as darkness.
  ///
  /// `counts[i][j]` is the number of rows of actual class i that were predicted as class j.
  public static func confusion(
    labels: [String], counts: [[Int]], title: String? = nil, subtitle: String? = nil,
    words: Words = .english
  ) -> Chart {
    let title = title ?? words.confusionTitle
    // Axes are keyed by name, so equal names must be told apart.
    var seen: [String: Int] = [:]
    let names = labels.map { name in
      seen[name, default: 0] += 1
      let times = seen[name] ?? 1
      return times == 1 ? name : "\(name) (\(times))"
    }
    let format = NumberFormat.thousands(0)
    var cells: [CellMark.Cell] = []
    var columns: (actual: [String?], predicted: [String?], count: [Int64?]) = ([], [], [])
    for (actual, row) in zip(names, counts) {
      let total = row.reduce(0.0) { $0 + Double($1) }
      for (predicted, count) in zip(names, row) {
        let share = total > 0 ? Double(count) / total : 0
        let percent = NumberFormat.percent(1).string(share)
        let number = format.string(Double(count))
        cells.append(
          CellMark.Cell(
            x: predicted, y: actual, share: share, lines: [number, words.ofRow(percent)],
            tip:
              "\(words.actual) \(actual)\(words.comma)\(words.predicted) \(predicted)"
              + "\(words.colon)\(number)\(words.aside(percent))"))
        columns.actual.append(actual)
        columns.predicted.append(predicted)
        columns.count.append(Int64(count))
      }
    }
    let x = Axis(label: words.predicted, kind: .band, hasGrid: false, categories: names)
    let y = Axis(label: words.actual, kind: .band, hasGrid: false, categories: names)
    var chart = Chart(
      panels: [Panel(x: x, y: y, marks: [.cell(CellMark(cells: cells, label: title))])],
      title: title, subtitle: subtitle, width: min(720, 200 + 120 * Double(max(2, names.count))))
    chart.plotHeight = 64 * Double(max(2, names.count))
    chart.words = words
    chart.data = Table(
      columns: [
        Column("actual", texts: columns.actual), Column("predicted", texts: columns.predicted),
        Column("count", integers: columns.count),
      ])
    chart.summary =
      words.sentence(of: cells.prefix(16).map(\.tip))
    chart.kind = .confusion
    return chart
  }
}
