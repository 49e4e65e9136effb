/// Where a `{{ }}` expression ends.
///
/// Inside, SQL rules: `}}` within quotes or comments, or closing the braces of a struct literal such
/// as `{'a': {'b': 1}}`, does not end it.
enum ExpressionSyntax {
  /// What follows an opening `{{`.
  enum Ending: Equatable {
    /// The offset of the closing `}}`.
    case closed(Int)
    /// The region ended first; `quote` is the offset of a quote that was never closed, if any.
    case unclosed(quote: Int?)
  }

  /// Finds the end of the expression whose `{{` stands at `start`, looking no further than the
  /// end of `region`. Linear in the length of what it passes.
  static func ending(ofExpressionAt start: Int, in region: ArraySlice<UInt8>) -> Ending {
    var index = start + 2
    var depth = 0
    while index < region.endIndex {
      let byte = region[index]
      let next = index + 1 < region.endIndex ? region[index + 1] : 0
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        // A doubled quote inside reads as an end and a start, which comes to the same.
        guard let close = region[(index + 1)...].firstIndex(of: byte) else {
          return .unclosed(quote: index)
        }
        index = close + 1
      case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
        index = endOfComment(at: index, in: region)
      case UInt8(ascii: "{"):
        depth += 1
        index += 1
      case UInt8(ascii: "}") where depth > 0:
        depth -= 1
        index += 1
      case UInt8(ascii: "}") where next == UInt8(ascii: "}"):
        return .closed(index)
      default:
        index += 1
      }
    }
    return .unclosed(quote: nil)
  }

  private static func endOfComment(at start: Int, in region: ArraySlice<UInt8>) -> Int {
    var index = start + 2
    while index + 1 < region.endIndex {
      if region[index] == UInt8(ascii: "*"), region[index + 1] == UInt8(ascii: "/") {
        return index + 2
      }
      index += 1
    }
    return region.endIndex
  }
}
