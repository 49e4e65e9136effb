internal import CEngines
public import Vocabulary

/// A column that a statement would give.
public struct ColumnDescription: Sendable, Hashable {
  /// The column's name.
  public var name: String
  /// What a `Table` makes of it.
  public var type: ColumnType
  /// DuckDB's own name of the type, such as `DECIMAL(18,3)` or `INTEGER[]`.
  public var engineType: String
}

extension Connection {
  /// The columns that a SELECT would give, without running it.
  public func columns(
    of sql: String, binding values: [String: Value] = [:]
  ) throws(DuckDBError) -> [ColumnDescription] {
    try exclusively { () throws(DuckDBError) in
      let head = "DESCRIBE "
      let statement = try Statement(
        head + SQLText.withoutTerminator(sql), on: self, original: sql, shift: head.utf8.count)
      try statement.bind(values)
      let result = try statement.run()
      var readers = result.columnReaders()
      while let chunk = try result.nextChunk() {
        for index in readers.indices {
          unsafe readers[index].read(chunk.vector(index), chunk.count)
        }
      }
      guard readers.count > 1 else { return [] }
      return zip(readers[0].column().values, readers[1].column().values).map { name, type in
        ColumnDescription(
          name: name.plainText, type: ColumnType(engineType: type.plainText),
          engineType: type.plainText)
      }
    }
  }

  /// The one numeric column of a statement; NULL becomes NaN.
  public func doubles(
    _ sql: String, binding values: [String: Value] = [:]
  ) throws(DuckDBError) -> [Double] {
    let columns = try doubleColumns(sql, binding: values)
    guard columns.count == 1 else {
      throw DuckDBError(
        .shape, "one column was expected, but there are \(columns.count)", sql: sql)
    }
    return columns[0]
  }

  /// The one numeric column of a statement in single precision; NULL becomes NaN.
  public func floats(
    _ sql: String, binding values: [String: Value] = [:]
  ) throws(DuckDBError) -> [Float] {
    try doubles(sql, binding: values).map { Float($0) }
  }

  /// The numeric columns of a statement, each as an array; NULL becomes NaN, true 1, false 0.
  public func doubleColumns(
    _ sql: String, binding values: [String: Value] = [:]
  ) throws(DuckDBError) -> [[Double]] {
    try exclusively { () throws(DuckDBError) in
      let statement = try StatementList(sql, on: self).only()
      try statement.bind(values)
      let result = try statement.run(streaming: true)
      for (name, type) in zip(result.names, result.types) where !type.isNumeric {
        throw DuckDBError(.shape, "column `\(name)` is not numeric", sql: sql, name: name)
      }
      var columns = [[Double]](repeating: [], count: result.types.count)
      while let chunk = try result.nextChunk() {
        for index in columns.indices {
          unsafe chunk.vector(index).append(to: &columns[index], result.types[index], chunk.count)
        }
      }
      return columns
    }
  }
}

extension ColumnType {
  /// What a `Table` makes of a column of DuckDB's type of this name.
  init(engineType name: String) {
    switch name {
    case "BOOLEAN": self = .boolean
    case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
      "HUGEINT":
      self = .integer
    case "FLOAT", "DOUBLE": self = .real
    case "DATE": self = .date
    case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE":
      self = .timestamp
    case _ where name.hasPrefix("DECIMAL(") && name.hasSuffix(")"):
      let scale = name.dropLast().split(separator: ",").last.flatMap { Int($0) }
      self = .decimal(scale: scale ?? 0)
    default: self = .text
    }
  }
}

extension QueryResult.ColumnKind {
  /// Whether the values can be read as floating-point numbers.
  var isNumeric: Bool {
    switch code?.columnType(scale: scale) {
    case .boolean, .integer, .real, .decimal: true
    case .text: code == .null
    case .date, .timestamp, nil: false
    }
  }
}

extension ColumnVector {
  /// Adds `count` numbers to `numbers`, NaN for NULL.
  func append(to numbers: inout [Double], _ kind: QueryResult.ColumnKind, _ count: Int) {
    switch kind.code {
    case .boolean, .utinyint: unsafe convert(UInt8.self, to: &numbers, count) { Double($0) }
    case .tinyint: unsafe convert(Int8.self, to: &numbers, count) { Double($0) }
    case .smallint: unsafe convert(Int16.self, to: &numbers, count) { Double($0) }
    case .integer: unsafe convert(Int32.self, to: &numbers, count) { Double($0) }
    case .bigint: unsafe convert(Int64.self, to: &numbers, count) { Double($0) }
    case .usmallint: unsafe convert(UInt16.self, to: &numbers, count) { Double($0) }
    case .uinteger: unsafe convert(UInt32.self, to: &numbers, count) { Double($0) }
    case .ubigint: unsafe convert(UInt64.self, to: &numbers, count) { Double($0) }
    case .hugeint: unsafe convert(StoredHugeInteger.self, to: &numbers, count) { Double($0.value) }
    case .float: unsafe convert(Float.self, to: &numbers, count) { Double($0) }
    case .double: unsafe convert(Double.self, to: &numbers, count) { $0 }
    case .decimal: unsafe forEachDecimal(kind, count) { numbers.append($0 ?? .nan) }
    default: numbers.append(contentsOf: repeatElement(.nan, count: count))
    }
  }

  @inline(__always)
  private func convert<Element: BitwiseCopyable>(
    _ type: Element.Type, to numbers: inout [Double], _ count: Int, _ number: (Element) -> Double
  ) {
    unsafe forEach(type, count) { numbers.append($0.map(number) ?? .nan) }
  }
}
