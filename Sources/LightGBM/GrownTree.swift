#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// One tree as LightGBM's text form tells it, to be walked down as LightGBM walks.
struct GrownTree {
  /// An inner node: which value it looks at, and where it goes from there.
  struct Node {
    /// The place of the feature in a row.
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

  /// Reads the only tree of a text; `featureCount` is the length of the rows that will be walked.
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

  /// Whether every place is one that there is, so that walking needs no further look.
  private func check(_ featureCount: Int) throws(LightGBMError) {
    for (place, node) in nodes.enumerated() {
      let children = [node.left, node.right].allSatisfy { child in
        // A tree grows downwards: a child's number is larger, so that no walk goes round in circles.
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

  /// A place of the walk: an inner node, or a leaf, from which it goes nowhere else.
  private struct Stop {
    var threshold: Double
    /// The next places: left, then right.
    var next: (Int32, Int32)
    var feature: Int32
    /// Whether a missing number goes left.
    var missingGoesLeft: Bool
    /// Whether `Rule` has more to say than the two fields before.
    var isSpecial: Bool
  }

  private var stops: [Stop] {
    let inner = Int32(nodes.count)
    return nodes.map { node in
      let (goesLeft, isSpecial) =
        switch node.rule {
        case .lessOrEqual: (0 <= node.threshold, false)
        case .orMissing(let goesLeft): (goesLeft, false)
        case .orMissingOrZero, .isAmong: (false, true)
        }
      let next = (
        node.left < 0 ? inner + ~node.left : node.left,
        node.right < 0 ? inner + ~node.right : node.right
      )
      return Stop(
        threshold: node.threshold, next: next, feature: node.feature, missingGoesLeft: goesLeft,
        isSpecial: isSpecial)
    }
      + leaves.indices.map { leaf in
        let own = inner + Int32(leaf)
        return Stop(
          threshold: 0, next: (own, own), feature: 0, missingGoesLeft: false, isSpecial: false)
      }
  }

  /// Adds the tree's part to the scores of rows that lie one after the other in `matrix`.
  ///
  /// Four rows go down at a time, so that the processor need not wait for one to know its way.
  func add(to scores: inout [Double], of matrix: [Double], width: Int) {
    guard !nodes.isEmpty else {
      for row in scores.indices { scores[row] += leaves[0] }
      return
    }
    let inner = Int32(nodes.count)
    let stops = stops
    // All places were checked when the tree was read, and rows are as many as scores.
    unsafe stops.withUnsafeBufferPointer { stops in
      unsafe matrix.withUnsafeBufferPointer { values in
        unsafe leaves.withUnsafeBufferPointer { leaves in
          unsafe scores.withUnsafeMutableBufferPointer { scores in
            @inline(__always) func next(_ place: Int32, _ start: Int) -> Int32 {
              let stop = unsafe stops[Int(place)]
              let value = unsafe values[start + Int(stop.feature)]
              let isLeft =
                stop.isSpecial
                ? goesLeft(value, at: nodes[Int(place)])
                : value <= stop.threshold || (value.isNaN && stop.missingGoesLeft)
              return isLeft ? stop.next.0 : stop.next.1
            }
            var row = 0
            while row + 4 <= scores.count {
              let start = row * width
              var (a, b, c, d): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
              repeat {
                a = next(a, start)
                b = next(b, start + width)
                c = next(c, start + 2 * width)
                d = next(d, start + 3 * width)
              } while min(min(a, b), min(c, d)) < inner
              unsafe scores[row] += leaves[Int(a - inner)]
              unsafe scores[row + 1] += leaves[Int(b - inner)]
              unsafe scores[row + 2] += leaves[Int(c - inner)]
              unsafe scores[row + 3] += leaves[Int(d - inner)]
              row += 4
            }
            while row < scores.count {
              var place: Int32 = 0
              repeat { place = next(place, row * width) } while place < inner
              unsafe scores[row] += leaves[Int(place - inner)]
              row += 1
            }
          }
        }
      }
    }
  }

  /// LightGBM's `NumericalDecision` and `CategoricalDecision`.
  @inline(__always)
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
