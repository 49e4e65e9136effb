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
  /// One, or one for each class when there is one model of shares for each.
  private let boosters: [Booster]
  private let trainLoss: RoundLoss
  private let validationLoss: RoundLoss?
  private var ranking: RadixAUC?
  private var curve: LossCurve
  private var bestRound = 0
  private var best: Double?
  /// The machines that train together; nil when this one is alone.
  private let team: RoundTeam?
  private let hasUnseen: Bool

  init(
    _ training: LightGBMTraining, _ train: LightGBMTraining.Rows,
    _ validation: LightGBMTraining.Rows?, in session: Session,
    among collective: (any Collective)? = nil, bins reference: Dataset? = nil
  ) throws(LightGBMError) {
    let names = training.encoder.libraryNames
    let categorical = zip(names, training.encoder.features).filter { $1.isCategorical }.map(\.0)
    var arguments = training.arguments
    if let collective {
      arguments = arguments.merging([
        "tree_learner": "data", "pre_partition": "true", "num_machines": String(collective.count),
      ])
    }
    let factors = RowFactors(training.classWeights, train, training.target)
    let weights = factors.weights(of: train)
    let data = try Dataset(
      session, stream: train.features, label: train.labels, weight: weights?.map(Float.init),
      parameters: arguments, categorical: categorical, reference: reference)
    // A machine may have no validation rows although others have.
    let hasUnseen = validation?.labels.isEmpty == false
    let unseen = try validation.flatMap { validation throws(LightGBMError) -> Dataset? in
      guard hasUnseen else { return nil }
      return try Dataset(
        session, stream: validation.features, label: validation.labels, parameters: arguments,
        categorical: categorical, reference: data)
    }
    boosters = try training.sets(of: data, train.labels, arguments).map {
      data throws(LightGBMError) in
      let booster = try Booster(session, training: data, parameters: arguments)
      if let unseen { try booster.addValidation(unseen) }
      return booster
    }
    self.training = training
    self.hasUnseen = hasUnseen
    let task = training.target.task
    trainLoss = RoundLoss(task, labels: train.labels, weights: weights)
    validationLoss = validation.map {
      RoundLoss(task, labels: $0.labels, weights: factors.weights(of: $0))
    }
    curve = LossCurve(metric: RoundLoss.name(of: task))
    team = try collective.map { collective throws(LightGBMError) in
      try RoundTeam(collective, validation?.labels)
    }
    ranking =
      task == .binary
      ? (team.map(\.labels) ?? validation?.labels).map { RadixAUC(labels: $0) } : nil
  }

  mutating func run(_ shouldContinue: (LightGBMTraining.Progress) -> Bool) throws(LightGBMError) {
    for _ in 0..<training.rounds {
      let before = try boosters[0].roundCount()
      var isEmpty = true
      for booster in boosters where try !booster.update() { isEmpty = false }
      let round = try boosters[0].roundCount()
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
    let trained = try boosters[0].roundCount()
    let kept = training.earlyStopping == nil || bestRound == 0 ? trained : bestRound
    return try training.model(of: target, boosters, curve, kept: kept, of: trained)
  }

  private mutating func record(_ round: Int) throws(LightGBMError) {
    let task = training.target.task
    var sums = trainLoss.sums(of: try training.scores(of: 0, by: boosters))
    if let team { sums = try team.sums(of: sums) }
    curve.train.append(RoundLoss.value(sums, task))
    guard let validationLoss else { return }
    let scores = hasUnseen ? try training.scores(of: 1, by: boosters) : []
    sums = hasUnseen ? validationLoss.sums(of: scores) : [0, 0]
    if let team { sums = try team.sums(of: sums) }
    let loss = RoundLoss.value(sums, task)
    curve.validation.append(loss)
    var auc: Double?
    if let team, task == .binary {
      auc = try team.ranked(scores) { ranking?.auc(of: $0) }
    } else {
      auc = ranking?.auc(of: scores)
    }
    if let auc { curve.validationAUC.append(auc) }
    let figure = training.parameters["metric"] == "auc" ? auc.map { -$0 } ?? loss : loss
    if figure < best ?? .infinity {
      best = figure
      bestRound = round
    }
  }
}

extension Model {
  /// Shares of single classes made probabilities: kept from 0 to 1, each row divided by its sum, a
  /// row without any share even.
  static func normalized(_ shares: [Double], _ width: Int) -> [Double] {
    var shares = shares
    for start in stride(from: 0, to: shares.count, by: width) {
      var sum = 0.0
      for place in start..<start + width {
        shares[place] = min(max(shares[place], 0), 1)
        sum += shares[place]
      }
      for place in start..<start + width {
        shares[place] = sum > 0 ? shares[place] / sum : 1 / Double(width)
      }
    }
    return shares
  }
}

