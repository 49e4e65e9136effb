public import Vocabulary

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One direction of a panel: what is written along it, and how data becomes pixels.
///
/// For example: `var x = Axis("Loss", kind: .logarithmic); x.format = .fixed(2)`.
public struct Axis: Sendable, Hashable, Codable {
  /// The words along it, with the unit.
  public var label: String?
  /// How data becomes pixels.
  public var kind: Scale.Kind = .linear
  /// How its values are written; nil chooses by their size.
  public var format: NumberFormat?
  /// The lower end when it does not follow the data.
  public var lower: Double?
  /// The upper end when it does not follow the data.
  public var upper: Double?
  /// Whether zero belongs to the axis, as it must for lengths.
  public var includesZero = false
  /// Whether the ends are moved out to the next round value.
  public var isNice = true
  /// Room beyond the data at both ends as a share of its span, when the ends are not moved to round
  /// values: symbols are not cut in half.
  public var padding = 0.0
  /// Whether lines run from its ticks across the plot.
  public var hasGrid = true
  /// Whether its ticks and words are left out.
  public var isHidden = false
  /// Whether a line closes the plot along it.
  public var hasLine = true
  /// Whether only whole numbers are marked, as for counts and rounds.
  public var isInteger = false
  /// Whether all times are first days of months, which then are written as months.
  public var isMonthly = false
  /// The bands in their order, of an axis of bands.
  public var categories: [String] = []
  /// The values to mark instead of round ones.
  public var tickValues: [Double]?

  /// The ends of the axis for the data that lies on it.
  func domain(of values: some Sequence<Double>, tickCount: Int) -> ClosedRange<Double> {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where value.isFinite && (kind != .logarithmic || value > 0) {
      low = min(low, value)
      high = max(high, value)
    }
    if includesZero, kind == .linear {
      low = min(low, 0)
      high = max(high, 0)
    }
    if low > high { (low, high) = kind == .logarithmic ? (1, 10) : (0, 1) }
    if low == high { (low, high) = widened(low) }
    if isNice, kind == .linear {
      // Moving the ends out can make the next step necessary: twice is enough.
      for _ in 0..<2 {
        let step = Ticks.step(from: lower ?? low, to: upper ?? high, count: tickCount)
        let (first, last) = ((low / step + 1e-9).rounded(.down), (high / step - 1e-9).rounded(.up))
        guard (first * step).isFinite, (last * step).isFinite else { break }
        (low, high) = (first * step, last * step)
      }
    } else if padding > 0 {
      (low, high) = padded(low, high)
    }
    low = lower ?? low
    high = upper ?? high
    if !(low < high) { high = low + max(1, abs(low)) }
    return low.isFinite && high.isFinite && low < high ? low...high : 0...1
  }

  private func padded(_ low: Double, _ high: Double) -> (Double, Double) {
    if kind == .logarithmic {
      let factor = pow(high / low, padding)
      return (high * factor).isFinite && low / factor > 0
        ? (low / factor, high * factor) : (low, high)
    }
    let room = (high / 2 - low / 2) * 2 * padding
    return (low - room).isFinite && (high + room).isFinite ? (low - room, high + room) : (low, high)
  }

  private func widened(_ value: Double) -> (Double, Double) {
    switch kind {
    case .logarithmic:
      return (value / 10 > 0 ? value / 10 : value, value < 1e307 ? value * 10 : value)
    case .time: return (value - 1, value + 1)
    case .linear, .band:
      if includesZero, value == 0 { return (0, 1) }
      let room = max(abs(value) * 0.1, 1e-6)
      return value.magnitude < 1e307 ? (value - room, value + room) : (value / 2, value)
    }
  }

  /// The marked values of a scale made for this axis.
  func ticks(on scale: Scale, count: Int) -> [Ticks.Tick] {
    if let tickValues {
      let format = self.format ?? .automatic
      return tickValues.map { Ticks.Tick(value: $0, label: typographic(format.string($0))) }
    }
    switch scale.kind {
    case .linear:
      return Ticks(
        from: scale.lower, to: scale.upper, count: count, format: format, isInteger: isInteger
      ).ticks
    case .logarithmic:
      return Ticks(
        logarithmicFrom: scale.lower, to: scale.upper, count: count, format: format
      ).ticks
    case .time:
      return Ticks(timeFrom: scale.lower, to: scale.upper, count: count).ticks
    case .band: return []
    }
  }

  /// A value on this axis as text.
  func text(_ position: Position) -> String {
    switch position {
    case .category(let name): name
    case .number(let value):
      kind == .time
        ? timeText(value, isMonthly: isMonthly) : typographic((format ?? .automatic).string(value))
    }
  }
}

extension Axis {
  /// An axis with its words; everything else has a quiet default.
  public init(_ label: String?, kind: Scale.Kind = .linear, format: NumberFormat? = nil) {
    self.init(label: label, kind: kind, format: format)
  }

  /// An axis of bands, listed from left to right or from top to bottom.
  public init(_ label: String? = nil, categories: [String]) {
    self.init(label: label, kind: .band, hasGrid: false, categories: categories)
  }
}
