/// Places header, panels and footer under one another and draws them.
struct ChartLayout {
  let chart: Chart
  let id: String
  private let margin = 12.0

  init(chart: Chart, id: String) {
    self.chart = chart
    self.id = id
  }

  /// The content of the picture and its height.
  func drawn() -> (elements: [XMLElement], height: Double) {
    if chart.arrangement == .spark { return spark() }
    var elements: [XMLElement] = []
    var y = margin - 4
    elements += header(&y)
    elements += legend(&y)
    if chart.isEmpty {
      elements += emptyFrame(&y)
    } else {
      switch chart.arrangement {
      case .facets, .gallery: elements += facets(&y)
      case .stacked: elements += stacked(&y)
      case .mosaic: elements += mosaic(&y)
      case .spark: break
      }
    }
    elements += footer(&y)
    return (elements, y + margin - 4)
  }

  private func header(_ y: inout Double) -> [XMLElement] {
    var lines: [XMLElement] = []
    let room = chart.width - 2 * margin
    if let title = chart.title {
      for line in TextWidth.wrapped(title, to: room, size: 16, isBold: true, limit: 3) {
        y += 20
        lines.append(label(line, x: margin, y: y, class: "title"))
      }
    }
    if let subtitle = chart.subtitle {
      for line in TextWidth.wrapped(subtitle, to: room, size: 13, limit: 3) {
        y += 18
        lines.append(label(line, x: margin, y: y, class: "subtitle muted"))
      }
    }
    if !lines.isEmpty { y += 8 }
    return lines.isEmpty ? [] : [group("header", isHidden: true, lines)]
  }

  private func legend(_ y: inout Double) -> [XMLElement] {
    guard !chart.legend.isEmpty, !chart.isEmpty else { return [] }
    var parts: [XMLElement] = []
    var x = margin
    y += 16
    for entry in chart.legend {
      let text = TextWidth.truncated(entry.label, to: chart.width * 0.4)
      let width = 24 + TextWidth.of(text) + 18
      if x > margin, x + width - 18 > chart.width - margin {
        x = margin
        y += 18
      }
      parts += symbol(entry, x: x, y: y)
      parts.append(label(text, x: x + 24, y: y, class: "start"))
      x += width
    }
    y += 8
    return [group("legend", label: chart.legend.map(\.label).joined(separator: ", "), parts)]
  }

  private func emptyFrame(_ y: inout Double) -> [XMLElement] {
    let height = min(chart.plotHeight ?? 120, 160)
    y += 8
    let frame = XMLElement(
      "rect",
      [
        "class": "grid", "fill": "none", "stroke": "currentColor", "stroke-dasharray": "4 4",
        "x": coordinate(margin), "y": coordinate(y), "width": coordinate(chart.width - 2 * margin),
        "height": coordinate(height),
      ])
    let text = label(
      chart.words.noData, x: chart.width / 2, y: y + height / 2 + 4, class: "middle muted")
    y += height + 8
    return [frame, text]
  }

  private func footer(_ y: inout Double) -> [XMLElement] {
    var sentences: [String] = []
    if let note = chart.note { sentences.append(note) }
    if chart.droppedCount > 0 { sentences.append(chart.words.dropped(chart.droppedCount)) }
    sentences += chart.remarks
    var lines: [XMLElement] = []
    y += sentences.isEmpty ? 0 : 4
    for sentence in sentences {
      for line in TextWidth.wrapped(sentence, to: chart.width - 2 * margin, limit: 4) {
        y += 16
        lines.append(label(line, x: margin, y: y, class: "muted"))
      }
    }
    y += sentences.isEmpty ? 0 : 4
    return lines.isEmpty ? [] : [group("footer", isHidden: true, lines)]
  }

