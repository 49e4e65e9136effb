/// A trial as samplers see it.
public struct Observation: Sendable, Hashable {
  /// Where in the space it was.
  public var point: [Double]
  /// The figure that is made small; NaN counts as the worst.
  public var loss: Double
  /// How far a trial came that was stopped early; nil for one that came to its end.
  public var lastStep: Int?

  /// A trial that came to its end, or to a step.
  public init(point: [Double], loss: Double, lastStep: Int? = nil) {
    self.point = point
    self.loss = loss
    self.lastStep = lastStep
  }
}

/// The tree-structured Parzen estimator: draws from the density of the good trials the point that
/// is least to be expected among the others.
///
/// For example: `TPESampler().point(in: space, after: trials, using: &generator)`.
/// Source: Bergstra et al. (2011); settings and details are those of Optuna 5.0's default sampler:
/// multivariate, a tenth of the trials (at most 25) are good, prior weight 1, newest 25 trials in
/// full weight, bandwidths by neighbour gaps.
public struct TPESampler: Sendable, Hashable {
  /// How many trials are drawn at random before.
  public var startupTrials: Int
  /// How many points are drawn from the density of the good trials.
  public var candidates: Int

  /// A sampler; the defaults are Optuna's.
  public init(startupTrials: Int = 10, candidates: Int = 24) {
    self.startupTrials = startupTrials
    self.candidates = candidates
  }

  /// The next point to try, after the trials in `observations`, which come oldest first, and beside
  /// those at `pending` points, which run now.
  public func point(
    in space: SearchSpace, after observations: [Observation], beside pending: [[Double]] = [],
    using generator: inout RandomGenerator
  ) -> [Double] {
    guard observations.count >= max(1, startupTrials) else {
      let point = space.dimensions.map { SearchAxis($0.domain).randomValue(using: &generator) }
      return space.canonical(point)
    }
    let densities = Densities(in: space, after: observations, beside: pending)
    var best = densities.candidate(using: &generator)
    for _ in 1..<max(1, candidates) {
      let next = densities.candidate(using: &generator)
      if next.gain > best.gain { best = next }
    }
    return best.point
  }

  /// The densities of the good trials and of the others, which include those that run now: they
  /// count as bad until they have ended, so that trials side by side look in different places
  /// (Optuna's constant liar).
  struct Densities {
    private let space: SearchSpace
    private let good: ParzenEstimator
    private let others: ParzenEstimator

    init(in space: SearchSpace, after observations: [Observation], beside pending: [[Double]]) {
      self.space = space
      let axes = space.dimensions.map { SearchAxis($0.domain) }
      let isGood = TPESampler.good(observations)
      func density(_ points: [[Double]]) -> ParzenEstimator {
        ParzenEstimator(
          of: points, on: axes,
          activity: space.hasConditions ? points.map { space.activity(at: $0) } : nil)
      }
      good = density(observations.indices.filter { isGood[$0] }.map { observations[$0].point })
      others = density(
        observations.indices.filter { !isGood[$0] }.map { observations[$0].point } + pending)
    }

    /// A point drawn from the density of the good trials.
    func candidate(using generator: inout RandomGenerator) -> (point: [Double], gain: Double) {
      let point = space.canonical(good.sample(using: &generator))
      return (point, gain(at: point))
    }

    /// How much more a point is to be expected among the good trials than among the others, as a
    /// logarithm.
    func gain(at point: [Double]) -> Double {
      let activity = space.hasConditions ? space.activity(at: point) : nil
      return good.logDensity(at: point, activity: activity)
        - others.logDensity(at: point, activity: activity)
    }
  }

  /// Which trials are the good ones: those that came to their end by loss, then stopped ones by how
  /// far they came.
  fileprivate static func good(_ observations: [Observation]) -> [Bool] {
    let count = min((observations.count + 9) / 10, 25)
    func rank(_ index: Int) -> (Int, Double, Int) {
      let observation = observations[index]
      let loss = observation.loss.isNaN ? Double.infinity : observation.loss
      return (observation.lastStep.map { -$0 } ?? Int.min, loss, index)
    }
    var isGood = Array(repeating: false, count: observations.count)
    for index in observations.indices.sorted(by: { rank($0) < rank($1) }).prefix(count) {
      isGood[index] = true
    }
    return isGood
  }
}
