public import Vocabulary

/// A figure that a step computed, named `step.metric` in every expression and in `report.json`.
public struct Metric: Sendable, Hashable, Codable {
  /// The name within its step: `auc`, `rows`, `value`.
  public var name: String
  /// The value at full precision; nil when it is missing (SQL's NULL) or not defined.
  public var value: Double?
  /// What people call it; the name when nil.
  public var label: String?
  /// The unit shown behind the value, such as `EUR`.
  public var unit: String?
  /// How the value is printed.
  public var format: NumberFormat
  /// Which way is good.
  public var direction: Direction
  /// A confidence interval around the value.
  public var interval: Interval?
  /// What the author compares the value with.
  public var comparison: Comparison?

  /// Which way of a metric is good.
  public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
    /// More is better.
    case higher
    /// Less is better.
    case lower
    /// Neither.
    case none
  }

  /// A confidence interval.
  public struct Interval: Sendable, Hashable, Codable {
    /// The lower end.
    public var low: Double
    /// The upper end.
    public var high: Double
    /// The coverage aimed at, such as 0.95.
    public var level: Double

    /// An interval with its coverage.
    public init(low: Double, high: Double, level: Double) {
      self.low = low
      self.high = high
      self.level = level
    }
  }

  /// A value to compare with.
  public struct Comparison: Sendable, Hashable, Codable {
    /// The other value.
    public var value: Double
    /// What it is, such as `previous month`.
    public var label: String?

    /// A comparison value.
    public init(value: Double, label: String? = nil) {
      self.value = value
      self.label = label
    }
  }

  /// A metric; everything but name and value has a quiet default.
  public init(
    _ name: String, _ value: Double?, label: String? = nil, unit: String? = nil,
    format: NumberFormat = .automatic, direction: Direction = .none, interval: Interval? = nil,
    comparison: Comparison? = nil
  ) {
    self.name = name
    self.value = value
    self.label = label
    self.unit = unit
    self.format = format
    self.direction = direction
    self.interval = interval
    self.comparison = comparison
  }
}
