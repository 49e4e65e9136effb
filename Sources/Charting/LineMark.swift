/// Points joined in order; a missing height breaks the line.
struct LineMark: Sendable, Hashable {
  struct Point: Sendable, Hashable {
    var x: Position
    var y: Double?
    var tip: String?
  }

  /// Lines of more points have no tooltips: the symbols to hover over would overlap.
  static let maximumTips = 60

  var name: String
  var points: [Point]
  var ink: Ink
  /// Index of the dash; 0 is solid.
  var dash: Int = 0
  var isThin = false
  /// Written beside the line's end.
  var endLabel: String?

  func draw(in frame: Frame) -> [XMLElement] {
    var path = PathData()
    var hits: [XMLElement] = []
    var dots: [XMLElement] = []
    for run in runs(in: frame) {
      let drawn = simplified(perPixel(run.map(\.place)), tolerance: 0.2)
      for (index, place) in drawn.enumerated() {
        if index == 0 { path.move(place.x, place.y) } else { path.line(place.x, place.y) }
      }
      if run.count == 1, let only = run.first {
        dots.append(
          shape(0, x: only.place.x, y: only.place.y, radius: 2.5, class: "fill", title: nil))
      }
      guard points.count <= Self.maximumTips else { continue }
      for (place, tip) in run {
        guard let tip else { continue }
        hits.append(shape(0, x: place.x, y: place.y, radius: 7, class: "hit", title: tip))
      }
    }
    guard !path.text.isEmpty else { return [] }
    let line = XMLElement(
      "path",
      [
        "class": isThin ? "line thin" : "line",
        "stroke-dasharray": Palette.dashes[dash % Palette.dashes.count], "d": path.text,
      ])
    return [group(ink.className, label: name, [line] + dots + hits)]
  }

  /// The unbroken stretches in pixels.
  private func runs(in frame: Frame) -> [[(place: Point2D, tip: String?)]] {
    var runs: [[(place: Point2D, tip: String?)]] = []
    var run: [(place: Point2D, tip: String?)] = []
    for point in points {
      guard let y = point.y.map({ frame.y($0) }), y.isFinite, let x = frame.x(point.x) else {
        if !run.isEmpty { runs.append(run) }
        run = []
        continue
      }
      run.append((Point2D(x: x, y: y), point.tip))
    }
    return run.isEmpty ? runs : runs + [run]
  }

  /// The drawn segments, for labels to keep off.
  func segments(in frame: Frame) -> [(Point2D, Point2D)] {
    runs(in: frame).flatMap { run in
      let places = simplified(perPixel(run.map(\.place)), tolerance: 1)
      return zip(places, places.dropFirst()).map { ($0, $1) }
    }
  }

  /// Where the line ends, for its label.
  func end(in frame: Frame) -> Point2D? {
    runs(in: frame).last?.last?.place
  }

  /// First, lowest, highest and last point of every column of pixels (the M4 aggregation of Jugel
  /// et al., 2014), which draws the same line.
  private func perPixel(_ places: [Point2D]) -> [Point2D] {
    guard places.count > 2000 else { return places }
    var kept: [Point2D] = []
    var start = 0
    while start < places.count {
      let column = places[start].x.rounded(.down)
      var end = start
      var (lowest, highest) = (start, start)
      while end < places.count, places[end].x.rounded(.down) == column {
        if places[end].y < places[lowest].y { lowest = end }
        if places[end].y > places[highest].y { highest = end }
        end += 1
      }
      var last = -1
      for index in [start, min(lowest, highest), max(lowest, highest), end - 1] where index > last {
        kept.append(places[index])
        last = index
      }
      start = end
    }
    return kept
  }
}
