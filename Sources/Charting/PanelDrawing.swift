/// Draws one panel: grid, marks, axes, then the labels that fit.
struct PanelDrawing {
  let panel: Panel
  private let horizontal: [Double]
  private let vertical: [Double]
  var height: Double
  var width = 400.0
  /// How wide the labels left of the plot may be.
  var labelRoom = 200.0

  /// A panel whose scales cover the marks it shares them with.
  init(panel: Panel, sharing marks: [Mark], horizontally others: [Mark]? = nil, height: Double) {
    self.panel = panel
    horizontal = (others ?? marks).flatMap(\.horizontalNumbers)
    vertical = marks.flatMap(\.verticalNumbers)
    self.height = height
  }

  private var verticalTickCount: Int { max(1, min(5, Int(height / 36))) }
  private var horizontalTickCount: Int { max(1, min(5, Int(width / 70))) }

  private func verticalScale(top: Double) -> Scale {
    let domain = panel.y.domain(of: vertical, tickCount: verticalTickCount)
    // Categories are listed from top to bottom, numbers grow upwards.
    let isBand = panel.y.kind == .band
    return Scale(
      kind: panel.y.kind, lower: domain.lowerBound, upper: domain.upperBound,
      categories: panel.y.categories, start: isBand ? top : top + height,
      end: isBand ? top + height : top)
  }

  private func horizontalScale(left: Double) -> Scale {
    let domain = panel.x.domain(of: horizontal, tickCount: horizontalTickCount)
    return Scale(
      kind: panel.x.kind, lower: domain.lowerBound, upper: domain.upperBound,
      categories: panel.x.categories, start: left, end: left + width)
  }

  func leftMargin(in room: Double) -> Double {
    guard !panel.y.isHidden else { return 2 }
    let names =
      panel.y.kind == .band
      ? panel.y.categories
      : panel.y.ticks(on: verticalScale(top: 0), count: verticalTickCount).map(\.label)
    let widest = names.map { TextWidth.of($0) }.max() ?? 0
    return min(widest, room * 0.36) + 9
  }

  func rightMargin(in room: Double) -> Double {
    let ends = panel.marks.compactMap { mark -> Double? in
      switch mark {
      case .line(let line): line.endLabel.map { min(TextWidth.of($0), room * 0.3) + 30 }
      case .rule(let rule) where !rule.isVertical:
        rule.label.map { min(TextWidth.of($0), room * 0.3) + 8 }
      default: nil
      }
    }
    let widest = ends.max() ?? 0
    let values = panel.marks.flatMap { mark -> [String] in
      if case .bar(let bars) = mark, bars.isHorizontal { bars.bars.compactMap(\.label) } else { [] }
    }
    let labels = values.map { TextWidth.of($0) + 8 }.max() ?? 0
    return max(widest, labels, panel.x.kind == .band ? 2 : 16)
  }

  func bottomMargin() -> Double {
    guard !panel.x.isHidden else { return 4 }
    guard panel.x.kind == .band else { return 20 }
    return 7 + 14 * Double(bandLines(step: width / Double(max(1, panel.x.categories.count))).height)
  }

  func drawn(left: Double, top: Double, showsX: Bool, showsY: Bool, id: String) -> [XMLElement] {
    let frame = Frame(
      x: horizontalScale(left: left), y: verticalScale(top: top), left: left, top: top,
      width: width, height: height)
    var elements = grid(frame)
    elements += clipped(panel.marks.flatMap { $0.draw(in: frame) }, frame, id: id)
    // Tiles have edges of their own.
    if panel.x.hasLine, panel.x.kind != .band || panel.y.kind != .band {
      elements.append(baseline(frame))
    }
    if showsX, !panel.x.isHidden { elements.append(horizontalAxis(frame)) }
    if showsY, !panel.y.isHidden { elements.append(verticalAxis(frame)) }
    return elements + labels(frame)
  }

  private func grid(_ frame: Frame) -> [XMLElement] {
    var path = PathData()
    if panel.y.hasGrid, panel.y.kind != .band {
      for tick in panel.y.ticks(on: frame.y, count: verticalTickCount) {
        path.move(frame.left, frame.y(tick.value))
        path.line(frame.right, frame.y(tick.value))
      }
    }
    if panel.x.hasGrid, panel.x.kind != .band {
      for tick in panel.x.ticks(on: frame.x, count: horizontalTickCount) {
        path.move(frame.x(tick.value), frame.bottom)
        path.line(frame.x(tick.value), frame.top)
      }
    }
    guard !path.text.isEmpty else { return [] }
    return [group("grid", isHidden: true, [XMLElement("path", ["d": path.text])])]
  }

  /// The marks, cut at the plot's edge when an axis was given ends that the data exceeds.
  private func clipped(_ marks: [XMLElement], _ frame: Frame, id: String) -> [XMLElement] {
    func exceeds(_ values: [Double], _ scale: Scale) -> Bool {
      scale.kind != .band && values.contains { $0 < scale.lower || $0 > scale.upper }
    }
    guard exceeds(horizontal, frame.x) || exceeds(vertical, frame.y) else { return marks }
    let area = XMLElement(
      "rect",
      [
        "x": coordinate(frame.left), "y": coordinate(frame.top), "width": coordinate(frame.width),
        "height": coordinate(frame.height),
      ])
    return [
      XMLElement("clipPath", ["id": "\(id)-clip"], [area]),
      XMLElement("g", ["clip-path": "url(#\(id)-clip)"], marks),
    ]
  }

