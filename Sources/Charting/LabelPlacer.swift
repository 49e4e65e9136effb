/// Finds room for labels: each takes the first of its places that covers no other, or is left out.
struct LabelPlacer {
  struct Box {
    var left: Double
    var top: Double
    var width: Double
    var height: Double

    func overlaps(_ other: Box) -> Bool {
      left < other.left + other.width && other.left < left + width
        && top < other.top + other.height && other.top < top + height
    }
  }

  enum Anchor: String { case start, middle, end }

  private var taken: [Box] = []
  private let bounds: Box

  init(bounds: Box) {
    self.bounds = bounds
  }

  mutating func reserve(_ box: Box) { taken.append(box) }

  /// The label at the first free one of these baselines, or nil.
  mutating func place(
    _ text: String, at candidates: [(x: Double, y: Double, anchor: Anchor)], class className: String
  ) -> XMLElement? {
    let width = TextWidth.of(text)
    for (x, y, anchor) in candidates {
      let left =
        switch anchor {
        case .start: x
        case .middle: x - width / 2
        case .end: x - width
        }
      let box = Box(left: left, top: y - 11, width: width, height: 14)
      let isInside =
        left >= bounds.left && left + width <= bounds.left + bounds.width
        && box.top >= bounds.top && y + 3 <= bounds.top + bounds.height
      if isInside, !taken.contains(where: box.overlaps) {
        taken.append(box)
        return label(text, x: x, y: y, class: "\(className) \(anchor.rawValue)")
      }
    }
    return nil
  }
}
