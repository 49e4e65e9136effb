internal import DuckDB
public import Parsing
public import Vocabulary

/// A formatted table in the report, with its CSV beside it.
public struct TableStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "table"
  /// One sentence for the documentation.
  public static let summary =
    "Shows a table: columns, order, formats, units, bars, heat, totals; all rows as CSV."

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
  /// Columns with cells that are darker the larger their number is.
  public var heat: [NamedPlace]
  /// Columns of changes, with the direction that is good.
  public var changes: [NamedText]
  /// Columns whose values group the rows.
  public var groups: [NamedPlace]
  /// Columns with a figure over all rows in the last line.
  public var totals: [NamedText]
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
    heat = options.places("heat")
    groups = options.places("group")
    changes = Self.choices("changes", Metric.Direction.self, in: &options)
    totals = Self.choices("totals", TableExhibit.Total.Kind.self, in: &options)
    caption = options.string("caption")
  }

  /// A mapping of columns to one of a few words.
  private static func choices<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, _ type: Choice.Type, in options: inout OptionReader
  ) -> [NamedText] {
    let words = Choice.allCases.map(\.rawValue)
    return options.texts(key).filter { entry in
      guard !words.contains(entry.text) else { return true }
      options.report(
        .error(
          "bad-option",
          "`\(entry.text)` is none of \(words.map { "`\($0)`" }.joined(separator: ", "))",
          at: entry.column.range, solutions: solutions(forUnknown: entry.text, among: words)))
      return false
    }
  }

  /// The names that the step takes from others.
  public var references: [Reference] { [Reference(table.name, .table, at: table.range)] }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    let named =
      columns + bars + heat + groups + sort.map(\.withoutSign) + formats.map(\.column)
      + labels.map(\.column) + units.map(\.column) + changes.map(\.column) + totals.map(\.column)
    let unknown = workspace.unknownColumns(named.map { ($0.name, $0.range) }, of: table.name)
    guard unknown.isEmpty, let known = try? workspace.columns(of: table.name) else {
      return unknown
    }
    let counted = bars + heat + changes.map(\.column) + totals.map(\.column)
    return counted.compactMap { place in
      guard let column = known.first(where: { $0.name.lowercased() == place.name.lowercased() }),
        !column.type.isNumeric
      else { return nil }
      return .error(
        "not-a-number", "`\(place.name)` is of type \(column.engineType), not a number",
        at: place.range)
    }
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
        workspace.words(
          "The CSV holds the first \(Self.csvLimit) of \(total) rows; use an export step for all.",
          "CSVは全\(total)行のうち先頭\(Self.csvLimit)行です。すべての行は export ステップで出力できます。"))
    }
    var exhibit = TableExhibit(
      id: workspace.stepName, title: workspace.settings.title, caption: caption, table: shown,
      shownRows: min(rows, shown.rowCount), totalRows: total,
      formats: Dictionary(lastWins: formats.map { ($0.column.name, $0.format) }),
      labels: Dictionary(lastWins: labels.map { ($0.column.name, $0.text) }),
      units: Dictionary(lastWins: units.map { ($0.column.name, $0.text) }),
      bars: bars.map(\.name))
    exhibit.heat = heat.map(\.name)
    exhibit.groups = groups.map(\.name)
    exhibit.changes = Dictionary(
      lastWins: changes.map { ($0.column.name, Metric.Direction(rawValue: $0.text) ?? .none) })
    exhibit.totals = try totals(in: workspace)
    result.exhibits = [.table(exhibit)]
    return result
  }

  /// The last line, made by the engine over all rows.
  private func totals(in workspace: Workspace) throws(StepFailure) -> [TableExhibit.Total] {
    guard !totals.isEmpty else { return [] }
    let kinds = totals.map { TableExhibit.Total.Kind(rawValue: $0.text) ?? .sum }
    let figures = zip(totals, kinds).enumerated().map { index, total in
      "\(total.1.function)(\(SQLText.identifier(total.0.column.name))) AS f\(index)"
    }
    let row = try workspace.rows(
      "SELECT \(figures.joined(separator: ", ")) FROM \(SQLText.identifier(table.name))", limit: 1)
    return zip(totals, kinds).enumerated().map { index, total in
      TableExhibit.Total(
        column: total.0.column.name, kind: total.1, value: row.columns[index][0])
    }
  }
}

extension TableExhibit.Total.Kind {
  /// The engine's function.
  fileprivate var function: String {
    switch self {
    case .sum: "sum"
    case .mean: "avg"
    case .median: "median"
    case .min: "min"
    case .max: "max"
    }
  }
}

extension Dictionary {
  /// A dictionary of these pairs; options are mappings without duplicates, so the last one wins only
  /// where an author bypassed that.
  init(lastWins pairs: [(Key, Value)]) {
    self.init(pairs) { _, last in last }
  }
}
