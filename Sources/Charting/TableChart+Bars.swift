import Vocabulary

extension TableChart {
  /// A place among the bars.
  private struct Place: Hashable {
    var facet: String?
    var category: String
    var series: String?
  }

  mutating func bars() -> Chart {
    let isSideways = self.isSideways
    let categoryName = isSideways ? encoding.y.first : encoding.x
    let lengthNames = isSideways ? [encoding.x].compactMap(\.self) : encoding.y
    let categoryAxis = axis(
      categoryName, label: isSideways ? options.yLabel : options.xLabel,
      format: isSideways ? options.yFormat : options.xFormat)

    var sums: [Place: Double] = [:]
    var intervals: [Place: (low: Double, high: Double)] = [:]
    var order: [Place] = []
    var ranks: [String: Double] = [:]
    for datum in data(x: categoryName, y: lengthNames) {
      let value = datum.y.number ?? 0
      let category = categoryAxis.text(datum.x)
      let place = Place(facet: datum.facet, category: category, series: datum.series)
      if sums[place] == nil { order.append(place) }
      sums[place, default: 0] += value
      if let low = datum.low, let high = datum.high, low.isFinite, high.isFinite {
        intervals[place] = (low, high)
      }
      if let rank = datum.x.number { ranks[category] = rank }
    }

    let categories = limitedCategories(&order, &sums, ranks)
    let series = limitedSeries(&order, &sums)
    let facetNames = facets(order.map { Datum(x: .number(0), y: .number(0), facet: $0.facet) })
    let stack = options.stack ?? .none
    let isHorizontal = options.isHorizontal ?? (isSideways || wantsToLie(categories, ranks))
    let inks = inks(series)
    let partInks = self.inks(categories).filter { Ink(part: $0.key) == $0.value }

    var lengthAxis = axis(
      nil,
      label: (isSideways ? options.xLabel : options.yLabel) ?? lengthNames.first ?? words.count,
      format: isSideways ? options.xFormat : options.yFormat)
    if lengthNames.count > 1, options.yLabel == nil { lengthAxis.label = nil }
    lengthAxis.includesZero = true
    if stack == .normalized, lengthAxis.format == nil { lengthAxis.format = .percent(0) }
    var bandAxis = categoryAxis
    bandAxis.kind = .band
    bandAxis.categories = categories
    bandAxis.hasGrid = false

    let number = lengthAxis.format ?? .automatic
    let showsValues = categories.count * max(1, series.count) <= 24 && stack == .none
    var panels: [Panel] = []
    var columns: (facet: [String?], category: [String], series: [String?], value: [Double]) = (
      [], [], [], []
    )
    for facet in facetNames {
      var bars: [BarMark.Bar] = []
      for category in categories {
        let names: [String?] = series.isEmpty ? [nil] : series.map(Optional.some)
        let values = names.map { sums[Place(facet: facet, category: category, series: $0)] }
        let total = values.compactMap { $0.map(abs) }.reduce(0, +)
        var (up, down) = (0.0, 0.0)
        for (lane, name) in names.enumerated() {
          guard let raw = values[lane] else { continue }
          let value = stack == .normalized ? (total > 0 ? raw / total : 0) : raw
          columns.facet.append(facet)
          columns.category.append(category)
          columns.series.append(name)
          columns.value.append(raw)
          let shown = typographic(number.string(value))
          var bar = BarMark.Bar(
            slot: .band(
              category, lane: stack == .none ? lane : 0, of: stack == .none ? names.count : 1),
            from: 0, to: value, ink: name.flatMap { inks[$0] } ?? .series(0),
            tip: words.list([category, name].compactMap(\.self)) + words.colon + shown)
          if name == nil, let ink = partInks[category] { bar.ink = ink }
          if category == words.other, name == nil { bar.ink = .reference }
          if stack != .none {
            bar.from = value < 0 ? down : up
            bar.to = bar.from + value
            if value < 0 { down = bar.to } else { up = bar.to }
          } else if let interval = intervals[Place(facet: facet, category: category, series: name)]
          {
            (bar.low, bar.high) = interval
          }
          if showsValues { bar.label = shown }
          bars.append(bar)
        }
      }
      let label = facet ?? lengthAxis.label ?? words.chart
      panels.append(
        Panel(
          title: facet, x: isHorizontal ? lengthAxis : bandAxis,
          y: isHorizontal ? bandAxis : lengthAxis,
          marks: [.bar(BarMark(bars: bars, isHorizontal: isHorizontal, label: label))]))
    }
    if isHorizontal {
      for index in panels.indices { panels[index].y.label = nil }
    }
    var chart = Chart(panels: panels, legend: legend(series, symbol: .swatch))
    chart.data = Table(
      columns: [
        encoding.facet.map { Column($0, texts: columns.facet) },
        Column(categoryName ?? "category", texts: columns.category),
        series.isEmpty ? nil : Column(encoding.color ?? "series", texts: columns.series),
        Column(
          lengthNames.count == 1 ? lengthNames[0] : lengthNames.isEmpty ? "count" : "value",
          reals: columns.value),
      ].compactMap(\.self))
    chart.summary = barSummary(columns.category, columns.series, columns.value, lengthAxis)
    return chart
  }

