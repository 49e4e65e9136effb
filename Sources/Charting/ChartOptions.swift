public import Vocabulary

extension Chart {
  /// The kinds of mark that a notebook's `chart` step names.
  public enum MarkKind: String, Sendable, Hashable, CaseIterable {
    /// Lengths over categories.
    case bar
    /// Points joined in order of x.
    case line
    /// Single observations.
    case point
    /// Surfaces from zero, stacked by colour.
    case area
    /// Counts of a number's values in bins made here.
    case histogram
    /// A reference line at each value of x or y.
    case rule
  }

  /// Which column of a table is read for which visual property.
  public struct Encoding: Sendable, Hashable {
    /// The horizontal position.
    public var x: String?
    /// The vertical position; several columns become one series each.
    public var y: [String]
    /// The series.
    public var color: String?
    /// The small multiple.
    public var facet: String?
    /// The lower end of an interval around y.
    public var low: String?
    /// The upper end of an interval around y.
    public var high: String?
    /// Words written beside a point.
    public var label: String?

    /// An encoding by column names.
    public init(
      x: String? = nil, y: [String] = [], color: String? = nil, facet: String? = nil,
      low: String? = nil, high: String? = nil, label: String? = nil
    ) {
      self.x = x
      self.y = y
      self.color = color
      self.facet = facet
      self.low = low
      self.high = high
      self.label = label
    }

    var names: [String] { [x, color, facet, low, high, label].compactMap(\.self) + y }
  }

  /// The order of categories.
  public enum Sort: String, Sendable, Hashable, CaseIterable {
    /// As the rows come; numbers and dates ascending.
    case given
    /// By name.
    case name
    /// By value, largest first.
    case value
    /// By value, smallest first.
    case ascending
  }

  /// How series at one place are put together.
  public enum Stack: String, Sendable, Hashable, CaseIterable {
    /// Side by side.
    case none
    /// On top of each other, from zero.
    case zero
    /// On top of each other, as shares of their sum.
    case normalized
  }

  /// How series are named.
  public enum Naming: String, Sendable, Hashable, CaseIterable {
    /// At the ends of lines where they fit, otherwise in a legend.
    case automatic
    /// In a legend above the plot.
    case legend
    /// At the ends of lines.
    case direct
    /// Not at all.
    case none
  }

  /// A line to compare the data with.
  public struct Reference: Sendable, Hashable {
    /// The value it stands at.
    public var value: Double
    /// What it means.
    public var label: String?
    /// Whether it stands on the horizontal axis, as a vertical line.
    public var isVertical: Bool

    /// A reference line at `value` of the vertical axis, or of the horizontal one. On an axis of
    /// time the value counts days since 1970-01-01.
    public init(at value: Double, label: String? = nil, isVertical: Bool = false) {
      self.value = value
      self.label = label
      self.isVertical = isVertical
    }

    /// A vertical line at a day of a horizontal axis of time: an event.
    public init(on date: CalendarDate, label: String? = nil) {
      self.init(at: Double(date.daysSinceEpoch), label: label, isVertical: true)
    }
  }

  /// Everything about a chart besides its data.
  public struct Options: Sendable, Hashable {
    /// What is shown.
    public var title: String?
    /// Units and population.
    public var subtitle: String?
    /// What to look for.
    public var note: String?
    /// The words along the horizontal axis; nil is the column's name, empty is none.
    public var xLabel: String?
    /// The words above the vertical axis; nil is the column's name, empty is none.
    public var yLabel: String?
    /// How horizontal numbers are written.
    public var xFormat: NumberFormat?
    /// How vertical numbers are written.
    public var yFormat: NumberFormat?
    /// The order of categories.
    public var sort: Sort = .given
    /// How series at one place are put together; nil stacks areas and puts bars side by side.
    public var stack: Stack?
    /// Whether bars lie; nil decides by the columns' types and the room that the names need.
    public var isHorizontal: Bool?
    /// Whether the horizontal axis is logarithmic.
    public var isXLogarithmic = false
    /// Whether the vertical axis is logarithmic; bars and areas stay linear, for they have a zero.
    public var isYLogarithmic = false
    /// The number of bins of a histogram, about; nil chooses by the number of rows.
    public var bins: Int?
    /// How series are named.
    public var naming: Naming = .automatic
    /// Reference lines.
    public var references: [Reference] = []
    /// More categories than this are summed into "other".
    public var maximumCategories = 30
    /// More series than this are drawn as "other".
    public var maximumSeries = 8
    /// The width of the view box in pixels.
    public var width = 720.0
    /// The height of one panel's plot area in pixels.
    public var plotHeight: Double?
    /// The language of the fixed words.
    public var words: Words = .english

    /// The defaults.
    public init() {}
  }
}

/// Why a table cannot be drawn as asked: an author's mistake, in words.
public struct ChartError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, in a sentence.
  public var description: String
  /// The column that it is about.
  public var column: String?
  /// What to do, most likely remedy first.
  public var solutions: [String]

  init(_ description: String, column: String? = nil, solutions: [String] = []) {
    self.description = description
    self.column = column
    self.solutions = solutions
  }
}
