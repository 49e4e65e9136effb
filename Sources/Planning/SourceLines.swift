internal import Vocabulary

/// A source text by lines, which finds the places of a text that was taken out of it.
///
/// SQL in a notebook may stand behind quotation marks of a block, indented in a list, or escaped in
/// a YAML string. What was taken away is skipped when places are counted.
struct SourceLines {
  private let scalars: [Unicode.Scalar]
  private let lineStarts: [Int]
  private let file: String

  init(_ source: String, file: String) {
    scalars = Array(source.unicodeScalars)
    self.file = file
    var starts = [0]
    for (index, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(index + 1) }
    lineStarts = starts
  }

  /// Where the bytes of a text stand that was taken from within `range`.
  func alignment(of text: String, within range: SourceRange) -> SourceAlignment {
    guard range.file == file, let first = index(of: range.start) else {
      // Without its source at hand, the text is taken to stand there as it is.
      let lines = SourceLines(text, file: range.file)
      var alignment = lines.alignment(of: text, from: 0, to: lines.scalars.count, within: range)
      alignment.origin = range.start
      return alignment
    }
    let end = min(index(of: range.end) ?? scalars.count, scalars.count)
    return alignment(of: text, from: first, to: end, within: range)
  }

  /// The place of a scalar by its index.
  func position(of index: Int) -> SourcePosition {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= index { low = middle } else { high = middle }
    }
    return SourcePosition(line: low + 1, column: index - lineStarts[low] + 1)
  }

  private func alignment(
    of text: String, from start: Int, to end: Int, within range: SourceRange
  ) -> SourceAlignment {
    var indices: [Int32] = []
    indices.reserveCapacity(text.utf8.count + 1)
    var cursor = start
    for scalar in text.unicodeScalars {
      // No indentation or escape is that long; where nothing fits the search ends.
      let limit = min(end, cursor + 4096)
      if let found = scalars[cursor..<max(cursor, limit)].firstIndex(where: { matches($0, scalar) })
      {
        cursor = found
      }
      indices += repeatElement(Int32(clamping: cursor), count: UTF8.width(scalar))
      if cursor < end { cursor += 1 }
    }
    indices.append(Int32(clamping: cursor))
    return SourceAlignment(range: range, lines: self, indices: indices)
  }

  /// Folding turns a line end into a space.
  private func matches(_ source: Unicode.Scalar, _ taken: Unicode.Scalar) -> Bool {
    source == taken || (taken == " " && source == "\n")
  }

  private func index(of position: SourcePosition) -> Int? {
    guard position.line >= 1, position.line <= lineStarts.count, position.column >= 1 else {
      return nil
    }
    return min(lineStarts[position.line - 1] + position.column - 1, scalars.count)
  }
}

/// Where every byte of a text stands in its file.
struct SourceAlignment {
  /// The stretch that the text was taken from.
  let range: SourceRange
  let lines: SourceLines
  /// The source's scalar for each byte, and for the end.
  let indices: [Int32]
  /// Where `lines` begin, when they are not the whole file.
  var origin: SourcePosition?

  /// The stretch of the source that `length` bytes from `offset` on came from.
  func range(of offset: Int, length: Int) -> SourceRange {
    let start = place(offset)
    let behind = min(offset, indices.count) + min(max(length, 1), indices.count)
    return SourceRange(file: range.file, start: start, end: max(start, place(behind)))
  }

  private func place(_ offset: Int) -> SourcePosition {
    guard let last = indices.last else { return range.start }
    let index = indices.indices.contains(offset) ? indices[offset] : last
    let place = lines.position(of: Int(index))
    guard let origin else { return place }
    return SourcePosition(
      line: origin.line + place.line - 1,
      column: place.line == 1 ? origin.column + place.column - 1 : place.column)
  }
}
