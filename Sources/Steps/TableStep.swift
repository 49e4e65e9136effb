internal import DuckDB
public import Parsing
public import Vocabulary

/// A formatted table in the report, with its CSV beside it.
public struct TableStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "table"
  /// One sentence for the documentation.
  public static let summary =
    "Shows a table: columns, order, formats, units, bars; all rows as CSV."

  /// The most rows that go into the CSV; reaching it is said in the report.
  public static let csvLimit = 10_000

  /// The table shown.
  public var table: NamedPlace
  /// The columns shown, all when empty.
  public var columns: [NamedPlace]
  /// How many rows the page shows.
  public var rows: Int
  /// Columns to order by, `-` in front for descending.
  public var sort: [NamedPlace]
  /// Number formats by column.
  public var formats: [NamedFormat]
  /// Header texts by column.
  public var labels: [NamedText]
  /// Units by column.
  public var units: [NamedText]
  /// Columns with bars.
  public var bars: [NamedPlace]
  /// A sentence below the table.
  public var caption: String?

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    table = options.requiredPlace("table")
    columns = options.places("columns")
    rows = options.int("rows", in: 0...1000) ?? 20
    sort = options.places("sort")
    formats = options.formats("formats")
    labels = options.texts("labels")
    units = options.texts("units")
    bars = options.places("bars")
    caption = options.string("caption")
  }

  /// The names that the step takes from others.
  public var references: [Reference] { [Reference(table.name, .table, at: table.range)] }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    let named =
      columns + bars + sort.map(\.withoutSign) + formats.map(\.column) + labels.map(\.column)
      + units.map(\.column)
    return workspace.unknownColumns(named.map { ($0.name, $0.range) }, of: table.name)
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var result = StepResult()
    let list =
      columns.isEmpty
      ? "*" : columns.map { SQLText.identifier($0.name) }.joined(separator: ", ")
    let order = sort.map { place in
      SQLText.identifier(place.withoutSign.name)
        + (place.isDescending ? " DESC NULLS LAST" : " ASC NULLS LAST")
    }
    let total = try workspace.rowCount(of: table.name)
    let shown = try workspace.rows(
      "SELECT \(list) FROM \(SQLText.identifier(table.name))"
        + (order.isEmpty ? "" : " ORDER BY \(order.joined(separator: ", "))"),
      limit: Self.csvLimit)
    result.rowsIn = total
    if total > Self.csvLimit {
      result.remarks.append(
        "The CSV holds the first \(Self.csvLimit) of \(total) rows; use an export step for all.")
    }
    result.exhibits = [
      .table(
        TableExhibit(
          id: workspace.stepName, title: workspace.settings.title, caption: caption, table: shown,
          shownRows: min(rows, shown.rowCount), totalRows: total,
          formats: Dictionary(lastWins: formats.map { ($0.column.name, $0.format) }),
          labels: Dictionary(lastWins: labels.map { ($0.column.name, $0.text) }),
          units: Dictionary(lastWins: units.map { ($0.column.name, $0.text) }),
          bars: bars.map(\.name)))
    ]
    return result
  }
}

extension Dictionary {
  /// A dictionary of these pairs; options are mappings without duplicates, so the last one wins only
  /// where an author bypassed that.
  init(lastWins pairs: [(Key, Value)]) {
    self.init(pairs) { _, last in last }
  }
}
