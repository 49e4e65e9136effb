import Vocabulary

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Round values along an axis, and how they are written.
struct Ticks: Sendable, Hashable {
  /// A labelled value.
  struct Tick: Sendable, Hashable {
    var value: Double
    var label: String
  }
  var ticks: [Tick]

  /// The step of 1, 2 or 5 times a power of ten that gives at most `count` intervals.
  static func step(from lower: Double, to upper: Double, count: Int) -> Double {
    let raw = (upper / Double(count) - lower / Double(count))
    guard raw > 1e-300, raw.isFinite else { return 1 }
    let power = pow(10, floor(log10(raw)))
    let ratio = raw / power
    // The tolerance forgives the rounding of the division, not more.
    for factor in [1.0, 2, 5] where ratio <= factor * (1 + 1e-9) { return factor * power }
    return 10 * power
  }

  /// The multiples of `step` within the ends, exact to the last decimal: 0.3, not 0.30000000000000004.
  static func multiples(of step: Double, from lower: Double, to upper: Double) -> [Double] {
    let first = (lower / step - 1e-9).rounded(.up)
    let last = (upper / step + 1e-9).rounded(.down)
    guard first.isFinite, last.isFinite, last >= first, last - first < 10_000 else { return [] }
    let inverse = (1 / step).rounded()
    let isDecimal = step < 1 && abs(inverse * step - 1) < 1e-9
    return stride(from: first, through: last, by: 1).map { index in
      isDecimal ? index / inverse : index * step + 0
    }
  }

  /// Linear ticks, at most `count` + 1.
  init(
    from lower: Double, to upper: Double, count: Int, format: NumberFormat?, isInteger: Bool = false
  ) {
    // A finer step is taken when the ends cut off enough of its multiples.
    let steps = [count * 2, count].map { Self.step(from: lower, to: upper, count: $0) }
    let finer = Self.multiples(of: steps[0], from: lower, to: upper)
    var step = finer.count <= count + 1 && !finer.isEmpty ? steps[0] : steps[1]
    // One number says where an axis is, not how far it goes.
    if step == steps[1], (2...count + 2).contains(finer.count),
      Self.multiples(of: step, from: lower, to: upper).count < 2
    {
      step = steps[0]
    }
    if isInteger { step = max(1, step) }
    let chosen = format ?? Self.format(step: step, largest: max(abs(lower), abs(upper)))
    ticks = Self.multiples(of: step, from: lower, to: upper).map {
      Tick(value: $0, label: typographic(Self.refined(chosen, step: step).string($0)))
    }
  }

  /// Powers of ten, or 1-2-5 steps within few of them.
  init(logarithmicFrom lower: Double, to upper: Double, count: Int, format: NumberFormat?) {
    guard lower > 0, upper > lower, upper.isFinite else {
      ticks = Ticks(from: lower, to: upper, count: count, format: format).ticks
      return
    }
    var (first, last) = (Int(floor(log10(lower) + 1e-9)), Int(ceil(log10(upper) - 1e-9)))
    let decades = last - first
    var values: [Double] = []
    let factors: [Double] = decades <= 1 ? [1, 2, 5] : decades <= 2 ? [1, 3] : [1]
    var every = 1
    if decades > 2 {
      // Whole powers within the ends, every n-th of them.
      first = Int(ceil(log10(lower) - 1e-9))
      last = Int(floor(log10(upper) + 1e-9))
      every = max(1, (last - first + 1 + count) / (count + 1))
    }
    for exponent in stride(from: first, through: last, by: every) {
      for factor in factors {
        let value =
          exponent < 0 ? factor / pow(10, Double(-exponent)) : factor * pow(10, Double(exponent))
        if value >= lower * (1 - 1e-9), value <= upper * (1 + 1e-9) { values.append(value) }
      }
    }
    if values.count < 2 {
      ticks = Ticks(from: lower, to: upper, count: count, format: format).ticks
      return
    }
    let largest = values.last ?? 1
    let chosen = format ?? (largest >= 1e5 ? .si : .significant(3))
    ticks = values.map { Tick(value: $0, label: typographic(chosen.string($0))) }
  }

  /// A format that tells neighbours a step apart from each other.
  static func format(step: Double, largest: Double) -> NumberFormat {
    if largest >= 1e15 || (largest < 1e-5 && largest > 0) { return .scientific(1) }
    if largest >= 1e6, step >= 1e3 { return .si(digits: siDigits(step: step, largest: largest)) }
    return .thousands(decimals(of: step))
  }

  private static func siDigits(step: Double, largest: Double) -> Int {
    min(15, max(1, Int(floor(log10(largest))) - Int(floor(log10(step) + 1e-9)) + 1))
  }

  private static func decimals(of step: Double) -> Int {
    step > 0 && step.isFinite ? max(0, -Int(floor(log10(step) + 1e-9))) : 0
  }

  /// The author's kind of format with as many decimals as the steps need and no more.
  private static func refined(_ format: NumberFormat, step: Double) -> NumberFormat {
    switch format {
    case .percent: .percent(decimals(of: step * 100))
    case .fixed: .fixed(decimals(of: step))
    case .thousands: .thousands(decimals(of: step))
    case .automatic, .si, .significant, .scientific: format
    }
  }
}

/// A number's text with a true minus sign, as set in a picture.
func typographic(_ text: String) -> String {
  text.hasPrefix("-") ? "−" + text.dropFirst() : text
}
