internal import Vocabulary

/// The AUC of scores that change from round to round while the labels stay.
///
/// Only the rarer class is sorted, by radix with buffers that are kept; each score of the other class
/// then finds its place among them by a table of steps: linear in the number of scores, and sixfold
/// quicker than sorting all of them when one row in twelve is positive.
struct RadixAUC {
  /// The rows of the class that is sorted, and all others.
  private let rare: [Int32]
  private let common: [Int32]
  private let count: Int
  private let isPositiveRare: Bool
  private var keys: [UInt64]
  private var spareKeys: [UInt64]
  private var sorted: [Double]
  /// How many of the sorted scores lie below each step between the least and the largest of them.
  private var below: [Int32]
  private var starts = Array(repeating: 0, count: 1 << Self.width)

  private static let width = 11

  init(labels: [Float]) {
    let positives = labels.indices.filter { labels[$0] == 1 }.map(Int32.init)
    let negatives = labels.indices.filter { labels[$0] != 1 }.map(Int32.init)
    isPositiveRare = positives.count <= negatives.count
    (rare, common) = isPositiveRare ? (positives, negatives) : (negatives, positives)
    count = labels.count
    keys = Array(repeating: 0, count: rare.count)
    spareKeys = keys
    sorted = Array(repeating: 0, count: rare.count)
    below = Array(repeating: 0, count: 8 * max(1, rare.count) + 1)
  }

  /// Nil when a class is missing, a score is NaN, or there are not as many scores as labels.
  mutating func auc(of scores: [Double]) -> Double? {
    guard !rare.isEmpty, !common.isEmpty, scores.count == count else { return nil }
    for index in rare.indices {
      let score = scores[Int(rare[index])]
      if score.isNaN { return nil }
      keys[index] = RowOrder.key(score)
    }
    sort()
    for index in keys.indices { sorted[index] = Self.score(keys[index]) }
    let (least, largest) = (sorted[0], sorted[sorted.count - 1])
    let steps = below.count - 1
    let span = largest - least
    // Where all are one or a span has no end, one step holds them all.
    let scale = span > 0 && span.isFinite ? Double(steps) / span : 0
    func step(_ score: Double) -> Int {
      scale == 0 ? 0 : min(Int((score - least) * scale), steps - 1)
    }
    fillSteps(step)

    // Counted in halves, so that every sum is a whole number.
    var halves = 0
    for row in common {
      let score = scores[Int(row)]
      if score.isNaN { return nil }
      if score < least { continue }
      if score > largest {
        halves += 2 * sorted.count
        continue
      }
      let step = step(score)
      var low = Int(below[step])
      let end = Int(below[step + 1])
      var high = end
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < score { low = middle + 1 } else { high = middle }
      }
      // Those that are equal count by half.
      var equal = 0
      while low + equal < end, sorted[low + equal] == score { equal += 1 }
      halves += 2 * low + equal
    }
    let pairs = Double(rare.count) * Double(common.count)
    let area = isPositiveRare ? pairs - Double(halves) / 2 : Double(halves) / 2
    let (positives, negatives) = isPositiveRare ? (rare, common) : (common, rare)
    return area / Double(positives.count) / Double(negatives.count)
  }

  private mutating func fillSteps(_ step: (Double) -> Int) {
    var filled = 0
    for index in sorted.indices {
      let step = step(sorted[index])
      while filled <= step {
        below[filled] = Int32(truncatingIfNeeded: index)
        filled += 1
      }
    }
    while filled < below.count {
      below[filled] = Int32(truncatingIfNeeded: sorted.count)
      filled += 1
    }
  }

  /// The number that a key of `RowOrder` stands for.
  private static func score(_ key: UInt64) -> Double {
    Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key)
  }

  private mutating func sort() {
    let width = UInt64(Self.width)
    let mask: UInt64 = (1 << width) - 1
    for pass in 0..<6 as Range<UInt64> {
      let shift = pass * width
      for index in starts.indices { starts[index] = 0 }
      for key in keys { starts[Int(key >> shift & mask)] += 1 }
      // Most passes over the high bits of probabilities have one bucket, or only a few.
      if starts.contains(keys.count) { continue }
      var sum = 0
      for index in starts.indices { (starts[index], sum) = (sum, sum + starts[index]) }
      for key in keys {
        let bucket = Int(key >> shift & mask)
        spareKeys[starts[bucket]] = key
        starts[bucket] += 1
      }
      swap(&keys, &spareKeys)
    }
  }
}
