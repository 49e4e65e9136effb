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
    case .table, .metric, .chart, .profile, .validate, .train, .compare, .evaluate, .explain,
      .drift, .fairness, .gate, .register, .export, .model, .notebook:
      false
    case .process(let step): step.outputs.count == 1
    }
  }

  /// Whether the step writes somewhere else than into the run's own folder, so that it waits until
  /// nothing before it can fail.
  public var writesOutside: Bool {
    switch self {
    case .export(let step): step.destination == .project
    case .sql, .table, .metric, .chart, .profile, .validate, .split, .train, .compare, .evaluate,
      .explain, .drift, .fairness, .gate, .register, .predict, .process, .model:
      false
    // Its steps may.
    case .notebook: true
    }
  }

  /// Whether its result can be kept and found again.
  ///
  /// The steps of a notebook are kept one by one, where it runs; a model's folder is read at once; what
  /// a process makes of a secret, and several tables, are not kept.
  public var isKept: Bool {
    switch self {
    case .model, .notebook: false
    case .process(let step): step.secrets.isEmpty && step.outputs.count <= 1
    // A schema file is read when the step runs, so nothing before can tell that it changed.
    case .validate(let step): step.file == nil
    default: true
    }
  }

  /// Whether the step leaves a model of its name.
  public var makesModel: Bool {
    switch self {
    case .train, .compare: true
    case .sql, .table, .metric, .chart, .profile, .validate, .split, .evaluate, .explain, .drift,
      .fairness, .gate, .register, .predict, .export, .process, .model, .notebook:
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
