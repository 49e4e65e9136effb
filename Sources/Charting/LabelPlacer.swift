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

    /// Whether a segment runs through the box (Liang and Barsky's clipping).
    func isCrossed(from start: Point2D, to end: Point2D) -> Bool {
      let (dx, dy) = (end.x - start.x, end.y - start.y)
      var (enter, leave) = (0.0, 1.0)
      for (p, q) in [
        (-dx, start.x - left), (dx, left + width - start.x), (-dy, start.y - top),
        (dy, top + height - start.y),
      ] {
        if p == 0 {
          if q < 0 { return false }
        } else if p < 0 {
          enter = max(enter, q / p)
        } else {
          leave = min(leave, q / p)
        }
      }
      return enter <= leave
    }
  }

  /// Where a label may stand, and from which side.
  enum Anchor: String { case start, middle, end }

  private var taken: [Box] = []
  private var lines: [(Point2D, Point2D)] = []
  private var symbols: [Box] = []
  private let bounds: Box

  init(bounds: Box) {
    self.bounds = bounds
  }

  mutating func reserve(_ box: Box) { taken.append(box) }

  /// Adds lines that labels keep off where they can.
  mutating func avoid(_ segments: [(Point2D, Point2D)]) { lines += segments.prefix(2000) }

  /// Adds symbols that labels keep off where they can.
  mutating func avoid(_ places: [Point2D], radius: Double) {
    symbols += places.prefix(2000).map {
      Box(left: $0.x - radius, top: $0.y - radius, width: 2 * radius, height: 2 * radius)
    }
  }

  /// How many lines run through a box.
  func crossings(of box: Box) -> Int {
    lines.count { box.isCrossed(from: $0, to: $1) }
  }

  /// The label at the first free one of these baselines, or nil.
  mutating func place(
    _ text: String, at candidates: [(x: Double, y: Double, anchor: Anchor)], class className: String
  ) -> XMLElement? {
    let width = TextWidth.of(text)
    // A label over a line or a symbol is still read, thanks to its halo; one over another label is not.
    for keepsOffLines in [true, false] {
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
        guard isInside, !taken.contains(where: box.overlaps) else { continue }
        if keepsOffLines, crossings(of: box) > 0 || symbols.contains(where: box.overlaps) {
          continue
        }
        taken.append(box)
        return label(text, x: x, y: y, class: "\(className) \(anchor.rawValue)")
      }
    }
    return nil
  }
}
