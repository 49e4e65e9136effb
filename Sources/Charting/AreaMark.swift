/// The surface between a low and a high line.
///
/// For example: `AreaMark("95%", points: [.init(x: .number(1), low: 0.69, high: 0.72)], ink: .test)`.
public struct AreaMark: Sendable, Hashable, Codable {
  /// Both lines at one place.
  public struct Point: Sendable, Hashable, Codable {
    /// The horizontal place.
    public var x: Position
    /// The lower line.
    public var low: Double
    /// The upper line.
    public var high: Double

    /// Both lines at one place.
    public init(x: Position, low: Double, high: Double) {
      self.x = x
      self.low = low
      self.high = high
    }
  }

  /// What the surface is.
  public var name: String
  /// The two lines, in order.
  public var points: [Point]
  /// Its colour.
  public var ink: Ink
  /// Whether it is a pale band of uncertainty rather than an amount.
  public var isBand = false

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

extension AreaMark {
  /// A surface, or a band of uncertainty.
  public init(_ name: String, points: [Point], ink: Ink, isBand: Bool = false) {
    self.init(name: name, points: points, ink: ink, isBand: isBand)
  }
}
