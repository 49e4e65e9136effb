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
  /// Where each cell's bar begins and ends, as shares of the room, when the column has bars.
  var bars: [ClosedRange<Double>?]?
  /// How dark each cell is, from -4 to 4, when the column has heat.
  var heat: [Int]?
  /// What each change means, when the column holds changes.
  var verdicts: [Words.Change.Verdict?]?
  /// The figure over all rows, and what it is when it is no sum.
  var total: (text: String, kind: TableExhibit.Total.Kind)?

  /// The first `exhibit.shownRows` rows of a column.
  init(_ column: Column, of exhibit: TableExhibit) {
    let shown = column.prefix(exhibit.visibleRows)
    label = exhibit.labels[column.name] ?? column.name
    unit = exhibit.units[column.name]
    let isNumeric = column.type.isNumeric
    self.isNumeric = isNumeric || exhibit.figures.contains(column.name)
    let format = exhibit.formats[column.name] ?? commonFormat(of: shown)
    let direction = exhibit.changes[column.name]
    func text(_ value: Value) -> String? {
      let plain: String? =
        switch value {
        case .null: nil
        case .int(let number): Reporting.text(of: number, format: format)
        case .double(let number): number.isNaN ? nil : format.string(number)
        default: value.plainText
        }
      guard direction != nil, isNumeric, let number = value.number, let plain else { return plain }
      return signed(plain, number)
    }
    texts = shown.values.map(text)
    guard isNumeric else { return }
    let numbers = shown.values.map { $0.number.flatMap { $0.isFinite ? $0 : nil } }
    if exhibit.bars.contains(column.name) { bars = Self.bars(of: numbers) }
    if exhibit.heat.contains(column.name) { heat = Self.heat(of: numbers, in: exhibit.heatRange) }
    if let direction {
      verdicts = zip(numbers, texts).map { number, text in
        // What is printed as no change is none.
        number.map { text?.first == "=" ? .same : Self.verdict(on: $0, direction) }
      }
    }
    if let total = exhibit.totals.first(where: { $0.column == column.name }) {
      self.total = (text(total.value) ?? "–", total.kind)
    }
  }

  /// Bars start at zero; the longest belongs to the largest value of the column, and where there are
  /// negative ones zero stands between them.
  private static func bars(of numbers: [Double?]) -> [ClosedRange<Double>?] {
    let known = numbers.compactMap(\.self)
    let (low, high) = (min(0, known.min() ?? 0), max(0, known.max() ?? 0))
    guard (high - low).isFinite, high > low else { return numbers.map { _ in nil } }
    let zero = -low / (high - low)
    return numbers.map { number in
      number.map { number in
        let end = (number - low) / (high - low)
        return min(zero, end)...max(zero, end)
      }
    }
  }

  /// Four steps from the smallest to the largest; both ways from zero where there are negative ones.
  private static func heat(of numbers: [Double?], in range: ClosedRange<Double>?) -> [Int] {
    if let range, range.upperBound > range.lowerBound {
      return numbers.map { number in
        guard let number else { return 0 }
        let share = (number - range.lowerBound) / (range.upperBound - range.lowerBound)
        return Int((min(max(share, 0), 1) * 4).rounded())
      }
    }
    let known = numbers.compactMap(\.self)
    guard let low = known.min(), let high = known.max(), low < high else {
      return numbers.map { _ in 0 }
    }
    let reach = max(-low, high)
    return numbers.map { number in
      guard let number else { return 0 }
      let share =
        low < 0 ? number / reach : (number / 2 - low / 2) / (high / 2 - low / 2)
      return Int((share * 4).rounded())
    }
  }

  private static func verdict(
    on change: Double, _ direction: Metric.Direction
  ) -> Words.Change.Verdict {
    switch direction {
    case .higher: change > 0 ? .better : .worse
    case .lower: change < 0 ? .better : .worse
    case .none: change > 0 ? .more : .less
    }
  }
}

/// A change with its sign and an arrow; one that is printed as zero has neither.
private func signed(_ text: String, _ number: Double) -> String {
  let isZero = !text.utf8.contains { (49...57).contains($0) } && number.isFinite
  if isZero { return "= " + text }
  return number > 0 ? "▲ +" + text : "▼ −" + text.drop { $0 == "-" }
}

extension TableExhibit {
  /// Whether a rule stands above a row, because it begins a new group.
  func beginsGroup(_ row: Int) -> Bool {
    row > 0 && groups.contains { table[$0].map { $0[row] != $0[row - 1] } ?? false }
  }

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
