internal import Charting
internal import Comparing
internal import Vocabulary

/// A chart's data of both versions in one picture: curves over one another with the area between
/// them shaded, bars side by side.
struct OverlayChart {
  let words: Words

  /// The picture; nil when the data has no shape that two versions can share.
  func chart(_ given: Difference.Overlay) -> Chart? {
    let overlay = given.visible
    let rows = overlay.old + overlay.new
    guard !rows.isEmpty else { return nil }
    let texts = overlay.columns.indices.filter { !isNumeric(rows, $0) && !isDate(rows, $0) }
    let numbers = overlay.columns.indices.filter { isNumeric(rows, $0) }
    let dates = overlay.columns.indices.filter { isDate(rows, $0) }
    var options = Chart.Options()
    options.title = overlay.title
    options.subtitle = words.pick("old and new", "変更前と変更後")
    options.words = words.ofCharts
    let x: Int
    let ys: [Int]
    var series: Int?
    let isBar: Bool
    let figures = numbers.filter { !Self.boundNames.contains(overlay.columns[$0]) }
    if let date = dates.first, !figures.isEmpty {
      (x, ys, series, isBar) = (date, figures, texts.first, false)
    } else if overlay.columns.prefix(2) == ["from", "to"], numbers.count >= 3 {
      // The bins of a histogram: a count over where the bin begins.
      (x, ys, series, isBar) = (numbers[0], [numbers[2]], texts.first, false)
    } else if figures.count >= 2 {
      (x, ys, series, isBar) = (figures[0], Array(figures.dropFirst()), texts.first, false)
    } else if let category = texts.first, let number = figures.first,
      isUnique(overlay.old, category), isUnique(overlay.new, category)
    {
      (x, ys, isBar) = (category, [number], true)
    } else {
      return nil
    }
    if !isBar, isPath(overlay.old, x), isPath(overlay.new, x) {
      return curves(overlay, x: x, ys: ys, series: series, isDate: dates.contains(x))
    }
    options.xLabel = overlay.columns[x]
    options.yLabel = ys.count == 1 ? overlay.columns[ys[0]] : ""
    var (places, heights, versions): ([String?], [Double?], [String]) = ([], [], [])
    for y in ys.prefix(4) {
      for (rows, side) in [(overlay.old, words.oldSide), (overlay.new, words.newSide)] {
        for row in rows {
          places.append(cell(row, x))
          heights.append(cell(row, y).flatMap { Double($0) })
          let names = [
            series.flatMap { cell(row, $0) }, ys.count > 1 ? overlay.columns[y] : nil, side,
          ]
          versions.append(words.list(names.compactMap(\.self)))
        }
      }
    }
    guard Set(versions).count <= 8 else { return nil }
    let table = Table(columns: [
      column("x", places, isNumber: numbers.contains(x), isDate: dates.contains(x)),
      Column("y", reals: heights), Column("version", texts: versions),
    ])
    return try? .overlay(
      isBar ? .bar : .point, of: table, x: "x", y: "y", version: "version", names: sides,
      options: options)
  }

  /// Whether a category stands for one row: rows of many would be summed.
  private func isUnique(_ rows: [[String?]], _ x: Int) -> Bool {
    Set(rows.map { cell($0, x) }).count == rows.count
  }

  private var sides: (old: String, new: String) { (words.oldSide, words.newSide) }

