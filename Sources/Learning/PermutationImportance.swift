/// How much worse a model ranks rows when one column's values are shuffled among them.
///
/// For example: `PermutationImportance.shuffles(rows: 500, repeats: 5, seed: 0)` gives the orders.
///
/// Source: L. Breiman, "Random forests" (2001); the drop of the AUC, repeated as scikit-learn's
/// `permutation_importance` does. It needs nothing but scores, so it fits every algorithm. Columns
/// that say the same share their importance, and each looks unimportant alone.
public struct PermutationImportance: Sendable, Hashable {
  /// The AUC of the rows as they are.
  public let baseline: Double
  /// One entry per column, in the order asked for.
  public let columns: [ColumnImportance]

  /// How much one column matters.
  public struct ColumnImportance: Sendable, Hashable {
    /// The column.
    public var name: String
    /// The mean drop of the AUC.
    public var mean: Double
    /// The smallest and the largest drop.
    public var range: ClosedRange<Double>
  }

  /// Measures `columns`: `auc` is asked for the AUC with one column's values put into another row
  /// order, and without any for the rows as they are; nil when it is not defined.
  ///
  /// Repeat `r` shuffles by stream `r` of the seed; all columns are shuffled alike.
  public init?<Failure: Error>(
    of columns: [String], rows: Int, repeats: Int = 5, seed: UInt64 = 0,
    auc: (_ shuffled: (column: Int, order: [Int])?) throws(Failure) -> Double?
  ) throws(Failure) {
    guard let baseline = try auc(nil) else { return nil }
    let orders = Self.shuffles(rows: rows, repeats: repeats, seed: seed)
    var measured: [ColumnImportance] = []
    for (index, name) in columns.enumerated() {
      var drops: [Double] = []
      for order in orders {
        if let value = try auc((index, order)) { drops.append(baseline - value) }
      }
      guard let low = drops.min(), let high = drops.max() else { continue }
      measured.append(
        ColumnImportance(
          name: name, mean: drops.reduce(0, +) / Double(drops.count), range: low...high))
    }
    self.baseline = baseline
    self.columns = measured
  }

  /// Row orders by Fisher and Yates, one for each repeat.
  public static func shuffles(rows: Int, repeats: Int, seed: UInt64) -> [[Int]] {
    (0..<max(0, repeats)).map { number in
      var generator = RandomGenerator(seed: seed, stream: UInt64(number))
      var order = Array(0..<max(0, rows))
      for place in order.indices.reversed().dropLast() {
        order.swapAt(place, generator.index(below: place + 1))
      }
      return order
    }
  }
}