  /// Categories in their order, the smallest summed into "other" when there are too many.
  private mutating func limitedCategories(
    _ order: inout [Place], _ sums: inout [Place: Double], _ ranks: [String: Double]
  ) -> [String] {
    var categories = distinct(order.map(\.category))
    var weights: [String: Double] = [:]
    for place in order { weights[place.category, default: 0] += sums[place] ?? 0 }
    func weight(_ name: String) -> Double { weights[name] ?? 0 }
    let isOrdered = !ranks.isEmpty
    let limit = isOrdered ? 400 : max(2, options.maximumCategories)
    var other: String?
    if categories.count > limit {
      let bySize = categories.enumerated().sorted {
        (abs(weight($0.element)), $1.offset) > (abs(weight($1.element)), $0.offset)
      }
      let kept = Set(bySize.prefix(limit - 1).map(\.element))
      let count = categories.count - kept.count
      remarks.append(words.categoriesInOther(count))
      other = words.other
      merge(&order, &sums) { place in
        kept.contains(place.category)
          ? place : Place(facet: place.facet, category: words.other, series: place.series)
      }
      categories = categories.filter(kept.contains)
    }
    switch options.sort {
    case .given:
      if isOrdered { categories.sort { (ranks[$0] ?? 0) < (ranks[$1] ?? 0) } }
    case .name:
      categories.sort { isOrdered ? (ranks[$0] ?? 0) < (ranks[$1] ?? 0) : $0 < $1 }
    case .value:
      categories = stably(categories) { weight($0) > weight($1) }
    case .ascending:
      categories = stably(categories) { weight($0) < weight($1) }
    }
    return categories + [other].compactMap(\.self)
  }

  private mutating func limitedSeries(
    _ order: inout [Place], _ sums: inout [Place: Double]
  ) -> [String] {
    let series = distinct(order.compactMap(\.series))
    let limit = max(2, options.maximumSeries)
    guard series.count > limit else { return series }
    var weights: [String: Double] = [:]
    for place in order { weights[place.series ?? "", default: 0] += abs(sums[place] ?? 0) }
    let bySize = stably(series) { (weights[$0] ?? 0) > (weights[$1] ?? 0) }
    let kept = Set(bySize.prefix(limit - 1))
    remarks.append(words.categoriesInOther(series.count - kept.count))
    merge(&order, &sums) { place in
      place.series.map(kept.contains) ?? true
        ? place : Place(facet: place.facet, category: place.category, series: words.other)
    }
    return series.filter(kept.contains) + [words.other]
  }

  private func merge(
    _ order: inout [Place], _ sums: inout [Place: Double], by target: (Place) -> Place
  ) {
    var merged: [Place: Double] = [:]
    var places: [Place] = []
    for place in order {
      let goal = target(place)
      if merged[goal] == nil { places.append(goal) }
      merged[goal, default: 0] += sums[place] ?? 0
    }
    (order, sums) = (places, merged)
  }

  private func stably(_ names: [String], by areInOrder: (String, String) -> Bool) -> [String] {
    names.enumerated().sorted {
      areInOrder($0.element, $1.element)
        || (!areInOrder($1.element, $0.element) && $0.offset < $1.offset)
    }.map(\.element)
  }

  /// Whether names do not fit under standing bars.
  private func wantsToLie(_ categories: [String], _ ranks: [String: Double]) -> Bool {
    guard ranks.isEmpty, encoding.facet == nil else { return false }
    let step = (options.width - 80) / Double(max(1, categories.count))
    let widest = categories.map { TextWidth.of($0) }.max() ?? 0
    return widest > step * 1.9
  }

  private func barSummary(
    _ categories: [String], _ series: [String?], _ values: [Double], _ axis: Axis
  ) -> String {
    guard let high = values.indices.max(by: { values[$0] < values[$1] }),
      let low = values.indices.min(by: { values[$0] < values[$1] })
    else { return words.noDataSentence }
    func name(_ index: Int) -> String {
      words.list([categories[index], series[index]].compactMap(\.self))
    }
    let number = options.stack == .normalized ? NumberFormat.automatic : axis.format ?? .automatic
    let subject = axis.label ?? words.count
    guard values.count > 1 else {
      return "\(subject): \(name(high)) \(number.string(values[high]))."
    }
    return words.bars(
      subject, values.count, low: (number.string(values[low]), name(low)),
      high: (number.string(values[high]), name(high)))
  }
}
