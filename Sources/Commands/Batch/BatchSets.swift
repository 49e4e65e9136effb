internal import Parsing
internal import Planning
internal import Vocabulary

/// The parameter sets of a batch: every combination of what `--each` and `--rows` name.
struct BatchSets {
  /// A value for a parameter, as `-p` takes it.
  struct Assignment: Hashable {
    var name: String
    var text: String
  }

  /// More sets than this are a mistake in a range, not a wish.
  static let most = 10_000

  /// The sets, the last `--each` changing fastest.
  private(set) var sets: [[Assignment]] = [[]]
  /// The parameters that change, in the order named.
  private(set) var names: [String] = []

  private let declarations: [ParameterDeclaration]

  init(of declarations: [ParameterDeclaration]) {
    self.declarations = declarations
  }

  /// Multiplies the sets by the values of `NAME=VALUES`.
  mutating func add(each text: String) throws(Refusal) {
    guard let mark = text.firstIndex(of: "="), mark > text.startIndex else {
      throw Self.refusal(
        "`--each \(text)` names no values",
        solutions: ["write `--each NAME=a,b` or `--each NAME=2020-10..2021-01`"])
    }
    let name = String(text[..<mark])
    let type = declarations.first { $0.name == name }?.type
    var values: [String] = []
    for item in try Self.items(String(text[text.index(after: mark)...]), of: name) {
      values += try Self.range(item, as: type, of: name) ?? [item]
      try Self.check(values.count)
    }
    try multiply([name], values.map { [Assignment(name: name, text: $0)] })
  }

  /// Multiplies the sets by the rows of a CSV text whose header names parameters. An empty cell
  /// leaves the parameter as it is.
  mutating func add(rows text: String, from file: String) throws(Refusal) {
    var records = try CSVText.records(in: text, of: file)
    guard let header = records.first, header.contains(where: { !$0.isEmpty }) else {
      throw Self.refusal("\(file) has no header that names parameters")
    }
    records.removeFirst()
    let known = declarations.map(\.name)
    if let name = header.first(where: { !known.contains($0) }) {
      throw Self.refusal(
        "the column `\(name)` of \(file) is no parameter of the notebook",
        solutions: solutions(forUnknown: name, among: known))
    }
    var rows: [[Assignment]] = []
    for (number, record) in records.enumerated() {
      guard record.count == header.count else {
        throw Self.refusal(
          "row \(number + 1) of \(file) has \(Amounts.count(record.count, "cell")), the header \(Amounts.count(header.count, "cell"))"
        )
      }
      rows.append(
        zip(header, record).filter { !$1.isEmpty }.map { Assignment(name: $0, text: $1) })
    }
    try multiply(header, rows)
  }

  private mutating func multiply(
    _ names: [String], _ values: [[Assignment]]
  ) throws(Refusal) {
    for name in names {
      guard !self.names.contains(name) else {
        throw Self.refusal("the values of `\(name)` are given twice")
      }
      self.names.append(name)
    }
    let (count, isTooMany) = sets.count.multipliedReportingOverflow(by: values.count)
    try Self.check(isTooMany ? .max : count)
    sets = sets.flatMap { set in values.map { set + $0 } }
  }

  private static func check(_ count: Int) throws(Refusal) {
    guard count <= most else {
      throw refusal(
        "these are more than \(Amounts.grouped(most)) sets", solutions: ["make several batches"])
    }
  }

  private static func refusal(_ summary: String, solutions: [String] = []) -> Refusal {
    Refusal([.error("bad-batch", summary, at: nil, solutions: solutions)])
  }

  // MARK: - Values

  /// What stands between the commas; brackets and double quotes keep theirs.
  private static func items(_ text: String, of name: String) throws(Refusal) -> [String] {
    var items: [String] = [""]
    var depth = 0
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "[" where !isQuoted: depth += 1
      case "]" where !isQuoted: depth -= 1
      case "," where depth == 0 && !isQuoted:
        items.append("")
        continue
      default: break
      }
      items[items.count - 1].append(character)
    }
    return try items.map { item throws(Refusal) in
      guard !item.isEmpty else {
        throw refusal(
          "`--each \(name)=\(text)` has an empty value", solutions: ["write `\"\"` for empty text"])
      }
      let isWhole = item.count > 1 && item.hasPrefix("\"") && item.hasSuffix("\"")
      return isWhole ? String(item.dropFirst().dropLast()) : item
    }
  }

  /// The values of `first..last`, both included, for types that have steps; nil for other text.
  private static func range(
    _ text: String, as type: ParameterType?, of name: String
  ) throws(Refusal) -> [String]? {
    guard let mark = text.firstRange(of: ".."),
      let type, [.month, .date, .int].contains(type)
    else { return nil }
    let (first, last) = (String(text[..<mark.lowerBound]), String(text[mark.upperBound...]))
    guard let start = place(first, as: type), let end = place(last, as: type) else {
      throw refusal(
        "`\(text)` is no range of the \(type.rawValue) parameter `\(name)`",
        solutions: ["write it as in `\(example(of: type))`"])
    }
    guard start <= end else {
      throw refusal(
        "`\(text)` runs backwards", solutions: ["write `\(last)..\(first)`"])
    }
    let (span, overflow) = end.subtractingReportingOverflow(start)
    try check(overflow ? .max : span)
    return (start...end).map { self.text($0, as: type) }
  }

  private static func example(of type: ParameterType) -> String {
    switch type {
    case .month: "2020-10..2021-01"
    case .date: "2021-01-01..2021-01-31"
    default: "1..10"
    }
  }

  /// A value as a whole number: months or days since a fixed one, or the number itself.
  private static func place(_ text: String, as type: ParameterType) -> Int? {
    switch type {
    case .month:
      CalendarDate(parsingMonth: text).map { $0.components.year * 12 + $0.components.month - 1 }
    case .date: CalendarDate(parsing: text).map { Int($0.daysSinceEpoch) }
    default: Int(text)
    }
  }

  private static func text(_ place: Int, as type: ParameterType) -> String {
    switch type {
    case .month:
      CalendarDate(year: place / 12, month: place % 12 + 1, day: 1)?.monthDescription
        ?? "\(place)"
    case .date: CalendarDate(daysSinceEpoch: Int32(clamping: place)).description
    default: String(place)
    }
  }
}

/// CSV as RFC 4180 has it.
enum CSVText {
  /// The records of a text, cells unquoted; blank lines are none.
  static func records(in text: String, of file: String) throws(Refusal) -> [[String]] {
    var records: [[String]] = []
    var record: [[UInt8]] = [[]]
    var isQuoted = false
    var wasQuoted = false
    var bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    var index = 0
    func end() {
      if record != [[]] || wasQuoted {
        records.append(record.map { String(decoding: $0, as: UTF8.self) })
      }
      record = [[]]
      wasQuoted = false
    }
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        if byte != UInt8(ascii: "\"") {
          record[record.count - 1].append(byte)
        } else if index < bytes.count, bytes[index] == byte {
          record[record.count - 1].append(byte)
          index += 1
        } else {
          isQuoted = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where record.last?.isEmpty == true:
        isQuoted = true
        wasQuoted = true
      case UInt8(ascii: ","): record.append([])
      case 10, 13: end()
      default: record[record.count - 1].append(byte)
      }
    }
    guard !isQuoted else {
      throw Refusal([
        .error("bad-batch", "a quote in \(file) is not closed", at: nil)
      ])
    }
    end()
    return records
  }
}
