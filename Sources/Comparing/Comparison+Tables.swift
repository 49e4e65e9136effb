extension Comparison {
  mutating func compareTables() {
    compareExhibits("tables", .table) { comparison, name, was, becomes in
      comparison.compareTable(name, was, becomes)
    }
  }

  mutating func compareCharts() {
    compareExhibits("charts", .chart) { comparison, name, was, becomes in
      comparison.compareChart(name, was, becomes)
    }
  }

  /// Tables or charts of both sides by the name of their files.
  private mutating func compareExhibits(
    _ member: String, _ kind: Change.Kind,
    _ compare: (inout Comparison, String, JSONValue, JSONValue) -> Void
  ) {
    func named(_ items: [JSONValue]) -> [(name: String, value: JSONValue)] {
      items.map { (Self.name(of: $0), $0) }
    }
    let (before, after) = (named(oldReport.exhibits(member)), named(newReport.exhibits(member)))
    let olds = Dictionary(before.map { ($0.name, $0.value) }) { first, _ in first }
    let news = Dictionary(after.map { ($0.name, $0.value) }) { first, _ in first }
    for name in union(before.map(\.name), after.map(\.name)) {
      for file in ["\(member)/\(name).csv", "\(member)/\(name).svg"] { explained.insert(file) }
      for exhibit in [olds[name], news[name]] {
        if let picture = exhibit?["picture"]?.string { explained.insert(picture) }
      }
      switch (olds[name], news[name]) {
      case (nil, let exhibit?):
        add(Change(kind, .add, [name], new: exhibit["title"]?.string ?? name))
      case (let exhibit?, nil):
        add(Change(kind, .remove, [name], old: exhibit["title"]?.string ?? name))
      case (let was?, let becomes?): compare(&self, name, was, becomes)
      case (nil, nil): break
      }
    }
  }

  /// The name of the exhibit's files, without folder and ending.
  private static func name(of exhibit: JSONValue) -> String {
    let path = exhibit["data"]?.string ?? exhibit["picture"]?.string ?? "?"
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
  }

  private mutating func compareTable(_ name: String, _ was: JSONValue, _ becomes: JSONValue) {
    add(.between(.table, [name, "title"], was["title"]?.string, becomes["title"]?.string))
    let path = "tables/\(name).csv"
    let isSame = old.files[path] == new.files[path]
    if !isSame, let pair = csv(path) {
      let comparison = TableComparison(
        name, old: pair.old, new: pair.new, tolerance: tolerance, key: keys[name] ?? [])
      take(comparison)
      result.tables[name] = comparison.tally
    }
    // Rows beyond those in the CSV are only counted.
    let totals = (was["totalRows"]?.plainText, becomes["totalRows"]?.plainText)
    if isSame || was["rows"] == becomes["rows"] {
      add(.between(.table, [name, "total rows"], totals.0, totals.1))
    }
  }

  private mutating func compareChart(_ name: String, _ was: JSONValue, _ becomes: JSONValue) {
    add(.between(.chart, [name, "title"], was["title"]?.string, becomes["title"]?.string))
    let (data, picture) = ("charts/\(name).csv", "charts/\(name).svg")
    if old.files[data] != new.files[data], let pair = csv(data) {
      let comparison = TableComparison(
        name, old: pair.old, new: pair.new, tolerance: tolerance, key: keys[name] ?? [],
        kinds: (.chart, .point, .point))
      take(comparison)
      result.charts[name] = comparison.tally
      if pair.old.header == pair.new.header, !comparison.tally.isEmpty {
        result.overlays.append(
          Difference.Overlay(
            name: name, title: becomes["title"]?.string, columns: pair.new.header,
            old: Self.rows(pair.old), new: Self.rows(pair.new)))
      }
    } else if was["title"] == becomes["title"] {
      if was["summary"] != becomes["summary"] {
        add(
          .between(.chart, [name, "summary"], was["summary"]?.string, becomes["summary"]?.string))
      } else if old.files[was["picture"]?.string ?? picture]
        != new.files[becomes["picture"]?.string ?? picture]
      {
        add(Change(.chart, .replace, [name, "picture"]))
      }
    }
  }

  private mutating func take(_ comparison: TableComparison) {
    result.changes += comparison.changes
    if comparison.tally.within > 0 { hasHidden = true }
    // A file may say the same in other bytes: the number 1 as 1.0.
    if comparison.changes.isEmpty, comparison.tally.within == 0 {
      explained.remove("tables/\(comparison.name).csv")
      explained.remove("charts/\(comparison.name).csv")
    }
    for (side, table) in [(old, comparison.old), (new, comparison.new)] where table.oddRows > 0 {
      result.problems.append(
        "\(comparison.name) of \(side.name): \(table.oddRows) rows have more or fewer cells than the header"
      )
    }
  }

  private mutating func csv(_ path: String) -> (old: CSVTable, new: CSVTable)? {
    var tables: [CSVTable] = []
    for folder in [old, new] {
      guard let bytes = folder.bytes(path), bytes.count < CSVTable.maximumSize else {
        result.problems.append("\(folder.name) has no readable \(path)")
        return nil
      }
      tables.append(CSVTable(parsing: bytes))
    }
    return (tables[0], tables[1])
  }

  /// Rows for a picture; more than these would not be seen.
  private static func rows(_ table: CSVTable) -> [[String?]] {
    (0..<min(table.rowCount, 5000)).map { row in
      table.header.indices.map { table.text(row, $0) }
    }
  }
}
