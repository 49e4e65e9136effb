/// The rules of GitHub's pipe tables (GFM 0.29, 4.10), as far as lines go.
enum PipeTable {
  /// The columns' alignments when the line is a delimiter row such as `| --- | :-: |`.
  static func alignments(in line: ArraySlice<UInt8>) -> [Block.Alignment]? {
    guard line.allSatisfy({ isSpace($0) || "|:-".utf8.contains($0) }),
      line.contains(UInt8(ascii: "-"))
    else { return nil }
    var alignments: [Block.Alignment] = []
    for cell in cells(of: line) {
      var marks = cell[...]
      let left = marks.first == UInt8(ascii: ":")
      if left { marks = marks.dropFirst() }
      let right = marks.last == UInt8(ascii: ":")
      if right { marks = marks.dropLast() }
      guard !marks.isEmpty, marks.allSatisfy({ $0 == UInt8(ascii: "-") }) else { return nil }
      alignments.append(left ? (right ? .center : .left) : (right ? .right : .none))
    }
    return alignments
  }

  /// The cells of a row, outer white space removed; `\|` is a `|` within a cell.
  static func cells(of line: ArraySlice<UInt8>) -> [[UInt8]] {
    var rest = line
    while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
    while let first = rest.first, isSpace(first) { rest = rest.dropFirst() }
    if rest.first == pipe { rest = rest.dropFirst() }
    var cells: [[UInt8]] = []
    var cell: [UInt8] = []
    var index = rest.startIndex
    while index < rest.endIndex {
      let byte = rest[index]
      let next = index + 1 < rest.endIndex ? rest[index + 1] : 0
      if byte == backslash, isPunctuation(next) {
        cell += next == pipe ? [pipe] : [byte, next]
        index += 2
      } else if byte == pipe {
        cells.append(cell)
        cell = []
        index += 1
      } else {
        cell.append(byte)
        index += 1
      }
    }
    if !cell.isEmpty || cells.isEmpty { cells.append(cell) }
    return cells.map { Array($0[trimmed($0, 0..<$0.count)]) }
  }

  /// Whether a header row and its delimiter row make a table: a `|` in one of them at least, so
  /// that a word over `:--` stays what it looks like.
  static func hasPipe(_ header: ArraySlice<UInt8>, _ delimiter: ArraySlice<UInt8>) -> Bool {
    header.contains(pipe) || delimiter.contains(pipe)
  }
}

let pipe = UInt8(ascii: "|")
