public import Vocabulary

extension Chart {
  /// Draws columns of a table as one kind of mark.
  ///
  /// For example: `try Chart(mark: .line, table: history, encoding: .init(x: "month", y: ["auc"]))`.
  /// Bars whose rows share a category and a series are summed; bars without y count rows.
  /// Throws when a column does not exist or cannot be what it is asked to be.
  public init(
    mark: MarkKind, table: Table, encoding: Encoding, options: Options = Options()
  ) throws(ChartError) {
    var builder = try TableChart(mark: mark, table: table, encoding: encoding, options: options)
    self = try builder.chart()
  }

  /// Draws columns of a table, with one column for y.
  public init(
    mark: MarkKind, table: Table, x: String? = nil, y: String? = nil, color: String? = nil,
    facet: String? = nil, options: Options = Options()
  ) throws(ChartError) {
    let encoding = Encoding(x: x, y: y.map { [$0] } ?? [], color: color, facet: facet)
    try self.init(mark: mark, table: table, encoding: encoding, options: options)
  }
}

/// The way from a table's rows to panels of marks.
struct TableChart {
  let mark: Chart.MarkKind
  let table: Table
  private(set) var encoding: Chart.Encoding
  let options: Chart.Options
  var words: Chart.Words { options.words }
  var remarks: [String] = []
  var dropped = 0

  /// One row, read.
  struct Datum {
    var x: Position
    var y: Position
    var series: String?
    var facet: String?
    var low: Double?
    var high: Double?
    var label: String?
  }

  init(
    mark: Chart.MarkKind, table: Table, encoding: Chart.Encoding, options: Chart.Options
  ) throws(ChartError) {
    let columns = table.columns.map(\.name)
    for name in encoding.names where !columns.contains(name) {
      throw ChartError(
        "there is no column `\(name)`", column: name,
        solutions: solutions(forUnknown: name, among: columns))
    }
    self.mark = mark
    self.table = table
    self.encoding = encoding
    self.options = options
    // A colour that only repeats a bar's category would cut its band into empty lanes.
    let category = isSideways ? encoding.y.first : encoding.x
    if mark == .bar, encoding.color == category { self.encoding.color = nil }
  }

  mutating func chart() throws(ChartError) -> Chart {
    try checkChannels()
    var chart =
      switch mark {
      case .bar: bars()
      case .line, .area: lines()
      case .point: points()
      case .histogram: histograms()
      case .rule: rules()
      }
    chart.kind = mark.chartKind
    chart.title = options.title
    chart.subtitle = options.subtitle
    chart.note = options.note
    chart.width = min(max(options.width.isFinite ? options.width : 720, 120), 4000)
    chart.plotHeight = options.plotHeight.map { min(max($0.isFinite ? $0 : 300, 20), 4000) }
    chart.words = words
    chart.droppedCount = dropped
    chart.remarks = remarks
    if !chart.isEmpty {
      for reference in options.references where reference.value.isFinite {
        for index in chart.panels.indices {
          chart.panels[index].marks.append(
            .rule(
              RuleMark(
                isVertical: reference.isVertical, at: reference.value, label: reference.label)))
        }
      }
    }
    return chart
  }

  private func checkChannels() throws(ChartError) {
    func needs(_ channel: String) -> ChartError {
      ChartError(
        "a \(mark.rawValue) chart needs `\(channel)`", solutions: ["give `\(channel)`: a column"])
    }
    func mustBeNumeric(_ name: String, _ channel: String) throws(ChartError) {
      guard let column = table[name], !column.type.isNumeric, table.rowCount > 0 else { return }
      let numeric = table.columns.filter(\.type.isNumeric).map { "`\($0.name)`" }
      throw ChartError(
        "`\(channel)` needs numbers, but column `\(name)` is of type \(column.type.name)",
        column: name,
        solutions: numeric.isEmpty
          ? [] : ["columns with numbers: " + numeric.joined(separator: ", ")])
    }
    for (name, channel) in [(encoding.low, "low"), (encoding.high, "high")] {
      if let name { try mustBeNumeric(name, channel) }
    }
    switch mark {
    case .bar:
      guard encoding.x != nil else { throw needs("x") }
      if !isSideways { for name in encoding.y { try mustBeNumeric(name, "y") } }
    case .line, .area:
      guard encoding.x != nil else { throw needs("x") }
      guard !encoding.y.isEmpty else { throw needs("y") }
      for name in encoding.y { try mustBeNumeric(name, "y") }
    case .point:
      guard encoding.x != nil else { throw needs("x") }
      guard !encoding.y.isEmpty else { throw needs("y") }
    case .histogram:
      guard let x = encoding.x else { throw needs("x") }
      if !isTime(x) { try mustBeNumeric(x, "x") }
    case .rule:
      guard encoding.x != nil || !encoding.y.isEmpty else { throw needs("x") }
    }
  }

