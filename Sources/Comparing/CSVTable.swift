/// A CSV file as columns of byte ranges: 100,000 rows are read without making a string of each cell.
package struct CSVTable: Sendable {
  /// The column names.
  package var header: [String]
  /// How many rows follow the header.
  package private(set) var rowCount = 0
  /// Rows that have more or fewer cells than the header.
  package private(set) var oddRows = 0
  /// The file's bytes, and behind them the texts of cells that had to be unquoted.
  private var bytes: [UInt8]
  /// The cells row by row; a missing value begins at -1.
  private var cells: [Cell] = []
  /// Where each row begins and ends among the bytes.
  private var rows: [Cell] = []

  struct Cell: Sendable, Hashable {
    var start: Int32
    var end: Int32
    static let missing = Cell(start: -1, end: -1)
  }

  /// A table without anything in it.
  static let empty = CSVTable(parsing: [])

  /// Files from here on are told apart by their digest only.
  static let maximumSize = 1 << 30

  /// Reads RFC 4180 with `\n` or `\r\n`; whatever is not well-formed is still read somehow.
  package init(parsing text: [UInt8]) {
    bytes = text
    header = []
    var scanner = Scanner(count: text.count)
    guard text.count < Self.maximumSize else { return }
    if let first = scanner.row(&bytes) { header = first.map { self.text($0) ?? "" } }
    let width = header.count
    while true {
      let start = scanner.place
      guard let row = scanner.row(&bytes) else { break }
      // A line without anything is a row only where one column may be missing.
      if row.count == 1, row[0] == .missing, width != 1 { continue }
      if row.count != width { oddRows += 1 }
      cells += row.prefix(width)
      for _ in 0..<max(0, width - row.count) { cells.append(.missing) }
      rows.append(Cell(start: Int32(start), end: Int32(scanner.place)))
      rowCount += 1
    }
  }

  func cell(_ row: Int, _ column: Int) -> Cell { cells[row * header.count + column] }

  /// A cell's text; nil for a missing value.
  package func text(_ row: Int, _ column: Int) -> String? { text(cell(row, column)) }

  func text(_ cell: Cell) -> String? {
    guard cell.start >= 0 else { return nil }
    return String(decoding: bytes[Int(cell.start)..<Int(cell.end)], as: UTF8.self)
  }

  func isMissing(_ row: Int, _ column: Int) -> Bool { cell(row, column).start < 0 }

  func bytes(_ cell: Cell) -> ArraySlice<UInt8> {
    cell.start < 0 ? [] : bytes[Int(cell.start)..<Int(cell.end)]
  }

  /// Whether two rows stand there with the same bytes.
  func hasSameBytes(_ row: Int, as other: CSVTable, _ otherRow: Int) -> Bool {
    let (a, b) = (rows[row], other.rows[otherRow])
    guard a.end - a.start == b.end - b.start else { return false }
    return bytes(a).elementsEqual(other.bytes(b))
  }

  /// Whether two cells say the same.
  func isEqual(_ cell: Cell, to other: CSVTable, _ otherCell: Cell) -> Bool {
    if cell.start < 0 || otherCell.start < 0 { return cell.start < 0 && otherCell.start < 0 }
    guard cell.end - cell.start == otherCell.end - otherCell.start else { return false }
    return bytes(cell).elementsEqual(other.bytes(otherCell))
  }

  /// A whole row as one text, each cell told apart from its neighbours.
  func key(_ row: Int, _ columns: [Int]) -> String {
    if columns.count == 1 { return text(row, columns[0]) ?? "\u{0}" }
    return columns.map { column in
      text(row, column).map { "\($0.utf8.count):\($0)" } ?? "-"
    }.joined(separator: ",")
  }

  /// Each row's key, as `key` makes it.
  func keys(ofColumns columns: [Int]) -> [String] { (0..<rowCount).map { key($0, columns) } }

  /// Each row as it stands in the file, without the end of its line.
  var lines: [String] {
    rows.map { row in
      var line = bytes(row)
      while let last = line.last, last == 10 || last == 13 { line.removeLast() }
      return String(decoding: line, as: UTF8.self)
    }
  }

  /// What the cells of a column look like.
  enum Kind: String, Sendable { case integer, real, boolean, date, text, empty }

  func kind(ofColumn column: Int) -> Kind {
    var kind = Kind.empty
    for row in 0..<rowCount {
      let cell = cell(row, column)
      guard cell.start >= 0 else { continue }
      let found = Self.kind(bytes(cell))
      if kind == .empty || kind == found {
        kind = found
      } else if (kind == .integer && found == .real) || (kind == .real && found == .integer) {
        kind = .real
      } else {
        return .text
      }
    }
    return kind
  }

  private static func kind(_ cell: ArraySlice<UInt8>) -> Kind {
    guard let first = cell.first else { return .text }
    if first == UInt8(ascii: "t") || first == UInt8(ascii: "f") {
      return cell.elementsEqual("true".utf8) || cell.elementsEqual("false".utf8) ? .boolean : .text
    }
    guard (48...57).contains(first) || first == UInt8(ascii: "-") || first == UInt8(ascii: ".")
    else {
      return cell.elementsEqual("NaN".utf8) || cell.elementsEqual("Infinity".utf8) ? .real : .text
    }
    var isWhole = true
    for (index, byte) in cell.enumerated() {
      switch byte {
      case 48...57: continue
      case UInt8(ascii: "-") where index == 0: continue
      case UInt8(ascii: "-") where index == 4 && cell.count >= 10: return .date
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"),
        UInt8(ascii: "-"):
        isWhole = false
      default: return cell.elementsEqual("-Infinity".utf8) ? .real : .text
      }
    }
    return isWhole && cell.count > (first == UInt8(ascii: "-") ? 1 : 0) ? .integer : .real
  }

  private struct Scanner {
    var place = 0
    let count: Int

    mutating func row(_ bytes: inout [UInt8]) -> [Cell]? {
      guard place < count else { return nil }
      var row: [Cell] = []
      while true {
        row.append(cell(&bytes))
        guard place < count else { return row }
        let separator = bytes[place]
        place += 1
        if separator == UInt8(ascii: ",") {
          // A comma at the very end has a missing value behind it.
          if place == count { return row + [.missing] }
          continue
        }
        if separator == 13, place < count, bytes[place] == 10 { place += 1 }
        return row
      }
    }

    private mutating func cell(_ bytes: inout [UInt8]) -> Cell {
      guard place < count, bytes[place] == UInt8(ascii: "\"") else {
        let start = place
        while place < count, !Self.ends(bytes[place]) { place += 1 }
        return start == place ? .missing : Cell(start: Int32(start), end: Int32(place))
      }
      place += 1
      let start = place
      var unquoted: [UInt8]?
      while place < count {
        let byte = bytes[place]
        if byte == UInt8(ascii: "\"") {
          guard place + 1 < count, bytes[place + 1] == UInt8(ascii: "\"") else { break }
          if unquoted == nil { unquoted = Array(bytes[start..<place]) }
          unquoted?.append(byte)
          place += 2
          continue
        }
        unquoted?.append(byte)
        place += 1
      }
      var cell = Cell(start: Int32(start), end: Int32(place))
      if let unquoted, bytes.count + unquoted.count < Int(Int32.max) {
        cell = Cell(start: Int32(bytes.count), end: Int32(bytes.count + unquoted.count))
        bytes += unquoted
      }
      place = min(count, place + 1)
      // Whatever stands between the closing quote and the separator belongs to no cell.
      while place < count, !Self.ends(bytes[place]) { place += 1 }
      return cell
    }

    private static func ends(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: ",") || byte == 10 || byte == 13
    }
  }
}
