import Charting
import Vocabulary

extension Samples {
  /// Two versions of the same charts, as a difference shows them.
  static func overlays() throws -> [(name: String, chart: Chart)] {
    // Steps up, as a curve of scores has them; the new one crosses the old one.
    func curve(_ bend: Double) -> [Point2D] {
      (0...20).flatMap { index -> [Point2D] in
        let x = Double(index) / 20
        let height = 1 - (1 - x) * (1 - x) * (1 - bend * x)
        let before = Double(max(0, index - 1)) / 20
        return [Point2D(x: before, y: height), Point2D(x: x, y: height)]
      }
    }
    let days = (0..<6).map { Double(18_628 + 31 * $0) }
    let history = zip(days, [0.1, 0.12, 0.11, 0.13, 0.15, 0.14]).map { Point2D(x: $0, y: $1) }
    let later = zip(days.dropFirst(), [0.12, 0.1, 0.13, 0.16, 0.17]).map { Point2D(x: $0, y: $1) }
    let bars = Table(columns: [
      Column("region", texts: ["north", "south", "west", "north", "south", "east"]),
      Column("share", reals: [0.3, 0.5, 0.2, 0.35, 0.4, 0.25]),
      Column("version", texts: ["old", "old", "old", "new", "new", "new"]),
    ])
    return [
      (
        "overlay-roc",
        .overlay(
          [OverlaidCurve(name: nil, old: curve(0.2), new: curve(-0.6))], x: "fpr", y: "tpr",
          axes: .unitSquare, title: "ROC curve")
      ),
      (
        "overlay-days",
        .overlay(
          [
            OverlaidCurve(name: "retail <b>", old: history, new: later),
            OverlaidCurve(name: "card", old: [], new: history),
          ], x: "month", y: "rate", axes: .days, title: "Rates", words: .japanese)
      ),
      (
        "overlay-bars",
        try .overlay(.bar, of: bars, x: "region", y: "share", version: "version")
      ),
    ]
  }
}
