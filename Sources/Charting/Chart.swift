public import Vocabulary

/// A picture of data in the grammar of graphics: panels of marks whose positions and colours are
/// channels mapped by scales. A value like any other: equal charts are equal SVG.
///
/// For example: `try Chart(mark: .bar, table: sales, x: "month", y: "amount").svg(id: "sales")`.
public struct Chart: Sendable, Hashable, Codable {
  /// What kind of picture it is, for programs.
  public var kind = Kind.plot
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

  /// The plots, in reading order.
  public var panels: [Panel]
  /// How several panels share the picture.
  public var arrangement: Arrangement
  /// What colours, dashes and shapes stand for, above the plots.
  public var legend: [LegendEntry]

  /// How several panels share the picture.
  public enum Arrangement: Sendable, Hashable, Codable {
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

  /// A picture of panels; the grammar's one sentence, which all charts here are made of.
  ///
  /// Panels follow one another as `arrangement` says, scales are shared accordingly. `data` becomes
  /// the CSV beside the picture and `summary` its text alternative: one sentence with figures.
  /// For example, a line with a threshold:
  ///
  ///     let line = LineMark("AUC", points: points, ink: .series(0), endLabel: "AUC")
  ///     let limit = RuleMark(horizontal: 0.7, label: "limit")
  ///     let panel = Panel(x: Axis("Round"), y: Axis("AUC"), marks: [.rule(limit), .line(line)])
  ///     let chart = Chart(panels: [panel], title: "AUC by round", summary: "AUC rises to 0.75.")
  public init(
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

/// One plot: two axes and the marks between them, the first mark at the bottom.
public struct Panel: Sendable, Hashable, Codable {
  /// What tells it from its neighbours, among small multiples.
  public var title: String?
  /// Said quietly beside the title.
  public var detail: String?
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// What is drawn, from the bottom up.
  public var marks: [Mark]
  /// Labels of lines inside the plot, in a corner the marks leave free.
  public var key: [LegendEntry] = []
  /// That corner.
  public var keyCorner: Corner = .bottomTrailing
  /// Whether the plot is as high as it is wide.
  public var isSquare = false
  /// The share of the picture's height among stacked panels.
  public var heightShare = 1.0

  /// A corner of the plot.
  public enum Corner: Sendable, Hashable, Codable, CaseIterable {
    /// Where the horizontal axis begins, at the top.
    case topLeading
    /// Where the horizontal axis ends, at the top.
    case topTrailing
    /// Where the horizontal axis begins, at the bottom.
    case bottomLeading
    /// Where the horizontal axis ends, at the bottom.
    case bottomTrailing
  }
}

extension Panel {
  /// A plot of marks between two axes.
  public init(x: Axis, y: Axis, marks: [Mark]) {
    self.init(title: nil, x: x, y: y, marks: marks)
  }
}

/// What a colour, dash or shape stands for.
public struct LegendEntry: Sendable, Hashable, Codable {
  /// How the entry looks.
  public enum Symbol: Sendable, Hashable, Codable {
    /// A piece of a line.
    case line
    /// A point.
    case dot
    /// A hollow point.
    case ring
    /// A piece of a surface.
    case swatch
  }

  /// What it stands for.
  public var label: String
  /// Its colour.
  public var ink: Ink
  /// How it looks.
  public var symbol: Symbol
  /// Index of the dash or shape.
  public var pattern: Int

  /// An entry of a legend.
  public init(label: String, ink: Ink, symbol: Symbol, pattern: Int = 0) {
    self.label = label
    self.ink = ink
    self.symbol = symbol
    self.pattern = pattern
  }
}
