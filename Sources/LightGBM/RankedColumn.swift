internal import Dispatch
internal import Vocabulary

/// A column as the places of its values among each other: what a tree asks of a value can be asked of
/// its place, which takes less room.
struct RankedColumn: Sendable {
  /// The values that there are, from the least to the largest.
  private(set) var values: [Double] = []
  /// For each row the place of its value, from 1; 0 is missing.
  private(set) var ranks: [UInt32]

  /// The places of the values of a column; NaN is missing.
  init(_ numbers: [Double]) {
    ranks = Array(repeating: 0, count: numbers.count)
    for row in RowOrder.rows(by: numbers.map(RowOrder.key)) {
      let value = numbers[Int(row)]
      if value.isNaN { continue }
      if values.last != value { values.append(value) }
      ranks[Int(row)] = UInt32(values.count)
    }
  }

  /// The largest rank whose value is not above a limit; 0 when all are.
  func rank(upTo limit: Double) -> UInt32 {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if values[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return UInt32(low)
  }

  /// The ranks of what LightGBM takes for zero: anything below 1e-35, as a float.
  var zeros: Range<UInt32> {
    let limit = Double(1e-35 as Float)
    return rank(upTo: (-limit).nextDown) + 1..<rank(upTo: limit) + 1
  }

  /// All columns, several at a time.
  static func columns(of columns: [NarrowColumn]) -> [RankedColumn] {
    let numbers = columns.map { column in
      (0..<column.count).map { column.value(at: $0) ?? .nan }
    }
    var made = [RankedColumn?](repeating: nil, count: columns.count)
    // Each turn writes to its own place.
    unsafe made.withUnsafeMutableBufferPointer { made in
      nonisolated(unsafe) let made = unsafe made
      DispatchQueue.concurrentPerform(iterations: numbers.count) { place in
        unsafe made[place] = RankedColumn(numbers[place])
      }
    }
    return made.compactMap { $0 }
  }
}
