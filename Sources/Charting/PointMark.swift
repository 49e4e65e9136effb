/// Single observations, each a symbol, optionally with an interval.
struct PointMark: Sendable, Hashable {
  struct Point: Sendable, Hashable {
    var x: Position
    var y: Position
    /// The ends of an interval along the vertical axis.
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

  func draw(in frame: Frame) -> [XMLElement] {
    var whiskers = PathData()
    var symbols: [XMLElement] = []
    let className = isHollow ? "hollow" : "dot"
    for point in points {
      guard let x = frame.x(point.x), let y = frame.y(point.y) else { continue }
      if let low = point.low.map({ frame.y($0) }), let high = point.high.map({ frame.y($0) }),
        low.isFinite, high.isFinite
      {
        whiskers.move(x, low)
        whiskers.line(x, high)
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
