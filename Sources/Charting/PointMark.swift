/// Single observations, each a symbol, optionally with an interval.
struct PointMark: Sendable, Hashable {
  struct Point: Sendable, Hashable {
    var x: Position
    var y: Position
    /// The ends of an interval, along the vertical axis unless the mark lies.
    var low: Double?
    var high: Double?
    var tip: String?
    /// Written beside the symbol where there is room.
    var label: String?
  }

  var name: String
  var points: [Point]
  var ink: Ink
  /// Index of the symbol.
  var shape: Int = 0
  var radius = 3.5
  var isHollow = false
  /// Whether intervals lie along the horizontal axis.
  var isHorizontal = false

  /// The ends of all intervals.
  var ends: [Double] { points.flatMap { [$0.low, $0.high].compactMap(\.self) } }

  func draw(in frame: Frame) -> [XMLElement] {
    var whiskers = PathData()
    var symbols: [XMLElement] = []
    let className = isHollow ? "hollow" : "dot"
    for point in points {
      guard let x = frame.x(point.x), let y = frame.y(point.y) else { continue }
      let along = isHorizontal ? frame.x : frame.y
      if let low = point.low.map({ along($0) }), let high = point.high.map({ along($0) }),
        low.isFinite, high.isFinite
      {
        whiskers.move(isHorizontal ? low : x, isHorizontal ? y : low)
        whiskers.line(isHorizontal ? high : x, isHorizontal ? y : high)
      }
      symbols.append(
        Charting.shape(
          shape, x: x, y: y, radius: radius, class: className,
          title: points.count <= 400 ? point.tip : nil))
    }
    if !whiskers.text.isEmpty {
      symbols.insert(XMLElement("path", ["class": "rule", "d": whiskers.text]), at: 0)
    }
    return symbols.isEmpty ? [] : [group(ink.className, label: name, symbols)]
  }
}
