public import Vocabulary

/// Parameters of an algorithm as its library's documentation names them, checked and in a fixed
/// order.
///
/// For example: `try parameters.set("learning_rate", to: .double(0.05))`.
/// Source: <https://lightgbm.readthedocs.io/en/v4.7.0/Parameters.html> for trees; scikit-learn's
/// names for the others.
public struct AlgorithmParameters: Sendable, Hashable, Codable {
  /// The algorithm that they belong to.
  public let algorithm: Model.Algorithm
  /// The values by canonical name, as the library reads them.
  private var values: [String: String] = [:]

  /// The defaults of an algorithm.
  public init(of algorithm: Model.Algorithm = .lightgbm) {
    self.algorithm = algorithm
  }

  /// Sets a parameter by its name or one of its aliases.
  ///
  /// Throws when there is no such parameter, when the value is of the wrong type or out of range, when
  /// it is set twice under different names, and when it is not the author's to set.
  public mutating func set(_ name: String, to value: Value) throws(LearningError) {
    let canonical = Self.canonicalName(name, for: algorithm)
    guard let canonical, let rule = algorithm.parameterRules[canonical] else {
      if let owner = Self.owned[name] {
        throw LearningError(.parameter(name), "`\(name)` cannot be set here", solutions: [owner])
      }
      let owner = algorithm == .lightgbm ? "LightGBM" : "`\(algorithm.rawValue)`"
      throw LearningError(
        .parameter(name), "\(owner) has no parameter `\(name)`",
        solutions: solutions(forUnknown: name, among: Self.names(of: algorithm)))
    }
    guard let text = rule.text(of: value) else {
      throw LearningError(
        .parameter(name), "`\(name)` must be \(rule.phrase), not `\(value.plainText)`")
    }
    guard values.updateValue(text, forKey: canonical) == nil else {
      throw LearningError(
        .parameter(name), "`\(name)` and another name of `\(canonical)` are both set",
        solutions: ["keep one of them"])
    }
  }

  /// The value of a canonical name as the library reads it.
  public subscript(name: String) -> String? { values[name] }

  /// All values set, by canonical name in alphabetical order.
  public var all: [(name: String, value: String)] {
    values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
  }

  /// Parameters read back from a model's file.
  init(of algorithm: Model.Algorithm, texts: [String: String]) throws(LearningError) {
    for (name, text) in texts {
      let isKnown =
        algorithm.parameterRules[name] != nil || algorithm.presets[name] != nil
      guard isKnown, !text.contains(where: \.isWhitespace) else {
        throw LearningError(.bundle, "the model was trained with `\(name)`, which is unknown")
      }
    }
    self.algorithm = algorithm
    values = texts
  }

  /// These values, with `defaults` where none is set.
  ///
  /// `defaults` are of the algorithm's library and need not be the author's to set.
  func over(_ defaults: [String: String]) -> AlgorithmParameters {
    var merged = self
    merged.values.merge(defaults) { set, _ in set }
    return merged
  }

  /// Throws when the rounds of a task cannot be judged by the figure that is set.
  func checkMetric(for task: Model.Task) throws(LearningError) {
    guard let metric = self["metric"] else { return }
    let fitting = Self.roundMetrics(of: task)
    guard !fitting.contains(metric) else { return }
    throw LearningError(
      .parameter("metric"), "`metric: \(metric)` does not fit a \(task.rawValue) target",
      solutions: ["use " + fitting.map { "`\($0)`" }.joined(separator: " or ")])
  }

  /// Every name of LightGBM's that can be set, aliases included, sorted.
  public static let names: [String] = (Array(rules.keys) + Array(aliases.keys)).sorted()

  /// Every name that can be set for an algorithm, aliases included, sorted.
  public static func names(of algorithm: Model.Algorithm) -> [String] {
    let rules = algorithm.parameterRules
    let others = algorithm.isOfTrees ? aliases.filter { rules[$0.value] != nil }.map(\.key) : []
    return (Array(rules.keys) + others).sorted()
  }

  /// The name that the library itself uses; nil when the algorithm has no such parameter.
  public static func canonicalName(
    _ name: String, for algorithm: Model.Algorithm = .lightgbm
  ) -> String? {
    let rules = algorithm.parameterRules
    if rules[name] != nil { return name }
    guard algorithm.isOfTrees, let canonical = aliases[name], rules[canonical] != nil else {
      return nil
    }
    return canonical
  }

  /// What a value may be.
  enum Rule: Sendable {
    case real(low: Double, high: Double = .infinity, isOpenBelow: Bool = false)
    case whole(low: Int, high: Int = Int(Int32.max))
    case flag
    case word([String])

    /// The value as LightGBM reads it; nil when it does not fit.
    func text(of value: Value) -> String? {
      switch self {
      case .real(let low, let high, let isOpenBelow):
        guard let number = value.number, number.isFinite, number >= low, number <= high,
          !(isOpenBelow && number == low)
        else { return nil }
        return shortestText(number)
      case .whole(let low, let high):
        guard let number = value.number.flatMap({ Int(exactly: $0) }), number >= low,
          number <= high
        else { return nil }
        return String(number)
      case .flag:
        guard case .bool(let flag) = value else { return nil }
        return flag ? "true" : "false"
      case .word(let words):
        guard case .text(let word) = value, words.contains(word) else { return nil }
        return word
      }
    }

    var phrase: String {
      switch self {
      case .real(let low, let high, let isOpenBelow):
        let above = isOpenBelow ? "above \(shortestText(low))" : "at least \(shortestText(low))"
        if low == -.infinity { return "a number" }
        return "a number " + above + (high.isFinite ? " and at most \(shortestText(high))" : "")
      case .whole(let low, let high):
        if low == Int(Int32.min) { return "a whole number" }
        return "a whole number of at least \(low)"
          + (high < Int(Int32.max) ? " and at most \(high)" : "")
      case .flag: return "`true` or `false`"
      case .word(let words): return "one of " + words.map { "`\($0)`" }.joined(separator: ", ")
      }
    }
  }
}
