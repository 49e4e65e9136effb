/// What a model decided about the rows of one group, and how they ended.
///
/// For example: `GroupCounts(name: "F", selections: [true, false], labels: [true, true])`.
public struct GroupCounts: Sendable, Hashable {
  /// The group.
  public var name: String
  /// Rows called positive that are.
  public var truePositives = 0
  /// Rows called positive that are not.
  public var falsePositives = 0
  /// Rows called negative that are positive.
  public var falseNegatives = 0
  /// Rows called negative that are.
  public var trueNegatives = 0
  /// The sum of the scores, for calibration.
  public var scoreSum = 0.0

  /// A group without rows.
  public init(name: String) {
    self.name = name
  }

  /// The counts of these rows; superfluous labels are ignored.
  public init(name: String, selections: [Bool], labels: [Bool]) {
    self.init(name: name)
    for (selected, label) in zip(selections, labels) { add(selected: selected, label: label) }
  }

  /// Adds a row.
  public mutating func add(selected: Bool, label: Bool, score: Double = 0) {
    switch (selected, label) {
    case (true, true): truePositives += 1
    case (true, false): falsePositives += 1
    case (false, true): falseNegatives += 1
    case (false, false): trueNegatives += 1
    }
    scoreSum += score
  }

  /// Adds the rows of another group.
  public mutating func add(_ other: GroupCounts) {
    truePositives += other.truePositives
    falsePositives += other.falsePositives
    falseNegatives += other.falseNegatives
    trueNegatives += other.trueNegatives
    scoreSum += other.scoreSum
  }

  /// How many rows there are.
  public var rows: Int { positives + negatives }
  /// Rows that are positive.
  public var positives: Int { truePositives + falseNegatives }
  /// Rows that are negative.
  public var negatives: Int { falsePositives + trueNegatives }
  /// Rows called positive.
  public var selected: Int { truePositives + falsePositives }

  /// A rate of the group; nil when the rows that it is a share of are none.
  public subscript(rate: GroupRate) -> Double? {
    func share(_ part: Int, _ whole: Int) -> Double? {
      whole > 0 ? Double(part) / Double(whole) : nil
    }
    return switch rate {
    case .selectionRate: share(selected, rows)
    case .truePositiveRate: share(truePositives, positives)
    case .falsePositiveRate: share(falsePositives, negatives)
    case .precision: share(truePositives, selected)
    case .accuracy: share(truePositives + trueNegatives, rows)
    case .baseRate: share(positives, rows)
    case .calibration:
      rows > 0 && scoreSum > 0 ? Double(positives) / scoreSum : nil
    }
  }
}

/// A figure of a group, by the name that notebooks use.
public enum GroupRate: String, Sendable, Hashable, CaseIterable {
  /// The share of rows called positive.
  case selectionRate = "selection_rate"
  /// The share of positives called so.
  case truePositiveRate = "tpr"
  /// The share of negatives called positive.
  case falsePositiveRate = "fpr"
  /// The share of those called positive that are.
  case precision
  /// The share of rows called what they are.
  case accuracy
  /// The share of positives.
  case baseRate = "base_rate"
  /// Positives observed over positives expected by the scores.
  case calibration
}