  private func baseline(_ frame: Frame) -> XMLElement {
    let data: String
    if panel.y.kind == .band {
      let isInside = frame.x.kind == .linear && frame.x.lower <= 0 && frame.x.upper >= 0
      let x = isInside ? frame.x(0) : frame.left
      data = segment(x, frame.bottom, x, frame.top)
    } else {
      let isInside = panel.y.includesZero && frame.y.lower < 0 && frame.y.upper > 0
      let y = isInside ? frame.y(0) : frame.bottom
      data = segment(frame.left, y, frame.right, y)
    }
    return group("axis muted", isHidden: true, [XMLElement("path", ["d": data])])
  }

  private func verticalAxis(_ frame: Frame) -> XMLElement {
    var labels: [XMLElement] = []
    if panel.y.kind == .band {
      let every = max(1, Int((14 / max(0.1, abs(frame.y.step))).rounded(.up)))
      for (index, name) in panel.y.categories.enumerated() where index % every == 0 {
        guard let y = frame.y(.category(name)) else { continue }
        let text = TextWidth.truncated(name, to: labelRoom)
        labels.append(label(text, x: frame.left - 7, y: y + 4, class: "end"))
      }
    } else {
      for tick in panel.y.ticks(on: frame.y, count: verticalTickCount) {
        labels.append(
          label(tick.label, x: frame.left - 7, y: frame.y(tick.value) + 4, class: "end"))
      }
    }
    return group("axis", label: panel.y.label, labels)
  }

  private func horizontalAxis(_ frame: Frame) -> XMLElement {
    var labels: [XMLElement] = []
    if panel.x.kind == .band {
      let (lines, every, _) = bandLines(step: abs(frame.x.step))
      for (index, name) in panel.x.categories.enumerated() where index % every == 0 {
        guard let x = frame.x(.category(name)) else { continue }
        for (row, line) in lines[index].enumerated() {
          labels.append(label(line, x: x, y: frame.bottom + 16 + 14 * Double(row), class: "middle"))
        }
      }
    } else {
      var lastEnd = -Double.infinity
      for tick in panel.x.ticks(on: frame.x, count: horizontalTickCount) {
        let x = frame.x(tick.value)
        let half = TextWidth.of(tick.label) / 2
        // Where no axis stands to the left, half a label would hang out of the drawing.
        let middle = max(x, half)
        guard middle - half > lastEnd + 4 else { continue }
        lastEnd = middle + half
        labels.append(
          XMLElement(
            "path", ["class": "muted", "d": segment(x, frame.bottom, x, frame.bottom + 4)]))
        labels.append(label(tick.label, x: middle, y: frame.bottom + 17, class: "middle"))
      }
    }
    return group("axis", label: panel.x.label, labels)
  }

  /// The labels of bands in up to two lines each when they fit under their bands, otherwise every
  /// n-th of them on one line.
  private func bandLines(step: Double) -> (lines: [[String]], every: Int, height: Int) {
    let names = panel.x.categories
    let widest = names.map { TextWidth.of($0) }.max() ?? 0
    if widest <= step - 6 { return (names.map { [$0] }, 1, 1) }
    if step >= 48 {
      let lines = names.map { TextWidth.wrapped($0, to: step - 6, limit: 2) }
      return (lines, 1, lines.map(\.count).max() ?? 1)
    }
    let width = min(widest, 90)
    let every = max(1, Int(((width + 10) / max(step, 0.1)).rounded(.up)))
    return (names.map { [TextWidth.truncated($0, to: width)] }, every, 1)
  }

  // MARK: Labels inside and beside the plot

  private func labels(_ frame: Frame) -> [XMLElement] {
    var placer = LabelPlacer(
      bounds: .init(
        left: frame.left, top: frame.top - 12, width: frame.width + 14, height: frame.height + 12))
    for case .line(let line) in panel.marks { placer.avoid(line.segments(in: frame)) }
    var elements = key(frame, &placer)
    for case .point(let points) in panel.marks {
      placer.avoid(
        points.points.compactMap { point in
          frame.x(point.x).flatMap { x in frame.y(point.y).map { Point2D(x: x, y: $0) } }
        }, radius: points.radius)
    }
    for mark in panel.marks {
      switch mark {
      case .rule(let rule): elements += ruleLabel(rule, frame, &placer)
      case .text(let text): elements += textLabel(text, frame, &placer)
      case .point(let points): elements += pointLabels(points, frame, &placer)
      case .bar, .line, .area, .cell, .swarm, .graph: break
      }
    }
    return elements + endLabels(frame)
  }

