/// A grid of tiles whose darkness is a share, with words in them.
///
/// For example: `CellMark("Counts", cells: [.init(x: "no", y: "yes", share: 0.3, lines: ["12"])])`.
public struct CellMark: Sendable, Hashable, Codable {
  /// One tile.
  public struct Cell: Sendable, Hashable, Codable {
    /// The band of the horizontal axis.
    public var x: String
    /// The band of the vertical axis.
    public var y: String
    /// From 0, paper, to 1, full ink.
    public var share: Double
    /// The words in it, one line each.
    public var lines: [String]
    /// What the pointer tells.
    public var tip: String

    /// One tile.
    public init(x: String, y: String, share: Double, lines: [String], tip: String = "") {
      self.x = x
      self.y = y
      self.share = share
      self.lines = lines
      self.tip = tip
    }
  }

  /// The tiles.
  public var cells: [Cell]
  /// What the tiles are.
  public var label: String

  func draw(in frame: Frame) -> [XMLElement] {
    let (width, height) = (abs(frame.x.step), abs(frame.y.step))
    var tiles: [XMLElement] = []
    var words: [XMLElement] = []
    for cell in cells {
      guard let x = frame.x(.category(cell.x)), let y = frame.y(.category(cell.y)) else { continue }
      // Ink stops at half so that the words stay readable on it in both schemes.
      let darkness = min(max(cell.share.isFinite ? cell.share : 0, 0), 1) * 0.5 + 0.04
      tiles.append(
        XMLElement(
          "rect",
          [
            "class": "fill", "fill-opacity": coordinate(darkness),
            "x": coordinate(x - width / 2 + 1),
            "y": coordinate(y - height / 2 + 1), "width": coordinate(width - 2),
            "height": coordinate(height - 2),
          ], [XMLElement("title", text: cell.tip)]))
      for (index, line) in cell.lines.enumerated() {
        let offset = (Double(index) - Double(cell.lines.count - 1) / 2) * 17
        let text = TextWidth.truncated(line, to: width - 6)
        words.append(
          Charting.label(
            text, x: x, y: y + offset + 4, class: index == 0 ? "middle strong" : "middle"))
      }
    }
    return [group(Ink.series(0).className, tiles), group("cells", label: label, words)]
  }
}

extension CellMark {
  /// Tiles of a grid.
  public init(_ label: String, cells: [Cell]) {
    self.init(cells: cells, label: label)
  }
}
