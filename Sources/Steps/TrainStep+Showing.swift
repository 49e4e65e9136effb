internal import Charting
internal import Learning
internal import Vocabulary

extension TrainStep {
  func metrics(of model: Model, rows: [Part: Int]) -> [Metric] {
    let count = NumberFormat.thousands(0)
    var metrics: [Metric] = []
    if algorithm.isIterative {
      metrics = [
        Metric("best_round", Double(model.bestRound), label: "Best round", format: count),
        Metric("rounds", Double(model.rounds), label: "Rounds", format: count),
      ]
    }
    metrics.append(
      Metric("features", Double(model.encoder.featureCount), label: "Features", format: count))
    for part in Part.allCases {
      metrics.append(
        Metric(
          "\(part.rawValue)_rows", Double(rows[part] ?? 0), label: "Rows, \(part.rawValue)",
          format: count))
    }
    let loss = model.target.task == .regression ? "RMSE" : "Log loss"
    for (name, label, direction) in [
      ("train_loss", "\(loss), train", Metric.Direction.lower),
      ("validation_loss", "\(loss), validation", .lower),
      ("train_auc", "AUC, train", .higher), ("validation_auc", "AUC, validation", .higher),
    ] {
      if let value = model.metrics[name] {
        metrics.append(
          Metric(
            name, value, label: label,
            format: model.target.task == .regression ? .significant(4) : .fixed(4),
            direction: direction))
      }
    }
    return metrics
  }

  /// The loss of each round, and the AUC where it is measured on the training rows too.
  func lossCharts(of model: Model, in workspace: Workspace) -> [ChartExhibit] {
    let stopped = earlyStopping != nil && model.rounds < rounds
    var history = TrainingHistory(
      metric: model.curve.metric, train: model.curve.train, validation: model.curve.validation,
      bestRound: earlyStopping == nil ? nil : model.bestRound,
      stoppedRound: stopped ? model.rounds : nil, areEpochs: algorithm == .mlp)
    history.trainRounds = model.curve.trainRounds
    let title = workspace.settings.title ?? "Training of \(workspace.stepName)"
    var charts = [ChartExhibit(id: workspace.stepName, chart: .loss(history, title: title))]
    if !model.curve.trainAUC.isEmpty {
      let ranking = TrainingHistory(
        metric: "auc", train: model.curve.trainAUC, validation: model.curve.validationAUC,
        bestRound: history.bestRound, stoppedRound: history.stoppedRound,
        areEpochs: history.areEpochs)
      charts.append(
        ChartExhibit(
          id: "\(workspace.stepName)-auc", chart: .loss(ranking, title: "\(title), AUC")))
    }
    return charts
  }
}
