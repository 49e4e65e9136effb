#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A dimension on the scale on which it is searched: logarithms for a log scale, and whole numbers
/// with half a step of room at both ends.
struct SearchAxis: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case continuous
    /// Whole numbers, whose densities are those of the intervals around them.
    case discrete
    case choice(Int)
  }

  let kind: Kind
  /// The ends of the scale.
  let lower: Double
  let upper: Double
  private let domain: SearchSpace.Domain

  init(_ domain: SearchSpace.Domain) {
    self.domain = domain
    switch domain {
    case .real(let bounds, let isLogarithmic):
      kind = .continuous
      lower = isLogarithmic ? log(bounds.lowerBound) : bounds.lowerBound
      upper = isLogarithmic ? log(bounds.upperBound) : bounds.upperBound
    case .whole(let bounds, let isLogarithmic):
      kind = .discrete
      let (low, high) = (Double(bounds.lowerBound) - 0.5, Double(bounds.upperBound) + 0.5)
      lower = isLogarithmic ? log(low) : low
      upper = isLogarithmic ? log(high) : high
    case .choice(let count):
      kind = .choice(count)
      lower = 0
      upper = Double(count)
    }
  }

  /// The place of a value on the scale.
  func place(of value: Double) -> Double {
    switch domain {
    case .real(_, let isLogarithmic), .whole(_, let isLogarithmic):
      isLogarithmic ? log(value) : value
    case .choice: value
    }
  }

  /// The places half a step below and above a whole number.
  func interval(around value: Double) -> (low: Double, high: Double) {
    (place(of: value - 0.5), place(of: value + 0.5))
  }

  /// The value of the domain at a place of the scale.
  func value(of place: Double) -> Double {
    switch domain {
    case .real(let bounds, let isLogarithmic):
      let value = isLogarithmic ? exp(place) : place
      return min(max(value, bounds.lowerBound), bounds.upperBound)
    case .whole(let bounds, let isLogarithmic):
      let value = (isLogarithmic ? exp(place) : place).rounded(.toNearestOrEven)
      return min(max(value, Double(bounds.lowerBound)), Double(bounds.upperBound))
    case .choice(let count):
      return min(max(place.rounded(.down), 0), Double(max(0, count - 1)))
    }
  }

  /// A value drawn at random, each place of the scale as likely as another.
  func randomValue(using generator: inout RandomGenerator) -> Double {
    if case .choice(let count) = kind { return Double(generator.index(below: count)) }
    return value(of: lower + (upper - lower) * generator.share())
  }
}

extension RandomGenerator {
  /// A number from 0 up to, not including, 1, with 53 random bits.
  mutating func share() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Two independent normal numbers (Marsaglia's polar method).
  mutating func normals() -> (Double, Double) {
    while true {
      let first = 2 * share() - 1
      let second = 2 * share() - 1
      let square = first * first + second * second
      if square > 0, square < 1 {
        let factor = (-2 * log(square) / square).squareRoot()
        return (first * factor, second * factor)
      }
    }
  }
}
