/// Two CSV files row by row: rows are recognised by a key where one is found, else by their order.
struct TableComparison {
  let name: String
  let old: CSVTable
  let new: CSVTable
  let tolerance: Tolerance
  /// The columns of the key as the caller declared it.
  let declaredKey: [String]
  /// The kinds of change that columns, rows and cells become.
  let kinds: (whole: Change.Kind, row: Change.Kind, cell: Change.Kind)

  private(set) var changes: [Change] = []
  private(set) var tally = Difference.Tally()
  /// The columns of both, by their places in the old and the new table.
  private var common: [(name: String, old: Int, new: Int)] = []

  /// So many changes of each kind are listed; the tally counts all of them.
  static let listed = 200

  init(
    _ name: String, old: CSVTable, new: CSVTable, tolerance: Tolerance, key: [String] = [],
    kinds: (whole: Change.Kind, row: Change.Kind, cell: Change.Kind) = (.table, .row, .cell)
  ) {
    self.name = name
    self.old = old
    self.new = new
    self.tolerance = tolerance
    declaredKey = key
    self.kinds = kinds
    tally.oldRows = old.rowCount
    tally.newRows = new.rowCount
    compareColumns()
    compareRows()
  }

  // MARK: Columns

  private mutating func compareColumns() {
    let (before, after) = (Self.places(old.header), Self.places(new.header))
    for column in new.header where after[column] != nil && before[column] == nil {
      changes.append(Change(kinds.whole, .add, [name, "column", column], new: column))
    }
    for column in old.header where before[column] != nil && after[column] == nil {
      changes.append(Change(kinds.whole, .remove, [name, "column", column], old: column))
    }
    var seen: Set<String> = []
    for column in new.header where seen.insert(column).inserted {
      guard let i = before[column], let j = after[column] else { continue }
      common.append((column, i, j))
      let (was, becomes) = (old.kind(ofColumn: i), new.kind(ofColumn: j))
      let numbers: Set<CSVTable.Kind> = [.integer, .real]
      guard was != becomes, was != .empty, becomes != .empty,
        !(numbers.contains(was) && numbers.contains(becomes))
      else { continue }
      changes.append(
        Change(
          kinds.whole, .replace, [name, "type", column], old: was.rawValue, new: becomes.rawValue))
    }
    if !SequenceDifference(common.map(\.old), common.map(\.old).sorted()).isEmpty {
      let inOldOrder = common.sorted { $0.old < $1.old }
      changes.append(
        Change(
          kinds.whole, .move, [name, "columns"],
          old: inOldOrder.map(\.name).joined(separator: ", "),
          new: common.map(\.name).joined(separator: ", ")))
    }
  }

