import Vocabulary

extension TableChart {
  mutating func lines() -> Chart {
    var data = data(x: encoding.x, y: encoding.y, keepsGaps: mark == .line)
    var xAxis = axis(
      encoding.x, label: options.xLabel, format: options.xFormat,
      isLogarithmic: options.isXLogarithmic)
    var yAxis = axis(
      encoding.y.first, label: yLabel, format: options.yFormat,
      isLogarithmic: options.isYLogarithmic && mark == .line)
    yAxis.isInteger = false
    xAxis.isNice = false
    xAxis.hasGrid = false
    if xAxis.kind == .band {
      xAxis.categories = distinct(data.map { xAxis.text($0.x) })
    } else {
      data = data.enumerated().sorted {
        let (left, right) = ($0.element.x.number ?? 0, $1.element.x.number ?? 0)
        return left == right ? $0.offset < $1.offset : left < right
      }.map(\.element)
    }
    let stack = options.stack ?? (mark == .area ? .zero : .none)
    if mark == .area { yAxis.includesZero = true }
    if stack == .normalized, yAxis.format == nil { yAxis.format = .percent(0) }

    let (series, extra) = shownSeries(data)
    let inks = inks(series)
    let facetNames = facets(data)
    let isDirect =
      mark == .line && encoding.facet == nil && series.count > 1
      && (options.naming == .direct || (options.naming == .automatic && series.count <= 6))
    var panels: [Panel] = []
    for facet in facetNames {
      let inFacet = data.filter { $0.facet == facet }
      var marks: [Mark] = []
      if mark == .area, stack != .none {
        marks = stacked(inFacet, series, inks, isNormalized: stack == .normalized)
      } else {
        for (index, name) in (series.isEmpty ? [nil] : series.map(Optional.some)).enumerated() {
          let own = inFacet.filter { $0.series == name }
          marks += layers(
            own, name, ink: name.flatMap { inks[$0] } ?? .series(index), isDirect, xAxis, yAxis)
        }
        for name in extra {
          let own = inFacet.filter { $0.series == name }
          marks.insert(contentsOf: layers(own, name, ink: .reference, false, xAxis, yAxis), at: 0)
        }
      }
      panels.append(Panel(title: facet, x: xAxis, y: yAxis, marks: marks))
    }
    var chart = Chart(panels: panels)
    if !isDirect {
      chart.legend = legend(series, symbol: mark == .area ? .swatch : .line)
      if !extra.isEmpty, !chart.legend.isEmpty {
        chart.legend.append(
          LegendEntry(label: words.other, ink: .reference, symbol: .line, pattern: 1))
      }
    }
    chart.data = plotted(data, xAxis: xAxis)
    chart.summary = lineSummary(data, series, xAxis, yAxis)
    return chart
  }

  private func layers(
    _ data: [Datum], _ name: String?, ink: Ink, _ isDirect: Bool, _ xAxis: Axis, _ yAxis: Axis
  ) -> [Mark] {
    guard !data.isEmpty else { return [] }
    var marks: [Mark] = []
    let title = name ?? yAxis.label ?? ""
    let band = data.compactMap { datum -> AreaMark.Point? in
      guard let low = datum.low, let high = datum.high, low.isFinite, high.isFinite else {
        return nil
      }
      return AreaMark.Point(x: datum.x, low: low, high: high)
    }
    if !band.isEmpty {
      marks.append(.area(AreaMark(name: title, points: band, ink: ink, isBand: true)))
    }
    if mark == .area {
      let points = data.compactMap { datum in
        datum.y.number.map { AreaMark.Point(x: datum.x, low: 0, high: $0) }
      }
      marks.append(.area(AreaMark(name: title, points: points, ink: ink)))
      return marks
    }
    let points = data.map { datum in
      let y = datum.y.number.flatMap { $0.isFinite ? $0 : nil }
      let tip =
        data.count > LineMark.maximumTips
        ? nil
        : y.map { value in
          words.list(
            [name, xAxis.text(datum.x) + words.colon + yAxis.text(.number(value))]
              .compactMap(\.self))
        }
      return LineMark.Point(x: datum.x, y: y, tip: tip)
    }
    marks.append(
      .line(
        LineMark(
          name: title, points: points, ink: ink, dash: isDirect || name == nil ? 0 : ink.dashIndex,
          isThin: ink == .reference, endLabel: isDirect ? name : nil)))
    return marks
  }