  private func key(_ frame: Frame, _ placer: inout LabelPlacer) -> [XMLElement] {
    guard !panel.key.isEmpty else { return [] }
    let widest = panel.key.map { TextWidth.of($0.label) }.max() ?? 0
    let size = (width: min(widest, frame.width - 50) + 32, height: Double(panel.key.count) * 18 + 4)
    func box(_ corner: Panel.Corner) -> LabelPlacer.Box {
      let isLeading = corner == .topLeading || corner == .bottomLeading
      let isTop = corner == .topLeading || corner == .topTrailing
      return LabelPlacer.Box(
        left: isLeading ? frame.left + 8 : frame.right - size.width - 4,
        top: isTop ? frame.top + 6 : frame.bottom - size.height - 6, width: size.width,
        height: size.height)
    }
    // The wanted corner, unless lines run through it and through fewer of another.
    let corners = [panel.keyCorner] + Panel.Corner.allCases.filter { $0 != panel.keyCorner }
    let boxes = corners.map(box)
    let crossed = boxes.map(placer.crossings)
    let place = boxes[crossed.indices.min { crossed[$0] < crossed[$1] } ?? 0]
    let (left, top) = (place.left, place.top)
    placer.reserve(place)
    var parts: [XMLElement] = []
    for (index, entry) in panel.key.enumerated() {
      let y = top + 15 + 18 * Double(index)
      parts += symbol(entry, x: left, y: y)
      let text = TextWidth.truncated(entry.label, to: size.width - 26)
      parts.append(label(text, x: left + 26, y: y, class: "start halo"))
    }
    return [group("legend", label: panel.key.map(\.label).joined(separator: ", "), parts)]
  }

  private func ruleLabel(
    _ rule: RuleMark, _ frame: Frame, _ placer: inout LabelPlacer
  ) -> [XMLElement] {
    guard let text = rule.label, rule.isVertical else { return [] }
    let pixel = frame.x(rule.at)
    guard pixel.isFinite else { return [] }
    var candidates: [(x: Double, y: Double, anchor: LabelPlacer.Anchor)] = []
    for row in 0..<5 {
      let y = frame.top + 12 + 15 * Double(row)
      candidates += [(pixel + 5, y, .start), (pixel - 5, y, .end)]
    }
    return placer.place(text, at: candidates, class: "halo").map { [$0] } ?? []
  }

  private func textLabel(
    _ text: TextMark, _ frame: Frame, _ placer: inout LabelPlacer
  ) -> [XMLElement] {
    guard let x = frame.x(text.x), let y = frame.y(text.y) else { return [] }
    return placer.place(text.text, at: around(x, y), class: "halo").map { [$0] } ?? []
  }

  private func pointLabels(
    _ mark: PointMark, _ frame: Frame, _ placer: inout LabelPlacer
  ) -> [XMLElement] {
    mark.points.compactMap { point in
      guard let text = point.label, let x = frame.x(point.x), let y = frame.y(point.y) else {
        return nil
      }
      return placer.place(text, at: around(x, y), class: "halo")
    }
  }

  private func around(
    _ x: Double, _ y: Double
  ) -> [(x: Double, y: Double, anchor: LabelPlacer.Anchor)] {
    [
      (x + 8, y + 14, .start), (x + 8, y + 4, .start), (x - 8, y - 6, .end), (x, y - 9, .middle),
      (x, y + 19, .middle), (x - 8, y + 14, .end), (x + 8, y - 6, .start),
    ]
  }

  /// Something named in the right margin.
  private struct End {
    var text: String
    var symbol: LegendEntry?
    var y: Double
  }

  /// Names at the ends of lines and horizontal rules, moved apart where they would touch.
  private func endLabels(_ frame: Frame) -> [XMLElement] {
    var ends: [End] = []
    for mark in panel.marks {
      switch mark {
      case .line(let line):
        guard let text = line.endLabel, let place = line.end(in: frame) else { continue }
        let entry = LegendEntry(label: text, ink: line.ink, symbol: .line, pattern: line.dash)
        ends.append(End(text: text, symbol: entry, y: place.y))
      case .rule(let rule) where !rule.isVertical:
        guard let text = rule.label, frame.y(rule.at).isFinite else { continue }
        ends.append(End(text: text, symbol: nil, y: frame.y(rule.at)))
      default: continue
      }
    }
    for index in ends.indices { ends[index].y = min(max(ends[index].y, frame.top), frame.bottom) }
    ends.sort { $0.y == $1.y ? $0.text < $1.text : $0.y < $1.y }
    for index in ends.indices.dropFirst() {
      ends[index].y = max(ends[index].y, ends[index - 1].y + 14.5)
    }
    var limit = frame.bottom + 6
    for index in ends.indices.reversed() {
      ends[index].y = min(ends[index].y, limit)
      limit = ends[index].y - 14.5
    }
    return ends.flatMap { end -> [XMLElement] in
      let text = TextWidth.truncated(end.text, to: 210)
      guard let entry = end.symbol else {
        return [label(text, x: frame.right + 5, y: end.y + 4, class: "start")]
      }
      return symbol(entry, x: frame.right + 6, y: end.y + 4)
        + [label(text, x: frame.right + 28, y: end.y + 4, class: "start")]
    }
  }
}
