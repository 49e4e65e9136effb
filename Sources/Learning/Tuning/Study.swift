/// Trials of one search: what is tried next, when a trial is stopped, and which was best.
///
/// For example: `Study(space, trials: 100).run { trial in loss(at: trial.point) }`.
///
/// A study depends on its settings and on what the objective gives, not on how many trials run at
/// the same time: trial n is drawn and pruned with what the trials up to n - `width` left, whether
/// later ones have ended or not.
public struct Study: Sendable, Hashable {
  /// Where to look.
  public var space: SearchSpace
  /// The most trials.
  public var trialCount: Int
  /// How points are chosen.
  public var sampler: Sampler
  /// When trials are stopped early.
  public var pruner: Pruner
  /// What all choices depend on.
  public var seed: UInt64
  /// How many trials can run side by side: more make a study quicker on many cores, and let each
  /// trial know less.
  public var width: Int
  /// Points to try first, such as the best of an earlier study.
  public var first: [[Double]]
  /// Trials of an earlier study, which the sampler learns from; they are not run again.
  public var known: [Observation]

  /// How points are chosen.
  public enum Sampler: String, Sendable, Hashable, CaseIterable {
    /// The tree-structured Parzen estimator.
    case tpe
    /// At random.
    case random
    /// Evenly.
    case grid
  }

  /// A study with these settings.
  public init(
    _ space: SearchSpace, trials: Int, sampler: Sampler = .tpe, pruner: Pruner = .none,
    seed: UInt64 = 0, width: Int = 1, first: [[Double]] = [], known: [Observation] = []
  ) {
    self.space = space
    trialCount = trials
    self.sampler = sampler
    self.pruner = pruner
    self.seed = seed
    self.width = max(1, width)
    self.first = first
    self.known = known
  }

  /// One trial.
  public struct Trial: Sendable, Hashable {
    /// Its number, from 0.
    public var number: Int
    /// Where in the space it was.
    public var point: [Double]
    /// How it ended.
    public var state: State
    /// The figure that is made small: the last one known of a pruned trial; nil when there is none.
    public var loss: Double?
    /// The steps that it took.
    public var steps: Int
    /// Its figures on the way.
    public var course: [Step]

    /// A figure on the way.
    public struct Step: Sendable, Hashable {
      /// How far the trial was.
      public var step: Int
      /// Its figure there.
      public var loss: Double

      /// A figure at a step.
      public init(step: Int, loss: Double) {
        self.step = step
        self.loss = loss
      }
    }
  }

  /// How a trial ended.
  public enum State: Sendable, Hashable {
    /// It came to its end.
    case complete
    /// It was stopped because it looked bad.
    case pruned
    /// The time was over; its figure is that of the steps it took.
    case cut
    /// The same point had been tried in an earlier trial, whose figure it has.
    case repeated(Int)
    /// It gave no figure.
    case failed(String)
  }

  /// The number of the best trial that came to its end: of equal ones the first.
  public static func best(of trials: [Trial]) -> Int? {
    trials.filter { trial in
      switch trial.state {
      case .complete, .cut: trial.loss.map { !$0.isNaN } ?? false
      case .pruned, .repeated, .failed: false
      }
    }.min { ($0.loss ?? .infinity, $0.number) < ($1.loss ?? .infinity, $1.number) }?.number
  }

  /// How many trials there can be: a grid may have fewer points than trials are wanted.
  var plannedCount: Int {
    guard sampler == .grid else { return max(0, trialCount) }
    return min(max(0, trialCount), first.count + GridSampler(space, trials: trialCount).count)
  }

  /// How many trials, from the first on, trial `number` may know the ends of.
  func knownCount(of number: Int) -> Int { max(0, number - width + 1) }

  /// Whether the point of trial `number` depends on how the trials before it have ended.
  func learns(before number: Int) -> Bool {
    sampler == .tpe && number >= first.count
      && known.count + knownCount(of: number) >= TPESampler().startupTrials
  }

  /// The point of trial `number`, after the trials that it may know.
  ///
  /// `pending` are the points of the trials before it whose ends it may not know.
  func point(
    of number: Int, after trials: some Sequence<Trial>, beside pending: [[Double]] = []
  ) -> [Double] {
    if number < first.count { return space.canonical(first[number]) }
    // Each trial has a stream of its own, so that points do not depend on who asks when.
    var generator = RandomGenerator(seed: seed, stream: UInt64(number))
    switch sampler {
    case .grid: return GridSampler(space, trials: trialCount).point(number - first.count)
    case .random:
      return space.canonical(
        space.dimensions.map { SearchAxis($0.domain).randomValue(using: &generator) })
    case .tpe:
      let trials = Array(trials)
      return TPESampler().point(
        in: space, after: known(beside: trials) + trials.compactMap(\.observation),
        beside: pending, using: &generator)
    }
  }

  /// The earlier study's trials, their losses moved by as much as those that were tried again differ:
  /// other rows make all losses larger or smaller.
  private func known(beside trials: [Trial]) -> [Observation] {
    guard !known.isEmpty else { return [] }
    let differences = trials.compactMap { trial -> Double? in
      guard trial.isComplete, let loss = trial.loss,
        let old = known.first(where: { $0.point == trial.point && $0.lastStep == nil })
      else { return nil }
      return loss - old.loss
    }
    guard !differences.isEmpty else { return known }
    let shift = differences.reduce(0, +) / Double(differences.count)
    return known.map { old in
      var old = old
      old.loss += shift
      return old
    }
  }
}

extension Study.Trial {
  /// The trial as the sampler sees it; nil when there is nothing to learn from it.
  var observation: Observation? {
    guard let loss else { return nil }
    switch state {
    case .complete, .cut, .repeated: return Observation(point: point, loss: loss)
    case .pruned: return Observation(point: point, loss: loss, lastStep: steps)
    case .failed: return nil
    }
  }

  /// Whether its figures are those of a whole trial.
  var isComplete: Bool {
    switch state {
    case .complete, .repeated: true
    case .pruned, .cut, .failed: false
    }
  }
}
