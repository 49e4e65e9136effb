/// What a step decided about the run: a gate's judgement of figures, a validation's of data.
///
/// A step with a verdict has done its work, whatever it decided: the report shows what was judged.
public struct Verdict: Sendable, Hashable, Codable {
  /// What the refusal of a step means for the run, from mild to severe.
  public enum Consequence: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// The report is published, but no model is promoted.
    case withholdPromotion = "withhold_promotion"
    /// The run goes on to its end; its report is kept aside and no model is registered.
    case withholdPublication = "withhold_publication"
    /// No later step runs.
    case stop

    /// Orders from mild to severe.
    public static func < (left: Consequence, right: Consequence) -> Bool {
      left.rank < right.rank
    }

    private var rank: Int {
      switch self {
      case .withholdPromotion: 0
      case .withholdPublication: 1
      case .stop: 2
      }
    }
  }

  /// Why it refuses, one sentence for each reason; empty when it does not.
  public var refusals: [String] = []
  /// What is not as expected but does not count.
  public var warnings: [String] = []
  /// What a refusal means.
  public var consequence: Consequence

  /// A verdict that refuses nothing yet.
  public init(refusals: [String] = [], warnings: [String] = [], consequence: Consequence) {
    self.refusals = refusals
    self.warnings = warnings
    self.consequence = consequence
  }

  /// Whether it refuses.
  public var isRefusal: Bool { !refusals.isEmpty }
}

/// How bad it is when something is not as expected.
public enum Severity: String, Sendable, Hashable, CaseIterable {
  /// It is said.
  case warn
  /// It counts.
  case fail
}
