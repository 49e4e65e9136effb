/// Points joined in order; a missing height breaks the line.
struct LineMark: Sendable, Hashable {
  struct Point: Sendable, Hashable {
    var x: Position
    var y: Double?
    var tip: String?
  }

  var name: String
  var points: [Point]
  var ink: Ink
  /// Index of the dash; 0 is solid.
  var dash: Int = 0
  var isThin = false
  /// Whether the line holds its height until the next point.
  var isStepped = false
  /// Written beside the line's end.
  var endLabel: String?

  func draw(in frame: Frame) -> [XMLElement] {
    var path = PathData()
    var hits: [XMLElement] = []
    var dots: [XMLElement] = []
    for run in runs(in: frame) {
      let drawn = simplified(run.map(\.place), tolerance: 0.2)
      for (index, place) in drawn.enumerated() {
        if index == 0 { path.move(place.x, place.y) } else { path.line(place.x, place.y) }
      }
      if run.count == 1, let only = run.first {
        dots.append(
          shape(0, x: only.place.x, y: only.place.y, radius: 2.5, class: "fill", title: nil))
      }
      guard points.count <= 60 else { continue }
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
      if isStepped, let last = run.last { run.append((Point2D(x: x, y: last.place.y), nil)) }
      run.append((Point2D(x: x, y: y), point.tip))
    }
    return run.isEmpty ? runs : runs + [run]
  }

  /// The drawn segments, for labels to keep off.
  func segments(in frame: Frame) -> [(Point2D, Point2D)] {
    runs(in: frame).flatMap { run in
      let places = simplified(run.map(\.place), tolerance: 1)
      return zip(places, places.dropFirst()).map { ($0, $1) }
    }
  }

  /// Where the line ends, for its label.
  func end(in frame: Frame) -> Point2D? {
    runs(in: frame).last?.last?.place
  }
}
