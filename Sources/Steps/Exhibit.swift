public import Charting
public import Vocabulary

/// Something that a step shows in the report.
public enum Exhibit: Sendable, Hashable, Codable {
  /// A table with its CSV.
  case table(TableExhibit)
  /// A chart with its SVG and the data under it.
  case chart(ChartExhibit)
  /// A number tile, by the name of one of the step's metrics.
  case tile(metric: String)
  /// Several small charts side by side with figures: one row per column of a profiled table.
  case profile(ProfileExhibit)
  /// A picture that the author's own program made.
  case picture(PictureExhibit)
  /// Lines of plain text.
  case text(TextExhibit)
  /// The report of a notebook that the step has run.
  case report(ReportExhibit)
}

/// A picture as the report shows it.
public struct PictureExhibit: Sendable, Hashable, Codable {
  /// File name without ending, unique within the report.
  public var id: String
  /// A heading above it.
  public var title: String?
  /// What it shows, for those who do not see it.
  public var alternative: String
  /// The picture.
  public var picture: Picture

  /// A picture under a file name.
  public init(id: String, title: String? = nil, alternative: String, picture: Picture) {
    self.id = id
    self.title = title
    self.alternative = alternative
    self.picture = picture
  }
}

/// A line that leads to the report of another notebook, which is kept within this one.
public struct ReportExhibit: Sendable, Hashable, Codable {
  /// The step's name, which is also the folder's.
  public var id: String
  /// The report's title.
  public var title: String
  /// How many steps it has.
  public var stepCount: Int

  /// A line for a report.
  public init(id: String, title: String, stepCount: Int) {
    self.id = id
    self.title = title
    self.stepCount = stepCount
  }
}

/// The last lines of what a program wrote, as the report shows them.
public struct TextExhibit: Sendable, Hashable, Codable {
  /// The step's name.
  public var id: String
  /// The lines, without line ends.
  public var lines: [String]
  /// How many lines there are, also when not all of them are here.
  public var totalLines: Int

  /// The last lines of a text.
  public init(id: String, lines: [String], totalLines: Int) {
    self.id = id
    self.lines = lines
    self.totalLines = totalLines
  }
}

/// A table as the report shows it.
public struct TableExhibit: Sendable, Hashable, Codable {
  /// File name of the CSV without ending, unique within the report: the step's name, or
  /// `step-part` when a step shows several.
  public var id: String
  /// A heading above the table.
  public var title: String?
  /// A sentence below it.
  public var caption: String?
  /// The rows that go into the CSV; the first `shownRows` of them into the page.
  public var table: Table
  /// How many rows the page shows.
  public var shownRows: Int
  /// How many rows there are, also when not all of them are in `table`.
  public var totalRows: Int
  /// Number formats by column name; other numbers get one that fits the whole column.
  public var formats: [String: NumberFormat]
  /// Header texts by column name.
  public var labels: [String: String]
  /// Units by column name, shown in the header.
  public var units: [String: String]
  /// Columns with a bar behind the number.
  public var bars: [String]
  /// Rows that stand out, counted from 0.
  public var emphasized: Set<Int>
  /// Columns whose cells are darker the larger their number is; around zero when there are negative
  /// numbers, too.
  public var heat: [String] = []
  /// The numbers at which heat is none and strongest in all of these columns; each column's own
  /// smallest and largest when nil.
  public var heatRange: ClosedRange<Double>?
  /// Columns that hold changes, with the direction that is good: signed, with an arrow.
  public var changes: [String: Metric.Direction] = [:]
  /// Columns of texts that are figures, each with decimals of its own: set to the right, as numbers are.
  public var figures: Set<String> = []
  /// Columns whose values group the rows: a rule separates one group from the next.
  public var groups: [String] = []
  /// The last line, over all rows, also those that are not shown.
  public var totals: [Total] = []

  /// A figure over all rows of a column.
  public struct Total: Sendable, Hashable, Codable {
    /// The column.
    public var column: String
    /// What was made of its values.
    public var kind: Kind
    /// The figure; NULL when there is none.
    public var value: Value

    /// What is made of a column's values.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
      /// Their sum.
      case sum
      /// Their mean.
      case mean
      /// Their median.
      case median
      /// The smallest.
      case min
      /// The largest.
      case max
    }

    /// A figure over all rows.
    public init(column: String, kind: Kind, value: Value) {
      self.column = column
      self.kind = kind
      self.value = value
    }
  }

  /// A table that shows all of what it holds.
  public init(
    id: String, title: String? = nil, caption: String? = nil, table: Table,
    shownRows: Int? = nil, totalRows: Int? = nil, formats: [String: NumberFormat] = [:],
    labels: [String: String] = [:], units: [String: String] = [:], bars: [String] = [],
    emphasized: Set<Int> = []
  ) {
    self.id = id
    self.title = title
    self.caption = caption
    self.table = table
    self.shownRows = shownRows ?? table.rowCount
    self.totalRows = totalRows ?? table.rowCount
    self.formats = formats
    self.labels = labels
    self.units = units
    self.bars = bars
    self.emphasized = emphasized
  }
}

/// A chart as the report shows it.
public struct ChartExhibit: Sendable, Hashable, Codable {
  /// File name of the SVG without ending, unique within the report.
  public var id: String
  /// The picture; it holds its own title, description and data.
  public var chart: Chart

  /// A chart under a file name.
  public init(id: String, chart: Chart) {
    self.id = id
    self.chart = chart
  }
}

/// The profile of a table: figures and a small distribution for every column.
public struct ProfileExhibit: Sendable, Hashable, Codable {
  /// File name of the figures' CSV without ending.
  public var id: String
  /// A heading.
  public var title: String?
  /// Rows of the profiled table.
  public var totalRows: Int
  /// One entry per column, in the table's order.
  public var columns: [ColumnProfile]
  /// The distributions as small multiples, for a file of its own beside the page.
  public var picture: Chart?

  /// The figures of one column.
  public struct ColumnProfile: Sendable, Hashable, Codable {
    /// The column.
    public var name: String
    /// The engine's type, such as `BIGINT`.
    public var type: String
    /// Rows without a value.
    public var missing: Int
    /// Different values, missing not counted.
    public var distinct: Int
    /// The mean of a number column.
    public var mean: Double?
    /// The standard deviation (n - 1) of a number column.
    public var deviation: Double?
    /// Minimum, quartiles and maximum of a number column: five values, or none.
    public var quantiles: [Double]
    /// The earliest and latest, or first and last, value as text for columns that are no numbers.
    public var extremes: [String]
    /// A picture of the distribution the size of a word; nil when there is nothing to draw.
    public var chart: Chart?
    /// The same, large enough to read.
    public var figure: Chart?

    /// The figures of one column.
    public init(
      name: String, type: String, missing: Int, distinct: Int, mean: Double? = nil,
      deviation: Double? = nil, quantiles: [Double] = [], extremes: [String] = [],
      chart: Chart? = nil, figure: Chart? = nil
    ) {
      self.name = name
      self.type = type
      self.missing = missing
      self.distinct = distinct
      self.mean = mean
      self.deviation = deviation
      self.quantiles = quantiles
      self.extremes = extremes
      self.chart = chart
      self.figure = figure
    }
  }

  /// A profile of these columns.
  public init(
    id: String, title: String? = nil, totalRows: Int, columns: [ColumnProfile],
    picture: Chart? = nil
  ) {
    self.id = id
    self.title = title
    self.totalRows = totalRows
    self.columns = columns
    self.picture = picture
  }
}
