internal import Vocabulary

extension NumberFormat {
  /// The notation that `NumberFormat(parsing:)` reads back; nil for the automatic format.
  ///
  /// For example: `NumberFormat.percent(1).notation == ".1%"`.
  var notation: String? {
    switch self {
    case .automatic: nil
    case .fixed(let digits): ".\(digits)f"
    case .thousands(let digits): ",.\(digits)f"
    case .percent(let digits): ".\(digits)%"
    case .si(let digits): ".\(digits)s"
    case .significant(let digits): ".\(digits)g"
    case .scientific(let digits): ".\(digits)e"
    }
  }
}
