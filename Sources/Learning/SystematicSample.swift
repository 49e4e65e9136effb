/// Every n-th of a number of rows, from a seeded start: an even sample that keeps the rows' order.
///
/// For example: `SystematicSample(of: 10_000, limit: 2000, seed: 0).rows`.
/// Row `i` of the sample is row `floor((i + start) * count / limit)`, where `start`, from 0 to 1, is
/// the seed's first random number.
public struct SystematicSample: Sendable, Hashable {
  /// The rows taken, rising, counted from 0.
  public let rows: [Int]
  /// How many rows there were.
  public let count: Int

  /// Up to `limit` of `count` rows.
  public init(of count: Int, limit: Int, seed: UInt64) {
    let size = max(0, count)
    self.count = size
    guard size > limit, limit > 0 else {
      rows = Array(0..<(limit > 0 ? size : 0))
      return
    }
    var generator = RandomGenerator(seed: seed)
    let start = Double(generator.next() >> 11) * 0x1p-53
    let step = Double(size) / Double(limit)
    rows = (0..<limit).map { min(size - 1, Int((Double($0) + start) * step)) }
  }

  /// Whether rows were left out.
  public var isPartial: Bool { rows.count < count }
}
