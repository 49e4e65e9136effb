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

  /// The next point to try, after the trials in `observations`, which come oldest first.
  public func point(
    in space: SearchSpace, after observations: [Observation],
    using generator: inout RandomGenerator
  ) -> [Double] {
    let axes = space.dimensions.map { SearchAxis($0.domain) }
    guard observations.count >= max(1, startupTrials) else {
      return axes.map { $0.randomValue(using: &generator) }
    }
    let isGood = Self.good(observations)
    let good = ParzenEstimator(
      of: observations.indices.filter { isGood[$0] }.map { observations[$0].point }, on: axes)
    let others = ParzenEstimator(
      of: observations.indices.filter { !isGood[$0] }.map { observations[$0].point }, on: axes)
    var best: (point: [Double], gain: Double)?
    for _ in 0..<max(1, candidates) {
      let point = good.sample(using: &generator)
      let gain = good.logDensity(at: point) - others.logDensity(at: point)
      if best.map({ gain > $0.gain }) ?? true { best = (point, gain) }
    }
    return best?.point ?? axes.map { $0.randomValue(using: &generator) }
  }

  /// Which trials are the good ones: those that came to their end by loss, then stopped ones by how
  /// far they came.
  private static func good(_ observations: [Observation]) -> [Bool] {
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
