#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// How far two samples of numbers are apart, without any bins.
///
/// For example: `SampleDistance(reference: ages, current: newAges).wasserstein`.
public struct SampleDistance: Sendable, Hashable {
  /// The largest distance of the two distribution functions: SciPy's `ks_2samp`.
  public let kolmogorovSmirnov: Double
  /// The mean distance that values have to be moved: SciPy's `wasserstein_distance`.
  public let wasserstein: Double
  /// The same in standard deviations (n) of the reference; nil when those are zero and values moved.
  public let standardizedWasserstein: Double?
  private let referenceCount: Int
  private let currentCount: Int

  /// Compares two samples of finite values in rising order; nil when one is empty.
  public init?(reference: [Double], current: [Double]) {
    guard !reference.isEmpty, !current.isEmpty else { return nil }
    referenceCount = reference.count
    currentCount = current.count
    let (n, m) = (Double(reference.count), Double(current.count))
    var (i, j) = (0, 0)
    var largest = 0.0
    var moved = CompensatedSum()
    while i < reference.count || j < current.count {
      let value =
        i == reference.count
        ? current[j] : j == current.count ? reference[i] : min(reference[i], current[j])
      while i < reference.count, reference[i] == value { i += 1 }
      while j < current.count, current[j] == value { j += 1 }
      let gap = abs(Double(i) / n - Double(j) / m)
      largest = max(largest, gap)
      let next = min(
        i < reference.count ? reference[i] : .infinity, j < current.count ? current[j] : .infinity)
      if next.isFinite { moved.add(gap * (next - value)) }
    }
    kolmogorovSmirnov = largest
    wasserstein = moved.value
    let mean = Self.sum(reference) / n
    let deviation = (Self.sum(reference.map { ($0 - mean) * ($0 - mean) }) / n).squareRoot()
    standardizedWasserstein =
      deviation > 0 ? moved.value / deviation : moved.value == 0 ? 0 : nil
  }

  /// The most pairs of rows for which the exact probability is counted.
  static let exactLimit = 100_000_000

  /// The probability of a distance at least as large between two samples of one continuous
  /// distribution: counted exactly up to 100 million pairs of rows, by Kolmogorov's limit beyond.
  ///
  /// The count is SciPy's `ks_2samp(method="exact")`: J. L. Hodges, "The significance probability of
  /// the Smirnov two-sample test" (1957).
  public var kolmogorovSmirnovP: Double {
    let (n, m) = (max(referenceCount, currentCount), min(referenceCount, currentCount))
    if n <= Self.exactLimit / m { return Self.exactP(n, m, kolmogorovSmirnov) }
    let size = Double(n) * Double(m) / (Double(n) + Double(m))
    return Self.limitP(size.squareRoot() * kolmogorovSmirnov)
  }

  /// The share of lattice paths from (0, 0) to (n, m) that leave the band around the diagonal.
  private static func exactP(_ n: Int, _ m: Int, _ distance: Double) -> Double {
    let divisor = greatestCommonDivisor(n, m)
    let (ng, mg) = (n / divisor, m / divisor)
    let h = (distance * Double(ng) * Double(m)).rounded()
    guard h > 0 else { return 1 }
    // A[j] is the share of paths through (i, j) that have left the band before.
    var first = 0
    var last = min(Int((h / Double(ng)).rounded(.up)), m + 1)
    var shares = [Double](repeating: 1, count: m + 1)
    for j in 0..<last { shares[j] = 0 }
    for i in 1...n {
      let lastFirst = first
      let lastCount = last - first
      first = max(Int(((Double(mg) * Double(i) - h) / Double(ng)).rounded(.down)) + 1, 0)
      first = min(first, m)
      last = min(Int(((Double(mg) * Double(i) + h) / Double(ng)).rounded(.up)), m + 1)
      guard last > first else { return 1 }
      var value = first == 0 ? 0.0 : 1.0
      for jj in 0..<(last - first) {
        let j = jj + first
        let above = jj + first - lastFirst
        let left = above < lastCount ? shares[above] : 1
        value = (left * Double(i) + value * Double(j)) / Double(i + j)
        shares[jj] = value
      }
    }
    return min(1, max(0, shares[last - first - 1]))
  }

  /// Kolmogorov's limit: 2 sum (-1)^(k-1) exp(-2 k^2 t^2).
  private static func limitP(_ t: Double) -> Double {
    guard t > 0.2 else { return 1 }
    var sum = 0.0
    for k in 1...200 {
      let term = exp(-2 * Double(k * k) * t * t)
      sum += k % 2 == 1 ? term : -term
      if term < 1e-18 { break }
    }
    return min(1, max(0, 2 * sum))
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  private static func sum(_ values: [Double]) -> Double {
    var sum = CompensatedSum()
    for value in values { sum.add(value) }
    return sum.value
  }
}
