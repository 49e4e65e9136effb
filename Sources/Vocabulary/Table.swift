/// A small rectangular result held in memory, column by column.
///
/// Large data stays in the engine; a `Table` is what a report shows or a chart draws.
/// For example: `table["age"]?[0]` is the first row's age.
public struct Table: Sendable, Hashable, Codable {
  /// The columns, in the order of the SELECT that made them.
  public var columns: [Column]
  /// How many rows every column has.
  public var rowCount: Int

  /// A table of these columns, which must be of equal length.
  public init(columns: [Column]) {
    precondition(Set(columns.map(\.count)).count <= 1, "columns of one table have equal length")
    self.columns = columns
    self.rowCount = columns.first?.count ?? 0
  }

  /// The first column of this name.
  public subscript(name: String) -> Column? {
    columns.first { $0.name == name }
  }

  /// The values of one row, in column order.
  public func row(_ index: Int) -> [Value] {
    columns.map { $0[index] }
  }

  /// The first `count` rows, or the whole table when it is not longer.
  public func prefix(_ count: Int) -> Table {
    guard count < rowCount else { return self }
    return Table(columns: columns.map { $0.prefix(count) })
  }
}

/// The type of a column, as far as a report cares.
public enum ColumnType: Sendable, Hashable, Codable {
  /// True or false.
  case boolean
  /// Whole numbers.
  case integer
  /// Binary floating point.
  case real
  /// Decimal numbers with this many digits after the point; held as `Double`.
  case decimal(scale: Int)
  /// Text, and whatever has no better reading (nested values as the engine prints them).
  case text
  /// Days.
  case date
  /// Times with microseconds.
  case timestamp

  /// Whether the values are numbers.
  public var isNumeric: Bool {
    switch self {
    case .integer, .real, .decimal: true
    case .boolean, .text, .date, .timestamp: false
    }
  }

  /// The name that messages and `report.json` use: `int`, `float`, `decimal`, `string`, ...
  public var name: String {
    switch self {
    case .boolean: "bool"
    case .integer: "int"
    case .real: "float"
    case .decimal: "decimal"
    case .text: "string"
    case .date: "date"
    case .timestamp: "datetime"
    }
  }
}

/// A named, typed column of values, missing ones as nil.
public struct Column: Sendable, Hashable, Codable {
  /// The values by their storage.
  public enum Cells: Sendable, Hashable, Codable {
    /// Booleans.
    case booleans([Bool?])
    /// Whole numbers.
    case integers([Int64?])
    /// Floating-point numbers and decimals.
    case reals([Double?])
    /// Text.
    case texts([String?])
    /// Days.
    case dates([CalendarDate?])
    /// Times.
    case timestamps([Timestamp?])
  }

  /// The name as the SELECT gave it; any text, hostile ones included.
  public var name: String
  /// What the values mean.
  public var type: ColumnType
  /// The values.
  public var cells: Cells

  /// A column of these cells.
  public init(name: String, type: ColumnType, cells: Cells) {
    self.name = name
    self.type = type
    self.cells = cells
  }

  /// The number of rows.
  public var count: Int {
    switch cells {
    case .booleans(let values): values.count
    case .integers(let values): values.count
    case .reals(let values): values.count
    case .texts(let values): values.count
    case .dates(let values): values.count
    case .timestamps(let values): values.count
    }
  }

  /// The value in row `index`, counted from 0.
  public subscript(index: Int) -> Value {
    switch cells {
    case .booleans(let values): values[index].map(Value.bool) ?? .null
    case .integers(let values): values[index].map(Value.int) ?? .null
    case .reals(let values): values[index].map(Value.double) ?? .null
    case .texts(let values): values[index].map(Value.text) ?? .null
    case .dates(let values): values[index].map(Value.date) ?? .null
    case .timestamps(let values): values[index].map(Value.timestamp) ?? .null
    }
  }

  /// All values in row order.
  public var values: [Value] {
    (0..<count).map { self[$0] }
  }

  /// The first `count` rows.
  public func prefix(_ count: Int) -> Column {
    var copy = self
    switch cells {
    case .booleans(let values): copy.cells = .booleans(Array(values.prefix(count)))
    case .integers(let values): copy.cells = .integers(Array(values.prefix(count)))
    case .reals(let values): copy.cells = .reals(Array(values.prefix(count)))
    case .texts(let values): copy.cells = .texts(Array(values.prefix(count)))
    case .dates(let values): copy.cells = .dates(Array(values.prefix(count)))
    case .timestamps(let values): copy.cells = .timestamps(Array(values.prefix(count)))
    }
    return copy
  }
}

extension Column {
  /// A column of floating-point numbers.
  public init(_ name: String, reals: [Double?]) {
    self.init(name: name, type: .real, cells: .reals(reals))
  }

  /// A column of whole numbers.
  public init(_ name: String, integers: [Int64?]) {
    self.init(name: name, type: .integer, cells: .integers(integers))
  }

  /// A column of text.
  public init(_ name: String, texts: [String?]) {
    self.init(name: name, type: .text, cells: .texts(texts))
  }
}
