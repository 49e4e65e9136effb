internal import Parsing
internal import Steps

extension Plan {
  /// The metrics, by full name, whose values in earlier editions the report uses.
  ///
  /// Empty when the notebook names no edition: editions named by a digest of the parameters are in
  /// no order.
  public var pastMetrics: Set<String> {
    guard notebook.frontMatter.edition != nil else { return [] }
    return previousMetrics.union(
      steps.flatMap { step in step.action.pastMetrics.map { "\(step.name).\($0)" } })
  }
}