  /// Whether x holds the lengths and y the categories, so that bars lie.
  var isSideways: Bool {
    guard let x = encoding.x.flatMap({ table[$0] }), let y = encoding.y.first.flatMap({ table[$0] })
    else { return false }
    return encoding.y.count == 1 && x.type.isNumeric && !y.type.isNumeric
  }

  // MARK: Reading

  /// The rows that can be drawn. Missing positions are counted, and kept as a gap for lines.
  mutating func data(
    x xName: String?, y yNames: [String], keepsGaps: Bool = false
  ) -> [Datum] {
    let x = xName.flatMap { table[$0] }
    let series = encoding.color.flatMap { table[$0] }
    let facet = encoding.facet.flatMap { table[$0] }
    let low = encoding.low.flatMap { table[$0] }
    let high = encoding.high.flatMap { table[$0] }
    let words = encoding.label.flatMap { table[$0] }
    var data: [Datum] = []
    var lost = Set<Int>()
    for (yIndex, name) in (yNames.isEmpty ? [nil] : yNames.map(Optional.some)).enumerated() {
      let y = name.flatMap { table[$0] }
      for row in 0..<table.rowCount {
        let xPosition = x.map { position($0[row]) } ?? .number(1)
        let yPosition = y.map { position($0[row]) } ?? .number(1)
        var datum = Datum(
          x: xPosition ?? .number(.nan), y: yPosition ?? .number(.nan),
          series: series.map { text($0[row]) }, facet: facet.map { text($0[row]) },
          low: low?[row].number, high: high?[row].number, label: words?[row].plainText)
        if yNames.count > 1, let name {
          datum.series = datum.series.map { "\(name), \($0)" } ?? name
        }
        if xPosition == nil || yPosition == nil {
          lost.insert(yNames.count > 1 ? row * yNames.count + yIndex : row)
          if xPosition == nil || !keepsGaps { continue }
        }
        data.append(datum)
      }
    }
    dropped += lost.count
    return data
  }

  func position(_ value: Value) -> Position? {
    switch value {
    case .null, .list: nil
    case .int(let number): .number(Double(number))
    case .double(let number): number.isFinite ? .number(number) : nil
    case .date(let date): .number(Double(date.daysSinceEpoch))
    case .timestamp(let time): .number(Double(time.microsecondsSinceEpoch) / 8.64e10)
    case .text, .bool: .category(value.plainText)
    }
  }

  /// The name of a category; missing values are a category of their own.
  func text(_ value: Value) -> String { value.isNull ? words.missing : value.plainText }

  func isTime(_ name: String?) -> Bool {
    guard let column = name.flatMap({ table[$0] }) else { return false }
    return column.type == .date || column.type == .timestamp
  }

  // MARK: Axes and series

  func axis(_ name: String?, label: String?, format: NumberFormat?, isLogarithmic: Bool = false)
    -> Axis
  {
    var axis = Axis()
    let words = label ?? name
    axis.label = words?.isEmpty == true ? nil : words
    axis.format = format
    let column = name.flatMap { table[$0] }
    axis.kind =
      switch column?.type {
      case .date, .timestamp: .time
      case .text, .boolean: .band
      case .integer, .real, .decimal, nil: isLogarithmic ? .logarithmic : .linear
      }
    axis.isInteger = column?.type == .integer && format == nil
    if case .dates(let dates) = column?.cells {
      axis.isMonthly = dates.allSatisfy { $0.map { $0.components.day == 1 } ?? true }
    }
    return axis
  }

  var yLabel: String? {
    options.yLabel ?? (encoding.y.count == 1 ? encoding.y.first : nil)
  }

  /// The distinct values in order of appearance, at most `limit`, and how many there are.
  func distinct(_ names: some Sequence<String>) -> [String] {
    var seen = Set<String>()
    return names.filter { seen.insert($0).inserted }
  }

  /// The inks of series: fixed colours for the parts of a data set, the palette otherwise.
  func inks(_ names: [String]) -> [String: Ink] {
    let parts = names.map(Ink.init(part:))
    let areAllParts = !parts.contains(nil) && Set(parts).count == names.count
    var inks: [String: Ink] = [:]
    for (index, name) in names.enumerated() {
      inks[name] = name == words.other ? .reference : areAllParts ? parts[index] : .series(index)
    }
    return inks
  }

  /// The facets in order, of which the first twelve are shown.
  mutating func facets(_ data: [Datum]) -> [String?] {
    guard encoding.facet != nil else { return [nil] }
    let all = distinct(data.compactMap(\.facet))
    let shown = Array(all.prefix(12))
    if shown.count < all.count { remarks.append(words.panelsLeftOut(shown.count, of: all.count)) }
    return shown.isEmpty ? [nil] : shown.map(Optional.some)
  }

  func legend(_ names: [String], symbol: LegendEntry.Symbol) -> [LegendEntry] {
    guard options.naming != .none, names.count > 1 else { return [] }
    let inks = inks(names)
    return names.map { name in
      let ink = inks[name] ?? .reference
      return LegendEntry(
        label: name, ink: ink, symbol: symbol, pattern: symbol == .swatch ? 0 : ink.dashIndex)
    }
  }
}
