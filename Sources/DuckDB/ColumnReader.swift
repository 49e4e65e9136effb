internal import Vocabulary

/// Gathers one column of a result over all chunks. Only one of the arrays is used.
struct ColumnReader {
  let name: String
  let kind: QueryResult.ColumnKind
  private var booleans: [Bool?] = []
  private var integers: [Int64?] = []
  private var wide: [Int128?] = []
  private var reals: [Double?] = []
  private var texts: [String?] = []
  private var dates: [CalendarDate?] = []
  private var timestamps: [Timestamp?] = []

  init(name: String, kind: QueryResult.ColumnKind) {
    self.name = name
    self.kind = kind
  }

  /// Adds the first `count` rows of a chunk's vector.
  mutating func read(_ vector: ColumnVector, _ count: Int) {
    switch kind.code {
    case .boolean: unsafe vector.forEach(UInt8.self, count) { booleans.append($0.map { $0 != 0 }) }
    case .tinyint: unsafe narrow(Int8.self, vector, count)
    case .smallint: unsafe narrow(Int16.self, vector, count)
    case .integer: unsafe narrow(Int32.self, vector, count)
    case .bigint: unsafe vector.forEach(Int64.self, count) { integers.append($0) }
    case .utinyint: unsafe narrow(UInt8.self, vector, count)
    case .usmallint: unsafe narrow(UInt16.self, vector, count)
    case .uinteger: unsafe narrow(UInt32.self, vector, count)
    case .ubigint: unsafe vector.forEach(UInt64.self, count) { wide.append($0.map { Int128($0) }) }
    case .hugeint:
      unsafe vector.forEach(StoredHugeInteger.self, count) { wide.append($0?.value) }
    case .float: unsafe vector.forEach(Float.self, count) { reals.append($0.map { Double($0) }) }
    case .double: unsafe vector.forEach(Double.self, count) { reals.append($0) }
    case .decimal: unsafe vector.forEachDecimal(kind, count) { reals.append($0) }
    case .varchar: unsafe vector.forEach(StoredText.self, count) { unsafe texts.append($0?.string) }
    case .enumeration: unsafe readLabels(vector, count)
    case .date:
      unsafe vector.forEach(Int32.self, count) { days in
        dates.append(days.map { CalendarDate(daysSinceEpoch: $0) })
      }
    case .timestamp, .timestampWithZone: unsafe readTimes(vector, count) { $0 }
    case .timestampSeconds: unsafe readTimes(vector, count) { Self.product($0, 1_000_000) }
    case .timestampMilliseconds: unsafe readTimes(vector, count) { Self.product($0, 1000) }
    case .timestampNanoseconds:
      // Towards the past, as DuckDB's own cast does before 1970 too.
      unsafe readTimes(vector, count) { $0 >= 0 ? $0 / 1000 : ($0 + 1) / 1000 - 1 }
    case .null, nil: texts.append(contentsOf: repeatElement(nil, count: count))
    }
  }

  /// The column gathered so far.
  func column() -> Column {
    let type = kind.code?.columnType(scale: kind.scale) ?? .text
    switch type {
    case .boolean: return Column(name: name, type: type, cells: .booleans(booleans))
    case .integer: return kind.isWide ? wideColumn() : Column(name, integers: integers)
    case .real, .decimal: return Column(name: name, type: type, cells: .reals(reals))
    case .text: return Column(name: name, type: type, cells: .texts(texts))
    case .date: return Column(name: name, type: type, cells: .dates(dates))
    case .timestamp: return Column(name: name, type: type, cells: .timestamps(timestamps))
    }
  }

  /// Whole numbers when all of them fit into 64 bits, else floating point.
  private func wideColumn() -> Column {
    if wide.allSatisfy({ $0.map { Int64(exactly: $0) != nil } ?? true }) {
      return Column(name, integers: wide.map { $0.map { Int64(truncatingIfNeeded: $0) } })
    }
    return Column(name, reals: wide.map { $0.map { Double($0) } })
  }

  private mutating func narrow<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, _ vector: ColumnVector, _ count: Int
  ) {
    unsafe vector.forEach(type, count) { integers.append($0.map { Int64($0) }) }
  }

  private mutating func readTimes(
    _ vector: ColumnVector, _ count: Int, _ microseconds: (Int64) -> Int64
  ) {
    unsafe vector.forEach(Int64.self, count) { stored in
      // DuckDB's infinities lie at the ends of the range, where calendar arithmetic overflows.
      let edge: Int64 = 9_223_371_244_800_000_000
      timestamps.append(
        stored.map { Timestamp(microsecondsSinceEpoch: min(max(microseconds($0), -edge), edge)) })
    }
  }

  private static func product(_ value: Int64, _ factor: Int64) -> Int64 {
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    return overflow ? (value < 0 ? .min : .max) : product
  }

  private mutating func readLabels(_ vector: ColumnVector, _ count: Int) {
    let labels = kind.labels
    func label(_ index: Int) -> String? { labels.indices.contains(index) ? labels[index] : nil }
    switch kind.storage {
    case .utinyint:
      unsafe vector.forEach(UInt8.self, count) { texts.append($0.flatMap { label(Int($0)) }) }
    case .usmallint:
      unsafe vector.forEach(UInt16.self, count) { texts.append($0.flatMap { label(Int($0)) }) }
    default:
      unsafe vector.forEach(UInt32.self, count) { texts.append($0.flatMap { label(Int($0)) }) }
    }
  }
}

extension QueryResult.ColumnKind {
  /// Whether the whole numbers may not fit into 64 bits.
  var isWide: Bool { code == .hugeint || code == .ubigint }
}

extension QueryResult {
  /// One empty reader for each column.
  func columnReaders() -> [ColumnReader] {
    zip(names, types).map { ColumnReader(name: $0, kind: $1) }
  }
}

extension ColumnVector {
  /// Calls `body` with each decimal as the nearest floating-point number.
  func forEachDecimal(
    _ kind: QueryResult.ColumnKind, _ count: Int, _ body: (Double?) -> Void
  ) {
    let unit = Double("1e\(kind.scale)") ?? 1
    switch kind.storage {
    case .smallint: unsafe forEach(Int16.self, count) { body($0.map { Double($0) / unit }) }
    case .integer: unsafe forEach(Int32.self, count) { body($0.map { Double($0) / unit }) }
    case .bigint: unsafe forEach(Int64.self, count) { body($0.map { Double($0) / unit }) }
    default:
      unsafe forEach(StoredHugeInteger.self, count) { body($0.map { Double($0.value) / unit }) }
    }
  }
}
