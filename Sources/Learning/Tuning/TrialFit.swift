internal import LightGBM

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The training of one trial, on LightGBM's thread.
///
/// Its figure is measured after every round, on the scores that LightGBM keeps as it trains. The
/// loss of the training rows, which decides nothing, is measured after every tenth.
struct TrialFit {
  private let training: LightGBMTraining
  private let tuning: LightGBMTuning
  private let booster: Booster
  /// The data that the figure is measured on: 0 is the training data.
  private let judged: Int
  private var figures: RoundFigures
  private let trainLabels: [Float]
  private var curve = LossCurve(metric: "binary_logloss")
  private var bestRound = 0
  private var best = Double.infinity

  init(
    _ training: LightGBMTraining, _ tuning: LightGBMTuning, _ data: BinnedSets.Set,
    in session: Session
  ) throws(LightGBMError) {
    self.training = training
    self.tuning = tuning
    trainLabels = data.trainLabels
    let arguments = training.arguments.merging(["feature_pre_filter": "false"])
    booster = try Booster(session, training: data.train, parameters: arguments)
    if !tuning.isOnTraining, let validation = data.validation {
      judged = try booster.addValidation(validation)
      figures = RoundFigures(tuning.metric, labels: data.validationLabels)
    } else {
      judged = 0
      figures = RoundFigures(tuning.metric, labels: data.trainLabels)
    }
  }

  /// Trains to the end, or until the study, the clock or whoever watches says no.
  mutating func run(
    _ trial: Study.Attempt, on bench: TuningBench
  ) throws(LightGBMError) -> Study.Outcome {
    var round = 0
    for _ in 0..<training.rounds {
      let isEmpty = try booster.update()
      let count = try booster.roundCount()
      // A round without any split adds no tree. Without sampling the next one would not either.
      if isEmpty, count == round {
        if training.samples { continue } else { break }
      }
      round = count
      try record(round)
      guard bench.goesOn else { throw LightGBMError(.engine, Fit.stopped) }
      if isEmpty, !training.samples { break }
      if let patience = training.earlyStopping, round - bestRound >= patience { break }
      if round % LightGBMTuning.interval == 0 {
        if !trial.goesOn(at: round, loss: best) { return .pruned(loss: best, steps: round) }
        if bench.isOver { return .cut(loss: best, steps: round) }
      }
    }
    guard best.isFinite else { return .failed("`\(tuning.metric.rawValue)` is not defined") }
    return .complete(loss: best, steps: round)
  }

  private mutating func record(_ round: Int) throws(LightGBMError) {
    let figures = figures.figures(of: try booster.scores(of: judged))
    if judged > 0 {
      curve.validation.append(figures.loss)
      if let auc = figures.auc { curve.validationAUC.append(auc) }
      if round == 1 || round % 10 == 0 {
        let loss = RoundFigures.logLoss(of: try booster.scores(of: 0), trainLabels)
        curve.train.append(loss)
        curve.trainRounds = (curve.trainRounds ?? []) + [round]
      }
    } else {
      curve.train.append(figures.loss)
    }
    if let figure = figures.figure {
      let loss = tuning.metric.direction < 0 ? figure : -figure
      if loss < best {
        best = loss
        bestRound = round
      }
    }
  }

  /// The model up to the best round, or with all rounds when nothing stops early.
  func model(of target: Model.Target) throws(LightGBMError) -> Model {
    let trained = try booster.roundCount()
    // The figure of a trial is that of its best round, so this is the model that has it.
    let kept = bestRound == 0 ? trained : bestRound
    return try training.model(of: target, [booster], curve, kept: kept, of: trained)
  }
}

/// The figures of one round on rows whose labels stay.
struct RoundFigures {
  private let metric: BinaryMetric
  private let labels: [Float]
  private var ranking: RadixAUC

  init(_ metric: BinaryMetric, labels: [Float]) {
    self.metric = metric
    self.labels = labels
    ranking = RadixAUC(labels: labels)
  }

  /// The log loss, the AUC where it is wanted, and the figure asked for; nil where not defined.
  mutating func figures(of scores: [Double]) -> (loss: Double, auc: Double?, figure: Double?) {
    let loss = Self.logLoss(of: scores, labels)
    switch metric {
    case .logLoss: return (loss, nil, loss.isNaN ? nil : loss)
    case .auc, .gini:
      let auc = ranking.auc(of: scores)
      return (loss, auc, metric == .gini ? auc.map { 2 * $0 - 1 } : auc)
    default:
      let ranked = RankedScores(scores: scores, labels: labels.map { $0 == 1 })
      let metrics = BinaryMetrics(of: ranked)
      return (loss, metrics[.auc], metrics[metric])
    }
  }

  /// LightGBM's `binary_logloss`: probabilities are kept 1e-15 away from 0 and 1. The logarithm of a
  /// product of sixteen is cheaper than sixteen logarithms, and 1e-240 is still a number.
  static func logLoss(of scores: [Double], _ labels: [Float]) -> Double {
    guard !labels.isEmpty, scores.count == labels.count else { return .nan }
    var sum = 0.0
    var product = 1.0
    for index in scores.indices {
      product *= max(labels[index] == 1 ? scores[index] : 1 - scores[index], 1e-15)
      if index & 15 == 15 {
        sum -= log(product)
        product = 1
      }
    }
    return (sum - log(product)) / Double(labels.count)
  }
}
