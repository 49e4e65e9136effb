#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A figure over the folds of a cross-validation: its mean and how sure that is.
///
/// For example: `FoldFigures([0.78, 0.80, 0.79], level: 0.95)?.mean`.
///
/// The interval is Student's: mean plus and minus the quantile of t with n - 1 degrees of freedom
/// times s / sqrt(n). Folds share training rows, so it is narrower than it should be (Y. Bengio and
/// Y. Grandvalet, "No unbiased estimator of the variance of k-fold cross-validation", 2004).
public struct FoldFigures: Sendable, Hashable {
  /// The mean.
  public let mean: Double
  /// The standard deviation (n - 1) over the folds; nil for a single fold.
  public let deviation: Double?
  /// The ends of the interval; nil for a single fold.
  public let interval: ClosedRange<Double>?

  /// The figure over these folds; nil when there are none.
  public init?(_ values: [Double], level: Double) {
    let count = Double(values.count)
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
    let mean = values.reduce(0, +) / count
    self.mean = mean
    guard values.count > 1, level > 0, level < 1 else {
      deviation = nil
      interval = nil
      return
    }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / (count - 1)).squareRoot()
    let half =
      Self.studentQuantile((1 + level) / 2, degrees: values.count - 1) * deviation
      / count.squareRoot()
    self.deviation = deviation
    interval = mean - half...mean + half
  }

  /// The quantile of Student's t, for shares from one half, by bisection.
  static func studentQuantile(_ share: Double, degrees: Int) -> Double {
    guard share > 0.5, share < 1 else { return 0 }
    let inside = 2 * share - 1
    var low = 0.0
    var high = 1.0
    while studentInside(high, degrees) < inside, high < 1e15 { high *= 2 }
    for _ in 0..<200 where high - low > 1e-14 * high {
      let middle = (low + high) / 2
      if studentInside(middle, degrees) < inside { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The share of Student's distribution between -t and t.
  ///
  /// Source: Abramowitz and Stegun, "Handbook of mathematical functions" (1964), 26.7.3 and 26.7.4.
  private static func studentInside(_ t: Double, _ degrees: Int) -> Double {
    let angle = atan(t / Double(degrees).squareRoot())
    let (sine, cosine) = (sin(angle), cos(angle))
    let isOdd = degrees % 2 == 1
    var term = isOdd ? cosine : 1
    var sum = degrees == 1 ? 0 : term
    for step in stride(from: isOdd ? 3 : 2, to: degrees, by: 2) {
      term *= cosine * cosine * Double(step - 1) / Double(step)
      sum += term
    }
    return isOdd ? 2 / Double.pi * (angle + sine * sum) : sine * sum
  }
}
