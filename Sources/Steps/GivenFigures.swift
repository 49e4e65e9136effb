/// Figures from outside of a run that its expressions can name: `previous.evaluation.auc` of the
/// edition before, `champion.auc` of the registered model.
///
/// They are inputs: whoever gives them records what they were taken from.
public struct GivenFigures: Sendable, Hashable {
  /// The metrics of the edition before this one, by step; nil when there is none.
  public var previous: [String: [Metric]]?
  /// The metrics that the champion was registered with; nil when there is none.
  public var champion: [Metric]?

  /// Nothing is there to compare with.
  public init(previous: [String: [Metric]]? = nil, champion: [Metric]? = nil) {
    self.previous = previous
    self.champion = champion
  }
}

extension Workspace {
  /// The relations that expressions can name and that are not there, and why.
  var missingRelations: [(name: String, reason: String)] {
    (given.previous == nil ? [("previous", "no edition before")] : [])
      + (given.champion == nil ? [("champion", "no champion yet")] : [])
  }
}
