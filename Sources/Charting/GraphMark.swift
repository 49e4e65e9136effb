/// A graph from left to right: boxes with words, and arrows between them.
///
/// Its places are pixels, counted from the upper left corner of the plot; `GraphLayout` finds them.
public struct GraphMark: Sendable, Hashable, Codable {
  /// A box.
  public struct Box: Sendable, Hashable, Codable {
    /// The left edge.
    public var x: Double
    /// The upper edge.
    public var y: Double
    /// The width.
    public var width: Double
    /// The height.
    public var height: Double
    /// The name in it.
    public var name: String
    /// Said quietly under the name.
    public var detail: String
    /// Its colour.
    public var ink: Ink
    /// Whether its ends are round, as those of what comes from outside are.
    public var isRound: Bool
    /// Whether only its outline is drawn.
    public var isHollow: Bool
    /// What the pointer tells.
    public var tip: String
  }

  /// An arrow through these places.
  public struct Arrow: Sendable, Hashable, Codable {
    /// The places, from left to right.
    public var points: [Point2D]
  }

  /// The boxes.
  public var boxes: [Box]
  /// The arrows, drawn under the boxes.
  public var arrows: [Arrow]

  func draw(in frame: Frame) -> [XMLElement] {
    let (left, top) = (frame.left, frame.top)
    let lines = arrows.map { arrow in
      XMLElement("path", ["class": "rule", "d": curve(arrow.points, left, top)])
    }
    let heads = arrows.compactMap { arrow in arrow.points.last.map { head(at: $0, left, top) } }
    var elements: [XMLElement] = []
    if !lines.isEmpty { elements.append(group(Ink.reference.className, lines + heads)) }
    var inks: [Ink] = []
    for box in boxes where !inks.contains(box.ink) { inks.append(box.ink) }
    for ink in inks {
      elements.append(
        group(
          ink.className,
          boxes.filter { $0.ink == ink }.flatMap { shapes(of: $0, left, top) }))
    }
    elements.append(
      group("names", boxes.flatMap { words(of: $0, left, top) }))
    return elements
  }

  private func shapes(of box: Box, _ left: Double, _ top: Double) -> [XMLElement] {
    func rect(_ className: String, dash: String? = nil, _ tip: String? = nil) -> XMLElement {
      XMLElement(
        "rect",
        [
          "class": className, "x": coordinate(left + box.x), "y": coordinate(top + box.y),
          "width": coordinate(box.width), "height": coordinate(box.height),
          "rx": box.isRound ? coordinate(box.height / 2) : "4", "stroke-dasharray": dash,
        ], tip.map { [XMLElement("title", text: $0)] } ?? [])
    }
    return [
      rect("paper"), box.isHollow ? nil : rect("band"),
      rect("outline", dash: box.isHollow ? "4 3" : nil, box.tip),
    ].compactMap(\.self)
  }

  private func words(of box: Box, _ left: Double, _ top: Double) -> [XMLElement] {
    let x = left + box.x + box.width / 2
    let middle = top + box.y + box.height / 2
    let room = box.width - 16
    let name = TextWidth.truncated(box.name, to: room)
    guard !box.detail.isEmpty else {
      return [label(name, x: x, y: middle + 4, class: "middle strong")]
    }
    return [
      label(name, x: x, y: middle - 2, class: "middle strong"),
      label(TextWidth.truncated(box.detail, to: room), x: x, y: middle + 13, class: "middle muted"),
    ]
  }

  /// Level at every place, so that an arrow leaves and enters its boxes straight.
  private func curve(_ points: [Point2D], _ left: Double, _ top: Double) -> String {
    var data = ""
    for (index, point) in points.enumerated() {
      let (x, y) = (left + point.x, top + point.y)
      guard index > 0 else {
        data = "M\(coordinate(x)),\(coordinate(y))"
        continue
      }
      let (u, v) = (left + points[index - 1].x, top + points[index - 1].y)
      let middle = (u + x) / 2
      data += "\nC\(coordinate(middle)),\(coordinate(v)) \(coordinate(middle)),\(coordinate(y)) "
      data += "\(coordinate(x)),\(coordinate(y))"
    }
    return data
  }

  private func head(at point: Point2D, _ left: Double, _ top: Double) -> XMLElement {
    let (x, y) = (left + point.x, top + point.y)
    var data = PathData()
    data.move(x, y)
    data.line(x - 7, y - 3.5)
    data.line(x - 7, y + 3.5)
    data.close()
    return XMLElement("path", ["class": "fill", "d": data.text])
  }
}