  /// Where each name stands first.
  private static func places(_ header: [String]) -> [String: Int] {
    Dictionary(header.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  // MARK: Keys

  /// A key's columns with the row of each of its values, on both sides.
  private struct Key {
    var columns: [(name: String, old: Int, new: Int)]
    var rows: [String: Int]
    var newRows: [String]
  }

  /// The columns that name a row: those declared; else the first column whose values are unique on
  /// both sides, measured numbers left out, and either shared by half of the rows or an identifier
  /// by its name; else the first columns that are unique together.
  private func findKey() -> Key? {
    if !declaredKey.isEmpty {
      let columns = declaredKey.compactMap { name in common.first { $0.name == name } }
      return columns.count == declaredKey.count ? key(columns) : nil
    }
    guard old.rowCount > 0, new.rowCount > 0 else { return nil }
    let candidates = common.filter { column in
      let kinds = [old.kind(ofColumn: column.old), new.kind(ofColumn: column.new)]
      return kinds.allSatisfy { $0 != .real && $0 != .boolean && $0 != .empty }
    }
    var best: (key: Key, shared: Int)?
    let enough = (min(old.rowCount, new.rowCount) + 1) / 2
    for column in candidates.prefix(8) {
      guard let found = key([column]) else { continue }
      let shared = found.newRows.count { found.rows[$0] != nil }
      if shared >= enough || Self.isIdentifier(column.name) { return found }
      if shared > best?.shared ?? 0 { best = (found, shared) }
    }
    for count in 2...4 where count <= candidates.count && count < common.count {
      guard let found = key(Array(candidates.prefix(count))) else { continue }
      let shared = found.newRows.count { found.rows[$0] != nil }
      if shared > best?.shared ?? 0 { best = (found, shared) }
      break
    }
    return best?.key
  }

  /// Whether a column's name says that its values name things, so that rows without a partner are
  /// other things.
  private static func isIdentifier(_ name: String) -> Bool {
    let words = name.lowercased().split { !$0.isLetter }
    return words.contains { $0 == "id" || $0 == "key" || $0 == "code" || $0 == "番号" }
  }

  /// The key of these columns; nil when it does not name each row on both sides.
  private func key(_ columns: [(name: String, old: Int, new: Int)]) -> Key? {
    var rows: [String: Int] = [:]
    rows.reserveCapacity(old.rowCount)
    for row in 0..<old.rowCount {
      guard rows.updateValue(row, forKey: old.key(row, columns.map(\.old))) == nil else {
        return nil
      }
    }
    var seen: Set<String> = []
    seen.reserveCapacity(new.rowCount)
    var newRows: [String] = []
    newRows.reserveCapacity(new.rowCount)
    for row in 0..<new.rowCount {
      let text = new.key(row, columns.map(\.new))
      guard seen.insert(text).inserted else { return nil }
      newRows.append(text)
    }
    return Key(columns: columns, rows: rows, newRows: newRows)
  }

  // MARK: Rows

  private mutating func compareRows() {
    guard !common.isEmpty else {
      tally.added = new.rowCount
      tally.removed = old.rowCount
      return
    }
    if let key = findKey() { compare(by: key) } else { compareInOrder() }
  }

  private mutating func compare(by key: Key) {
    tally.key = key.columns.map(\.name)
    let hasSameColumns = old.header == new.header
    var order: [Int] = []
    var isShared = [Bool](repeating: false, count: old.rowCount)
    for (row, text) in key.newRows.enumerated() {
      guard let before = key.rows[text] else {
        add(row, label(new, row, key.columns.map(\.new)))
        continue
      }
      order.append(before)
      isShared[before] = true
      if hasSameColumns, old.hasSameBytes(before, as: new, row) { continue }
      compareCells(before, row, label(new, row, key.columns.map(\.new)))
    }
    for row in 0..<old.rowCount where !isShared[row] {
      remove(row, label(old, row, key.columns.map(\.old)))
    }
    tally.moved = order.count - SequenceDifference.longestRising(order).count
    if tally.moved > 0 {
      changes.append(
        Change(kinds.whole, .move, [name, "rows"], new: String(tally.moved)))
    }
  }

  /// The rows as a sequence; a removed row and an added one in its place are one changed row when
  /// they have a cell in common.
  private mutating func compareInOrder() {
    let edits =
      if old.header == new.header {
        SequenceDifference(old.lines, new.lines).edits
      } else {
        SequenceDifference(
          old.keys(ofColumns: common.map(\.old)), new.keys(ofColumns: common.map(\.new))
        ).edits
      }
    var (gone, come): ([Int], [Int]) = ([], [])
    func settle(_ self: inout TableComparison) {
      for index in 0..<max(gone.count, come.count) {
        switch (index < gone.count ? gone[index] : nil, index < come.count ? come[index] : nil) {
        case (let i?, let j?) where self.resembles(i, j): self.compareCells(i, j, "row \(j + 1)")
        case (let i?, let j?):
          self.remove(i, "row \(i + 1)")
          self.add(j, "row \(j + 1)")
        case (let i?, nil): self.remove(i, "row \(i + 1)")
        case (nil, let j?): self.add(j, "row \(j + 1)")
        case (nil, nil): break
        }
      }
      (gone, come) = ([], [])
    }
    for edit in edits {
      switch edit {
      case .keep: settle(&self)
      case .remove(let row): gone.append(row)
      case .insert(let row): come.append(row)
      }
    }
    settle(&self)
  }

  private func resembles(_ i: Int, _ j: Int) -> Bool {
    if gap(i, j) { return true }
    return common.count == 1
      || common.contains { old.isEqual(old.cell(i, $0.old), to: new, new.cell(j, $0.new)) }
  }

  /// Whether all cells that differ are numbers: a point that moved is the same point.
  private func gap(_ i: Int, _ j: Int) -> Bool {
    common.allSatisfy { column in
      let (a, b) = (old.cell(i, column.old), new.cell(j, column.new))
      return old.isEqual(a, to: new, b)
        || (old.text(a).flatMap { Double($0) } != nil && new.text(b).flatMap { Double($0) } != nil)
    }
  }

  private mutating func compareCells(_ i: Int, _ j: Int, _ label: String) {
    var hasChange = false
    for column in common {
      let (a, b) = (old.cell(i, column.old), new.cell(j, column.new))
      if old.isEqual(a, to: new, b) { continue }
      let (was, becomes) = (old.text(a), new.text(b))
      var amount: Double?
      if let x = was.flatMap({ Double($0) }), let y = becomes.flatMap({ Double($0) }) {
        let limit = tolerance.limit(of: name, column: column.name)
        if Tolerance.allows(x, y, limit) {
          // The same number in other digits is no difference that anybody allowed.
          if x != y { tally.within += 1 }
          continue
        }
        amount = (y - x).isFinite ? y - x : nil
      }
      tally.cells += 1
      hasChange = true
      guard tally.cells <= Self.listed else { continue }
      let operation: Change.Operation = was == nil ? .add : becomes == nil ? .remove : .replace
      changes.append(
        Change(
          kinds.cell, operation, [name, label, column.name], old: was, new: becomes,
          amount: amount))
    }
    if hasChange { tally.changed += 1 }
  }

  private mutating func add(_ row: Int, _ label: String) {
    tally.added += 1
    guard tally.added <= Self.listed else { return }
    changes.append(Change(kinds.row, .add, [name, label], new: text(new, row)))
  }

  private mutating func remove(_ row: Int, _ label: String) {
    tally.removed += 1
    guard tally.removed <= Self.listed else { return }
    changes.append(Change(kinds.row, .remove, [name, label], old: text(old, row)))
  }

  private func label(_ table: CSVTable, _ row: Int, _ columns: [Int]) -> String {
    columns.map { table.text(row, $0) ?? "–" }.joined(separator: " · ")
  }

  private func text(_ table: CSVTable, _ row: Int) -> String {
    table.header.indices.map { "\(table.header[$0]) \(table.text(row, $0) ?? "–")" }
      .joined(separator: ", ")
  }
}
