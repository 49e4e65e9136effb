internal import Vocabulary

/// What tells rows apart when they are shuffled: an id column, or the row's number.
///
/// The place of a row in the shuffled order is `mixed(FNV-1a(text) ^ mixed(seed))`, where FNV-1a is
/// the 64-bit hash of the id's UTF-8 bytes and `mixed` is SplitMix64's first output; equal hashes are
/// ordered by text, equal texts by row number. With an id the order of the rows thus does not
/// matter, and added rows leave the others in their order.
public struct RowKeys: Sendable, Hashable {
  private let ids: [String]?
  private let hashes: [UInt64]

  /// How many rows there are.
  public var count: Int { hashes.count }

  /// Rows told apart by the canonical text of their id.
  public init(ids: [String]) {
    self.ids = ids
    hashes = ids.map(Self.fnv1a)
  }

  /// Rows told apart by their number, from 0.
  public init(count: Int) {
    ids = nil
    hashes = (0..<max(0, count)).map { Self.fnv1a(String($0)) }
  }

  /// The row numbers in the random order that belongs to `seed`.
  public func shuffled(seed: UInt64) -> [Int] {
    let salt = SplitMix64.mixed(seed)
    var rows = RowOrder.rows(by: hashes.map { SplitMix64.mixed($0 ^ salt) }).map(Int.init)
    guard let ids else { return rows }
    for run in runs(of: rows) {
      rows[run].sort { left, right in
        let (one, other) = (ExactText(ids[left]), ExactText(ids[right]))
        return one != other ? one < other : left < right
      }
    }
    return rows
  }

  /// The stretches of more than one row in which all hashes are equal.
  private func runs(of rows: [Int]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = 0
    for end in 1..<max(1, rows.count + 1) {
      if end < rows.count, hashes[rows[end]] == hashes[rows[start]] { continue }
      if end - start > 1 { runs.append(start..<end) }
      start = end
    }
    return runs
  }

  /// The number of one of `count` machines for each row, by its key alone: rows that are added leave
  /// the others where they are.
  ///
  /// It is `mixed(FNV-1a(text) ^ mixed(salt)) % count` with a salt of its own, so that it says nothing of
  /// the row's place among the shuffled.
  public func machines(_ count: Int) -> [Int32] {
    let salt = SplitMix64.mixed(0x7465_616D_776F_726B)
    return hashes.map { Int32(SplitMix64.mixed($0 ^ salt) % UInt64(max(1, count))) }
  }

  /// Whether each row is among a sample of about `size` of `total` rows, by its key alone; all are when
  /// there are no more.
  public func sample(_ size: Int, of total: Int) -> [Bool] {
    guard total > size else { return Array(repeating: true, count: count) }
    let salt = SplitMix64.mixed(0x6269_6E73)
    let limit = UInt64(Double(max(0, size)) / Double(total) * 0x1p63)
    return hashes.map { SplitMix64.mixed($0 ^ salt) >> 1 < limit }
  }

  /// How many rows share their id with an earlier row; their order then depends on row numbers.
  public var repeatedCount: Int {
    guard let ids else { return 0 }
    let rows = RowOrder.rows(by: hashes).map(Int.init)
    // What is equal has one hash, but one hash may have several texts.
    return runs(of: rows).reduce(0) { count, run in
      count + run.count - Set(rows[run].map { ExactText(ids[$0]) }).count
    }
  }

  /// Fowler, Noll and Vo's hash of 64 bits; <http://www.isthe.com/chongo/tech/comp/fnv/>.
  private static func fnv1a(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
