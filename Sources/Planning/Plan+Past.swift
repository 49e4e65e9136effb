internal import Parsing
public import Steps

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
  /// Whether something reads the table of everything that earlier editions said.
  public var readsHistory: Bool { inputs.contains(where: \.isHistory) }

  /// Whether the report depends on editions before it, which must be there first.
  public var looksBack: Bool { !pastMetrics.isEmpty || readsHistory || !pastTables.isEmpty }

  /// The tables of earlier editions whose figures the report uses, none without editions in order.
  public var pastTables: [PastTable] {
    guard notebook.frontMatter.edition != nil else { return [] }
    return steps.compactMap { step in
      guard let table = step.action.pastTable else { return nil }
      return PastTable(step: step.name, key: table.key, value: table.value)
    }
  }
}
