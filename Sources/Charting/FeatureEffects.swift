public import Vocabulary

/// What one feature did to the score of each row, and the values it had there.
public struct FeatureEffects: Sendable, Hashable {
  /// The feature.
  public var name: String
  /// Its SHAP value in each row, in the unit of the model's raw score.
  public var effects: [Double]
  /// Its value in each row: a number, a category's text, or null when it is missing.
  public var values: [Value]

  /// A feature's effects; superfluous effects or values are ignored.
  public init(name: String, effects: [Double], values: [Value]) {
    let count = min(effects.count, values.count)
    self.name = name
    self.effects = Array(effects.prefix(count))
    self.values = Array(values.prefix(count))
  }

  /// The mean of the effects' absolute values.
  public var meanAbsolute: Double {
    effects.isEmpty ? 0 : effects.reduce(0) { $0 + abs($1) } / Double(effects.count)
  }

  /// Up to `limit` of the rows, evenly spaced by the rank of their effect, both ends included.
  func thinned(to limit: Int) -> FeatureEffects {
    let order = effects.indices.filter { effects[$0].isFinite }
      .sorted { effects[$0] == effects[$1] ? $0 < $1 : effects[$0] < effects[$1] }
    let kept = evenlySpaced(order, limit)
    return FeatureEffects(
      name: name, effects: kept.map { effects[$0] }, values: kept.map { values[$0] })
  }

  /// For each row the step of the colour ramp, from 0 to 4: the value's place between the 5th and the
  /// 95th percentile, as the shap package colours its summary plot; nil without a number.
  var magnitudes: [Int?] {
    let numbers = values.map(\.number)
    let sorted = numbers.compactMap { $0 }.filter(\.isFinite).sorted()
    guard let least = sorted.first, let most = sorted.last else { return numbers.map { _ in nil } }
    var low = sorted[Int(Double(sorted.count - 1) * 0.05)]
    var high = sorted[Int((Double(sorted.count - 1) * 0.95).rounded(.up))]
    if low == high { (low, high) = (least, most) }
    return numbers.map { number in
      guard let number, number.isFinite else { return nil }
      let span = high / 2 - low / 2
      let share = span > 0 ? (number / 2 - low / 2) / span : 0.5
      return min(4, max(0, Int(share * 5)))
    }
  }
}

/// Up to `limit` of the elements, evenly spaced, the first and the last included.
func evenlySpaced<Element>(_ elements: [Element], _ limit: Int) -> [Element] {
  guard elements.count > limit, limit > 1 else { return Array(elements.prefix(max(0, limit))) }
  return (0..<limit).map { elements[$0 * (elements.count - 1) / (limit - 1)] }
}
