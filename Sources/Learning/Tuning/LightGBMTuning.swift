internal import Dispatch
internal import LightGBM
internal import Synchronization
public import Vocabulary

/// A search for the parameters with which a training of LightGBM's does best.
///
/// All trials share one binned data set, unless a parameter that decides on the bins is among those
/// searched. The best trial's model is kept, so nothing is trained again at the end. Results
/// depend on rows, settings and seeds only, not on how many threads work.
public struct LightGBMTuning: Sendable {
  /// What the trials have in common.
  public var training: Training
  /// The parameters that differ; none of them is among those of `training`.
  public var space: ParameterSpace
  /// How they are searched; its space is that of `space`.
  public var study: Study
  /// The figure that is made large or small, by its own direction; that of the task when nil.
  public var metric: TaskMetric?
  /// Whether the figure is that of the training rows rather than of the validation rows.
  public var isOnTraining: Bool

  /// After so many rounds the pruner is asked, again and again.
  public static let interval = 5

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
  }

  /// What a search found.
  public struct Result: Sendable {
    /// The trials by number.
    public var trials: [Study.Trial]
    /// The number of the best of them.
    public var best: Int
    /// Its model.
    public var model: Model
  }

  /// The rows to learn from and those to judge by.
  public typealias Rows = (train: TrainingRows, validation: TrainingRows?)

  /// What a search asks and tells while it runs, from several threads but from one at a time.
  public struct Watch {
    /// Whether the search shall go on.
    public var goesOn: () -> Bool
    /// Whether the time for it is over: then it ends with what there is.
    public var isOver: () -> Bool
    /// Told of each trial that has ended.
    public var ended: (Study.Trial) -> Void

    /// Questions and news.
    public init(
      goesOn: @escaping () -> Bool = { true }, isOver: @escaping () -> Bool = { false },
      ended: @escaping (Study.Trial) -> Void = { _ in }
    ) {
      self.goesOn = goesOn
      self.isOver = isOver
      self.ended = ended
    }
  }

  /// Runs the trials, as many side by side as there are threads, each on one; the last of them gets
  /// all threads.
  ///
  /// `rows` gives the rows anew each time it is called: once, or once for each way of binning.
  public func result(
    of target: Model.Target, rows: @escaping () throws(LearningError) -> Rows,
    with search: LibrarySearch, watch: Watch = Watch()
  ) throws(LearningError) -> Result {
    let metric = try TaskMetric.deciding(self.metric, on: target)
    let workers = max(1, min(study.width, training.threads, study.plannedCount))
    let library: Library
    do throws(LightGBMError) {
      library = try Library.load(search)
    } catch {
      throw LearningError(lightGBM: error)
    }
    let bench = TuningBench(self, target, metric, rows, library, watch, workers: workers)
    // Boosters are made for all threads, and held to their share while others run beside them.
    defer { library.limitThreads(to: nil) }
    let trials = study.run(
      workers: workers, isOver: { bench.isOver || bench.isBroken }, ended: bench.ended,
      isLast: bench.leaveAlone
    ) { bench.outcome(of: $0) }
    if let failure = bench.failure { throw failure }
    guard let best = Study.best(of: trials), let model = bench.model(of: best) else {
      throw LearningError(trials)
    }
    return Result(trials: trials, best: best, model: model)
  }
}

/// What the workers of one search share. Every access to what is not constant is under a lock.
final class TuningBench: Sendable {
  private let tuning: LightGBMTuning
  private let target: Model.Target
  private let metric: TaskMetric
  private let library: Library
  /// How many threads a trial has while others run beside it.
  private let threads: Int
  /// For how many threads a trial is made that may be left alone.
  private static let lateThreads = 4
  /// From this trial on, a trial may be the one that is left alone.
  private let firstLate: Int
  private let watch: Guarded<LightGBMTuning.Watch>
  private let sets: Guarded<BinnedSets>
  private let state = Mutex(State())

  private struct State {
    var failure: LearningError?
    var best: (number: Int, loss: Double, model: Model)?
    /// Whether one trial is left that has not heard of it.
    var isAlone = false
  }

  init(
    _ tuning: LightGBMTuning, _ target: Model.Target, _ metric: TaskMetric,
    _ rows: @escaping () throws(LearningError) -> LightGBMTuning.Rows, _ library: Library,
    _ watch: LightGBMTuning.Watch, workers: Int
  ) {
    self.tuning = tuning
    self.target = target
    self.metric = metric
    self.library = library
    threads = max(1, tuning.training.threads / workers)
    // The others may have gone on to the end while one trial takes long.
    firstLate = tuning.study.plannedCount - workers - 1
    self.watch = Guarded(watch)
    sets = Guarded(BinnedSets(rows))
  }

