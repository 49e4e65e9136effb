/// A straight reference line across the plot, with its label.
struct RuleMark: Sendable, Hashable {
  var isVertical: Bool
  var at: Double
  var label: String?
  var ink: Ink = .reference
  var isDashed = true
  /// Whether it is the data itself rather than a reference beside it.
  var isData = false

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
