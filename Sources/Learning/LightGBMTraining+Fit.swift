internal import LightGBM

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// One training on LightGBM's thread.
struct Fit {
  /// The message of the error that means: whoever watches asked to stop.
  static let stopped = "the training was stopped"

  private let training: LightGBMTraining
  private let booster: Booster
  private let trainLabels: [Float]
  private let validationLabels: [Float]
  /// How much a row of each class counts.
  private let factors: (negative: Double, positive: Double)
  private var ranking: RadixAUC
  private var curve: LossCurve
  private var bestRound = 0
  private var best: Double?

  init(
    _ training: LightGBMTraining, _ train: LightGBMTraining.Rows,
    _ validation: LightGBMTraining.Rows?, in session: Session
  ) throws(LightGBMError) {
    let names = training.encoder.libraryNames
    let categorical = zip(names, training.encoder.features).filter { $1.isCategorical }.map(\.0)
    let arguments = training.arguments
    let data = try Dataset(
      session, stream: train.features, label: train.labels,
      weight: training.classWeights.weights(for: train.labels), parameters: arguments,
      categorical: categorical)
    booster = try Booster(session, training: data, parameters: arguments)
    if let validation {
      try booster.addValidation(
        Dataset(
          session, stream: validation.features, label: validation.labels, parameters: arguments,
          categorical: categorical, reference: data))
    }
    self.training = training
    trainLabels = train.labels
    factors = training.classWeights.factors(for: train.labels)
    validationLabels = validation?.labels ?? []
    ranking = RadixAUC(labels: validationLabels)
    curve = LossCurve(metric: "binary_logloss")
  }

  mutating func run(_ shouldContinue: (LightGBMTraining.Progress) -> Bool) throws(LightGBMError) {
    for _ in 0..<training.rounds {
      let before = try booster.roundCount()
      let isEmpty = try booster.update()
      let round = try booster.roundCount()
      // A round without any split adds no tree. Without sampling the next one would not either.
      if isEmpty, round == before {
        if training.samples { continue } else { break }
      }
      try record(round)
      let loss = curve.validation.last ?? curve.train.last ?? .nan
      let progress = LightGBMTraining.Progress(
        round: round, rounds: training.rounds, loss: loss)
      guard shouldContinue(progress) else { throw LightGBMError(.engine, Self.stopped) }
      if isEmpty, !training.samples { break }
      if let patience = training.earlyStopping, round - bestRound >= patience { break }
    }
  }

  /// The model up to the best round.
  func model(of target: Model.Target) throws(LightGBMError) -> Model {
    let trained = try booster.roundCount()
    let kept = training.earlyStopping == nil || bestRound == 0 ? trained : bestRound
    return try training.model(of: target, booster, curve, kept: kept, of: trained)
  }

  private mutating func record(_ round: Int) throws(LightGBMError) {
    curve.train.append(loss(try booster.scores(of: 0), trainLabels))
    guard !validationLabels.isEmpty else { return }
    let scores = try booster.scores(of: 1)
    let loss = loss(scores, validationLabels)
    curve.validation.append(loss)
    let auc = ranking.auc(of: scores)
    if let auc { curve.validationAUC.append(auc) }
    let figure = training.parameters["metric"] == "auc" ? auc.map { -$0 } ?? loss : loss
    if figure < best ?? .infinity {
      best = figure
      bestRound = round
    }
  }

  /// LightGBM's `binary_logloss`: probabilities are kept 1e-15 away from 0 and 1.
  private func loss(_ scores: [Double], _ labels: [Float]) -> Double {
    var sum = 0.0
    var total = 0.0
    for (score, label) in zip(scores, labels) {
      let weight = label == 1 ? factors.positive : factors.negative
      sum -= weight * logarithm(max(label == 1 ? score : 1 - score, 1e-15))
      total += weight
    }
    return total > 0 ? sum / total : .nan
  }
}

private func logarithm(_ value: Double) -> Double {
  #if canImport(Darwin)
    Darwin.log(value)
  #else
    Glibc.log(value)
  #endif
}

extension LightGBMTraining {
  /// Whether a round that finds no split may be followed by one that does.
  var samples: Bool {
    let boosting = parameters["boosting"] ?? "gbdt"
    let fractions = ["feature_fraction", "feature_fraction_bynode"]
    return boosting != "gbdt" || parameters["data_sample_strategy"] == "goss"
      || (parameters["bagging_freq"] ?? "0") != "0" || parameters["extra_trees"] == "true"
      || fractions.contains { (parameters[$0] ?? "1") != "1" }
  }

  /// The first `kept` rounds of a booster as a model, with their figures.
  func model(
    of target: Model.Target, _ booster: Booster, _ curve: LossCurve, kept: Int, of trained: Int
  ) throws(LightGBMError) -> Model {
    let gains = try booster.importance(.gain, rounds: kept)
    let splits = try booster.importance(.split, rounds: kept)
    let features = encoder.features
    var metrics: [String: Double] = ["best_round": Double(kept), "rounds": Double(trained)]
    for (name, values) in [
      ("train_loss", curve.train), ("validation_loss", curve.validation),
      ("validation_auc", curve.validationAUC),
    ] where kept >= 1 && kept <= values.count {
      metrics[name] = values[kept - 1]
    }
    return Model(
      algorithm: algorithm, core: .trees(portable(try booster.modelText(rounds: kept))),
      encoder: encoder, target: target, parameters: parameters, bestRound: kept, rounds: trained,
      curve: curve,
      importance: features.indices.filter { $0 < gains.count && $0 < splits.count }.map { index in
        Model.FeatureImportance(
          name: features[index].name, gain: gains[index], splits: Int(splits[index]))
      }, metrics: metrics)
  }

  /// The text without the number of threads, which says nothing about the model.
  private func portable(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("[num_threads: ") ? "[num_threads: 0]" : $0 }
      .joined(separator: "\n")
  }
}
