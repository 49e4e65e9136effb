/// Parts of equal size and equal mixture of classes, each to be judged by a model of the others.
///
/// For example: `StratifiedFolds(10, seed: 0).assigned(to: labels, RowKeys(ids: ids))`.
///
/// Rows come in the random order of `RowKeys`; those of each class are dealt to the folds in turn,
/// the next class where the last one stopped, so that sizes differ by one at most, within each class
/// as well.
public struct StratifiedFolds: Sendable, Hashable {
  /// How many folds there are.
  public let count: Int
  /// What the random order depends on.
  public let seed: UInt64

  /// So many folds, at least 2.
  public init(_ count: Int, seed: UInt64 = 0) {
    self.count = max(2, count)
    self.seed = seed
  }

  /// The fold of each row, from 0; `classes` holds a number for the class of each row.
  public func assigned(to classes: [Int], _ keys: RowKeys) -> [Int] {
    var folds = Array(repeating: 0, count: classes.count)
    guard keys.count == classes.count else { return folds }
    let order = keys.shuffled(seed: seed)
    var next = 0
    for label in Set(classes).sorted() {
      for row in order where classes[row] == label {
        folds[row] = next
        next = (next + 1) % count
      }
    }
    return folds
  }
}

extension StratifiedFolds {
  /// The fold of each row, from 0, with all rows of one group in the same fold; see `BalancedGroups`.
  public func assigned(to classes: [Int], groups: [String]) -> [Int] {
    BalancedGroups(shares: Array(repeating: 1, count: count), seed: seed)
      .assigned(to: groups, classes)
  }
}
