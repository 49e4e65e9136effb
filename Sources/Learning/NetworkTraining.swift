internal import LinearAlgebra
internal import Vocabulary

/// Trains a network by Adam on small batches in random order, epoch by epoch.
struct NetworkTraining {
  private let training: Training
  private let blas: BLAS
  private let epochs: Int
  private let l2: Double
  private let seed: UInt64

  init(_ training: Training, _ search: LibrarySearch) throws(LearningError) {
    self.training = training
    blas = try linear { () throws(LinearAlgebraError) in try BLAS.load(search) }
    epochs = training.rounds ?? Model.Algorithm.mlp.defaultRounds ?? 1
    l2 = training.parameters.real("l2") ?? 1e-4
    seed = UInt64(bitPattern: Int64(training.seed))
  }

  /// A part of the rows, as the network reads them.
  private struct Samples {
    let inputs: DenseMatrix
    let labels: [Float]
    let weights: [Double]
    let loss: RoundLoss
    var ranking: RadixAUC?

    init(
      _ rows: TrainingRows, _ inputs: DenseMatrix, _ target: Model.Target, _ factors: RowFactors
    ) {
      self.inputs = inputs
      labels = rows.labels
      let weights = factors.weights(of: rows)
      self.weights = weights ?? Array(repeating: 1, count: rows.labels.count)
      loss = RoundLoss(target.task, labels: rows.labels, weights: weights)
      ranking = target.task == .binary ? RadixAUC(labels: rows.labels) : nil
    }

    func batch(_ rows: ArraySlice<Int>, for network: Network) -> Network.Batch {
      let width = network.layers.last?.outputs ?? 1
      var wanted: [Double] = []
      wanted.reserveCapacity(rows.count * width)
      for row in rows {
        switch network.output {
        case .probability: wanted.append(Double(labels[row]))
        case .probabilities:
          for label in 0..<width { wanted.append(labels[row] == Float(label) ? 1 : 0) }
        case .value(let mean, let scale): wanted.append((Double(labels[row]) - mean) / scale)
        }
      }
      return Network.Batch(
        inputs: inputs.rows(Array(rows)).values, labels: wanted,
        weights: rows.map { weights[$0] })
    }
  }

  func model(
    of target: Model.Target, train: TrainingRows, validation: TrainingRows?,
    _ shouldContinue: (TrainingProgress) -> Bool
  ) throws(LearningError) -> Model {
    try training.parameters.checkMetric(for: target.task)
    let matrix = try train.matrix()
    let standardizer = Standardizer(fitting: matrix)
    let factors = RowFactors(training.classWeights, train, target)
    var seen = Samples(train, try standardizer.inputs(of: matrix), target, factors)
    var unseen: Samples?
    if let validation {
      unseen = Samples(
        validation, try standardizer.inputs(of: try validation.matrix()), target, factors)
    }
    var network = Network(
      training.layers, after: standardizer, outputs: target.outputCount,
      output: output(for: target, seen), seed: seed)
    var adam = Adam(training.parameters)
    var curve = LossCurve(metric: RoundLoss.name(of: target.task))
    var best: (figure: Double, epoch: Int, network: Network)?
    for epoch in 1...max(1, epochs) {
      try step(&network, &adam, over: seen, epoch, shouldContinue)
      try record(network, &seen, &curve.train, &curve.trainAUC, epoch)
      if var samples = unseen {
        try record(network, &samples, &curve.validation, &curve.validationAUC, epoch)
        unseen = samples
        let isByAUC = training.parameters["metric"] == "auc"
        let auc = curve.validationAUC.last.map { -$0 }
        let figure = (isByAUC ? auc : nil) ?? curve.validation.last ?? .infinity
        if best.map({ figure < $0.figure }) ?? true { best = (figure, epoch, network) }
      }
      let loss = curve.validation.last ?? curve.train.last ?? .nan
      guard shouldContinue(TrainingProgress(round: epoch, rounds: epochs, loss: loss)) else {
        throw stopped
      }
      if let patience = training.earlyStopping, let best, epoch - best.epoch >= patience { break }
    }
    let kept = training.earlyStopping == nil ? nil : best
    let rounds = curve.train.count
    let bestRound = kept?.epoch ?? rounds
    return Model(
      algorithm: .mlp, core: .network(kept?.network ?? network), encoder: training.encoder,
      target: target, parameters: training.parameters, bestRound: bestRound, rounds: rounds,
      curve: curve, importance: [], metrics: curve.figures(at: bestRound))
  }

