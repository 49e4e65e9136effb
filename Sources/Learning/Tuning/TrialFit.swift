internal import LightGBM

/// The training of one trial, on LightGBM's thread.
///
/// Its figure is measured after every round, on scores that are kept up to date. The loss of the
/// training rows, which decides nothing and for which LightGBM gives away all their scores, is
/// measured ever more seldom, as its curve bends less and less.
struct TrialFit {
  private let training: LightGBMTraining
  private let metric: TaskMetric
  /// One, or one for each class when there is one model of shares for each.
  private let boosters: [Booster]
  /// The rows that the figure is measured on.
  private var judged: Judged
  private var figures: RoundFigures
  private let trainRows: JudgedRows
  /// Whether a trial that looks bad ends early.
  private let prunes: Bool
  private var curve: LossCurve
  private var nextTrainRound = 1
  private var bestRound = 0
  private var best = Double.infinity

  /// Whose scores decide, and who keeps them.
  private enum Judged {
    case training
    case followed(FollowedScores)
    case validation(number: Int)
  }

  init(
    _ training: LightGBMTraining, by metric: TaskMetric, onTraining isOnTraining: Bool,
    prunes: Bool, _ data: BinnedSets.Set, in session: Session
  ) throws(LightGBMError) {
    self.training = training
    self.metric = metric
    self.prunes = prunes
    curve = LossCurve(metric: RoundLoss.name(of: training.target.task))
    let arguments = training.arguments.merging(["feature_pre_filter": "false"])
    boosters = try data.train.map { data throws(LightGBMError) in
      try Booster(session, training: data, parameters: arguments)
    }
    trainRows = data.trainRows
    let unseen = isOnTraining ? nil : data.validation
    switch unseen?.data {
    case nil: judged = .training
    case .followed(let rows): judged = .followed(FollowedScores(of: rows))
    case .binned(let validation):
      for booster in boosters { try booster.addValidation(validation) }
      judged = .validation(number: 1)
    }
    figures = RoundFigures(metric, of: training.target, on: unseen?.rows ?? trainRows)
  }

  /// Trains to the end, or until the study, the clock or whoever watches says no.
  mutating func run(
    _ trial: Study.Attempt, on bench: TuningBench, in session: Session
  ) throws(LightGBMError) -> Study.Outcome {
    var round = 0
    for _ in 0..<training.rounds {
      var isEmpty = true
      for booster in boosters where try !booster.update() { isEmpty = false }
      let count = try boosters[0].roundCount()
      // A round without any split adds no tree. Without sampling the next one would not either.
      if isEmpty, count == round {
        if training.samples { continue } else { break }
      }
      round = count
      try record(round)
      try bench.shareThreads(in: session)
      guard bench.goesOn else { throw LightGBMError(.engine, Fit.stopped) }
      if isEmpty, !training.samples { break }
      if isOver(round, trial) { break }
      if round % LightGBMTuning.interval == 0 {
        if !trial.goesOn(at: round, loss: best) { return .pruned(loss: best, steps: round) }
        if bench.isOver { return .cut(loss: best, steps: round) }
      }
    }
    guard best.isFinite else { return .failed("`\(metric.name)` is not defined") }
    return .complete(loss: best, steps: round)
  }

  /// Whether the training has been without a better figure for too many rounds.
  ///
  /// Where trials are pruned, one that an earlier one has left behind waits a third of them: most
  /// rounds that a search wastes are the last ones of trials that do not catch up any more.
  private func isOver(_ round: Int, _ trial: Study.Attempt) -> Bool {
    guard let patience = training.earlyStopping else { return false }
    if round - bestRound >= patience { return true }
    guard prunes, round - bestRound >= max(1, (patience + 2) / 3) else { return false }
    return best > trial.bestBefore()
  }

  private mutating func record(_ round: Int) throws(LightGBMError) {
    let figures = figures.figures(of: try judgedScores())
    if case .training = judged {
      curve.train.append(figures.loss)
    } else {
      curve.validation.append(figures.loss)
      if let auc = figures.auc { curve.validationAUC.append(auc) }
      if round >= nextTrainRound {
        // 1, 10, 20, 30, 40, 50, 60, 80, 100, 130, 170, 220, ...
        nextTrainRound = (round + max(10, round / 3)) / 10 * 10
        let scores = try training.scores(of: 0, by: boosters)
        curve.train.append(trainRows.loss(of: scores, training.target))
        curve.trainRounds = (curve.trainRounds ?? []) + [round]
      }
    }
    if let figure = figures.figure {
      let loss = metric.direction < 0 ? figure : -figure
      if loss < best {
        best = loss
        bestRound = round
      }
    }
  }

  private mutating func judgedScores() throws(LightGBMError) -> [Double] {
    switch judged {
    case .training: return try training.scores(of: 0, by: boosters)
    case .validation(let number): return try training.scores(of: number, by: boosters)
    case .followed(var scores):
      // Not held twice while it is changed, so that nothing is copied.
      judged = .training
      defer { judged = .followed(scores) }
      try scores.follow(boosters[0])
      return training.outputs(ofRaw: scores.raw)
    }
  }

  /// The model up to the best round, or with all rounds when nothing stops early.
  func model(of target: Model.Target) throws(LightGBMError) -> Model {
    let trained = try boosters[0].roundCount()
    // The figure of a trial is that of its best round, so this is the model that has it.
    let kept = bestRound == 0 ? trained : bestRound
    var curve = curve
    if let rounds = curve.trainRounds, rounds.last != trained {
      // So that both curves end together.
      let scores = try training.scores(of: 0, by: boosters)
      curve.train.append(trainRows.loss(of: scores, training.target))
      curve.trainRounds = rounds + [trained]
    }
    return try training.model(of: target, boosters, curve, kept: kept, of: trained)
  }
}
