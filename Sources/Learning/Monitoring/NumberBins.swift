internal import Vocabulary

/// Bins of numbers at the quantiles of a reference: open below, closed above, the outer ones without
/// an end.
///
/// For example: `NumberBins(quantilesOf: ages, count: 10)` has nine edges, fewer when values repeat.
/// Quantiles are interpolated linearly, as NumPy does; equal ones make one edge.
public struct NumberBins: Sendable, Hashable {
  /// The edges between the bins, rising.
  public let edges: [Double]

  /// Bins of the reference's quantiles. `sorted` holds its finite values, rising.
  ///
  /// A reference of one value gets three bins: below it, it, above it. One without any gets one bin.
  public init(quantilesOf sorted: [Double], count: Int) {
    guard let first = sorted.first, let last = sorted.last else {
      edges = []
      return
    }
    guard first < last else {
      edges = [first.nextDown, first]
      return
    }
    var found: [Double] = []
    for index in 1..<max(2, count) {
      let place = Double(index) / Double(max(2, count)) * Double(sorted.count - 1)
      let low = min(Int(place), sorted.count - 1)
      let high = min(low + 1, sorted.count - 1)
      let share = place - Double(low)
      // NumPy's interpolation, which meets both ends exactly.
      let difference = sorted[high] - sorted[low]
      let edge =
        share < 0.5
        ? sorted[low] + difference * share : sorted[high] - difference * (1 - share)
      if found.last.map({ $0 < edge }) ?? true { found.append(edge) }
    }
    edges = found
  }

  /// How many bins there are.
  public var count: Int { edges.count + 1 }

  /// The rows in each bin; `sorted` is rising.
  public func counts(of sorted: [Double]) -> [Int] {
    var counts: [Int] = []
    var start = 0
    for edge in edges {
      var (low, high) = (start, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] <= edge { low = middle + 1 } else { high = middle }
      }
      counts.append(low - start)
      start = low
    }
    counts.append(sorted.count - start)
    return counts
  }

  /// The bins in words: `to 31`, `31 to 35`, `above 35`.
  public var names: [String] { names { NumberFormat.automatic.string($0) } }

  /// The same with numbers written otherwise, such as days.
  func names(_ text: (Double) -> String) -> [String] {
    guard let first = edges.first, let last = edges.last else { return ["all values"] }
    if edges.count == 2, first == last.nextDown {
      let value = text(last)
      return ["below \(value)", value, "above \(value)"]
    }
    return ["to \(text(first))"]
      + zip(edges, edges.dropFirst()).map { "\(text($0)) to \(text($1))" } + ["above \(text(last))"]
  }
}
