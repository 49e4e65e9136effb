internal import DuckDB
internal import Vocabulary

extension StepAction {
  /// Does the step's work, and shows its table when the settings ask for it.
  public func run(in workspace: Workspace) throws(StepFailure) -> StepResult {
    var result = try kind.run(in: workspace)
    switch workspace.settings.show {
    case nil: break
    case .nothing: result.exhibits = []
    case .table: try show(20, keeping: TableStep.csvLimit, in: workspace, result: &result)
    case .rows(let count): try show(count, keeping: count, in: workspace, result: &result)
    }
    return result
  }

  /// Whether the step leaves a table of its name.
  public var makesTable: Bool {
    switch self {
    case .sql, .split, .predict: true
    case .table, .metric, .chart, .profile, .train, .compare, .evaluate, .explain, .gate,
      .export:
      false
    }
  }

  /// Whether the step writes somewhere else than into the run's own folder, so that it waits until
  /// nothing before it can fail.
  public var writesOutside: Bool {
    switch self {
    case .export(let step): step.destination == .project
    case .sql, .table, .metric, .chart, .profile, .split, .train, .compare, .evaluate, .explain,
      .gate, .predict:
      false
    }
  }

  /// Whether the step leaves a model of its name.
  public var makesModel: Bool {
    switch self {
    case .train, .compare: true
    case .sql, .table, .metric, .chart, .profile, .split, .evaluate, .explain, .gate, .predict,
      .export:
      false
    }
  }

  private func show(
    _ shown: Int, keeping kept: Int, in workspace: Workspace, result: inout StepResult
  ) throws(StepFailure) {
    guard makesTable else { return }
    let name = workspace.stepName
    let total: Int
    if let rows = result.rowsOut { total = rows } else { total = try workspace.rowCount(of: name) }
    let table = try workspace.rows("SELECT * FROM \(SQLText.identifier(name))", limit: kept)
    result.rowsOut = total
    result.exhibits.insert(
      .table(
        TableExhibit(
          id: name, title: workspace.settings.title, table: table,
          shownRows: min(shown, table.rowCount), totalRows: total)), at: 0)
  }
}
