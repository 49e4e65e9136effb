internal import Vocabulary

/// The AUC of scores that change from round to round while the labels stay.
///
/// Only the rarer class is sorted, by radix with buffers that are kept; each score of the other class
/// then finds its place among them by a table of steps: linear in the number of scores, and many times
/// quicker than sorting all of them when one row in twelve is positive.
struct RadixAUC {
  /// The rows of the class that is sorted, and all others.
  private let rare: [Int32]
  private let common: [Int32]
  private let count: Int
  private let isPositiveRare: Bool
  private var keys: [UInt64]
  private var spareKeys: [UInt64]
  /// The different scores of the rarer class, as keys from the least to the largest, and one behind
  /// them that no number has.
  private var levels: [UInt64]
  /// How many scores of the rarer class lie below each level, and behind them how many there are.
  private var below: [Int]
  /// The first level on each step between the least and the largest, or above it.
  private var firsts: [Int32]
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
    levels = Array(repeating: .max, count: rare.count + 1)
    below = Array(repeating: 0, count: rare.count + 1)
    firsts = Array(repeating: 0, count: 8 * rare.count + 1)
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
    let levelCount = fillLevels()
    let stairs = Stairs(from: levels[0], to: levels[levelCount - 1], count: firsts.count - 1)
    fillFirsts(levelCount, of: stairs)
    guard let halves = halves(of: scores, levelCount, stairs) else { return nil }
    let pairs = Double(rare.count) * Double(common.count)
    let area = isPositiveRare ? pairs - Double(halves) / 2 : Double(halves) / 2
    let (positives, negatives) = isPositiveRare ? (rare, common) : (common, rare)
    return area / Double(positives.count) / Double(negatives.count)
  }

  /// How many scores of the rarer class lie below those of the other, counted in halves so that every
  /// sum is a whole number: equal ones count by half. Nil when a score is NaN.
  private func halves(of scores: [Double], _ levelCount: Int, _ stairs: Stairs) -> Int? {
    let (least, largest) = (levels[0], levels[levelCount - 1])
    // Rows are below the number of scores, steps within the stairs, and what lies on a step is below
    // the number of levels, behind which there is one more.
    return unsafe scores.withUnsafeBufferPointer { scores in
      unsafe levels.withUnsafeBufferPointer { levels in
        unsafe below.withUnsafeBufferPointer { below in
          unsafe firsts.withUnsafeBufferPointer { firsts in
            var halves = 0
            for row in common {
              let score = unsafe scores[Int(row)]
              let key = RowOrder.key(score)
              if key < least || key > largest {
                if score.isNaN { return nil }
                halves += key < least ? 0 : 2 * rare.count
                continue
              }
              let step = stairs.step(of: key)
              // Mostly there is no more than one level on a step.
              var place = Int(unsafe firsts[step])
              place += unsafe levels[place] < key ? 1 : 0
              if unsafe levels[place] < key {
                var high = Int(unsafe firsts[step + 1])
                while place < high {
                  let middle = (place + high) / 2
                  if unsafe levels[middle] < key { place = middle + 1 } else { high = middle }
                }
              }
              let next = unsafe levels[place] == key ? place + 1 : place
              halves += unsafe below[place] + below[next]
            }
            return halves
          }
        }
      }
    }
  }

  /// Keeps each of the sorted keys once, with how many lie below it; gives how many there are.
  private mutating func fillLevels() -> Int {
    var count = 0
    for index in keys.indices where count == 0 || levels[count - 1] != keys[index] {
      levels[count] = keys[index]
      below[count] = index
      count += 1
    }
    levels[count] = .max
    below[count] = keys.count
    return count
  }

  private mutating func fillFirsts(_ levelCount: Int, of stairs: Stairs) {
    var filled = 0
    for index in 0..<levelCount {
      let step = stairs.step(of: levels[index])
      while filled <= step {
        firsts[filled] = Int32(truncatingIfNeeded: index)
        filled += 1
      }
    }
    while filled < firsts.count {
      firsts[filled] = Int32(truncatingIfNeeded: levelCount)
      filled += 1
    }
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

/// Even steps from one key to another. Keys go up with the logarithm of a number, and so do
/// probabilities of what is rare: their steps are more even than those of the probabilities.
private struct Stairs {
  private let start: UInt64
  private let shift: UInt64
  private let factor: UInt64

  init(from least: UInt64, to largest: UInt64, count: Int) {
    start = least
    let span = largest - least
    // So that the span has 32 bits, and all products 64.
    shift = UInt64(max(0, 32 - span.leadingZeroBitCount))
    factor = UInt64(count) << 32 / (span >> shift + 1)
  }

  /// The step of a key that is neither below the first nor above the last.
  @inline(__always)
  func step(of key: UInt64) -> Int {
    Int(truncatingIfNeeded: ((key &- start) >> shift &* factor) >> 32)
  }
}
