public import Learning

extension TrainedModel {
  /// The files that the model can be made again from, none while checking.
  public func bundle() throws(LearningError) -> [Model.File] {
    try model?.files() ?? []
  }
}

extension StepAction {
  /// Leaves the model of an earlier run in the workspace, as the step's own run would; the rows that
  /// it is judged on are made anew of the table that the step reads.
  public func restoreModel(
    of files: [Model.File], in workspace: Workspace
  ) throws(StepFailure) {
    let step: TrainStep
    switch self {
    case .train(let train): step = train
    case .compare(let compare): step = compare.base
    case .sql, .table, .metric, .chart, .profile, .validate, .split, .evaluate, .explain, .drift,
      .fairness, .gate, .register, .predict, .export, .process, .model, .notebook:
      return
    }
    let model = try workspace.learning(at: nil) { () throws(LearningError) in
      try Model(files: files)
    }
    var trainer = try Trainer(step, in: workspace)
    workspace.models[workspace.stepName] = TrainedModel(
      model: model, encoder: model.encoder, target: model.target,
      frame: try trainer.restoredFrame(), parts: step.split.parts, id: step.id?.name,
      weight: step.weight?.name, task: model.target.task)
  }
}
