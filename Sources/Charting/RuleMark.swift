/// A straight line across the plot, with its label: a threshold, an event, a base line.
///
/// For example: `RuleMark(vertical: .day(launch), label: "new scorecard")`.
public struct RuleMark: Sendable, Hashable, Codable {
  /// Whether it stands on the horizontal axis.
  public var isVertical: Bool
  /// Where it stands.
  public var at: Double
  /// What it means; labels of vertical lines stand inside the plot, those of others at its right.
  public var label: String?
  /// Its colour.
  public var ink: Ink = .reference
  /// Whether it is dashed.
  public var isDashed = true
  /// Whether it is the data itself rather than a reference beside it.
  public var isData = false

  func draw(in frame: Frame) -> [XMLElement] {
    let pixel = isVertical ? frame.x(at) : frame.y(at)
    guard pixel.isFinite else { return [] }
    let data =
      isVertical
      ? segment(pixel, frame.bottom, pixel, frame.top)
      : segment(frame.left, pixel, frame.right, pixel)
    let line = XMLElement(
      "path", ["class": "rule", "stroke-dasharray": isDashed ? "4 3" : nil, "d": data])
    return [group(ink.className, label: label, [line])]
  }
}

extension RuleMark {
  /// A line at a height: a threshold.
  public init(horizontal value: Double, label: String? = nil, ink: Ink = .reference) {
    self.init(isVertical: false, at: value, label: label, ink: ink)
  }

  /// A line at a number or a day of the horizontal axis: an event.
  public init(vertical place: Position, label: String? = nil, ink: Ink = .reference) {
    self.init(isVertical: true, at: place.number ?? .nan, label: label, ink: ink)
  }
}
