/// Points joined in order; a missing height breaks the line.
///
/// For example: `LineMark("AUC", points: [.init(x: .number(1), y: 0.7)], ink: .validation)`.
public struct LineMark: Sendable, Hashable, Codable {
  /// A place on the line.
  public struct Point: Sendable, Hashable, Codable {
    /// The horizontal place.
    public var x: Position
    /// The height; nil breaks the line.
    public var y: Double?
    /// What the pointer tells.
    public var tip: String?

    /// A place on the line.
    public init(x: Position, y: Double?, tip: String? = nil) {
      self.x = x
      self.y = y
      self.tip = tip
    }
  }

  /// Lines of more points have no tooltips: the symbols to hover over would overlap.
  static let maximumTips = 60

  /// What the line is.
  public var name: String
  /// The places, in order.
  public var points: [Point]
  /// Its colour.
  public var ink: Ink
  /// Index of the dash; 0 is solid.
  public var dash: Int = 0
  /// Whether it is drawn thin, as context.
  public var isThin = false
  /// Written beside the line's end.
  public var endLabel: String?

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

extension LineMark {
  /// A line, with its name at its end when it has one.
  public init(
    _ name: String, points: [Point], ink: Ink, dash: Int = 0, isThin: Bool = false,
    endLabel: String? = nil
  ) {
    self.init(
      name: name, points: points, ink: ink, dash: dash, isThin: isThin, endLabel: endLabel)
  }
}