  var failure: LearningError? { state.withLock { $0.failure } }
  var isBroken: Bool { state.withLock { $0.failure != nil } }
  var isOver: Bool { watch.use { $0.isOver() } }
  var goesOn: Bool { watch.use { $0.goesOn() } && !isBroken }

  @Sendable func ended(_ trial: Study.Trial) { watch.use { $0.ended(trial) } }

  /// All trials but one have ended.
  @Sendable func leaveAlone() { state.withLock { $0.isAlone = true } }

  /// Gives all threads to the trial that is left alone. It asks between its rounds: what LightGBM has
  /// begun with one number of threads it must end with it.
  func shareThreads(in session: Session) throws(LightGBMError) {
    let isAlone = state.withLock { state in
      defer { state.isAlone = false }
      return state.isAlone
    }
    guard isAlone else { return }
    library.limitThreads(to: nil)
    try session.holdToOneThread(false)
  }

  /// Makes what trains a trial, for its share of the threads.
  ///
  /// LightGBM makes a model's histograms on as many threads as there were when it was made. One that
  /// may be left alone is made for a few more and held to one of them until it is, where LightGBM can be
  /// held; each of them costs it a histogram.
  private func fit(
    _ training: LightGBMTraining, _ number: Int, _ data: BinnedSets.Set, in session: Session
  ) throws(LightGBMError) -> TrialFit {
    func made() throws(LightGBMError) -> TrialFit {
      try TrialFit(
        training, by: metric, onTraining: tuning.isOnTraining,
        prunes: tuning.study.pruner != .none, data, in: session)
    }
    guard threads == 1, try session.holdToOneThread(true), number >= firstLate else {
      return try made()
    }
    // All others are held as well, so that none of them starts more threads than it is ready for.
    return try sets.use { _ throws(LightGBMError) in
      library.limitThreads(to: Self.lateThreads)
      defer { library.limitThreads(to: threads) }
      return try made()
    }
  }

  func model(of number: Int) -> Model? {
    state.withLock { $0.best?.number == number ? $0.best?.model : nil }
  }

  /// Trains one trial. What is wrong with the data ends the whole search; what LightGBM cannot do
  /// with one set of parameters is that trial's failure.
  func outcome(of trial: Study.Attempt) -> Study.Outcome {
    do throws(LearningError) {
      var training = tuning.training
      training.threads = tuning.training.threads
      for (name, value) in tuning.space.values(at: trial.point) {
        try training.parameters.set(name, to: value)
      }
      var trained = LightGBMTraining(training)
      trained.target = target
      return try outcome(of: trial, trained)
    } catch {
      if error.kind == .library { return .failed(error.summary) }
      state.withLock { $0.failure = $0.failure ?? error }
      return .failed(error.summary)
    }
  }

  private func outcome(
    of trial: Study.Attempt, _ training: LightGBMTraining
  ) throws(LearningError) -> Study.Outcome {
    var problem: LearningError?
    var outcome = Study.Outcome.failed("it did not run")
    do throws(LightGBMError) {
      try Session.run(library) { session throws(LightGBMError) in
        let (data, fault) = try sets.use { sets throws(LightGBMError) in
          try sets.set(for: training, in: session) {
            library.limitThreads(to: threads)
          }
        }
        guard let data else {
          problem = fault
          return
        }
        var fit = try fit(training, trial.number, data, in: session)
        outcome = try fit.run(trial, on: self, in: session)
        if let loss = outcome.finalLoss, isBest(trial.number, loss) {
          let model = try fit.model(of: target)
          keep(model, trial.number, loss)
        }
      }
    } catch {
      throw LearningError(lightGBM: error)
    }
    if let problem { throw problem }
    return outcome
  }

  private func isBest(_ number: Int, _ loss: Double) -> Bool {
    state.withLock { state in
      !loss.isNaN && (state.best.map { (loss, number) < ($0.loss, $0.number) } ?? true)
    }
  }

  private func keep(_ model: Model, _ number: Int, _ loss: Double) {
    state.withLock { state in
      if state.best.map({ (loss, number) < ($0.loss, $0.number) }) ?? true {
        state.best = (number, loss, model)
      }
    }
  }
}

extension Study.Outcome {
  /// The loss of a trial that counts.
  fileprivate var finalLoss: Double? {
    switch self {
    case .complete(let loss, _), .cut(let loss, _): loss
    case .pruned, .failed: nil
    }
  }
}

/// A value that one thread at a time may use.
final class Guarded<Contents>: Sendable {
  // Touched between `wait` and `signal` only, so never by two threads at once.
  nonisolated(unsafe) private let contents: Contents
  private let turn = DispatchSemaphore(value: 1)

  init(_ contents: Contents) {
    unsafe self.contents = contents
  }

  func use<Success, Failure: Error>(
    _ body: (Contents) throws(Failure) -> Success
  ) throws(Failure) -> Success {
    turn.wait()
    defer { turn.signal() }
    return try unsafe body(contents)
  }
}
