internal import Charting
public import Vocabulary

/// A figure over the editions of a report, as a picture of its own.
///
/// Equal figures give equal text. For example: `washi log credit/monthly --metric headline.auc --svg`.
public struct HistoryPicture: Sendable {
  /// The figure's name for people.
  public var name: String
  /// How values are written.
  public var format: NumberFormat
  /// The unit.
  public var unit: String?
  /// The editions' values, the oldest first.
  public var points: [Point]

  /// The figure of an edition.
  public struct Point: Sendable {
    /// What stands at the axis.
    public var label: String
    /// The value; nil where there is none.
    public var value: Double?
    /// Whether a gate refused the edition.
    public var isRefused: Bool

    /// The figure of an edition.
    public init(_ label: String, _ value: Double?, isRefused: Bool) {
      self.label = label
      self.value = value
      self.isRefused = isRefused
    }
  }

  /// A figure over the editions.
  public init(
    of name: String, format: NumberFormat = .automatic, unit: String? = nil, points: [Point]
  ) {
    self.name = name
    self.format = format
    self.unit = unit
    self.points = points
  }

  /// The picture as the text of an SVG file.
  public var svg: String {
    Chart.history(
      points.map { Chart.EditionFigure($0.label, $0.value, isRefused: $0.isRefused) }, of: name,
      format: format, unit: unit
    ).svg(id: "history")
  }
}
