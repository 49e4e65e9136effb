/// What a row is used for.
public enum Part: String, Sendable, Hashable, Codable, CaseIterable {
  /// The model learns from it.
  case train
  /// Decides when learning stops and which settings are best.
  case validation
  /// Kept for the final figures.
  case test
}

/// A rule that puts every row into the train, validation or test part.
///
/// For example: `try Split(test: 0.2, validation: 0.2, seed: 0).stratified(by: labels, keys)`.
///
/// Shares are of all rows; the rest is for training. Part sizes are exact: shares are rounded by
/// the largest remainder. Rows are put into a random order by `RowKeys`; the first go to the test
/// part, the next to the validation part.
public struct Split: Sendable, Hashable {
  /// Share of the test part.
  public let test: Double
  /// Share of the validation part.
  public let validation: Double
  /// What the random order depends on.
  public let seed: UInt64

  /// A rule with these shares, each at least 0 and together below 1.
  public init(test: Double, validation: Double = 0, seed: UInt64 = 0) throws(LearningError) {
    for (name, share) in [("test", test), ("validation", validation)] {
      guard share.isFinite, (0..<1).contains(share) else {
        throw LearningError(
          .parameter(name), "the \(name) share must be at least 0 and below 1",
          solutions: ["0.2 is a fifth of the rows"])
      }
    }
    guard test + validation < 1 else {
      throw LearningError(
        .parameter("test"), "the test and validation shares leave nothing to train on",
        solutions: ["let `test` and `validation` add up to less than 1"])
    }
    self.test = test
    self.validation = validation
    self.seed = seed
  }

  /// Any row into any part.
  public func random(_ keys: RowKeys) -> [Part] {
    stratified(by: Array(repeating: 0, count: keys.count), keys)
  }

  /// Every class in the same shares in all parts, as exactly as whole rows allow.
  ///
  /// `classes` numbers the class of every row from 0. How many rows of each class a part gets is
  /// its size times the class's share, rounded by the largest remainder, ties to the lower class.
  public func stratified(by classes: [Int], _ keys: RowKeys) -> [Part] {
    var parts = Array(repeating: Part.train, count: keys.count)
    guard classes.count == keys.count, !classes.isEmpty, classes.allSatisfy({ $0 >= 0 }) else {
      return parts
    }
    var sizes = Array(repeating: 0, count: (classes.max() ?? 0) + 1)
    for label in classes { sizes[label] += 1 }
    let total = self.sizes(of: classes.count)
    let testSizes = apportioned(total.test, by: sizes.map(Double.init), limits: sizes)
    let left = zip(sizes, testSizes).map { $0 - $1 }
    let validationSizes = apportioned(total.validation, by: sizes.map(Double.init), limits: left)
    var taken = Array(repeating: 0, count: sizes.count)
    for row in keys.shuffled(seed: seed) {
      let label = classes[row]
      if taken[label] < testSizes[label] {
        parts[row] = .test
      } else if taken[label] < testSizes[label] + validationSizes[label] {
        parts[row] = .validation
      }
      taken[label] += 1
    }
    return parts
  }

  /// All rows of one group into the same part.
  ///
  /// Groups come in random order; the test part takes whole groups while that brings it nearer to
  /// its size, then the validation part does.
  public func grouped(by groups: [String]) -> [Part] {
    var sizes: [ExactText: Int] = [:]
    for group in groups { sizes[ExactText(group), default: 0] += 1 }
    let names = sizes.keys.sorted()
    let total = self.sizes(of: groups.count)
    var filled = (test: 0, validation: 0)
    var parts: [ExactText: Part] = [:]
    for index in RowKeys(ids: names.map(\.text)).shuffled(seed: seed) {
      let size = sizes[names[index]] ?? 0
      if abs(filled.test + size - total.test) < abs(filled.test - total.test) {
        filled.test += size
        parts[names[index]] = .test
      } else if abs(filled.validation + size - total.validation)
        < abs(filled.validation - total.validation)
      {
        filled.validation += size
        parts[names[index]] = .validation
      }
    }
    return groups.map { parts[ExactText($0)] ?? .train }
  }

  /// All rows of one group into the same part, every class in nearly the same shares in all parts.
  ///
  /// `classes` numbers the class of every row from 0. See `BalancedGroups`.
  public func grouped(by groups: [String], stratifiedBy classes: [Int]) -> [Part] {
    guard groups.count == classes.count else { return grouped(by: groups) }
    return BalancedGroups(shares: [1 - test - validation, validation, test], seed: seed)
      .assigned(to: groups, classes).map { [Part.train, .validation, .test][$0] }
  }

  /// The earliest rows for training, the latest for the test; rows of one time stay together.
  ///
  /// `times` are any numbers that grow with time. A boundary that would fall between rows of one
  /// time moves to the nearer end of them, so parts may be smaller or larger than their shares.
  public func ordered(by times: [Double]) -> [Part] {
    let sorted = times.sorted()
    let total = sizes(of: times.count)
    let testStart = boundary(sorted, near: times.count - total.test)
    let validationStart = min(
      testStart, boundary(sorted, near: max(0, testStart - total.validation)))
    let firstTest = testStart < sorted.count ? sorted[testStart] : .infinity
    let firstValidation = validationStart < sorted.count ? sorted[validationStart] : .infinity
    return times.map { time in
      if total.test > 0, time >= firstTest { return .test }
      return total.validation > 0 && time >= firstValidation ? .validation : .train
    }
  }

  /// The start of a run of equal times nearest to `place`.
  private func boundary(_ sorted: [Double], near place: Int) -> Int {
    guard place > 0, place < sorted.count, sorted[place - 1] == sorted[place] else { return place }
    var low = place
    while low > 0, sorted[low - 1] == sorted[place] { low -= 1 }
    var high = place
    while high < sorted.count, sorted[high] == sorted[place] { high += 1 }
    return place - low <= high - place ? low : high
  }

  private func sizes(of rows: Int) -> (test: Int, validation: Int) {
    let counts = apportioned(
      rows, by: [1 - test - validation, validation, test], limits: [rows, rows, rows])
    return (counts[2], counts[1])
  }
}

/// `total` cut in proportion to `shares` by the largest remainder, ties to the earlier share, none
/// above its limit.
func apportioned(_ total: Int, by shares: [Double], limits: [Int]) -> [Int] {
  let whole = shares.reduce(0, +)
  guard whole > 0 else { return shares.map { _ in 0 } }
  // Rounding noise such as 0.2 * 5 = 1.0000000000000002 must not decide.
  let quotas = shares.map { ($0 / whole * Double(total) * 1e9).rounded() / 1e9 }
  var counts = zip(quotas, limits).map { min(Int($0), $1) }
  let order = quotas.indices.sorted { left, right in
    let (first, second) = (
      quotas[left] - quotas[left].rounded(.down),
      quotas[right] - quotas[right].rounded(.down)
    )
    return first != second ? first > second : left < right
  }
  var rest = total - counts.reduce(0, +)
  while rest > 0, zip(counts, limits).contains(where: { $0 < $1 }) {
    for index in order where rest > 0 && counts[index] < limits[index] {
      counts[index] += 1
      rest -= 1
    }
  }
  return counts
}
