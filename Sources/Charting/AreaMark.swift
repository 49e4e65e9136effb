/// The surface between a low and a high line.
struct AreaMark: Sendable, Hashable {
  struct Point: Sendable, Hashable {
    var x: Position
    var low: Double
    var high: Double
  }

  var name: String
  var points: [Point]
  var ink: Ink
  /// Whether it is a pale band of uncertainty rather than an amount.
  var isBand = false

  func draw(in frame: Frame) -> [XMLElement] {
    var upper: [Point2D] = []
    var lower: [Point2D] = []
    for point in points {
      let (low, high) = (frame.y(point.low), frame.y(point.high))
      guard let x = frame.x(point.x), low.isFinite, high.isFinite else { continue }
      upper.append(Point2D(x: x, y: high))
      lower.append(Point2D(x: x, y: low))
    }
    guard upper.count > 1 else { return [] }
    var path = PathData()
    let outline =
      simplified(upper, tolerance: 0.2) + simplified(lower, tolerance: 0.2).reversed()
    for (index, place) in outline.enumerated() {
      if index == 0 { path.move(place.x, place.y) } else { path.line(place.x, place.y) }
    }
    path.close()
    let surface = XMLElement("path", ["class": isBand ? "band" : "area", "d": path.text])
    return [group(ink.className, label: name, [surface])]
  }
}
