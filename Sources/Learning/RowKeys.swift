/// What tells rows apart when they are shuffled: an id column, or the row's number.
///
/// The place of a row in the shuffled order is `mixed(FNV-1a(text) ^ mixed(seed))`, where FNV-1a is
/// the 64-bit hash of the id's UTF-8 bytes and `mixed` is SplitMix64's first output; equal hashes are
/// ordered by text, equal texts by row number. With an id the order of the rows thus does not
/// matter, and added rows leave the others in their order.
public struct RowKeys: Sendable, Hashable {
  private let ids: [String]?
  /// How many rows there are.
  public let count: Int

  /// Rows told apart by the canonical text of their id.
  public init(ids: [String]) {
    self.ids = ids
    count = ids.count
  }

  /// Rows told apart by their number, from 0.
  public init(count: Int) {
    ids = nil
    self.count = max(0, count)
  }

  /// The row numbers in the random order that belongs to `seed`.
  public func shuffled(seed: UInt64) -> [Int] {
    let salt = SplitMix64.mixed(seed)
    let keyed = (0..<count).map { row in
      (key: SplitMix64.mixed(hash(row) ^ salt), row: row)
    }
    return keyed.sorted { left, right in
      if left.key != right.key { return left.key < right.key }
      if let ids, ExactText(ids[left.row]) != ExactText(ids[right.row]) {
        return ExactText(ids[left.row]) < ExactText(ids[right.row])
      }
      return left.row < right.row
    }.map(\.row)
  }

  /// The number of one of `count` machines for each row, by its key alone: rows that are added leave
  /// the others where they are.
  ///
  /// It is `mixed(FNV-1a(text) ^ mixed(salt)) % count` with a salt of its own, so that it says nothing of
  /// the row's place among the shuffled.
  public func machines(_ count: Int) -> [Int32] {
    let salt = SplitMix64.mixed(0x7465_616D_776F_726B)
    return (0..<self.count).map { row in
      Int32(SplitMix64.mixed(hash(row) ^ salt) % UInt64(max(1, count)))
    }
  }

  /// Whether each row is among a sample of about `size` of `total` rows, by its key alone; all are when
  /// there are no more.
  public func sample(_ size: Int, of total: Int) -> [Bool] {
    guard total > size else { return Array(repeating: true, count: count) }
    let salt = SplitMix64.mixed(0x6269_6E73)
    let limit = UInt64(Double(max(0, size)) / Double(total) * 0x1p63)
    return (0..<count).map { SplitMix64.mixed(hash($0) ^ salt) >> 1 < limit }
  }

  /// How many rows share their id with an earlier row; their order then depends on row numbers.
  public var repeatedCount: Int {
    guard let ids else { return 0 }
    return ids.count - Set(ids.map(ExactText.init)).count
  }

  private func hash(_ row: Int) -> UInt64 {
    guard let ids else { return Self.fnv1a(String(row)) }
    return Self.fnv1a(ids[row])
  }

  /// Fowler, Noll and Vo's hash of 64 bits; <http://www.isthe.com/chongo/tech/comp/fnv/>.
  private static func fnv1a(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
