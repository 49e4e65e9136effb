/// The values among which tuning looks for the best: one domain for each parameter.
///
/// For example: `SearchSpace([.init("num_leaves", .whole(2...256)), .init("eta", .real(0.01...1, isLogarithmic: true))])`.
///
/// A point of the space has one number for each dimension, in order: the value itself, or the place
/// of a choice.
public struct SearchSpace: Sendable, Hashable {
  /// One parameter and its values.
  public struct Dimension: Sendable, Hashable {
    /// The parameter.
    public var name: String
    /// Its values.
    public var domain: Domain
    /// What must all hold for the parameter to mean anything.
    public var conditions: [Condition]

    /// A parameter with its values.
    public init(_ name: String, _ domain: Domain, when conditions: [Condition] = []) {
      self.name = name
      self.domain = domain
      self.conditions = conditions
    }
  }

  /// That an earlier parameter means something and has one of some values.
  public struct Condition: Sendable, Hashable {
    /// The place of the earlier parameter.
    public var dimension: Int
    /// Its values, as a point has them.
    public var values: [Double]

    /// A condition on an earlier parameter.
    public init(_ dimension: Int, _ values: [Double]) {
      self.dimension = dimension
      self.values = values
    }
  }

  /// The values of one parameter.
  public enum Domain: Sendable, Hashable {
    /// Numbers between two bounds, both included.
    case real(ClosedRange<Double>, isLogarithmic: Bool = false)
    /// Whole numbers between two bounds, both included.
    case whole(ClosedRange<Int>, isLogarithmic: Bool = false)
    /// One of so many values without an order.
    case choice(count: Int)
  }

  /// The parameters, in order.
  public var dimensions: [Dimension]

  /// A space of these dimensions.
  public init(_ dimensions: [Dimension]) {
    self.dimensions = dimensions
  }

  /// Whether some parameters mean something only when others have certain values.
  public var hasConditions: Bool { dimensions.contains { !$0.conditions.isEmpty } }

  /// Which parameters mean something at a point.
  public func activity(at point: [Double]) -> [Bool] {
    var isActive: [Bool] = []
    for dimension in dimensions {
      isActive.append(
        dimension.conditions.allSatisfy { condition in
          isActive.indices.contains(condition.dimension) && isActive[condition.dimension]
            && condition.values.contains(point[condition.dimension])
        })
    }
    return isActive
  }

  /// The point with every parameter that means nothing at its lowest value, so that equal trials are
  /// equal points.
  public func canonical(_ point: [Double]) -> [Double] {
    guard hasConditions else { return point }
    return zip(zip(point, activity(at: point)), dimensions).map { pair, dimension in
      pair.1 ? pair.0 : dimension.domain.value(at: 0)
    }
  }

  /// Whether the point has a value of its domain in every dimension.
  public func contains(_ point: [Double]) -> Bool {
    point.count == dimensions.count
      && zip(dimensions, point).allSatisfy { $0.domain.contains($1) }
  }
}

extension SearchSpace.Domain {
  /// Why nothing can be drawn from it; nil when all is well.
  public var problem: String? {
    switch self {
    case .real(let bounds, let isLogarithmic):
      if !(bounds.upperBound - bounds.lowerBound).isFinite { return "must have finite bounds" }
      return isLogarithmic && bounds.lowerBound <= 0
        ? "is searched on a log scale, so its bounds must be above 0" : nil
    case .whole(let bounds, let isLogarithmic):
      let limit = 1 << 53
      if bounds.lowerBound < -limit || bounds.upperBound > limit {
        return "must have bounds below 2^53"
      }
      return isLogarithmic && bounds.lowerBound < 1
        ? "is searched on a log scale, so its bounds must be above 0" : nil
    case .choice(let count): return count < 1 ? "has nothing to choose from" : nil
    }
  }

  func contains(_ value: Double) -> Bool {
    switch self {
    case .real(let bounds, _): bounds.contains(value)
    case .whole(let bounds, _):
      value == value.rounded() && value >= Double(bounds.lowerBound)
        && value <= Double(bounds.upperBound)
    case .choice(let count): value == value.rounded() && value >= 0 && value < Double(count)
    }
  }

  /// How many different values there are; nil for numbers that are not whole.
  var count: Int? {
    switch self {
    case .real(let bounds, _): bounds.lowerBound == bounds.upperBound ? 1 : nil
    case .whole(let bounds, _): bounds.upperBound - bounds.lowerBound + 1
    case .choice(let count): count
    }
  }

  /// The value at a share of the way from the lower to the upper bound, on the scale of the search.
  public func value(at share: Double) -> Double {
    let axis = SearchAxis(self)
    if share >= 1 { return axis.value(of: .greatestFiniteMagnitude) }
    if share <= 0 { return axis.value(of: -.greatestFiniteMagnitude) }
    return axis.value(of: axis.lower + (axis.upper - axis.lower) * share)
  }
}
