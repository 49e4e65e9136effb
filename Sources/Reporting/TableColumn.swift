internal import Steps
internal import Vocabulary

/// A column of a shown table as text: one format down the column, so that the points stand under
/// each other.
struct TableColumn {
  var label: String
  var unit: String?
  var isNumeric: Bool
  /// The cells, nil where the value is missing.
  var texts: [String?]
  /// The share of each cell's bar, when the column has bars.
  var shares: [Double]?

  /// The first `exhibit.shownRows` rows of a column.
  init(_ column: Column, of exhibit: TableExhibit) {
    let shown = column.prefix(exhibit.visibleRows)
    label = exhibit.labels[column.name] ?? column.name
    unit = exhibit.units[column.name]
    isNumeric = column.type.isNumeric
    let format = exhibit.formats[column.name] ?? commonFormat(of: shown)
    texts = shown.values.map { value in
      switch value {
      case .null: nil
      case .int(let number): text(of: number, format: format)
      case .double(let number): number.isNaN ? nil : format.string(number)
      default: value.plainText
      }
    }
    if exhibit.bars.contains(column.name), isNumeric {
      // Bars start at zero; the longest belongs to the largest value of the column.
      let numbers = shown.values.map { $0.number ?? 0 }
      let largest = numbers.filter(\.isFinite).map(\.magnitude).max() ?? 0
      shares = numbers.map { largest > 0 ? min(1, max(0, $0 / largest)) : 0 }
    }
  }
}

extension TableExhibit {
  /// How many rows the page really shows.
  var visibleRows: Int { max(0, min(shownRows, table.rowCount)) }
}

/// Whole numbers above 2^53 are not representable as doubles and keep their own digits.
private func text(of number: Int64, format: NumberFormat) -> String {
  let isExact = number.magnitude < 1 << 53
  return isExact ? format.string(Double(number)) : String(number)
}

/// The format for a column whose author gave none.
func commonFormat(of column: Column) -> NumberFormat {
  switch column.type {
  case .integer: isIdentifier(column.name) ? .fixed(0) : .thousands(0)
  case .decimal(let scale): .thousands(scale)
  case .real: commonFormat(of: column.values.compactMap(\.number))
  case .boolean, .text, .date, .timestamp: .automatic
  }
}

/// Four significant digits of the largest value, more when small ones would otherwise vanish, fewer
/// when nothing would be lost.
func commonFormat(of numbers: [Double]) -> NumberFormat {
  let magnitudes = numbers.filter(\.isFinite).map(\.magnitude).filter { $0 > 0 }
  guard let largest = magnitudes.max() else { return .fixed(0) }
  if largest < 1e-4 || largest >= 1e15 { return .scientific(2) }
  let top = exponent(of: largest)
  let smallest = magnitudes.filter { $0 >= largest * 1e-6 }.min() ?? largest
  let wanted = max(3 - top, min(1 - exponent(of: smallest), 6 - top))
  let limit = min(8, max(0, wanted))
  let needed = magnitudes.map { decimals($0, limit: limit) }.max() ?? 0
  return .thousands(min(limit, needed))
}

private func exponent(of value: Double) -> Int {
  var exponent = 0
  var rest = value
  while rest >= 10 {
    rest /= 10
    exponent += 1
  }
  while rest < 1 {
    rest *= 10
    exponent -= 1
  }
  return exponent
}

private func decimals(_ value: Double, limit: Int) -> Int {
  let text = NumberFormat.fixed(limit).string(value)
  guard let point = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return 0 }
  let fraction = text.utf8[text.utf8.index(after: point)...]
  return fraction.count - fraction.reversed().prefix { $0 == UInt8(ascii: "0") }.count
}

/// Whether whole numbers of this column are names and not amounts, and so have no thousands marks:
/// a word of the name says `id`, `code` or a part of a date.
private func isIdentifier(_ name: String) -> Bool {
  let words = name.lowercased().split { !$0.isLetter }
  let names: Set<Substring> = [
    "id", "ids", "key", "code", "no", "nr", "year", "yyyymm", "yyyymmdd", "zip", "年", "番号",
  ]
  return words.contains { names.contains($0) }
}