  private func facets(_ y: inout Double) -> [XMLElement] {
    let panels = chart.panels
    let count = panels.count
    let isSingle = count == 1
    let most = min(count, max(1, Int((chart.width - 40) / 210)))
    let rows = (count + most - 1) / most
    let columns = (count + rows - 1) / rows
    let plotHeight = chart.plotHeight ?? defaultHeight(isSingle: isSingle)

    let everything = panels.flatMap(\.marks)
    let sharesX = chart.arrangement == .facets
    var views = panels.map { panel in
      PanelDrawing(
        panel: panel, sharing: everything, horizontally: sharesX ? nil : panel.marks,
        height: plotHeight)
    }
    let room = chart.width - 2 * margin
    let left = views.map { $0.leftMargin(in: room / Double(columns)) }.max() ?? 0
    let right = views.map { $0.rightMargin(in: room / Double(columns)) }.max() ?? 8
    let gap = 18.0
    // Only the first column carries the labels of the vertical axis.
    let free = room - left - right - gap * Double(columns - 1)
    var plotWidth = max(40, free / Double(columns))
    var height = plotHeight
    if let first = panels.first, first.isSquare, isSingle {
      plotWidth = min(plotWidth, chart.plotHeight ?? plotWidth)
      height = plotWidth
    }
    for index in views.indices {
      views[index].height = height
      views[index].width = plotWidth
      views[index].labelRoom = left - 8
    }
    let hasYLabel = panels.contains { $0.y.label != nil }
    if hasYLabel { y += 16 }
    var elements: [XMLElement] = []
    if hasYLabel, let text = panels.first?.y.label {
      elements.append(
        label(TextWidth.truncated(text, to: room), x: margin, y: y, class: "muted"))
    }
    y += 12
    let bottoms = views.map { $0.bottomMargin() }.max() ?? 0
    for row in 0..<rows {
      if !isSingle { y += 18 }
      for column in 0..<columns {
        let index = row * columns + column
        guard index < count else { continue }
        let x = margin + left + Double(column) * (plotWidth + gap)
        let isLowest = !sharesX || index + columns >= count
        if !isSingle, let name = panels[index].title {
          elements.append(
            label(
              TextWidth.truncated(name, to: plotWidth, size: 12.5), x: x, y: y - 8, class: "strong")
          )
        }
        elements += views[index].drawn(
          left: x, top: y, showsX: isLowest, showsY: column == 0, id: "\(id)-\(index)")
      }
      // A ragged last row leaves axes under the row above it.
      let isAboveRagged = !sharesX || (row == rows - 2 && count % columns != 0)
      y += height + (row == rows - 1 || isAboveRagged ? bottoms : 12)
      if !sharesX, row < rows - 1 { y += 6 }
    }
    if let text = panels.first?.x.label {
      y += 16
      let middle = margin + left + (plotWidth * Double(columns) + gap * Double(columns - 1)) / 2
      elements.append(
        label(TextWidth.truncated(text, to: room), x: middle, y: y, class: "muted middle"))
      y += 4
    }
    return elements
  }

  private func stacked(_ y: inout Double) -> [XMLElement] {
    let panels = chart.panels
    let total = chart.plotHeight ?? 320
    let shares = panels.reduce(0) { $0 + $1.heightShare }
    let everything = panels.flatMap(\.marks)
    var views = panels.map { panel in
      PanelDrawing(
        panel: panel, sharing: panel.marks, horizontally: everything,
        height: total * panel.heightShare / max(shares, 0.1))
    }
    let room = chart.width - 2 * margin
    let left = views.map { $0.leftMargin(in: room) }.max() ?? 0
    let right = views.map { $0.rightMargin(in: room) }.max() ?? 8
    var elements: [XMLElement] = []
    for index in views.indices {
      let isLast = index == views.count - 1
      views[index].width = max(40, room - left - right)
      views[index].labelRoom = left - 8
      if let text = panels[index].y.label {
        y += 18
        elements.append(label(TextWidth.truncated(text, to: room), x: margin, y: y, class: "muted"))
      }
      y += 12
      elements += views[index].drawn(
        left: margin + left, top: y, showsX: isLast, showsY: true, id: "\(id)-\(index)")
      y += views[index].height + (isLast ? views[index].bottomMargin() : 6)
    }
    if let text = panels.last?.x.label {
      y += 16
      elements.append(
        label(
          TextWidth.truncated(text, to: room), x: margin + left + (room - left - right) / 2, y: y,
          class: "muted middle"))
      y += 4
    }
    return elements
  }

