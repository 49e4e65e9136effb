import Vocabulary

extension TableChart {
  /// More symbols than this are thinned, for the file's size and the reader's eye.
  private static let maximumPoints = 3000

  mutating func points() -> Chart {
    var data = data(x: encoding.x, y: encoding.y)
    if data.count > Self.maximumPoints {
      let all = data.count
      // Every n-th row by integer steps: the same rows each time.
      data = (0..<Self.maximumPoints).map { data[$0 * all / Self.maximumPoints] }
      remarks.append(words.pointsThinned(data.count, of: all))
    }
    var xAxis = axis(
      encoding.x, label: options.xLabel, format: options.xFormat,
      isLogarithmic: options.isXLogarithmic)
    var yAxis = axis(
      encoding.y.first, label: yLabel, format: options.yFormat,
      isLogarithmic: options.isYLogarithmic)
    (xAxis.isNice, yAxis.isNice) = (false, false)
    (xAxis.padding, yAxis.padding) = (0.04, 0.06)
    if xAxis.kind == .band { xAxis.categories = distinct(data.map { xAxis.text($0.x) }) }
    if yAxis.kind == .band { yAxis.categories = distinct(data.map { yAxis.text($0.y) }) }
    let series = distinct(data.compactMap(\.series))
    let shown = Array(
      series.prefix(
        series.count > max(2, options.maximumSeries)
          ? max(2, options.maximumSeries) - 1 : series.count))
    if shown.count < series.count {
      remarks.append(words.seriesInOther(series.count - shown.count))
    }
    let inks = inks(shown)
    var panels: [Panel] = []
    for facet in facets(data) {
      let inFacet = data.filter { $0.facet == facet }
      var marks: [Mark] = []
      func add(_ own: [Datum], name: String, ink: Ink, shape: Int) {
        guard !own.isEmpty else { return }
        let points = own.map { datum in
          PointMark.Point(
            x: datum.x, y: datum.y, low: datum.low, high: datum.high,
            tip: own.count > 400
              ? nil
              : words.list(
                [name, xAxis.text(datum.x), yAxis.text(datum.y)].filter { !$0.isEmpty }),
            label: datum.label)
        }
        marks.append(
          .point(
            PointMark(
              name: name, points: points, ink: ink, shape: shape,
              radius: data.count > 600 ? 2 : data.count > 120 ? 2.8 : 4)))
      }
      let rest = series.dropFirst(shown.count)
      if !rest.isEmpty {
        let names = Set(rest)
        add(
          inFacet.filter { $0.series.map(names.contains) ?? false }, name: words.other,
          ink: .reference, shape: 0)
      }
      if series.isEmpty {
        add(inFacet, name: "", ink: .series(0), shape: 0)
      }
      for (index, name) in shown.enumerated() {
        add(
          inFacet.filter { $0.series == name }, name: name, ink: inks[name] ?? .series(index),
          shape: (inks[name] ?? .series(index)).dashIndex)
      }
      panels.append(Panel(title: facet, x: xAxis, y: yAxis, marks: marks))
    }
    var chart = Chart(panels: panels, legend: legend(shown, symbol: .dot))
    if shown.count < series.count, !chart.legend.isEmpty {
      chart.legend.append(LegendEntry(label: words.other, ink: .reference, symbol: .dot))
    }
    chart.data = plotted(data, xAxis: xAxis)
    chart.summary = pointSummary(data, xAxis, yAxis)
    return chart
  }

  mutating func rules() -> Chart {
    let isVertical = encoding.x != nil
    let name = encoding.x ?? encoding.y.first
    let data = data(x: name, y: []).filter { $0.x.number != nil }.prefix(100)
    let along = axis(
      name, label: isVertical ? options.xLabel : options.yLabel,
      format: isVertical ? options.xFormat : options.yFormat)
    var across = Axis()
    across.isHidden = true
    across.hasGrid = false
    let marks = data.map { datum in
      Mark.rule(
        RuleMark(
          isVertical: isVertical, at: datum.x.number ?? 0, label: datum.label, ink: .series(0),
          isDashed: false, isData: true))
    }
    let panel = Panel(
      x: isVertical ? along : across, y: isVertical ? across : along, marks: marks)
    var chart = Chart(panels: [panel])
    chart.data = plotted(Array(data), xAxis: along)
    chart.summary =
      data.isEmpty
      ? words.noDataSentence
      : words.sentence(name ?? "", data.prefix(12).map { along.text($0.x) })
    return chart
  }