  /// Areas on top of each other. A series without a value at a place counts as zero there.
  private func stacked(
    _ data: [Datum], _ series: [String], _ inks: [String: Ink], isNormalized: Bool
  ) -> [Mark] {
    var places: [Position] = []
    var values: [Position: [String: Double]] = [:]
    for datum in data {
      if values[datum.x] == nil { places.append(datum.x) }
      let name = datum.series.map { series.contains($0) ? $0 : words.other } ?? ""
      values[datum.x, default: [:]][name, default: 0] += datum.y.number ?? 0
    }
    let names = series.isEmpty ? [""] : series
    var base: [Position: Double] = [:]
    return names.map { name in
      let points = places.map { place in
        let row = values[place] ?? [:]
        // Summed in the order of the series, so that the last digit does not depend on hashing.
        let total = names.reduce(0) { $0 + abs(row[$1] ?? 0) }
        let share = isNormalized ? (total > 0 ? (row[name] ?? 0) / total : 0) : row[name] ?? 0
        let low = base[place] ?? 0
        base[place] = low + share
        return AreaMark.Point(x: place, low: low, high: low + share)
      }
      return .area(AreaMark(name: name, points: points, ink: inks[name] ?? .series(0)))
    }
  }

  /// The series that get a colour, and those that are drawn in grey.
  private mutating func shownSeries(_ data: [Datum]) -> (shown: [String], extra: [String]) {
    let series = distinct(data.compactMap(\.series))
    let limit = max(2, options.maximumSeries)
    guard series.count > limit else { return (series, []) }
    let shown = Array(series.prefix(limit - 1))
    remarks.append(words.seriesInOther(series.count - shown.count))
    return mark == .area
      ? (shown + [words.other], []) : (shown, Array(series.dropFirst(limit - 1).prefix(100)))
  }

  /// The drawn rows as a table.
  func plotted(_ data: [Datum], xAxis: Axis) -> Table {
    let kept = data.filter { $0.y.number?.isFinite ?? true }
    func column(_ name: String, _ positions: [Position], like original: String?) -> Column {
      let type = original.flatMap { table[$0]?.type } ?? .real
      if type == .date {
        return Column(
          name: name, type: .date,
          cells: .dates(
            positions.map {
              $0.number.map { CalendarDate(daysSinceEpoch: Int32(clamping: Int($0))) }
            }))
      }
      if positions.contains(where: { $0.number == nil }) || type == .timestamp {
        return Column(name, texts: positions.map { xAxis.text($0) })
      }
      return Column(name, reals: positions.map(\.number))
    }
    let columns: [Column?] = [
      encoding.facet.map { Column($0, texts: kept.map(\.facet)) },
      encoding.color != nil || encoding.y.count > 1
        ? Column(encoding.color ?? "series", texts: kept.map(\.series)) : nil,
      column(encoding.x ?? "x", kept.map(\.x), like: encoding.x),
      column(encoding.y.count == 1 ? encoding.y[0] : "y", kept.map(\.y), like: encoding.y.first),
      encoding.low.map { Column($0, reals: kept.map(\.low)) },
      encoding.high.map { Column($0, reals: kept.map(\.high)) },
      encoding.label.map { Column($0, texts: kept.map(\.label)) },
    ]
    return Table(columns: columns.compactMap(\.self))
  }

  private func lineSummary(
    _ data: [Datum], _ series: [String], _ xAxis: Axis, _ yAxis: Axis
  ) -> String {
    let drawn = data.filter { $0.y.number?.isFinite ?? false }
    guard let first = drawn.first, let last = drawn.last else { return words.noDataSentence }
    let range = "\(encoding.x ?? "x") \(words.span(xAxis.text(first.x), xAxis.text(last.x)))"
    let names: [String?] = series.isEmpty ? [nil] : series.prefix(8).map(Optional.some)
    let parts = names.compactMap { name -> String? in
      let own = drawn.filter { $0.series == name }
      guard let start = own.first, let end = own.last else { return nil }
      let title = name ?? yAxis.label ?? "y"
      return own.count == 1
        ? "\(title) \(yAxis.text(start.y))"
        : "\(title) \(yAxis.text(start.y)) → \(yAxis.text(end.y))"
    }
    return range + words.colon + words.sentence(of: parts)
  }
}
