/// The order of rows by a number each has: a radix sort, linear in how many there are.
package enum RowOrder {
  private static let width = 11
  private static let passCount = 6

  /// The row numbers from the least key to the largest; equal keys stay in the order of their rows.
  package static func rows(by keys: [UInt64]) -> [UInt32] {
    let size = 1 << width
    let mask = UInt64(size - 1)
    var counts = Array(repeating: 0, count: size * passCount)
    for key in keys {
      for pass in 0..<passCount {
        counts[pass * size + Int(key >> UInt64(pass * width) & mask)] += 1
      }
    }
    var entries = keys.enumerated().map { (key: $1, row: UInt32(truncatingIfNeeded: $0)) }
    var spare = entries
    for pass in 0..<passCount {
      var starts = Array(counts[pass * size..<(pass + 1) * size])
      // All keys are alike here.
      if starts.contains(keys.count) { continue }
      var sum = 0
      for bucket in starts.indices { (starts[bucket], sum) = (sum, sum + starts[bucket]) }
      let shift = UInt64(pass * width)
      for entry in entries {
        let bucket = Int(entry.key >> shift & mask)
        spare[starts[bucket]] = entry
        starts[bucket] += 1
      }
      swap(&entries, &spare)
    }
    return entries.map(\.row)
  }

  /// A key that orders as numbers do; both zeros have one key, and NaN has its place at an end.
  @inlinable package static func key(_ number: Double) -> UInt64 {
    let bits = (number + 0).bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }
}
