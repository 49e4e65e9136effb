internal import Synchronization
public import Vocabulary

/// A search for the parameters with which any algorithm does best; each trial is a training of its
/// own, one after the other.
///
/// Trees are searched by `LightGBMTuning`, whose trials share their data and can be stopped early.
public struct ModelTuning: Sendable {
  /// What the trials have in common.
  public var training: Training
  /// The parameters that differ; none of them is among those of `training`.
  public var space: ParameterSpace
  /// How they are searched; nothing is pruned.
  public var study: Study
  /// The figure that is made large or small, by its own direction; that of the task when nil.
  public var metric: TaskMetric?
  /// Whether the figure is that of the training rows rather than of the validation rows.
  public var isOnTraining: Bool

  /// A search.
  public init(
    _ training: Training, space: ParameterSpace, study: Study, metric: TaskMetric? = nil,
    isOnTraining: Bool = false
  ) {
    self.training = training
    self.space = space
    self.study = study
    self.metric = metric
    self.isOnTraining = isOnTraining
    self.study.space = space.space
    self.study.pruner = .none
  }

  /// Runs the trials. `rows` gives the rows anew each time it is called, twice for each trial.
  ///
  /// A trial that runs when the time is over comes to its end.
  public func result(
    of target: Model.Target,
    rows: @escaping () throws(LearningError) -> LightGBMTuning.Rows,
    with libraries: LearningLibraries, watch: LightGBMTuning.Watch = LightGBMTuning.Watch()
  ) throws(LearningError) -> LightGBMTuning.Result {
    let metric = try TaskMetric.deciding(self.metric, on: target)
    let bench = Guarded(Bench(self, target, metric, rows, libraries, watch))
    let trials = study.run(
      isOver: { bench.use { $0.watch.isOver() || $0.failure != nil } },
      ended: { trial in bench.use { $0.watch.ended(trial) } }
    ) { trial in bench.use { $0.outcome(of: trial) } }
    return try bench.use { bench throws(LearningError) in
      if let failure = bench.failure { throw failure }
      guard let best = Study.best(of: trials), let model = bench.best?.model else {
        throw LearningError(trials)
      }
      return LightGBMTuning.Result(trials: trials, best: best, model: model)
    }
  }

  /// What the trials of one search share; one thread at a time works with it.
  private final class Bench {
    let tuning: ModelTuning
    let target: Model.Target
    let metric: TaskMetric
    let rows: () throws(LearningError) -> LightGBMTuning.Rows
    let libraries: LearningLibraries
    let watch: LightGBMTuning.Watch
    var failure: LearningError?
    var best: (loss: Double, model: Model)?

    init(
      _ tuning: ModelTuning, _ target: Model.Target, _ metric: TaskMetric,
      _ rows: @escaping () throws(LearningError) -> LightGBMTuning.Rows,
      _ libraries: LearningLibraries, _ watch: LightGBMTuning.Watch
    ) {
      self.tuning = tuning
      self.target = target
      self.metric = metric
      self.rows = rows
      self.libraries = libraries
      self.watch = watch
    }

    func outcome(of trial: Study.Attempt) -> Study.Outcome {
      do throws(LearningError) {
        var training = tuning.training
        for (name, value) in tuning.space.values(at: trial.point) {
          try training.set(name, to: value)
        }
        let model = try self.model(by: training)
        guard let figure = try figure(of: model), figure.isFinite else {
          return .failed("`\(metric.name)` is not defined")
        }
        let loss = metric.direction < 0 ? figure : -figure
        if best.map({ loss < $0.loss }) ?? true { best = (loss, model) }
        return .complete(loss: loss, steps: model.rounds)
      } catch {
        // What the library cannot do with one set of parameters is that trial's failure.
        if error.kind != .library { failure = failure ?? error }
        return .failed(error.summary)
      }
    }

    private func model(by training: Training) throws(LearningError) -> Model {
      let rows = try rows()
      return try training.model(
        of: target, train: rows.train, validation: rows.validation, with: libraries
      ) { _ in watch.goesOn() }
    }

    private func figure(of model: Model) throws(LearningError) -> Double? {
      let rows = try rows()
      let judged = tuning.isOnTraining ? rows.train : rows.validation ?? rows.train
      let scores = try model.scores(
        of: judged.features, with: libraries.lightGBM, threads: tuning.training.threads)
      return metric.value(
        of: scores, labels: judged.labels, weights: judged.weights?.map(Double.init),
        classCount: target.outputCount)
    }
  }
}

extension Training {
  /// Sets a parameter by its name; of a network also `layers`, the units of its hidden layers, and
  /// `dropout`, the same in all of them.
  public mutating func set(_ name: String, to value: Value) throws(LearningError) {
    guard parameters.algorithm == .mlp else { return try parameters.set(name, to: value) }
    switch name {
    case "layers":
      let like = layers.first
      guard case .list(let numbers) = value else {
        throw LearningError(
          .parameter(name), "`layers` must be a list of units, not `\(value.plainText)`",
          solutions: ["write `layers: { choice: [[32], [64, 32]] }`"])
      }
      layers = try numbers.map { number throws(LearningError) in
        guard let units = number.number.flatMap({ Int(exactly: $0) }), (1...4096).contains(units)
        else {
          throw LearningError(
            .parameter(name),
            "`layers` must hold whole numbers from 1 to 4,096, not `\(number.plainText)`")
        }
        return NetworkLayer(
          units: units, activation: like?.activation ?? .relu, dropout: like?.dropout ?? 0)
      }
    case "dropout":
      guard let share = value.number, (0...0.99).contains(share) else {
        throw LearningError(
          .parameter(name),
          "`dropout` must be a number from 0 to 0.99, not `\(value.plainText)`")
      }
      for index in layers.indices { layers[index].dropout = share }
    default: try parameters.set(name, to: value)
    }
  }

  /// Whether a search can vary a parameter of this name.
  public static func canSearch(_ name: String, of algorithm: Model.Algorithm) -> Bool {
    (algorithm == .mlp && ["layers", "dropout"].contains(name))
      || AlgorithmParameters.canonicalName(name, for: algorithm) != nil
  }
}

extension LearningError {
  /// Why trials have left no model.
  init(_ trials: [Study.Trial]) {
    let words = trials.lazy.compactMap { trial -> String? in
      if case .failed(let words) = trial.state { words } else { nil }
    }.first
    self.init(.library, "no trial of the search came to its end", explanation: words)
  }
}
