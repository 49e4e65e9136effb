/// One tree as LightGBM's text form tells it, which sends rows where LightGBM sends them.
struct GrownTree {
  /// An inner node: which value it looks at, and where it goes from there.
  struct Node {
    /// The place of the feature among the columns.
    var feature: Int
    var rule: Rule
    /// Values up to this one go left; of a set of categories, its place.
    var threshold: Double
    /// The next node on either side; a leaf is one less than its number's negative.
    var left: Int
    var right: Int
  }

  /// What a node asks, and of which side a missing value is.
  enum Rule {
    /// A number; a missing one counts as 0.
    case lessOrEqual
    /// A number; a missing one goes to the side.
    case orMissing(goesLeft: Bool)
    /// A number; a missing one and 0 go to the side.
    case orMissingOrZero(goesLeft: Bool)
    /// A category; those of the set go left, a missing one never.
    case isAmong
  }

  private(set) var nodes: [Node] = []
  /// What each leaf adds to a score.
  private(set) var leaves: [Double] = []
  /// The bits of the sets of categories, and where each set begins.
  private var categories: [UInt32] = []
  private var boundaries: [Int] = [0]

  /// Reads the only tree of a text; `featureCount` is how many columns the rows have.
  init(parsing text: ArraySlice<UInt8>, featureCount: Int) throws(LightGBMError) {
    let fields = TreeFields(of: text)
    guard fields.treeCount == 1 else {
      throw LightGBMError(
        .engine, "a round has \(fields.treeCount) trees where one was expected")
    }
    leaves = fields.numbers("leaf_value")
    let thresholds = fields.numbers("threshold")
    let (features, kinds) = (fields.integers("split_feature"), fields.integers("decision_type"))
    let (lefts, rights) = (fields.integers("left_child"), fields.integers("right_child"))
    let sets = fields.integers("cat_boundaries")
    boundaries = sets.isEmpty ? [0] : sets
    let words = fields.integers("cat_threshold")
    let count = leaves.count - 1
    guard count >= 0, thresholds.count == count, !thresholds.contains(where: \.isNaN),
      [features, kinds, lefts, rights].allSatisfy({ $0.count == count }),
      words.allSatisfy({ UInt32(exactly: $0) != nil })
    else { throw Self.incomplete }
    categories = words.map { UInt32(truncatingIfNeeded: $0) }
    nodes = (0..<count).map { index in
      Node(
        feature: features[index], rule: Self.rule(kinds[index]), threshold: thresholds[index],
        left: lefts[index], right: rights[index])
    }
    try check(featureCount)
  }

  private static let incomplete = LightGBMError(.engine, "LightGBM's text of a tree is not whole")

  /// LightGBM's own bits: a set of categories, the side of missing values, what is missing.
  private static func rule(_ bits: Int) -> Rule {
    if bits & 1 == 1 { return .isAmong }
    let goesLeft = bits & 2 == 2
    return switch bits >> 2 & 3 {
    case 1: .orMissingOrZero(goesLeft: goesLeft)
    case 2: .orMissing(goesLeft: goesLeft)
    default: .lessOrEqual
    }
  }

  /// Whether every place is one that there is, so that no row needs a further look.
  private func check(_ featureCount: Int) throws(LightGBMError) {
    for (place, node) in nodes.enumerated() {
      let children = [node.left, node.right].allSatisfy { child in
        // A tree grows downwards: a child's number is larger, so that no row goes round in circles.
        child < 0 ? ~child < leaves.count : child > place && child < nodes.count
      }
      guard children, 0 <= node.feature, node.feature < featureCount else {
        throw Self.incomplete
      }
      if case .isAmong = node.rule {
        guard let set = Int(exactly: node.threshold), set >= 0, set + 1 < boundaries.count,
          boundaries[set] <= boundaries[set + 1],
          boundaries[set] >= 0, boundaries[set + 1] <= categories.count
        else { throw Self.incomplete }
      }
    }
  }

  /// Adds the tree's part to the scores of rows, of which `columns` has every feature and `parting`
  /// the room to work in.
  ///
  /// Each node parts the rows that come to it, as LightGBM does with those that it learns from: it
  /// looks at one column only, from its first row to its last, and no row waits for another.
  func add(to scores: inout [Double], of columns: [RankedColumn], in parting: inout RowParting) {
    guard !nodes.isEmpty else {
      for row in scores.indices { scores[row] += leaves[0] }
      return
    }
    parting.begin(nodeCount: nodes.count)
    for (place, node) in nodes.enumerated() {
      let column = columns[node.feature]
      let (left, right) = parting.part(place, by: side(at: node, of: column), column.ranks)
      for (child, rows) in [(node.left, left), (node.right, right)] {
        if child >= 0 {
          parting.set(rows, of: child)
        } else {
          parting.add(leaves[~child], to: &scores, rows)
        }
      }
    }
  }

  /// Which ranks of a column go left: LightGBM's `NumericalDecision` and `CategoricalDecision`.
  private func side(at node: Node, of column: RankedColumn) -> RowParting.Side {
    let limit = column.rank(upTo: node.threshold)
    return switch node.rule {
    case .lessOrEqual: .upTo(limit, withMissing: 0 <= node.threshold)
    case .orMissing(let goesLeft): .upTo(limit, withMissing: goesLeft)
    case .orMissingOrZero(let goesLeft):
      .upToBeside(limit, zeros: column.zeros, goLeft: goesLeft)
    case .isAmong: .marked([false] + column.values.map { isAmong($0, node) })
    }
  }

  /// Whether a category is one of a node's set.
  private func isAmong(_ value: Double, _ node: Node) -> Bool {
    guard value >= 0, value < 1e9 else { return false }
    let set = Int(node.threshold)
    let (word, bit) = Int(value).quotientAndRemainder(dividingBy: 32)
    guard word < boundaries[set + 1] - boundaries[set] else { return false }
    return categories[boundaries[set] + word] >> UInt32(bit) & 1 == 1
  }
}
