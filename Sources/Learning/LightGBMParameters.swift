public import Vocabulary

/// Parameters of LightGBM as its own documentation names them, checked and in a fixed order.
///
/// For example: `try parameters.set("learning_rate", to: .double(0.05))`.
/// Source: <https://lightgbm.readthedocs.io/en/v4.7.0/Parameters.html>.
public struct LightGBMParameters: Sendable, Hashable, Codable {
  /// The values by canonical name, as LightGBM reads them.
  private var values: [String: String] = [:]

  /// LightGBM's defaults.
  public init() {}

  /// Sets a parameter by its name or one of its aliases.
  ///
  /// Throws when there is no such parameter, when the value is of the wrong type or out of range, when
  /// it is set twice under different names, and when it is not the author's to set.
  public mutating func set(_ name: String, to value: Value) throws(LearningError) {
    if let owner = Self.owned[name] {
      throw LearningError(.parameter(name), "`\(name)` cannot be set here", solutions: [owner])
    }
    guard let canonical = Self.canonicalName(name), let rule = Self.rules[canonical] else {
      throw LearningError(
        .parameter(name), "LightGBM has no parameter `\(name)`",
        solutions: solutions(forUnknown: name, among: Self.names))
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

  /// The value of a canonical name as LightGBM reads it.
  public subscript(name: String) -> String? { values[name] }

  /// All values set, by canonical name in alphabetical order.
  public var all: [(name: String, value: String)] {
    values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
  }

  /// Parameters read back from a model's file.
  init(texts: [String: String]) throws(LearningError) {
    for (name, text) in texts {
      guard Self.rules[name] != nil, !text.contains(where: \.isWhitespace) else {
        throw LearningError(.bundle, "the model was trained with `\(name)`, which is unknown")
      }
    }
    values = texts
  }

  /// Every name that can be set, aliases included, sorted.
  public static let names: [String] = (Array(rules.keys) + Array(aliases.keys)).sorted()

  /// The name that LightGBM itself uses.
  public static func canonicalName(_ name: String) -> String? {
    rules[name] != nil ? name : aliases[name]
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
