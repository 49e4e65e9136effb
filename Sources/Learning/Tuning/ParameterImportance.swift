#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension Study {
  /// How much each parameter decides on whether a trial is among the best, as shares of their sum;
  /// empty when there are fewer than eight trials that came to their end.
  ///
  /// The Pearson divergence between the density of the best quarter and that of all trials, one
  /// parameter at a time: PED-ANOVA (Watanabe, Bansal, Hutter, 2023), as in Optuna.
  public func importance(of trials: [Trial]) -> [Double] {
    let scored = trials.filter(\.isComplete).compactMap { trial in
      trial.loss.map { (point: trial.point, loss: $0, number: trial.number) }
    }.sorted { ($0.loss, $0.number) < ($1.loss, $1.number) }
    guard scored.count >= 8, !space.dimensions.isEmpty else { return [] }
    let divergences = space.dimensions.indices.map { dimension -> Double in
      // A parameter is judged by the trials in which it meant something.
      let points = scored.map(\.point).filter { space.activity(at: $0)[dimension] }
      guard points.count >= 8 else { return 0 }
      let axis = SearchAxis(space.dimensions[dimension].domain)
      func shares(_ points: some Sequence<[Double]>) -> [Double] {
        let estimator = ParzenEstimator(of: points.map { [$0[dimension]] }, on: [axis])
        let densities = axis.grid(of: 64).map { exp(estimator.logDensity(at: [$0])) }
        let sum = densities.reduce(0, +)
        return densities.map { sum > 0 ? $0 / sum : 0 }
      }
      let best = shares(points.prefix((points.count + 3) / 4))
      let all = shares(points)
      return zip(best, all).reduce(0) { sum, pair in
        pair.1 > 0 ? sum + (pair.0 - pair.1) * (pair.0 - pair.1) / pair.1 : sum
      }
    }
    let sum = divergences.reduce(0, +)
    return divergences.map { sum > 0 ? $0 / sum : 0 }
  }
}

extension SearchAxis {
  /// At most `count` different values that cover the axis.
  fileprivate func grid(of count: Int) -> [Double] {
    if case .choice(let choices) = kind { return (0..<choices).map(Double.init) }
    var values: [Double] = []
    for index in 0..<count {
      let share = (Double(index) + 0.5) / Double(count)
      let value = value(of: lower + (upper - lower) * share)
      if values.last != value { values.append(value) }
    }
    return values
  }
}
