/// Many observations as small dots; where one axis has bands, dots of like value are spread across
/// the band, so that the width of the swarm shows how many there are.
///
/// Dots of one ink are one path of zero-length strokes with round caps: a dozen bytes for each.
public struct SwarmMark: Sendable, Hashable, Codable {
  /// One observation.
  public struct Dot: Sendable, Hashable, Codable {
    /// The horizontal place.
    public var x: Position
    /// The vertical place.
    public var y: Position
    /// Index into `inks`.
    public var ink: Int

    /// One observation.
    public init(x: Position, y: Position, ink: Int) {
      self.x = x
      self.y = y
      self.ink = ink
    }
  }

  /// What the dots are.
  public var label: String
  /// The dots.
  public var dots: [Dot]
  /// Drawn in this order, the last one on top.
  public var inks: [Ink]

  /// The width of a dot in pixels, as the style sheet draws it.
  private static let size = 5.0

  func draw(in frame: Frame) -> [XMLElement] {
    var places = dots.map { dot -> Point2D? in
      guard let x = frame.x(dot.x), let y = frame.y(dot.y) else { return nil }
      return Point2D(x: x, y: y)
    }
    if frame.y.kind == .band {
      spread(&places, across: \.y, along: \.x, room: abs(frame.y.step))
    } else if frame.x.kind == .band {
      spread(&places, across: \.x, along: \.y, room: abs(frame.x.step))
    }
    var drawn: [XMLElement] = []
    for (index, ink) in inks.enumerated() {
      var path = PathData()
      for (dot, place) in zip(dots, places) where dot.ink == index {
        if let place { path.dot(place.x, place.y) }
      }
      guard !path.text.isEmpty else { continue }
      drawn.append(
        group(ink.className, [XMLElement("path", ["class": "swarm", "d": path.text])]))
    }
    return drawn.isEmpty ? [] : [group("dots", label: label, drawn)]
  }

  /// Moves dots of one cell of half a dot's width alternately to both sides of the band's middle,
  /// closer together where the fullest cell would leave the band.
  private func spread(
    _ places: inout [Point2D?], across: WritableKeyPath<Point2D, Double>,
    along: KeyPath<Point2D, Double>, room: Double
  ) {
    struct Cell: Hashable {
      var band: Double
      var slot: Double
    }
    var counts: [Cell: Int] = [:]
    var layers = Array(repeating: 0, count: places.count)
    for (index, place) in places.enumerated() {
      guard let place else { continue }
      let slot = (place[keyPath: along] / (Self.size * 0.6)).rounded(.down)
      let cell = Cell(band: place[keyPath: across], slot: slot)
      layers[index] = counts[cell, default: 0]
      counts[cell, default: 0] += 1
    }
    let fullest = Double(((counts.values.max() ?? 1) + 1) / 2)
    let gap = min(Self.size * 0.8, max(0, room * 0.44 - Self.size / 2) / max(1, fullest))
    for index in places.indices {
      let layer = layers[index]
      let side = layer % 2 == 0 ? 1.0 : -1.0
      places[index]?[keyPath: across] += side * Double((layer + 1) / 2) * gap
    }
  }
}

extension SwarmMark {
  /// Dots in these inks.
  public init(_ label: String, dots: [Dot], inks: [Ink]) {
    self.init(label: label, dots: dots, inks: inks)
  }
}