  /// A number is learned in standard deviations from its mean, so that no scale is too large to reach.
  private func output(for target: Model.Target, _ samples: Samples) -> Network.Output {
    guard target.task == .regression else {
      return target.task == .binary ? .probability : .probabilities
    }
    let total = samples.weights.reduce(0, +)
    var mean = CompensatedSum()
    for (label, weight) in zip(samples.labels, samples.weights) {
      mean.add(Double(label) * (weight / total))
    }
    var variance = CompensatedSum()
    for (label, weight) in zip(samples.labels, samples.weights) {
      let gap = Double(label) - mean.value
      variance.add(gap * gap * (weight / total))
    }
    let scale = variance.value.squareRoot()
    return .value(mean: mean.value, scale: scale > 0 && scale.isFinite ? scale : 1)
  }

  /// One epoch.
  private func step(
    _ network: inout Network, _ adam: inout Adam, over samples: Samples, _ epoch: Int,
    _ shouldContinue: (TrainingProgress) -> Bool
  ) throws(LearningError) {
    var order = Array(samples.labels.indices)
    var shuffling = RandomGenerator(seed: seed, stream: UInt64(epoch))
    for index in order.indices.reversed() {
      order.swapAt(index, shuffling.index(below: index + 1))
    }
    var dropping = RandomGenerator(seed: seed, stream: UInt64(epoch) | 1 << 41)
    let size = training.parameters.real("batch_size").map { Int($0) } ?? 200
    var start = 0
    while start < order.count {
      let end = min(start + min(size, order.count), order.count)
      var batch = samples.batch(order[start..<end], for: network)
      batch.masks = training.layers.map { mask($0, rows: end - start, &dropping) }
      adam.move(&network, along: network.gradients(of: batch, l2: l2, by: blas).gradients)
      start = end
    }
  }

  /// What the values of a layer are multiplied by; empty when nothing is dropped.
  private func mask(
    _ layer: NetworkLayer, rows: Int, _ generator: inout RandomGenerator
  ) -> [Double] {
    guard layer.dropout > 0 else { return [] }
    let scale = 1 / (1 - layer.dropout)
    return (0..<rows * layer.units).map { _ in generator.share() < layer.dropout ? 0 : scale }
  }

  /// Adds the loss and the AUC of an epoch.
  private func record(
    _ network: Network, _ samples: inout Samples, _ losses: inout [Double],
    _ aucs: inout [Double], _ epoch: Int
  ) throws(LearningError) {
    let scores = network.scores(ofInputs: samples.inputs, by: blas)
    guard scores.allSatisfy({ !$0.isNaN }) else {
      throw LearningError(
        .data, "the network's weights are no numbers any more after epoch \(epoch)",
        solutions: ["lower `learning_rate`"])
    }
    losses.append(samples.loss.value(of: scores))
    if let auc = samples.ranking?.auc(of: scores) { aucs.append(auc) }
  }

  private var stopped: LearningError { LearningError(.cancelled, Fit.stopped) }
}

extension LossCurve {
  /// The figures of the round that the model keeps, counted from 1.
  func figures(at round: Int) -> [String: Double] {
    var figures = ["best_round": Double(round), "rounds": Double(train.count)]
    for (name, values) in [
      ("train_loss", train), ("train_auc", trainAUC), ("validation_loss", validation),
      ("validation_auc", validationAUC),
    ] where values.indices.contains(round - 1) {
      figures[name] = values[round - 1]
    }
    return figures
  }
}
