public import Charting
internal import DuckDB
public import Parsing
public import Vocabulary

/// A chart of a table's columns.
public struct ChartStep: StepKind {
  /// The word behind `uses:`.
  public static let name = "chart"
  /// One sentence for the documentation.
  public static let summary =
    "Draws a table: bar, line, point, area, histogram, rule; colour, facets, stacks."

  /// Rows beyond this many are thinned out evenly, and the report says so.
  static let rowLimit = 5_000
  /// A histogram reads so many rows.
  static let histogramLimit = 2_000_000

  /// The table drawn.
  public var table: NamedPlace
  /// The kind of mark.
  public var mark: Chart.MarkKind
  /// The columns by channel: `x`, `y` (several), `color`, `facet`, `low`, `high`, `label`.
  public var channels: [Channel]
  /// The order of categories.
  public var sort: Sort
  /// Everything else about the picture.
  public var options: Chart.Options

  /// A column in a role.
  public struct Channel: Sendable, Hashable {
    /// The role.
    public var role: String
    /// The column.
    public var column: NamedPlace
  }

  /// The order of categories.
  public enum Sort: String, Sendable, Hashable, CaseIterable {
    /// As the rows come.
    case none
    /// By name.
    case x
    /// By name, backwards.
    case descendingX = "-x"
    /// By value, smallest first.
    case y
    /// By value, largest first.
    case descendingY = "-y"
  }

  enum Stack: String, CaseIterable {
    case none
    case zero
    case normalize
  }

  /// Reads the options; mistakes go into the reader.
  public init(from options: inout OptionReader, of source: StepSource) {
    table = options.requiredPlace("table")
    mark = options.requiredChoice("mark", as: Chart.MarkKind.self) ?? .bar
    channels = []
    for role in ["x", "color", "facet", "low", "high", "label"] {
      if let column = options.place(role) { channels.append(Channel(role: role, column: column)) }
    }
    channels += options.places("y").map { Channel(role: "y", column: $0) }
    sort = options.choice("sort", as: Sort.self) ?? .none
    self.options = Chart.Options(from: &options)
    self.options.sort =
      switch sort {
      case .none, .descendingX: .given
      case .x: .name
      case .y: .ascending
      case .descendingY: .value
      }
  }

  /// The names that the step takes from others.
  public var references: [Reference] { [Reference(table.name, .table, at: table.range)] }

  /// Finds what is wrong beside the options themselves, on empty tables.
  public func check(in workspace: Workspace) -> [Diagnostic] {
    let unknown = workspace.unknownColumns(
      channels.map { ($0.column.name, $0.column.range) }, of: table.name)
    guard unknown.isEmpty else { return unknown }
    do throws(StepFailure) {
      // An empty table of the right types tells whether the channels fit.
      _ = try chart(of: try workspace.rows(selection(every: 1), limit: 0), in: workspace)
      return []
    } catch {
      return [error.diagnostic]
    }
  }

  /// Does the work.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var result = StepResult()
    let total = try workspace.rowCount(of: table.name)
    let limit = mark == .histogram ? Self.histogramLimit : Self.rowLimit
    let every = max(1, (total + limit - 1) / limit)
    let rows = try workspace.rows(selection(every: every))
    var chart = try chart(of: rows, in: workspace)
    if every > 1 {
      chart.remarks.append(
        workspace.words(
          "Every \(every)th of \(NumberFormat.thousands(0).string(Double(total))) rows is drawn.",
          "全\(NumberFormat.thousands(0).string(Double(total)))行のうち\(every)行ごとに1行を描いています。"))
    }
    result.rowsIn = total
    result.exhibits = [.chart(ChartExhibit(id: workspace.stepName, chart: chart))]
    return result
  }

  /// The channels' columns, of every n-th row.
  private func selection(every step: Int) -> String {
    var names: [String] = []
    for name in channels.map(\.column.name) where !names.contains(name) { names.append(name) }
    let list = names.map(SQLText.identifier).joined(separator: ", ")
    let source = SQLText.identifier(table.name)
    let columns = list.isEmpty ? "*" : list
    let order =
      sort == .descendingX
      ? channels.first { $0.role == "x" }.map {
        " ORDER BY \(SQLText.identifier($0.column.name)) DESC"
      } ?? "" : ""
    guard step > 1 else { return "SELECT \(columns) FROM \(source)\(order)" }
    return """
      SELECT \(columns) FROM (SELECT \(columns), row_number() OVER () AS "washi row" FROM \(source))
      WHERE ("washi row" - 1) % \(step) = 0\(order)
      """
  }

  private func chart(of rows: Table, in workspace: Workspace) throws(StepFailure) -> Chart {
    var options = options
    options.title = workspace.settings.title
    options.words = workspace.chartWords
    func column(_ role: String) -> String? { channels.first { $0.role == role }?.column.name }
    do throws(ChartError) {
      return try Chart(
        mark: mark, table: rows,
        encoding: Chart.Encoding(
          x: column("x"), y: channels.filter { $0.role == "y" }.map(\.column.name),
          color: column("color"), facet: column("facet"), low: column("low"),
          high: column("high"), label: column("label")),
        options: options)
    } catch {
      let place = channels.first { $0.column.name == error.column }?.column.range
      throw StepFailure(
        .error(
          "bad-chart", "chart `\(workspace.stepName)`: \(error.description)",
          at: place ?? workspace.current?.nameRange, solutions: error.solutions))
    }
  }
}

extension Chart.Options {
  /// Reads the options of a chart step that are not about its data.
  init(from options: inout OptionReader) {
    self.init()
    subtitle = options.string("subtitle")
    note = options.string("note")
    xLabel = options.string("x_label")
    yLabel = options.string("y_label")
    xFormat = options.format("x_format")
    yFormat = options.format("format")
    bins = options.int("bins", in: 1...200)
    naming = options.choice("legend", as: Chart.Naming.self) ?? .automatic
    isXLogarithmic = options.bool("x_log") ?? false
    isYLogarithmic = options.bool("y_log") ?? false
    isHorizontal = options.bool("horizontal")
    width = options.double("width") ?? width
    plotHeight = options.double("height")
    stack = options.choice("stack", as: ChartStep.Stack.self).map {
      switch $0 {
      case .none: .none
      case .zero: .zero
      case .normalize: .normalized
      }
    }
    for var rule in options.readers("rules") ?? [] {
      let label = rule.string("label")
      let isVertical = rule.has("x")
      if let value = rule.position(isVertical ? "x" : "y") {
        references.append(Chart.Reference(at: value, label: label, isVertical: isVertical))
      }
      options.absorb(&rule)
    }
  }
}

extension OptionReader {
  /// A number, or a day as days since 1970-01-01.
  fileprivate mutating func position(_ key: String) -> Double? {
    if let node = node(key) {
      if case .date(let day) = node.value { return Double(day.daysSinceEpoch) }
      if let day = node.text.flatMap({ CalendarDate(parsing: $0) }) {
        return Double(day.daysSinceEpoch)
      }
    }
    return double(key)
  }
}
