/// Points that cover a space evenly: all values of a choice, and as many of every other parameter
/// as the number of trials allows.
///
/// For example: `GridSampler(space, trials: 20)` gives 5 values of one parameter and 4 of another.
public struct GridSampler: Sendable, Hashable {
  private let space: SearchSpace
  /// How many values there are of each parameter.
  private let counts: [Int]

  /// The points when conditions make some of the grid's alike; nil when all differ.
  private var distinct: [[Double]]?

  /// How many points there are.
  public var count: Int { distinct?.count ?? counts.reduce(1, *) }

  /// The most points among which alike ones are looked for.
  private static let limit = 10_000

  /// A grid of at most `trials` points, unless the choices alone make more.
  public init(_ space: SearchSpace, trials: Int) {
    self.space = space
    var counts = space.dimensions.map { dimension -> Int in
      if case .choice(let count) = dimension.domain { max(1, count) } else { 1 }
    }
    // One more value in turn, as long as the product stays within the trials.
    var hasGrown = true
    while hasGrown {
      hasGrown = false
      for index in counts.indices {
        if case .choice = space.dimensions[index].domain { continue }
        let most = space.dimensions[index].domain.count ?? Int.max
        var product = 1
        for (other, count) in counts.enumerated() {
          let (value, overflow) = product.multipliedReportingOverflow(
            by: other == index ? count + 1 : count)
          product = overflow ? Int.max : value
        }
        if counts[index] < most, product <= trials {
          counts[index] += 1
          hasGrown = true
        }
      }
    }
    self.counts = counts
    let all = counts.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
    if space.hasConditions, all <= Self.limit {
      var seen: Set<[Double]> = []
      distinct = (0..<all).map { space.canonical(place($0)) }.filter { seen.insert($0).inserted }
    }
  }

  /// The point of a number from 0; the last parameter changes quickest.
  public func point(_ number: Int) -> [Double] {
    if let distinct { return distinct[min(number, distinct.count - 1)] }
    return space.canonical(place(number))
  }

  private func place(_ number: Int) -> [Double] {
    var rest = number
    var point = Array(repeating: 0.0, count: counts.count)
    for index in counts.indices.reversed() {
      let place = rest % counts[index]
      rest /= counts[index]
      if case .choice = space.dimensions[index].domain {
        point[index] = Double(place)
      } else {
        let share = counts[index] == 1 ? 0.5 : Double(place) / Double(counts[index] - 1)
        point[index] = space.dimensions[index].domain.value(at: share)
      }
    }
    return point
  }
}