  private func mosaic(_ y: inout Double) -> [XMLElement] {
    let room = chart.width - 2 * margin
    let columns = max(1, min(chart.panels.count, Int(room / 180)))
    let gap = 22.0
    let cell = max(40, (room - gap * Double(columns - 1)) / Double(columns))
    let height = chart.plotHeight ?? 76
    var elements: [XMLElement] = []
    for (index, panel) in chart.panels.enumerated() {
      let column = index % columns
      if column == 0 { y += index == 0 ? 16 : height + 46 }
      let x = margin + Double(column) * (cell + gap)
      var view = PanelDrawing(panel: panel, sharing: panel.marks, height: height)
      let left = panel.y.kind == .band ? view.leftMargin(in: cell * 1.2) : 0
      let right = panel.y.kind == .band ? view.rightMargin(in: cell) : 0
      view.width = max(20, cell - left - right)
      view.labelRoom = left - 8
      let room = panel.detail.map { TextWidth.of($0) + 8 } ?? 0
      if let name = panel.title {
        elements.append(
          label(TextWidth.truncated(name, to: cell - room, size: 12.5), x: x, y: y, class: "strong")
        )
      }
      if let detail = panel.detail {
        elements.append(label(detail, x: x + cell, y: y, class: "muted end"))
      }
      if panel.marks.allSatisfy(\.isEmpty) {
        elements.append(
          label(chart.words.noData, x: x, y: y + height / 2, class: "muted"))
      } else {
        elements += view.drawn(
          left: x + left, top: y + 8, showsX: true, showsY: true, id: "\(id)-\(index)")
      }
    }
    y += height + 30
    return elements
  }

  private func spark() -> (elements: [XMLElement], height: Double) {
    let height = chart.plotHeight ?? 28
    guard let panel = chart.panels.first, !chart.isEmpty else { return ([], height) }
    let inset = 4.0
    let numbers = panel.marks.flatMap(\.horizontalNumbers)
    let values = panel.marks.flatMap(\.verticalNumbers)
    func scale(_ axis: Axis, _ values: [Double], from start: Double, to end: Double) -> Scale {
      let domain = axis.domain(of: values, tickCount: 2)
      return Scale(
        kind: axis.kind, lower: domain.lowerBound, upper: domain.upperBound,
        categories: axis.categories, start: start, end: end)
    }
    let frame = Frame(
      x: scale(panel.x, numbers, from: inset, to: chart.width - inset),
      y: scale(panel.y, values, from: height - inset, to: inset), left: 0, top: 0,
      width: chart.width, height: height)
    return (panel.marks.flatMap { $0.draw(in: frame) }, height)
  }

  private func defaultHeight(isSingle: Bool) -> Double {
    let bands = chart.panels.map { $0.y.kind == .band ? $0.y.categories.count : 0 }.max() ?? 0
    if bands > 0 { return Double(bands) * (isSingle ? 26 : 20) + 6 }
    return isSingle ? 300 : 140
  }
}

/// A legend's symbol with its text's baseline at `y`.
func symbol(_ entry: LegendEntry, x: Double, y: Double) -> [XMLElement] {
  let middle = y - 4
  switch entry.symbol {
  case .line:
    let dash = Palette.dashes[entry.pattern % Palette.dashes.count]
    return [
      group(
        entry.ink.className,
        [
          XMLElement(
            "path",
            ["class": "line", "stroke-dasharray": dash, "d": segment(x, middle, x + 18, middle)])
        ])
    ]
  case .dot:
    return [
      group(
        entry.ink.className,
        [shape(entry.pattern, x: x + 9, y: middle, radius: 4, class: "fill", title: nil)])
    ]
  case .ring:
    return [
      group(
        entry.ink.className,
        [shape(entry.pattern, x: x + 9, y: middle, radius: 4, class: "hollow", title: nil)])
    ]
  case .swatch:
    return [
      group(
        entry.ink.className,
        [
          XMLElement(
            "rect",
            [
              "class": "fill", "x": coordinate(x + 4), "y": coordinate(middle - 6), "width": "12",
              "height": "12", "rx": "2",
            ])
        ])
    ]
  }
}
