internal import Learning
internal import Parsing
internal import Synchronization
internal import Vocabulary

/// What a search for parameters left beside its model.
struct TuningOutcome {
  var tune: TuneOptions
  /// The figure that decided.
  var metric: TaskMetric
  var result: LightGBMTuning.Result
  /// What the reader must know beside the search itself.
  var notes: [String] = []
  let words: Words
}

extension TuneOptions {
  /// Searches; `rows` reads the rows anew at each call.
  func outcome(
    of training: Training, target: Model.Target, in workspace: Workspace, at range: SourceRange?,
    rows: @escaping () throws(StepFailure) -> LightGBMTuning.Rows
  ) throws(StepFailure) -> TuningOutcome {
    let metric = try metric(for: target)
    let earlier = try earlierTrials(by: metric, in: workspace)
    var study = study
    study.known = earlier.observations
    study.first += earlier.again.filter { !study.first.contains($0) }
    // What the engine could not do is kept, for the library knows errors of its own only.
    var failure: StepFailure?
    let clock = ContinuousClock()
    let limit = timeout.map { clock.now + .seconds($0) }
    var best: Double?
    let watch = LightGBMTuning.Watch(
      goesOn: { workspace.cancellation.reason == nil },
      isOver: { limit.map { clock.now >= $0 } ?? false },
      ended: { trial in
        if trial.counts, let loss = trial.loss { best = min(best ?? loss, loss) }
        workspace.report(progress(of: trial, by: metric, best: best))
      })
    do throws(LearningError) {
      let rows: () throws(LearningError) -> LightGBMTuning.Rows = { () throws(LearningError) in
        do throws(StepFailure) {
          return try rows()
        } catch {
          failure = failure ?? error
          throw LearningError(.data, error.diagnostic.summary)
        }
      }
      let result =
        if training.parameters.algorithm.isOfTrees {
          try LightGBMTuning(
            training, space: space, study: study, metric: metric, isOnTraining: isOnTraining
          ).result(of: target, rows: rows, with: workspace.libraries.lightGBM, watch: watch)
        } else {
          try ModelTuning(
            training, space: space, study: study, metric: metric, isOnTraining: isOnTraining
          ).result(of: target, rows: rows, with: workspace.libraries, watch: watch)
        }
      return TuningOutcome(
        tune: self, metric: metric, result: result, notes: earlier.remarks, words: workspace.words)
    } catch {
      try workspace.checkCancellation()
      throw failure ?? StepFailure(Diagnostic(error, at: range ?? workspace.current?.nameRange))
    }
  }

  private func progress(of trial: Study.Trial, by metric: TaskMetric, best: Double?) -> String {
    let format = metric.format
    var words = "trial \(trial.number + 1) of \(study.trialCount) \(trial.stateName)"
    if let loss = trial.loss {
      words +=
        ": \(metric.label) \(format.string(metric.value(ofLoss: loss))) after \(trial.steps) rounds"
    }
    if let best { words += ", best \(format.string(metric.value(ofLoss: best)))" }
    return words
  }
}

extension TaskMetric {
  /// The figure that a loss, which is made small, stands for.
  func value(ofLoss loss: Double) -> Double { direction < 0 ? loss : -loss }

  /// How it is written: errors of numbers have the target's unit, whatever its size.
  var format: NumberFormat {
    switch self {
    case .binary, .multiclass, .regression(.r2), .regression(.rmsle), .regression(.mape): .fixed(4)
    case .regression: .significant(5)
    }
  }
}

extension Study.Trial {
  /// Whether its figure is that of a whole trial, or of what the time allowed.
  var counts: Bool {
    switch state {
    case .complete, .cut, .repeated: loss != nil
    case .pruned, .failed: false
    }
  }

  /// How it ended, in one word.
  var stateName: String {
    switch state {
    case .complete: "complete"
    case .pruned: "pruned"
    case .cut: "cut"
    case .repeated: "repeated"
    case .failed: "failed"
    }
  }
}
