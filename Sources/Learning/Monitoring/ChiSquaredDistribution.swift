#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The chi-squared distribution with `degrees` degrees of freedom.
///
/// For example: `ChiSquaredDistribution(degrees: 9).quantile(0.95)` is 16.919.
/// Source: the incomplete gamma function by its series and, beyond, by its continued fraction (NIST
/// Digital Library of Mathematical Functions, 8.11.4 and 8.9.2).
public struct ChiSquaredDistribution: Sendable, Hashable {
  /// The degrees of freedom, above 0.
  public let degrees: Double

  /// A distribution; degrees are at least a tiny number.
  public init(degrees: Double) {
    self.degrees = max(degrees, .leastNormalMagnitude)
  }

  /// The probability of a value above `x`.
  public func upperTail(_ x: Double) -> Double {
    guard x > 0 else { return x.isNaN ? .nan : 1 }
    guard x.isFinite else { return 0 }
    let (a, z) = (degrees / 2, x / 2)
    let scale = exp(-z + a * log(z) - lgamma(a))
    return z < a + 1 ? 1 - scale * Self.series(a, z) : scale * Self.fraction(a, z)
  }

  /// The value below which a share of the distribution lies; `share` between 0 and 1.
  public func quantile(_ share: Double) -> Double {
    guard share > 0 else { return 0 }
    guard share < 1 else { return .infinity }
    var (low, high) = (0.0, max(1, degrees))
    while upperTail(high) > 1 - share { high *= 2 }
    for _ in 0..<200 {
      let middle = low / 2 + high / 2
      guard middle > low, middle < high else { break }
      if upperTail(middle) > 1 - share { low = middle } else { high = middle }
    }
    return low / 2 + high / 2
  }

  /// The lower incomplete gamma function of (a, z), without its scale.
  private static func series(_ a: Double, _ z: Double) -> Double {
    var term = 1 / a
    var sum = term
    var n = a
    while term > sum * 1e-17 {
      n += 1
      term *= z / n
      sum += term
    }
    return sum
  }

  /// The upper one, by Lentz's method.
  private static func fraction(_ a: Double, _ z: Double) -> Double {
    let tiny = 1e-300
    var b = z + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var h = d
    for i in 1...10_000 {
      let an = -Double(i) * (Double(i) - a)
      b += 2
      d = an * d + b
      if abs(d) < tiny { d = tiny }
      c = b + an / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let factor = d * c
      h *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return h
  }
}
