#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Two distributions over the same bins, and how far apart they are.
///
/// For example: `BinnedComparison(reference: [10, 20, 70], current: [30, 20, 50]).stabilityIndex`.
public struct BinnedComparison: Sendable, Hashable {
  /// What a share of zero counts as in the stability index.
  public static let zeroShare = 1e-4
  /// The share of samples from one distribution whose index stays below the noise bound.
  public static let noiseLevel = 0.95

  /// Rows of the reference by bin.
  public let reference: [Int]
  /// Rows of the current data by bin.
  public let current: [Int]

  /// A comparison over equally many bins; superfluous ones are ignored.
  public init(reference: [Int], current: [Int]) {
    let count = min(reference.count, current.count)
    self.reference = Array(reference.prefix(count))
    self.current = Array(current.prefix(count))
  }

  /// How many rows there are.
  public var totals: (reference: Int, current: Int) {
    (reference.reduce(0, +), current.reduce(0, +))
  }

  /// The shares of each bin; nil when one side has no rows.
  public var shares: (reference: [Double], current: [Double])? {
    let totals = totals
    guard totals.reference > 0, totals.current > 0 else { return nil }
    return (
      reference.map { Double($0) / Double(totals.reference) },
      current.map { Double($0) / Double(totals.current) }
    )
  }

  /// The population stability index: the sum of (a - e) ln(a / e) over the shares e of the reference
  /// and a of the current data, a share of zero counting as 0.0001.
  public var stabilityIndex: Double? {
    guard let shares else { return nil }
    return zip(shares.reference, shares.current).reduce(0) { sum, pair in
      let e = pair.0 == 0 ? Self.zeroShare : pair.0
      let a = pair.1 == 0 ? Self.zeroShare : pair.1
      return sum + (a - e) * log(a / e)
    }
  }

  /// The stability index that sampling alone stays below 19 times out of 20: (1/N + 1/M) times the
  /// 95% quantile of chi-squared with one degree of freedom less than bins.
  ///
  /// Source: B. Yurdakul, "Statistical properties of population stability index" (2018).
  public var noiseBound: Double? {
    let totals = totals
    guard totals.reference > 0, totals.current > 0 else { return nil }
    guard reference.count > 1 else { return 0 }
    let size = 1 / Double(totals.reference) + 1 / Double(totals.current)
    return size
      * ChiSquaredDistribution(degrees: Double(reference.count - 1)).quantile(Self.noiseLevel)
  }

  /// The Jensen-Shannon distance with natural logarithms: 0 for equal shares, at most the square root
  /// of ln 2. SciPy's `jensenshannon`.
  public var jensenShannon: Double? {
    guard let shares else { return nil }
    let sum = zip(shares.reference, shares.current).reduce(0.0) { sum, pair in
      let middle = (pair.0 + pair.1) / 2
      func part(_ share: Double) -> Double { share > 0 ? share * log(share / middle) : 0 }
      return sum + part(pair.0) + part(pair.1)
    }
    return max(0, sum / 2).squareRoot()
  }

  /// The chi-squared test of both having one distribution.
  public struct ChiSquaredTest: Sendable, Hashable {
    /// The statistic, without Yates' correction.
    public var statistic: Double
    /// Bins with rows, less one.
    public var degrees: Int
    /// The probability of a statistic at least as large.
    public var p: Double
  }

  /// The chi-squared test of homogeneity, SciPy's `chi2_contingency(correction=False)`; nil when
  /// fewer than two bins have rows or a side has none.
  public var chiSquared: ChiSquaredTest? {
    let totals = totals
    let all = Double(totals.reference + totals.current)
    guard totals.reference > 0, totals.current > 0 else { return nil }
    var statistic = 0.0
    var bins = 0
    for (e, a) in zip(reference, current) where e + a > 0 {
      bins += 1
      for (observed, total) in [(e, totals.reference), (a, totals.current)] {
        let expected = Double(e + a) * Double(total) / all
        let distance = Double(observed) - expected
        statistic += distance * distance / expected
      }
    }
    guard bins > 1 else { return nil }
    return ChiSquaredTest(
      statistic: statistic, degrees: bins - 1,
      p: ChiSquaredDistribution(degrees: Double(bins - 1)).upperTail(statistic))
  }
}
