/// Single observations, each a symbol, optionally with an interval.
///
/// For example: `PointMark("best", points: [.init(x: .number(9), y: .number(0.75))], ink: .text)`.
public struct PointMark: Sendable, Hashable, Codable {
  /// One observation.
  public struct Point: Sendable, Hashable, Codable {
    /// The horizontal place.
    public var x: Position
    /// The vertical place.
    public var y: Position
    /// The lower end of an interval, along the vertical axis unless the mark lies.
    public var low: Double?
    /// The upper end of the interval.
    public var high: Double?
    /// What the pointer tells.
    public var tip: String?
    /// Written beside the symbol where there is room.
    public var label: String?

    /// One observation.
    public init(
      x: Position, y: Position, low: Double? = nil, high: Double? = nil, tip: String? = nil,
      label: String? = nil
    ) {
      self.x = x
      self.y = y
      self.low = low
      self.high = high
      self.tip = tip
      self.label = label
    }
  }

  /// What the points are.
  public var name: String
  /// The points.
  public var points: [Point]
  /// Their colour.
  public var ink: Ink
  /// Index of the symbol: disc, triangle, square, diamond, triangle upside down.
  public var shape: Int = 0
  /// The size of a symbol, in pixels.
  public var radius = 3.5
  /// Whether only the outline is drawn.
  public var isHollow = false
  /// Whether intervals lie along the horizontal axis.
  public var isHorizontal = false

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

extension PointMark {
  /// Observations of one colour and symbol.
  public init(_ name: String, points: [Point], ink: Ink, shape: Int = 0, isHollow: Bool = false) {
    self.init(name: name, points: points, ink: ink, shape: shape, isHollow: isHollow)
  }
}
