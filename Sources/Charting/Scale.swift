#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The mapping from data to pixels along one axis.
public struct Scale: Sendable, Hashable {
  /// How data becomes pixels.
  public enum Kind: Sendable, Hashable, Codable {
    /// Equal differences are equally far.
    case linear
    /// Equal ratios are equally far; only positive numbers have a place.
    case logarithmic
    /// One band for each category.
    case band
    /// Days since 1970-01-01, with fractions.
    case time
  }

  var kind: Kind
  /// The data at the two ends; meaningless for bands.
  var lower: Double
  var upper: Double
  var categories: [String]
  /// The pixels at the two ends; the start of a vertical axis lies below its end.
  var start: Double
  var end: Double
  private var slots: [String: Int]

  init(
    kind: Kind, lower: Double, upper: Double, categories: [String], start: Double, end: Double
  ) {
    self.kind = kind
    self.lower = lower
    self.upper = upper
    self.categories = categories
    self.start = start
    self.end = end
    slots = [:]
    for (index, name) in categories.enumerated() where slots[name] == nil { slots[name] = index }
  }

  /// The pixel of a number; NaN when a logarithm has none.
  func callAsFunction(_ value: Double) -> Double {
    switch kind {
    case .logarithmic:
      guard value > 0, lower > 0, upper > lower else { return .nan }
      return start + (end - start) * (log10(value) - log10(lower)) / (log10(upper) - log10(lower))
    case .linear, .time, .band:
      // Halves, so that the difference of huge numbers stays finite.
      let span = upper / 2 - lower / 2
      guard span > 0 else { return (start + end) / 2 }
      return start + (end - start) * ((value / 2 - lower / 2) / span)
    }
  }

  /// The middle of a category's band, or the pixel of a number.
  func callAsFunction(_ position: Position) -> Double? {
    switch position {
    case .number(let value):
      let pixel = self(value)
      return pixel.isFinite ? pixel : nil
    case .category(let name):
      guard let slot = slots[name] else { return nil }
      return start + step * (Double(slot) + 0.5)
    }
  }

  /// The signed distance from one band to the next.
  var step: Double { (end - start) / Double(max(1, categories.count)) }
}
