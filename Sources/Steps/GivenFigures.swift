/// Figures from outside of a run that its expressions can name: `previous.evaluation.auc` of the
/// edition before, `champion.auc` of the registered model.
///
/// They are inputs: whoever gives them records what they were taken from.
public struct GivenFigures: Sendable, Hashable {
  /// The metrics of the edition before this one, by `step.metric`; nil when there is none.
  public var previous: [String: Double]?
  /// The metrics that the champion was registered with; nil when there is none.
  public var champion: [Metric]?

  /// Nothing is there to compare with.
  public init(previous: [String: Double]? = nil, champion: [Metric]? = nil) {
    self.previous = previous
    self.champion = champion
  }
}

extension Workspace {
  /// Whether a condition compares with figures from outside of the run.
  func readsGiven(_ condition: GateCondition) -> Bool {
    ["previous", "champion"].contains { condition.reads($0) }
  }

  /// The relations that expressions can name and that are not there, and why.
  var missingRelations: [(name: String, reason: String)] {
    (given.previous == nil ? [("previous", "no edition before")] : [])
      + (given.champion == nil ? [("champion", "no champion yet")] : [])
  }
}
