internal import Vocabulary

/// A source text by lines, which finds the place of a byte of a text that was taken out of it.
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

  /// The stretch of the source that `length` bytes from `offset` of `text` came from.
  ///
  /// `text` was taken from within `range`. A range of another file is counted without its source.
  func range(of offset: Int, length: Int, in text: String, within range: SourceRange) -> SourceRange
  {
    let places = positions(of: [offset, offset + max(length, 1)], in: text, within: range)
    return SourceRange(file: range.file, start: places[0], end: max(places[0], places[1]))
  }

  private func positions(of offsets: [Int], in text: String, within range: SourceRange)
    -> [SourcePosition]
  {
    guard range.file == file, let first = index(of: range.start) else {
      return offsets.map { counted($0, in: text, from: range.start) }
    }
    let end = min(index(of: range.end) ?? scalars.count, scalars.count)
    var places: [SourcePosition] = []
    var cursor = first
    var bytes = 0
    for scalar in text.unicodeScalars {
      var probe = cursor
      while probe < end, !matches(scalars[probe], scalar) { probe += 1 }
      if probe < end { cursor = probe }
      while places.count < offsets.count, offsets[places.count] < bytes + UTF8.width(scalar) {
        places.append(position(of: cursor))
      }
      bytes += UTF8.width(scalar)
      if places.count == offsets.count { return places }
      if cursor < end { cursor += 1 }
    }
    while places.count < offsets.count { places.append(position(of: cursor)) }
    return places
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

  private func position(of index: Int) -> SourcePosition {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= index { low = middle } else { high = middle }
    }
    return SourcePosition(line: low + 1, column: index - lineStarts[low] + 1)
  }

  private func counted(_ offset: Int, in text: String, from start: SourcePosition)
    -> SourcePosition
  {
    var place = start
    var bytes = 0
    for scalar in text.unicodeScalars {
      bytes += UTF8.width(scalar)
      if bytes > offset { break }
      if scalar == "\n" {
        place = SourcePosition(line: place.line + 1, column: 1)
      } else {
        place.column += 1
      }
    }
    return place
  }
}
