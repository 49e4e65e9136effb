/// The closed list of what can be drawn. One kind is one file, holding its data and its drawing; a
/// new one makes the compiler list who must learn it.
public enum Mark: Sendable, Hashable, Codable {
  /// Lengths from a base line.
  case bar(BarMark)
  /// Points joined in order.
  case line(LineMark)
  /// Single observations, with intervals when they have some.
  case point(PointMark)
  /// A surface between two lines.
  case area(AreaMark)
  /// A straight line across the plot: a threshold, an event.
  case rule(RuleMark)
  /// Words at a place.
  case text(TextMark)
  /// Tiles of a grid.
  case cell(CellMark)
  /// Many observations, each a dot.
  case swarm(SwarmMark)
  /// Boxes and arrows.
  case graph(GraphMark)

  /// Whether it holds no data. Rules and texts alone are no picture.
  var isEmpty: Bool {
    switch self {
    case .bar(let mark): mark.bars.isEmpty
    case .line(let mark): !mark.points.contains { $0.y != nil }
    case .point(let mark): mark.points.isEmpty
    case .area(let mark): mark.points.isEmpty
    case .rule(let mark): !mark.isData
    case .text: true
    case .cell(let mark): mark.cells.isEmpty
    case .swarm(let mark): mark.dots.isEmpty
    case .graph(let mark): mark.boxes.isEmpty
    }
  }

  /// The numbers it puts on the horizontal axis.
  var horizontalNumbers: [Double] {
    switch self {
    case .bar(let mark): mark.isHorizontal ? mark.lengths : mark.spans
    case .line(let mark): mark.points.compactMap(\.x.number)
    case .point(let mark):
      mark.points.compactMap(\.x.number) + (mark.isHorizontal ? mark.ends : [])
    case .area(let mark): mark.points.compactMap(\.x.number)
    case .rule(let mark): mark.isVertical ? [mark.at] : []
    case .text(let mark): [mark.x.number].compactMap(\.self)
    case .cell, .graph: []
    case .swarm(let mark): mark.dots.compactMap(\.x.number)
    }
  }

  /// The numbers it puts on the vertical axis.
  var verticalNumbers: [Double] {
    switch self {
    case .bar(let mark): mark.isHorizontal ? mark.spans : mark.lengths
    case .line(let mark): mark.points.compactMap(\.y)
    case .point(let mark):
      mark.points.compactMap(\.y.number) + (mark.isHorizontal ? [] : mark.ends)
    case .area(let mark): mark.points.flatMap { [$0.low, $0.high] }
    case .rule(let mark): mark.isVertical ? [] : [mark.at]
    case .text(let mark): [mark.y.number].compactMap(\.self)
    case .cell, .graph: []
    case .swarm(let mark): mark.dots.compactMap(\.y.number)
    }
  }

  func draw(in frame: Frame) -> [XMLElement] {
    switch self {
    case .bar(let mark): mark.draw(in: frame)
    case .line(let mark): mark.draw(in: frame)
    case .point(let mark): mark.draw(in: frame)
    case .area(let mark): mark.draw(in: frame)
    case .rule(let mark): mark.draw(in: frame)
    case .text(let mark): mark.draw(in: frame)
    case .cell(let mark): mark.draw(in: frame)
    case .swarm(let mark): mark.draw(in: frame)
    case .graph(let mark): mark.draw(in: frame)
    }
  }
}

/// The plot area that marks draw into.
struct Frame: Sendable {
  var x: Scale
  var y: Scale
  var left: Double
  var top: Double
  var width: Double
  var height: Double

  var right: Double { left + width }
  var bottom: Double { top + height }
}
