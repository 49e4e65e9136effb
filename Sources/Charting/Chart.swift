public import Vocabulary

/// A picture of data in the grammar of graphics: panels of marks whose positions and colours are
/// channels mapped by scales. A value like any other: equal charts are equal SVG.
///
/// For example: `try Chart(mark: .bar, table: sales, x: "month", y: "amount").svg(id: "sales")`.
public struct Chart: Sendable, Hashable {
  /// What is shown; drawn above the plot and read out first.
  public var title: String?
  /// Units and population, under the title.
  public var subtitle: String?
  /// What to look for, under the plot.
  public var note: String?
  /// The width of the view box, in CSS pixels at natural size.
  public var width: Double
  /// The height of the plot area of one panel in pixels, axes and titles not counted; nil leaves
  /// it to the kind of chart.
  public var plotHeight: Double?
  /// The numbers that the marks show, for the CSV beside the chart.
  public var data: Table
  /// The text alternative: one sentence with figures.
  public var summary: String
  /// How many input rows could not be drawn because a value was missing, NaN or infinite.
  public var droppedCount: Int
  /// What was limited or left out, in sentences; drawn under the plot.
  public var remarks: [String]
  /// The fixed words, by the language of the report.
  public var words: Words

  var panels: [Panel]
  var arrangement: Arrangement
  var legend: [LegendEntry]

  /// How several panels share the picture.
  enum Arrangement: Sendable, Hashable {
    /// Small multiples on common scales.
    case facets
    /// Small multiples on a common vertical scale, each with its own horizontal one.
    case gallery
    /// One above the other, each with its own vertical scale and the same horizontal one.
    case stacked
    /// Small multiples, each on its own scales.
    case mosaic
    /// One panel without any words, the size of a word.
    case spark
  }

  init(
    panels: [Panel], title: String? = nil, subtitle: String? = nil, note: String? = nil,
    width: Double = 720, plotHeight: Double? = nil, data: Table = Table(columns: []),
    summary: String = "", arrangement: Arrangement = .facets, legend: [LegendEntry] = [],
    words: Words = .english
  ) {
    self.panels = panels
    self.title = title
    self.subtitle = subtitle
    self.note = note
    self.width = width
    self.plotHeight = plotHeight
    self.data = data
    self.summary = summary
    self.droppedCount = 0
    self.remarks = []
    self.arrangement = arrangement
    self.legend = legend
    self.words = words
  }

  /// Whether there is nothing to draw, and the picture says so.
  public var isEmpty: Bool { panels.allSatisfy { $0.marks.allSatisfy(\.isEmpty) } }
}

/// One plot: two axes and the marks between them.
struct Panel: Sendable, Hashable {
  var title: String?
  /// Said quietly beside the title.
  var detail: String?
  var x: Axis
  var y: Axis
  var marks: [Mark]
  /// Labels of lines inside the plot, in a corner the marks leave free.
  var key: [LegendEntry] = []
  var keyCorner: Corner = .bottomTrailing
  var isSquare = false
  /// The share of the picture's height among stacked panels.
  var heightShare = 1.0

  enum Corner: Sendable, Hashable { case topLeading, topTrailing, bottomLeading, bottomTrailing }
}

/// What a colour, dash or shape stands for.
struct LegendEntry: Sendable, Hashable {
  enum Symbol: Sendable, Hashable { case line, dot, ring, swatch }
  var label: String
  var ink: Ink
  var symbol: Symbol
  /// Index of the dash or shape.
  var pattern: Int = 0
}
