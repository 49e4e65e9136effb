import Vocabulary

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Counts of values in bins of equal width whose edges are round numbers.
public struct Histogram: Sendable, Hashable {
  /// The edges, one more than bins; bins are closed below and open above, the last one closed.
  public var edges: [Double]
  /// How many values lie in each bin; real numbers, so that weights and shares fit too.
  public var counts: [Double]

  /// Bins made elsewhere. Superfluous counts or edges are ignored.
  public init(edges: [Double], counts: [Double]) {
    let bins = max(0, min(edges.count - 1, counts.count))
    self.edges = bins > 0 ? Array(edges.prefix(bins + 1)) : []
    self.counts = Array(counts.prefix(bins))
  }

  /// Bins these values by a step of 1, 2 or 5 times a power of ten, about `bins` of them; NaN and
  /// infinite values are left out.
  ///
  /// Without a number of bins it is Sturges' `log2(n) + 1`, at most 40 and at least 8.
  public init(of values: [Double], bins: Int? = nil) {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else {
      self.init(edges: [], counts: [])
      return
    }
    let sturges = Int(log2(Double(max(finite.count, 1))).rounded(.up)) + 1
    let wanted = min(max(bins ?? min(max(sturges, 8) * 3 / 2, 40), 1), 500)
    let edges = Self.edges(from: low, to: high, bins: wanted)
    var counts = Array(repeating: 0.0, count: max(0, edges.count - 1))
    for value in finite { counts[Self.bin(of: value, in: edges)] += 1 }
    self.init(edges: edges, counts: counts)
  }

  /// Round edges around the ends, at least one bin.
  static func edges(from low: Double, to high: Double, bins: Int) -> [Double] {
    guard high > low else {
      let half = low == low.rounded() && abs(low) < 1e15 ? 0.5 : max(abs(low) * 0.05, 1e-9)
      return (low - half) < (low + half) ? [low - half, low + half] : [low / 2, low]
    }
    let step = Ticks.step(from: low, to: high, count: bins)
    let first = (low / step + 1e-12).rounded(.down) * step
    var edges = Ticks.multiples(of: step, from: first, to: high)
    // A value on the last edge belongs to the last bin, which is closed above.
    if edges.count < 2 || (edges.last ?? high) < high {
      edges.append((edges.last ?? low) + step)
    }
    guard let last = edges.last, edges[0] <= low, last >= high, last.isFinite else {
      return [low, high]
    }
    return edges
  }

  static func bin(of value: Double, in edges: [Double]) -> Int {
    var (first, last) = (0, edges.count - 2)
    while first < last {
      let middle = (first + last + 1) / 2
      if edges[middle] <= value { first = middle } else { last = middle - 1 }
    }
    return first
  }

  /// The bins from the first on that hold this share of all values, and those up to `end` in any case.
  func first(_ share: Double, atLeastTo end: Double) -> Histogram {
    var sum = 0.0
    var last = counts.count
    for (index, count) in counts.enumerated() {
      sum += count
      if sum >= share * total, edges[index + 1] >= end - 1e-9 {
        last = index + 1
        break
      }
    }
    return Histogram(edges: Array(edges.prefix(last + 1)), counts: Array(counts.prefix(last)))
  }

  var total: Double { counts.reduce(0, +) }

  func mark(
    ink: Ink, name: String, format: NumberFormat?, words: Chart.Words, isTime: Bool = false
  ) -> Mark {
    let number = format ?? .automatic
    func text(_ value: Double) -> String {
      isTime ? timeText(value, isMonthly: false) : number.string(value)
    }
    let bars = counts.indices.map { index in
      let range = words.span(text(edges[index]), text(edges[index + 1]))
      let count = NumberFormat.automatic.string(counts[index])
      return BarMark.Bar(
        slot: .span(edges[index], edges[index + 1]), from: 0, to: counts[index], ink: ink,
        tip: "\(range)\(words.colon)\(count)")
    }
    return .bar(BarMark(bars: bars, label: name))
  }
}