  /// A panel for each series and each column of heights; nil when nobody could read so many.
  private func curves(
    _ overlay: Difference.Overlay, x: Int, ys: [Int], series: Int?, isDate: Bool
  ) -> Chart? {
    let isHistogram = overlay.columns.prefix(2) == ["from", "to"]
    // Bins of other widths are compared by what they hold for their width.
    let isDensity =
      isHistogram && overlay.old.map { $0.prefix(2) } != overlay.new.map { $0.prefix(2) }
    func points(_ rows: [[String?]], _ y: Int, of name: String?) -> [Point2D] {
      rows.filter { series == nil || cell($0, series ?? 0) == name }.flatMap { row -> [Point2D] in
        guard let place = number(cell(row, x), isDate: isDate),
          let height = cell(row, y).flatMap({ Double($0) })
        else { return [] }
        guard isHistogram, let end = cell(row, x + 1).flatMap({ Double($0) }) else {
          return [Point2D(x: place, y: height)]
        }
        // A bin is as high at its end as at its beginning.
        let level = isDensity ? height / (total(rows, y) * (end - place)) : height
        return [Point2D(x: place, y: level), Point2D(x: end, y: level)]
      }
    }
    var names: [String?] = [nil]
    if let series {
      var seen: Set<String> = []
      names = (overlay.new + overlay.old).compactMap { cell($0, series) }
        .filter { seen.insert($0).inserted }
    }
    guard names.count * min(ys.count, 4) <= 8 else { return nil }
    let all = names.flatMap { name in
      ys.prefix(4).map { y in
        let parts = [name, ys.count > 1 ? overlay.columns[y] : nil].compactMap(\.self)
        return OverlaidCurve(
          name: parts.isEmpty ? nil : words.list(parts),
          old: points(overlay.old, y, of: name), new: points(overlay.new, y, of: name))
      }
    }
    let isUnitSquare =
      ys.count == 1 && Self.squares.contains([overlay.columns[x], overlay.columns[ys[0]]])
    return .overlay(
      all, x: isHistogram ? "" : overlay.columns[x],
      y: isDensity ? words.pick("density", "密度") : ys.count == 1 ? overlay.columns[ys[0]] : "",
      axes: isDate ? .days : isUnitSquare ? .unitSquare : .numbers, names: sides,
      title: overlay.title, words: words.ofCharts)
  }

  private func total(_ rows: [[String?]], _ y: Int) -> Double {
    rows.reduce(0) { $0 + (cell($1, y).flatMap { Double($0) } ?? 0) }
  }

  /// Curves whose axes both go from 0 to 1.
  private static let squares: [[String]] = [["fpr", "tpr"], ["recall", "precision"]]

  private func number(_ text: String?, isDate: Bool) -> Double? {
    guard isDate else { return text.flatMap { Double($0) } }
    return text.flatMap { CalendarDate(parsing: $0) }.map { Double($0.daysSinceEpoch) }
  }

  /// Columns that hold the ends of intervals around another.
  private static let boundNames: Set<String> = ["low", "high", "lower", "upper"]

  private func column(
    _ name: String, _ cells: [String?], isNumber: Bool, isDate: Bool
  ) -> Column {
    if isNumber { return Column(name, reals: cells.map { $0.flatMap { Double($0) } }) }
    if isDate {
      return Column(
        name: name, type: .date,
        cells: .dates(cells.map { $0.flatMap { CalendarDate(parsing: $0) } }))
    }
    return Column(name, texts: cells)
  }

  private func cell(_ row: [String?], _ column: Int) -> String? {
    column < row.count ? row[column] : nil
  }

  private func isNumeric(_ rows: [[String?]], _ column: Int) -> Bool {
    let cells = rows.compactMap { cell($0, column) }
    return !cells.isEmpty && cells.allSatisfy { Double($0) != nil }
  }

  private func isDate(_ rows: [[String?]], _ column: Int) -> Bool {
    let cells = rows.compactMap { cell($0, column) }
    return !cells.isEmpty && cells.allSatisfy { CalendarDate(parsing: $0) != nil }
  }

  /// Whether rows follow a curve: most steps go to the right or stay.
  private func isPath(_ rows: [[String?]], _ x: Int) -> Bool {
    let places = rows.compactMap { row -> Double? in
      guard let text = cell(row, x) else { return nil }
      return Double(text) ?? CalendarDate(parsing: text).map { Double($0.daysSinceEpoch) }
    }
    let forward = zip(places, places.dropFirst()).count { $0 <= $1 }
    return places.count < 2 || Double(forward) >= 0.9 * Double(places.count - 1)
  }
}

extension Difference.Overlay {
  /// The same without signs that turn or hide what stands beside them.
  fileprivate var visible: Difference.Overlay {
    func shown(_ text: String) -> String {
      text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } ? text : visibleText(text)
    }
    func shown(_ rows: [[String?]]) -> [[String?]] {
      rows.map { row in row.map { cell in cell.map { shown($0) } } }
    }
    var copy = self
    copy.title = title.map { shown($0) }
    copy.columns = columns.map { shown($0) }
    (copy.old, copy.new) = (shown(old), shown(new))
    return copy
  }
}
