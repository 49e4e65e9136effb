internal import Charting
internal import Learning
internal import Vocabulary

extension TrainStep {
  func metrics(of model: Model, rows: [Part: Int], _ words: Words) -> [Metric] {
    let count = NumberFormat.thousands(0)
    var metrics: [Metric] = []
    if algorithm.isIterative {
      metrics = [
        Metric(
          "best_round", Double(model.bestRound), label: words("Best round", "最良の反復回数"),
          format: count),
        Metric("rounds", Double(model.rounds), label: words("Rounds", "反復回数"), format: count),
      ]
    }
    metrics.append(
      Metric(
        "features", Double(model.encoder.featureCount), label: words("Features", "特徴量の数"),
        format: count))
    if let workers {
      metrics.append(
        Metric(
          "workers", Double(workers.count), label: words("Workers", "ワーカー数"), format: count))
    }
    for part in Part.allCases {
      metrics.append(
        Metric(
          "\(part.rawValue)_rows", Double(rows[part] ?? 0),
          label: words.figure(words.rows, of: words.part(part)), format: count))
    }
    let loss = model.target.task == .regression ? "RMSE" : words.label(BinaryMetric.logLoss)
    for (name, label, direction) in [
      ("train_loss", words.figure(loss, of: words.part(.train)), Metric.Direction.lower),
      ("validation_loss", words.figure(loss, of: words.part(.validation)), .lower),
      ("train_auc", words.figure("AUC", of: words.part(.train)), .higher),
      ("validation_auc", words.figure("AUC", of: words.part(.validation)), .higher),
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
    let words = workspace.words
    let stopped = earlyStopping != nil && model.rounds < rounds
    var history = TrainingHistory(
      metric: words.loss(model.curve.metric), train: model.curve.train,
      validation: model.curve.validation,
      bestRound: earlyStopping == nil ? nil : model.bestRound,
      stoppedRound: stopped ? model.rounds : nil, areEpochs: algorithm == .mlp)
    history.trainRounds = model.curve.trainRounds
    let title =
      workspace.settings.title
      ?? words("Training of \(workspace.stepName)", "\(workspace.stepName)の学習の経過")
    var charts = [
      ChartExhibit(
        id: workspace.stepName, chart: .loss(history, title: title, words: words.ofCharts))
    ]
    if !model.curve.trainAUC.isEmpty {
      let ranking = TrainingHistory(
        metric: words.label(BinaryMetric.auc), train: model.curve.trainAUC,
        validation: model.curve.validationAUC,
        bestRound: history.bestRound, stoppedRound: history.stoppedRound,
        areEpochs: history.areEpochs)
      charts.append(
        ChartExhibit(
          id: "\(workspace.stepName)-auc",
          chart: .loss(
            ranking, title: words.figure(title, of: "AUC"), words: words.ofCharts)))
    }
    return charts
  }
}
