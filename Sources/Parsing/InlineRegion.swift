internal import Vocabulary

/// The text of one leaf block, container marks removed, with the way back to the source.
///
/// For example: the quote `> a {{ b` / `> c }}` has the region `a {{ b` / `c }}`.
struct InlineRegion {
  /// One line of the region.
  struct Line {
    /// Where it starts in `bytes`.
    var start: Int
    /// Where it stands in the source, without container marks and line end.
    var source: Range<Int>
  }

  /// The lines joined by line ends.
  private(set) var bytes: [UInt8] = []
  /// The lines in order.
  private(set) var lines: [Line] = []

  /// The region of these stretches of the source, one for each line.
  init(_ stretches: [Range<Int>], of source: SourceText) {
    for stretch in stretches {
      if !lines.isEmpty { bytes.append(newline) }
      lines.append(Line(start: bytes.count, source: stretch))
      bytes += source.bytes[stretch]
    }
  }

  /// The place in the source of a byte of the region.
  func sourceOffset(of offset: Int) -> Int {
    var low = 0
    var high = lines.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lines[middle].start <= offset { low = middle } else { high = middle }
    }
    guard lines.indices.contains(low) else { return 0 }
    return min(
      lines[low].source.lowerBound + offset - lines[low].start, lines[low].source.upperBound)
  }
}
