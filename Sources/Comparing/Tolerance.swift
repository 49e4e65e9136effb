/// How far numbers may be apart without counting as different.
///
/// A name is a metric (`evaluation.auc`, `auc`), a table's column (`segments.rate`), a table or
/// chart (`segments`), or `*` for every number. The most exact name wins; among equals the last.
/// For example: `try Tolerance(parsing: ["auc=0.002", "*=1e-9"])`.
public struct Tolerance: Sendable, Hashable {
  private var limits: [String: Double] = [:]

  /// Numbers must be equal.
  public init() {}

  /// Allows what is asked for, as `name=limit`; nil when a text is not of that form.
  public init?(parsing texts: [String]) {
    for text in texts {
      guard let mark = text.lastIndex(of: "="), mark > text.startIndex,
        let limit = Double(text[text.index(after: mark)...]), limit >= 0, limit.isFinite
      else { return nil }
      limits[String(text[..<mark])] = limit
    }
  }

  /// The names that were given, sorted.
  public var names: [String] { limits.keys.sorted() }

  func limit(ofMetric name: String) -> Double {
    let short = name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) }
    return limits[name] ?? short.flatMap { limits[$0] } ?? limits["*"] ?? 0
  }

  func limit(of table: String, column: String) -> Double {
    limits["\(table).\(column)"] ?? limits[column] ?? limits[table] ?? limits["*"] ?? 0
  }

  /// Whether two numbers differ by no more than the limit, a last bit's rounding forgiven.
  static func allows(_ old: Double, _ new: Double, _ limit: Double) -> Bool {
    if old == new || (old.isNaN && new.isNaN) { return true }
    guard limit > 0 else { return false }
    return (old - new).magnitude <= limit * (1 + 1e-12) + (old.ulp + new.ulp) / 2
  }
}
