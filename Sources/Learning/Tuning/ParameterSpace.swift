public import Vocabulary

/// A search space whose points are parameters of a training, by name.
///
/// For example: `ParameterSpace([.init("num_leaves", .whole(2...256)), .init("boosting", choices: [.text("gbdt")])])`.
public struct ParameterSpace: Sendable, Hashable {
  /// One parameter.
  public struct Parameter: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Where it is looked for.
    public var domain: SearchSpace.Domain
    /// The values of a choice, in order; empty for numbers.
    public var choices: [Value]
    /// What must all hold for it to be searched.
    public var conditions: [SearchSpace.Condition] = []

    /// A number between bounds.
    public init(_ name: String, _ domain: SearchSpace.Domain) {
      self.name = name
      self.domain = domain
      choices = []
    }

    /// One of several values.
    public init(_ name: String, choices: [Value]) {
      self.name = name
      domain = .choice(count: choices.count)
      self.choices = choices
    }

    /// The value that a coordinate of a point stands for.
    public func value(at coordinate: Double) -> Value {
      switch domain {
      case .real: return .double(coordinate)
      case .whole: return Int64(exactly: coordinate).map(Value.int) ?? .double(coordinate)
      case .choice:
        let place = Int(coordinate)
        return choices.indices.contains(place) ? choices[place] : .null
      }
    }

    /// The coordinate that stands for a value; nil when it lies outside.
    public func coordinate(of value: Value) -> Double? {
      if case .choice = domain { return choices.firstIndex(of: value).map(Double.init) }
      return value.number.flatMap { domain.contains($0) ? $0 : nil }
    }
  }

  /// The parameters, in order.
  public var parameters: [Parameter]

  /// A space of these parameters.
  public init(_ parameters: [Parameter] = []) {
    self.parameters = parameters
  }

  /// The space without the parameters' meaning.
  public var space: SearchSpace {
    SearchSpace(parameters.map { SearchSpace.Dimension($0.name, $0.domain, when: $0.conditions) })
  }

  /// The parameters at a point, without those that mean nothing there.
  public func values(at point: [Double]) -> [(name: String, value: Value)] {
    zip(zip(parameters, point), space.activity(at: point)).filter(\.1).map { pair, _ in
      (pair.0.name, pair.0.value(at: pair.1))
    }
  }
}
