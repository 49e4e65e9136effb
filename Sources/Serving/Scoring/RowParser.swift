internal import Learning
internal import Vocabulary

/// Reads rows of JSON straight into the numbers that a model reads: what is only passed on is never
/// made a value of its own.
///
/// For example: `var parser = RowParser(bytes, model.encoder, limit: 100_000)`, then
/// `try parser.parse(.json)` and `parser.matrix`.
struct RowParser {
  /// How rows stand in a body.
  enum Form: Sendable, Hashable {
    /// A row, a list of rows, or an object with the list as `rows`.
    case json
    /// A row on every line.
    case lines
  }

  /// The rows as one matrix, row after row.
  private(set) var matrix: [Double] = []
  /// What was odd about rows that are scored all the same.
  private(set) var remarks = RowEncoder.Remarks()
  /// Where each row stands in the body.
  private(set) var rows: [Range<Int>] = []

  private let encoder: RowEncoder
  private let limit: Int
  private var scanner: JSONScanner
  /// The columns of the members of the row before, in their order: most rows have the same.
  private var order: [Int]
  private var seen: [Bool]
  private var ignored: Set<String> = []

  init(_ bytes: [UInt8], _ encoder: RowEncoder, limit: Int) {
    scanner = JSONScanner(bytes)
    self.encoder = encoder
    self.limit = limit
    order = Array(encoder.columns.indices)
    seen = [Bool](repeating: false, count: encoder.columns.count)
    matrix.reserveCapacity(encoder.width)
  }

  /// Reads the whole body.
  mutating func parse(_ form: Form) throws(Problem) {
    switch form {
    case .json:
      scanner.skipSpace()
      if scanner.take(UInt8(ascii: "[")) {
        try list()
      } else {
        try row(isWhole: true)
      }
      scanner.skipSpace()
      guard scanner.isAtEnd else { throw broken(form) }
    case .lines:
      scanner.skipSpace()
      while !scanner.isAtEnd {
        do throws(Problem) {
          try row(isWhole: false)
        } catch {
          throw error.kind == .badRequest ? broken(form) : error
        }
        scanner.skipSpace()
      }
    }
    remarks.ignored = ignored.sorted()
  }

  private func broken(_ form: Form) -> Problem {
    form == .json
      ? .bad("The body is no JSON.", "本文が JSON ではありません。")
      : .bad(
        "Line \(rows.count + 1) is no JSON.", "\(rows.count + 1) 行目が JSON ではありません。")
  }

  /// The rows behind a bracket.
  private mutating func list() throws(Problem) {
    scanner.skipSpace()
    if scanner.take(UInt8(ascii: "]")) { return }
    while true {
      scanner.skipSpace()
      try row(isWhole: false)
      scanner.skipSpace()
      if scanner.take(UInt8(ascii: "]")) { return }
      guard scanner.take(UInt8(ascii: ",")) else { throw broken(.json) }
    }
  }

  /// One row. The `whole` body may also be an object that has the rows as a list.
  private mutating func row(isWhole: Bool) throws(Problem) {
    let row = rows.count
    let start = scanner.place
    guard scanner.take(UInt8(ascii: "{")) else {
      guard scanner.skipValue() else { throw broken(.json) }
      throw RowEncoder.wrong(
        "row \(row + 1) is no object", "\(row + 1) 行目がオブジェクトではありません")
    }
    guard row < limit else { throw Self.tooMany(limit) }
    for _ in 0..<encoder.width { matrix.append(.nan) }
    for index in seen.indices { seen[index] = false }
    var (member, missing) = (0, seen.count)
    scanner.skipSpace()
    if !scanner.take(UInt8(ascii: "}")) {
      while true {
        scanner.skipSpace()
        let column = try self.column(of: member)
        if column == nil, isWhole, lastName == "rows" {
          matrix.removeAll(keepingCapacity: true)
          ignored.removeAll()
          remarks = RowEncoder.Remarks()
          try wrapped()
          return
        }
        if let column {
          guard !seen[column] else {
            let name = encoder.columns[column].name
            throw RowEncoder.wrong(
              "row \(row + 1) has `\(name)` twice", "\(row + 1) 行目に `\(name)` が 2 回あります")
          }
          seen[column] = true
          missing -= 1
          try value(of: column, row)
        } else {
          guard scanner.skipValue() else { throw broken(.json) }
        }
        member += 1
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "}")) { break }
        guard scanner.take(UInt8(ascii: ",")) else { throw broken(.json) }
      }
    }
    if missing > 0 { try encoder.checkAll(seen, among: ignored.sorted(), row) }
    rows.append(start..<scanner.place)
  }

  /// What follows `{"rows":`.
  private mutating func wrapped() throws(Problem) {
    scanner.skipSpace()
    guard scanner.take(UInt8(ascii: "[")) else {
      throw .bad("`rows` is no list of rows.", "`rows` が行のリストではありません。")
    }
    try list()
    scanner.skipSpace()
    while scanner.take(UInt8(ascii: ",")) {
      scanner.skipSpace()
      guard scanner.text() != nil, takeColon(), scanner.skipValue() else { throw broken(.json) }
      scanner.skipSpace()
    }
    guard scanner.take(UInt8(ascii: "}")) else { throw broken(.json) }
  }

  private mutating func takeColon() -> Bool {
    scanner.skipSpace()
    guard scanner.take(UInt8(ascii: ":")) else { return false }
    scanner.skipSpace()
    return true
  }

  /// The name that no column has, of the member that was read last.
  private var lastName = ""

  /// The column of the next member, its name and colon read; nil when the model reads no such one.
  private mutating func column(of member: Int) throws(Problem) -> Int? {
    if member < order.count, let key = encoder.keys[order[member]], scanner.take(quoted: key) {
      guard takeColon() else { throw broken(.json) }
      return order[member]
    }
    guard let name = scanner.text(), takeColon() else { throw broken(.json) }
    guard let column = encoder.places[name] else {
      ignored.insert(name)
      lastName = name
      return nil
    }
    if member < order.count { order[member] = column }
    return column
  }

  private mutating func value(of column: Int, _ row: Int) throws(Problem) {
    let cell: RowEncoder.Cell
    switch scanner.byte {
    case UInt8(ascii: "\""):
      guard let text = scanner.text() else { throw broken(.json) }
      cell = .text(text)
    case UInt8(ascii: "n"):
      guard scanner.take("null") else { throw broken(.json) }
      cell = .missing
    case UInt8(ascii: "t"):
      guard scanner.take("true") else { throw broken(.json) }
      cell = .bool(true)
    case UInt8(ascii: "f"):
      guard scanner.take("false") else { throw broken(.json) }
      cell = .bool(false)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      guard scanner.skipValue() else { throw broken(.json) }
      let name = encoder.columns[column].name
      throw RowEncoder.wrong(
        "`\(name)` of row \(row + 1) is no single value",
        "\(row + 1) 行目の `\(name)` が単一の値ではありません")
    default:
      guard let number = scanner.number() else { throw broken(.json) }
      if encoder.kinds[column] != .category {
        encoder.write(number: number, column, row, &matrix)
        return
      }
      cell = .number(number)
    }
    try encoder.write(cell, column, row, &matrix, &remarks)
  }

  static func tooMany(_ limit: Int) -> Problem {
    let text = NumberFormat.thousands(0).string(Double(limit))
    return Problem(
      .tooLarge, "A request may have \(text) rows at most.", "1 回のリクエストは \(text) 行までです。")
  }
}
