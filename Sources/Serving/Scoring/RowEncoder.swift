internal import Comparing
internal import Learning
internal import Vocabulary

/// Turns rows as they come over the network into the numbers that a model reads; made once for a
/// model, so that a single row costs little.
struct RowEncoder: Sendable {
  /// The columns that the model reads.
  let columns: [FeatureColumn]
  /// The name of the column that each number of a row comes from.
  let columnOfFeature: [String]
  /// The columns by their names.
  let places: [String: Int]
  /// The names as they stand in JSON; nil where something in them must be escaped.
  let keys: [[UInt8]?]
  /// What of the columns is needed for every value, in arrays of its own.
  let kinds: [FeatureColumn.Kind]
  private let levelCounts: [Int]
  private let codes: [[String: Int]]
  private let starts: [Int]
  private let isOneHot: Bool
  /// How many levels of a category have no number of their own.
  private let dropped: Int
  private let missingNumber: Double
  private let missingText: String?
  /// How many numbers a row becomes.
  let width: Int

  /// A value of one cell.
  enum Cell: Sendable, Hashable {
    case missing
    case number(Double)
    case bool(Bool)
    case text(String)
  }

  /// What was odd about rows that were scored all the same.
  struct Remarks: Sendable, Hashable {
    /// Columns that the model does not read.
    var ignored: [String] = []
    /// Values that training never saw; they count as missing.
    var unseen: [Unseen] = []
    /// How many of those there were, also beyond the list.
    var unseenCount = 0

    struct Unseen: Sendable, Hashable, Codable {
      var row: Int
      var column: String
      var value: String
    }

    static let listed = 20
  }

  init(_ encoder: FeatureEncoder) {
    columns = encoder.columns
    columnOfFeature = encoder.features.map { encoder.columns[$0.column].name }
    isOneHot = encoder.categorical == .oneHot
    dropped = encoder.dropsFirst ? 1 : 0
    missingNumber = encoder.missingNumber ?? .nan
    missingText = encoder.missingText
    places = Dictionary(columns.enumerated().map { ($1.name, $0) }) { first, _ in first }
    keys = columns.map { column in
      column.name.utf8.contains { $0 < 32 || $0 == 34 || $0 == 92 } ? nil : Array(column.name.utf8)
    }
    kinds = columns.map(\.kind)
    levelCounts = columns.map(\.levels.count)
    codes = columns.map { column in
      Dictionary(column.levels.enumerated().map { ($1, $0) }) { first, _ in first }
    }
    var (starts, width) = ([Int](), 0)
    for column in columns {
      starts.append(width)
      width +=
        column.kind == .category && isOneHot ? max(0, column.levels.count - dropped) : 1
    }
    self.starts = starts
    self.width = width
  }

  /// A CSV file as one matrix, row after row.
  func matrix(of table: CSVTable, _ remarks: inout Remarks) throws(Problem) -> [Double] {
    guard table.oddRows == 0 else {
      throw Self.wrong(
        "\(table.oddRows) rows have more or fewer cells than the header",
        "\(table.oddRows) 行の列数が見出しと違います")
    }
    let found = table.header.map { places[$0] }
    var seen = [Bool](repeating: false, count: columns.count)
    for case let place? in found { seen[place] = true }
    try checkAll(seen, among: table.header, nil)
    remarks.ignored = zip(table.header, found).filter { $1 == nil }.map(\.0).sorted()
    var matrix = [Double](repeating: .nan, count: table.rowCount * width)
    for row in 0..<table.rowCount {
      for (index, place) in found.enumerated() {
        guard let place else { continue }
        let cell = table.text(row, index).map { Cell.text($0) } ?? .missing
        try write(cell, place, row, &matrix, &remarks)
      }
    }
    return matrix
  }

  /// Throws when a column is missing; `names` are those that are there.
  func checkAll(
    _ seen: [Bool], among names: [String], _ row: Int?
  ) throws(Problem) {
    guard let index = seen.firstIndex(of: false) else { return }
    let name = columns[index].name
    let missing = zip(columns, seen).filter { !$1 }.map(\.0.name)
    let place = row.map { "row \($0 + 1) has" } ?? "the header has"
    let advice =
      nearest(to: name, among: names.filter { places[$0] == nil })
      .map { "; it has `\($0)`" } ?? ""
    let rest = missing.count > 1 ? " (\(missing.count) columns are missing)" : ""
    throw Self.wrong(
      "\(place) no column `\(name)`, which the model reads\(rest)\(advice)",
      "モデルが読む列 `\(name)` がありません\(missing.count > 1 ? "（不足は \(missing.count) 列）" : "")")
  }

  /// Writes a number into the place of a column that takes numbers.
  func write(number: Double, _ place: Int, _ row: Int, _ matrix: inout [Double]) {
    matrix[row * width + starts[place]] = number.isNaN ? missingNumber : number
  }

  /// Writes a value of a column into its places in a row.
  func write(
    _ cell: Cell, _ place: Int, _ row: Int, _ matrix: inout [Double], _ remarks: inout Remarks
  ) throws(Problem) {
    guard kinds[place] == .category else {
      write(number: try number(cell, columns[place], row) ?? .nan, place, row, &matrix)
      return
    }
    let start = row * width + starts[place]
    let text: String? =
      switch cell {
      case .missing: missingText
      case .number(let value): shortestText(value)
      case .bool(let flag): flag ? "true" : "false"
      case .text(let text): text
      }
    let code = text.flatMap { codes[place][$0] }
    if let text, code == nil {
      remarks.unseenCount += 1
      if remarks.unseen.count < Remarks.listed {
        remarks.unseen.append(
          Remarks.Unseen(row: row, column: columns[place].name, value: text))
      }
    }
    guard isOneHot else {
      matrix[start] = code.map(Double.init) ?? .nan
      return
    }
    let count = max(0, levelCounts[place] - dropped)
    for level in 0..<count { matrix[start + level] = 0 }
    if let code, code >= dropped { matrix[start + code - dropped] = 1 }
  }

  private func number(
    _ cell: Cell, _ column: FeatureColumn, _ row: Int
  ) throws(Problem) -> Double? {
    switch cell {
    case .missing: return nil
    case .number(let value): return value
    case .bool(let flag): return flag ? 1 : 0
    case .text(let text):
      if text.isEmpty { return nil }
      let value: Double? =
        switch column.kind {
        case .number: Double(text)
        case .boolean:
          ["true": 1, "True": 1, "TRUE": 1, "1": 1, "false": 0, "False": 0, "FALSE": 0, "0": 0][
            text]
        case .date: CalendarDate(parsing: text).map { Double($0.daysSinceEpoch) }
        case .time:
          Timestamp(parsing: text).map { Double($0.microsecondsSinceEpoch) / 1_000_000 }
        case .category: nil
        }
      guard let value else {
        throw Self.wrong(
          "`\(text)` in `\(column.name)` of row \(row + 1) is no \(column.type)",
          "\(row + 1) 行目の `\(column.name)` の値「\(text)」は \(column.type) ではありません")
      }
      return value
    }
  }

  static func wrong(_ english: String, _ japanese: String) -> Problem {
    let sentence = english.prefix(1).uppercased() + english.dropFirst() + "."
    return Problem(.wrongValues, sentence, japanese + "。")
  }
}
