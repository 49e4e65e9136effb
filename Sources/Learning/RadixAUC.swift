/// The AUC of scores that change from round to round while the labels stay: a radix sort with
/// buffers that are kept, linear in the number of scores.
struct RadixAUC {
  private let labels: [Bool]
  private let positives: Double
  private let negatives: Double
  private var keys: [UInt64]
  private var spareKeys: [UInt64]
  private var rows: [UInt32]
  private var spareRows: [UInt32]

  init(labels: [Float]) {
    self.labels = labels.map { $0 == 1 }
    positives = Double(self.labels.reduce(into: 0) { $0 += $1 ? 1 : 0 })
    negatives = Double(labels.count) - positives
    keys = Array(repeating: 0, count: labels.count)
    spareKeys = keys
    rows = Array(repeating: 0, count: labels.count)
    spareRows = rows
  }

  /// Nil when a class is missing, a score is NaN, or there are not as many scores as labels.
  mutating func auc(of scores: [Double]) -> Double? {
    guard positives > 0, negatives > 0, scores.count == labels.count else { return nil }
    for index in scores.indices {
      guard !scores[index].isNaN else { return nil }
      keys[index] = Self.key(scores[index])
      rows[index] = UInt32(truncatingIfNeeded: index)
    }
    sort()
    // From low to high: a positive counts the negatives below it, and half of those beside it.
    var area = 0.0
    var below = 0.0
    var start = 0
    while start < keys.count {
      var end = start
      var tiedPositives = 0.0
      while end < keys.count, keys[end] == keys[start] {
        if labels[Int(rows[end])] { tiedPositives += 1 }
        end += 1
      }
      let tiedNegatives = Double(end - start) - tiedPositives
      area += tiedPositives * (below + tiedNegatives / 2)
      below += tiedNegatives
      start = end
    }
    return area / positives / negatives
  }

  /// Bits that order as the numbers do; both zeros are one number.
  private static func key(_ score: Double) -> UInt64 {
    let bits = (score + 0).bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }

  private mutating func sort() {
    let width: UInt64 = 11
    let mask: UInt64 = (1 << width) - 1
    for pass in 0..<6 as Range<UInt64> {
      let shift = pass * width
      var starts = Array(repeating: 0, count: Int(mask) + 1)
      for key in keys { starts[Int(key >> shift & mask)] += 1 }
      // Most passes over the high bits of probabilities have one bucket, or only a few.
      if starts.contains(keys.count) { continue }
      var sum = 0
      for index in starts.indices { (starts[index], sum) = (sum, sum + starts[index]) }
      for index in keys.indices {
        let bucket = Int(keys[index] >> shift & mask)
        spareKeys[starts[bucket]] = keys[index]
        spareRows[starts[bucket]] = rows[index]
        starts[bucket] += 1
      }
      swap(&keys, &spareKeys)
      swap(&rows, &spareRows)
    }
  }
}
