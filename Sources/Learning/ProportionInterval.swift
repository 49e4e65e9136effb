#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A confidence interval of a share that was counted.
///
/// For example: `ProportionInterval(of: 8, in: 100, level: 0.95)` goes from 0.0411 to 0.1500.
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference"
/// (1927), without correction for continuity.
public struct ProportionInterval: Sendable, Hashable {
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double

  /// The interval of `count` out of `total`; nil when there are none or the level is not between 0
  /// and 1.
  public init?(of count: Double, in total: Double, level: Double) {
    guard total > 0, count >= 0, count <= total, level > 0, level < 1 else { return nil }
    let z = Self.normalQuantile((1 + level) / 2)
    let share = count / total
    let weight = 1 + z * z / total
    let middle = (share + z * z / (2 * total)) / weight
    let half = z / weight * (share * (1 - share) / total + z * z / (4 * total * total)).squareRoot()
    low = max(0, middle - half)
    high = min(1, middle + half)
  }

  /// The standard normal distribution's quantile, by Newton's method on its distribution function,
  /// which is concave above the median: steps from there never overshoot.
  static func normalQuantile(_ share: Double) -> Double {
    guard share > 0, share < 1 else { return share <= 0 ? -.infinity : .infinity }
    guard share >= 0.5 else { return -normalQuantile(1 - share) }
    var z = 0.0
    for _ in 0..<100 {
      let above = erfc(z / 2.0.squareRoot()) / 2
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      guard density > 0 else { break }
      let step = (above - (1 - share)) / density
      z += step
      if abs(step) < 1e-14 * max(1, abs(z)) { break }
    }
    return z
  }
}
