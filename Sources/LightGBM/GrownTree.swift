/// One tree as LightGBM's text form tells it, which sends rows where LightGBM sends them.
struct GrownTree {
  /// An inner node: which value it looks at, and where it goes from there.
  struct Node {
    /// The place of the feature among the columns.
    var feature: Int32 = 0
    var rule = Rule.lessOrEqual
    /// Values up to this one go left; of a set of categories, its place.
    var threshold = 0.0
    /// The next node on either side; a leaf is one less than its number's negative.
    var left: Int32 = 0
    var right: Int32 = 0
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
    var fields: [Substring: Substring] = [:]
    var treeCount = 0
    // Lines before the tree are the model's, those behind it its parameters.
    for line in Substring(decoding: text, as: UTF8.self).split(separator: "\n") {
      if line.hasPrefix("Tree=") { treeCount += 1 }
      if line == "end of trees" { break }
      guard treeCount > 0, let mark = line.firstIndex(of: "=") else { continue }
      fields[line[..<mark]] = line[line.index(after: mark)...]
    }
    guard treeCount == 1 else {
      throw LightGBMError(.engine, "a round has \(treeCount) trees where one was expected")
    }
    func numbers(_ name: Substring) -> [Double] { Self.numbers(fields[name] ?? "") }
    leaves = numbers("leaf_value")
    let features = numbers("split_feature")
    let (thresholds, kinds) = (numbers("threshold"), numbers("decision_type"))
    let (lefts, rights) = (numbers("left_child"), numbers("right_child"))
    boundaries = fields["cat_boundaries"] == nil ? [0] : numbers("cat_boundaries").map { Int($0) }
    categories = numbers("cat_threshold").map { UInt32($0) }
    let count = leaves.count - 1
    let lists = [features, thresholds, kinds, lefts, rights]
    guard count >= 0, lists.allSatisfy({ $0.count == count && !$0.contains(where: \.isNaN) }) else {
      throw Self.incomplete
    }
    nodes = (0..<count).map { index in
      Node(
        feature: Int32(features[index]), rule: Self.rule(UInt8(kinds[index])),
        threshold: thresholds[index], left: Int32(lefts[index]), right: Int32(rights[index]))
    }
    try check(featureCount)
  }

  private static let incomplete = LightGBMError(.engine, "LightGBM's text of a tree is not whole")

  /// LightGBM's own bits: a set of categories, the side of missing values, what is missing.
  private static func rule(_ bits: UInt8) -> Rule {
    if bits & 1 == 1 { return .isAmong }
    let goesLeft = bits & 2 == 2
    return switch bits >> 2 & 3 {
    case 1: .orMissingOrZero(goesLeft: goesLeft)
    case 2: .orMissing(goesLeft: goesLeft)
    default: .lessOrEqual
    }
  }

  private static func numbers(_ text: Substring) -> [Double] {
    text.split(separator: " ").map { Double($0) ?? .nan }
  }

  /// Whether every place is one that there is, so that no row needs a further look.
  private func check(_ featureCount: Int) throws(LightGBMError) {
    for (place, node) in nodes.enumerated() {
      let children = [node.left, node.right].allSatisfy { child in
        // A tree grows downwards: a child's number is larger, so that no row goes round in circles.
        child < 0 ? Int(~child) < leaves.count : Int(child) > place && Int(child) < nodes.count
      }
      guard children, 0 <= node.feature, Int(node.feature) < featureCount else {
        throw Self.incomplete
      }
      if case .isAmong = node.rule {
        let set = Int(node.threshold)
        guard set >= 0, set + 1 < boundaries.count, boundaries[set] <= boundaries[set + 1],
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
      let column = columns[Int(node.feature)]
      let (left, right) = parting.part(place, by: side(at: node, of: column), column.ranks)
      for (child, rows) in [(node.left, left), (node.right, right)] {
        if child >= 0 {
          parting.set(rows, of: Int(child))
        } else {
          parting.add(leaves[Int(~child)], to: &scores, rows)
        }
      }
    }
  }

  /// Which ranks of a column go left.
  private func side(at node: Node, of column: RankedColumn) -> RowParting.Side {
    switch node.rule {
    case .lessOrEqual:
      .upTo(column.rank(upTo: node.threshold), withMissing: 0 <= node.threshold)
    case .orMissing(let goesLeft):
      .upTo(column.rank(upTo: node.threshold), withMissing: goesLeft)
    case .orMissingOrZero:
      .those { rank in goesLeft(rank == 0 ? .nan : column.values[Int(rank) - 1], at: node) }
    case .isAmong:
      .marked(([.nan] + column.values).map { goesLeft($0, at: node) })
    }
  }

  /// LightGBM's `NumericalDecision` and `CategoricalDecision`.
  private func goesLeft(_ value: Double, at node: Node) -> Bool {
    switch node.rule {
    case .lessOrEqual: return (value.isNaN ? 0 : value) <= node.threshold
    case .orMissing(let goesLeft): return value.isNaN ? goesLeft : value <= node.threshold
    case .orMissingOrZero(let goesLeft):
      // LightGBM's zero is anything below 1e-35, as a float.
      return value.isNaN || abs(value) <= Double(1e-35 as Float)
        ? goesLeft : value <= node.threshold
    case .isAmong:
      guard value >= 0, value < 1e9 else { return false }
      let set = Int(node.threshold)
      let (word, bit) = Int(value).quotientAndRemainder(dividingBy: 32)
      guard word < boundaries[set + 1] - boundaries[set] else { return false }
      return categories[boundaries[set] + word] >> UInt32(bit) & 1 == 1
    }
  }
}