extension LightGBMTraining {
  /// The rows with their own labels, or for each class the same bins with 1 for its rows.
  func sets(
    of data: Dataset, _ labels: [Float], _ arguments: Parameters
  ) throws(LightGBMError) -> [Dataset] {
    guard isOneForEachClass else { return [data] }
    let rows = labels.indices.map { Int32(clamping: $0) }
    return try target.classes.indices.map { label throws(LightGBMError) in
      let copy = try data.subset(rows: rows, parameters: arguments)
      try copy.setLabel(labels.map { $0 == Float(label) ? 1 : 0 })
      return copy
    }
  }

  /// The scores so far of the training rows (0) or of the validation rows (1), row after row.
  func scores(of index: Int, by boosters: [Booster]) throws(LightGBMError) -> [Double] {
    let parts = try boosters.map { booster throws(LightGBMError) in try booster.scores(of: index) }
    guard target.task == .multiclass else { return parts[0] }
    // LightGBM keeps them class after class.
    let width = target.classes.count
    let byClass = parts.count == 1 ? parts[0] : parts.flatMap(\.self)
    let rows = byClass.count / width
    var scores = Array(repeating: 0.0, count: byClass.count)
    for label in 0..<width {
      for row in 0..<rows { scores[row * width + label] = byClass[label * rows + row] }
    }
    return isOneForEachClass ? Model.normalized(scores, width) : scores
  }

  /// Whether a model's scores are the sum of one tree for each round, which stays as it was grown.
  var growsOneTreeARound: Bool {
    target.task != .multiclass && (parameters["boosting"] ?? "gbdt") == "gbdt"
      && (parameters["linear_tree"] ?? "false") == "false"
  }

  /// The predictions that sums of trees stand for, as LightGBM's objectives have them.
  func outputs(ofRaw scores: [Double]) -> [Double] {
    // Trees that fit the label as a number give shares as they are.
    guard arguments["objective"] == "binary" else { return scores }
    let slope = parameters["sigmoid"].flatMap { Double($0) } ?? 1
    return scores.map { 1 / (1 + exp(-slope * $0)) }
  }

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
    of target: Model.Target, _ boosters: [Booster], _ curve: LossCurve, kept: Int, of trained: Int
  ) throws(LightGBMError) -> Model {
    func sums(_ kind: Booster.Importance) throws(LightGBMError) -> [Double] {
      var sums = Array(repeating: 0.0, count: encoder.featureCount)
      for booster in boosters {
        let values = try booster.importance(kind, rounds: kept)
        for index in sums.indices where index < values.count { sums[index] += values[index] }
      }
      return sums
    }
    let gains = try sums(.gain)
    let splits = try sums(.split)
    let texts = try boosters.map { booster throws(LightGBMError) in
      portable(try booster.modelText(rounds: kept))
    }
    let features = encoder.features
    var metrics: [String: Double] = ["best_round": Double(kept), "rounds": Double(trained)]
    for (name, values) in [
      ("train_loss", curve.trainRounds == nil ? curve.train : []),
      ("validation_loss", curve.validation),
      ("validation_auc", curve.validationAUC),
    ] where kept >= 1 && kept <= values.count {
      metrics[name] = values[kept - 1]
    }
    return Model(
      algorithm: algorithm, core: .trees(texts.count == 1 ? texts[0] : TreesText.merged(texts)),
      encoder: encoder, target: target, parameters: parameters, bestRound: kept, rounds: trained,
      curve: curve,
      importance: features.indices.map { index in
        Model.FeatureImportance(
          name: features[index].name, gain: gains[index], splits: Int(splits[index]))
      }, metrics: metrics)
  }

  /// The text without the number of threads, which says nothing about the model.
  private func portable(_ text: String) -> String {
    // It stands among the parameters, behind all trees, which may be many megabytes.
    let name = "\n[num_threads: "
    let text = Array(text.utf8)
    let mark = Array(name.utf8)
    var start = text.count - mark.count
    while start >= 0, !text[start...].starts(with: mark) { start -= 1 }
    guard start >= 0, let end = text[(start + 1)...].firstIndex(of: UInt8(ascii: "\n")) else {
      return String(decoding: text, as: UTF8.self)
    }
    return String(decoding: text[..<start], as: UTF8.self) + "\n[num_threads: 0]"
      + String(decoding: text[end...], as: UTF8.self)
  }
}