  mutating func histograms() -> Chart {
    let data = data(x: encoding.x, y: [])
    let values = data.compactMap(\.x.number)
    let all = Histogram(of: values, bins: options.bins)
    let series = Array(distinct(data.compactMap(\.series)).prefix(max(2, options.maximumSeries)))
    let inks = inks(series)
    var xAxis = axis(encoding.x, label: options.xLabel, format: options.xFormat)
    xAxis.isNice = false
    xAxis.hasGrid = false
    xAxis.isInteger = false
    var yAxis = Axis(
      label: options.yLabel ?? (options.stack == .normalized ? words.share : words.count),
      format: options.yFormat)
    yAxis.includesZero = true
    let isNormalized = options.stack == .normalized
    if isNormalized, yAxis.format == nil { yAxis.format = .percent(0) }
    var panels: [Panel] = []
    var columns:
      (facet: [String?], series: [String?], from: [Double], to: [Double], count: [Int64]) = (
        [], [], [], [], []
      )
    for facet in facets(data) {
      var base = Array(repeating: 0.0, count: all.counts.count)
      var marks: [Mark] = []
      for name in series.isEmpty ? [nil] : series.map(Optional.some) {
        let own = data.filter { $0.facet == facet && $0.series == name }.compactMap(\.x.number)
        let counts = all.counted(own)
        let scale = isNormalized && !own.isEmpty ? 1 / Double(own.count) : 1
        let ink = name.flatMap { inks[$0] } ?? .series(0)
        if series.count > 1, isNormalized {
          marks.append(
            .line(outline(all.edges, counts.map { $0 * scale }, name: name ?? "", ink: ink)))
        } else {
          var bars: [BarMark.Bar] = []
          for index in counts.indices where counts[index] > 0 {
            let value = counts[index] * scale
            let range =
              words.span(
                xAxis.text(.number(all.edges[index])), xAxis.text(.number(all.edges[index + 1])))
            bars.append(
              BarMark.Bar(
                slot: .span(all.edges[index], all.edges[index + 1]), from: base[index],
                to: base[index] + value, ink: ink,
                tip: words.list(
                  [name, range + words.colon + yAxis.text(.number(value))].compactMap(\.self))))
            base[index] += value
          }
          marks.append(.bar(BarMark(bars: bars, label: name ?? yAxis.label ?? "")))
        }
        for index in counts.indices {
          columns.facet.append(facet)
          columns.series.append(name)
          columns.from.append(all.edges[index])
          columns.to.append(all.edges[index + 1])
          columns.count.append(Int64(counts[index]))
        }
      }
      panels.append(Panel(title: facet, x: xAxis, y: yAxis, marks: marks))
    }
    var chart = Chart(
      panels: panels, legend: legend(series, symbol: isNormalized ? .line : .swatch))
    chart.data = Table(
      columns: [
        encoding.facet.map { Column($0, texts: columns.facet) },
        series.isEmpty ? nil : Column(encoding.color ?? "series", texts: columns.series),
        Column("from", reals: columns.from), Column("to", reals: columns.to),
        Column("count", integers: columns.count),
      ].compactMap(\.self))
    chart.summary = histogramSummary(all, values, xAxis)
    return chart
  }

  /// The silhouette of a histogram, for overlaying several.
  private func outline(_ edges: [Double], _ heights: [Double], name: String, ink: Ink) -> LineMark {
    var points: [LineMark.Point] = []
    for index in heights.indices {
      points.append(.init(x: .number(edges[index]), y: heights[index]))
      points.append(.init(x: .number(edges[index + 1]), y: heights[index]))
    }
    return LineMark(name: name, points: points, ink: ink, dash: ink.dashIndex)
  }

  private func histogramSummary(_ histogram: Histogram, _ values: [Double], _ axis: Axis) -> String
  {
    guard
      let peak = histogram.counts.indices.max(by: { histogram.counts[$0] < histogram.counts[$1] }),
      let low = values.min(), let high = values.max()
    else { return words.noDataSentence }
    let count = NumberFormat.thousands(0)
    let (from, to) = (histogram.edges[peak], histogram.edges[peak + 1])
    return words.bins(
      axis.label ?? encoding.x ?? "x", count.string(Double(values.count)),
      range: (axis.text(.number(low)), axis.text(.number(high))),
      peak: (count.string(histogram.counts[peak]), axis.text(.number(from)), axis.text(.number(to)))
    )
  }

  private func pointSummary(_ data: [Datum], _ xAxis: Axis, _ yAxis: Axis) -> String {
    guard !data.isEmpty else { return words.noDataSentence }
    func range(_ axis: Axis, _ name: String?, _ values: [Double]) -> String? {
      guard let low = values.min(), let high = values.max() else { return nil }
      return "\(axis.label ?? name ?? "") "
        + words.span(axis.text(.number(low)), axis.text(.number(high)))
    }
    let ranges = [
      range(xAxis, encoding.x, data.compactMap(\.x.number)),
      range(yAxis, encoding.y.first, data.compactMap(\.y.number)),
    ].compactMap(\.self)
    let count = NumberFormat.thousands(0).string(Double(data.count))
    return words.points(count, words.list(ranges))
  }
}

extension Histogram {
  /// How many of these values lie in each of the bins.
  func counted(_ values: [Double]) -> [Double] {
    var counts = Array(repeating: 0.0, count: self.counts.count)
    guard !counts.isEmpty else { return [] }
    for value in values where value.isFinite { counts[Self.bin(of: value, in: edges)] += 1 }
    return counts
  }
}
