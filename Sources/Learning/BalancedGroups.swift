/// Whole groups dealt to parts so that every class has nearly its share in each.
///
/// For example: `BalancedGroups(shares: [0.8, 0.2], seed: 0).assigned(to: clients, defaults)`.
///
/// Groups come by falling size, equal ones in the random order of `RowKeys`. Each goes to the part
/// that lacks most of what the group brings, measured by class as a share of what the part shall get,
/// among the parts that have room for it; with equal lacks the group's random number decides. That
/// is scikit-learn's `StratifiedGroupKFold` with parts of different sizes in mind: no exact solution,
/// which would be a knapsack problem, but near it when groups are small.
public struct BalancedGroups: Sendable, Hashable {
  /// The share of the rows that each part shall get.
  public let shares: [Double]
  /// What the random order depends on.
  public let seed: UInt64

  /// Parts of these shares, of which negative ones count as 0.
  public init(shares: [Double], seed: UInt64) {
    let positive = shares.map { max(0, $0) }
    let sum = positive.reduce(0, +)
    self.shares = positive.map { sum > 0 ? $0 / sum : 0 }
    self.seed = seed
  }

  /// The part of each row, from 0; `classes` numbers the class of every row from 0.
  public func assigned(to groups: [String], _ classes: [Int]) -> [Int] {
    let width = (classes.max() ?? 0) + 1
    var counts: [ExactText: [Double]] = [:]
    var totals = Array(repeating: 0.0, count: width)
    for (group, label) in zip(groups, classes) where label >= 0 {
      counts[ExactText(group), default: Array(repeating: 0, count: width)][label] += 1
      totals[label] += 1
    }
    let wanted = shares.map { share in totals.map { $0 * share } }
    var filled = shares.map { _ in totals.map { _ in 0.0 } }
    var parts: [ExactText: Int] = [:]
    for (name, tie) in order(counts) {
      let group = counts[name] ?? []
      let part = best(for: group, wanted, filled, totals, tie)
      parts[name] = part
      for label in 0..<width { filled[part][label] += group[label] }
    }
    return groups.map { parts[ExactText($0)] ?? 0 }
  }

  /// The groups by falling size, each with a number below 2^32 that decides between equal parts.
  private func order(_ counts: [ExactText: [Double]]) -> [(name: ExactText, tie: Double)] {
    let names = counts.keys.sorted()
    var generator = RandomGenerator(seed: seed, stream: 1)
    var order: [(name: ExactText, size: Double, place: Int, tie: Double)] = []
    for (place, index) in RowKeys(ids: names.map(\.text)).shuffled(seed: seed).enumerated() {
      let size = (counts[names[index]] ?? []).reduce(0, +)
      order.append((names[index], size, place, generator.share()))
    }
    order.sort { $0.size != $1.size ? $0.size > $1.size : $0.place < $1.place }
    return order.map { ($0.name, $0.tie) }
  }

  private func best(
    for group: [Double], _ wanted: [[Double]], _ filled: [[Double]], _ totals: [Double],
    _ tie: Double
  ) -> Int {
    let size = group.reduce(0, +)
    let open = shares.indices.filter { shares[$0] > 0 }
    let roomy = open.filter { part in
      wanted[part].reduce(0, +) - filled[part].reduce(0, +) >= size - 1e-9
    }
    func lack(_ part: Int) -> Double {
      group.indices.reduce(0) { sum, label in
        guard totals[label] > 0, wanted[part][label] > 0 else { return sum }
        let missing = wanted[part][label] - filled[part][label]
        // Without room in any part the rows that are missing count, not their share.
        let measure = roomy.isEmpty ? totals[label] : wanted[part][label]
        return sum + group[label] / totals[label] * missing / measure
      }
    }
    let lacks = (roomy.isEmpty ? open : roomy).map { (part: $0, lack: lack($0)) }
    guard let most = lacks.map(\.lack).max() else { return 0 }
    let equal = lacks.filter { $0.lack >= most - 1e-9 }.map(\.part)
    // Equal parts are drawn by their shares, so that large groups do not all go to the first.
    var place = tie * equal.reduce(0) { $0 + shares[$1] }
    for part in equal {
      place -= shares[part]
      if place < 0 { return part }
    }
    return equal.last ?? 0
  }
}
