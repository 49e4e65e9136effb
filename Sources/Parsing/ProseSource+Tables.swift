internal import Vocabulary

extension ProseSource {
  /// The index of the line that is a table's header: the next one is its delimiter row.
  func headerLine(in stretches: [Range<Int>]) -> Int? {
    for index in stretches.indices.dropFirst() {
      let delimiter = source.bytes[stretches[index]]
      guard let alignments = PipeTable.alignments(in: delimiter) else { continue }
      let header = source.bytes[stretches[index - 1]]
      guard PipeTable.hasPipe(header, delimiter) else { continue }
      // Pipes in expressions separate no cells: count without them.
      var visible = Array(header)
      for expression in InlineScanner(visible, isTableRow: true).expressions {
        for index in expression { visible[index] = UInt8(ascii: "x") }
      }
      if PipeTable.cells(of: visible[...]).count == alignments.count { return index - 1 }
    }
    return nil
  }

  mutating func markTable(
    _ stretches: [Range<Int>], header: Int, _ lines: ClosedRange<Int>, hasUnderline: Bool
  ) {
    let alignments = PipeTable.alignments(in: source.bytes[stretches[header + 1]]) ?? []
    var table = Table(
      alignments: alignments, header: [], rows: [],
      lines: (lines.lowerBound + header)...lines.upperBound)
    if header > 0 {
      let region = InlineRegion(Array(stretches[..<header]), of: source)
      // Indented by four, a line goes on with the paragraph whatever it looks like.
      let text = marked(region, isTableRow: false)
        .joined(separator: [newline] + Array("    ".utf8))
      table.preface = add(Array(text))
    }
    table.header = row(stretches[header], count: alignments.count, isHeader: true)
    for index in stretches.indices.dropFirst(header + 2) {
      let line = source.bytes[stretches[index]]
      if hasUnderline, index == stretches.count - 1, isRule(line) {
        table.rule = lines.lowerBound + index
        table.lines = table.lines.lowerBound...(lines.upperBound - 1)
      } else {
        table.rows.append(row(stretches[index], count: alignments.count, isHeader: false))
      }
    }
    tables[lines.lowerBound] = table
  }

  private func isRule(_ line: ArraySlice<UInt8>) -> Bool {
    let text = line.filter { !isSpace($0) }
    return text.count >= 3 && text.allSatisfy { $0 == UInt8(ascii: "-") }
  }

  private mutating func row(_ stretch: Range<Int>, count: Int, isHeader: Bool) -> [Int] {
    let region = InlineRegion([stretch], of: source)
    let line = marked(region, isTableRow: true).first ?? []
    let cells = PipeTable.cells(of: line[...])
    if cells.count > count {
      diagnostics.append(
        .warning(
          "ragged-table", "this row has \(cells.count) cells, the table has \(count) columns",
          at: source.range(stretch), explanation: "The cells behind the last column are not shown.",
          solutions: ["write `\\|` for a bar within a cell"]))
    }
    let guardian = Array("\(InlineMarks.guardian) ".utf8)
    return (0..<count).map { index in
      add(guardian + (index < cells.count ? cells[index] : []))
    }
  }

  private mutating func add(_ entry: [UInt8]) -> Int {
    entries.append(entry)
    return entries.count - 1
  }
}
