#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A density over a search space: one kernel for each point, truncated to the space, and one wide
/// kernel over all of it as the prior.
///
/// A kernel is a product over the dimensions, so that a sample keeps what points have in common in
/// several dimensions (multivariate TPE). Source: Bergstra et al., "Algorithms for Hyper-Parameter
/// Optimization" (2011), with the bandwidths of Optuna 5.0.
struct ParzenEstimator {
  private let axes: [SearchAxis]
  /// Sums of the weights up to each kernel, the last being 1.
  private let cumulativeWeights: [Double]
  private let logWeights: [Double]
  private let kernels: [Kernels]

  /// The kernels of one dimension.
  private enum Kernels {
    /// Centres, widths, and the logarithm of what each density is divided by.
    case normal(centres: [Double], widths: [Double], logNorms: [Double])
    /// The chance of each choice, kernel after kernel, and its logarithm.
    case choice(count: Int, chances: [Double], logChances: [Double])
  }

  /// The density of points that are given oldest first.
  ///
  /// `activity` says for each point which dimensions mean something; in the others its kernel is as
  /// wide as the prior. Nil when all do.
  init(of points: [[Double]], on axes: [SearchAxis], activity: [[Bool]]? = nil) {
    self.axes = axes
    var weights = Self.weights(count: points.count)
    weights.append(1)
    let sum = weights.reduce(0, +)
    var total = 0.0
    cumulativeWeights = weights.map { weight in
      total += weight / sum
      return total
    }
    logWeights = weights.map { log($0 / sum) }
    kernels = axes.indices.map { dimension in
      Self.kernels(
        on: axes[dimension],
        at: points.indices.map { point in
          activity.map { $0[point][dimension] } ?? true
            ? axes[dimension].place(of: points[point][dimension]) : nil
        })
    }
  }

  /// A point drawn from the density.
  func sample(using generator: inout RandomGenerator) -> [Double] {
    let share = generator.share()
    let kernel = cumulativeWeights.firstIndex { share < $0 } ?? cumulativeWeights.count - 1
    return axes.indices.map { dimension in
      switch kernels[dimension] {
      case .normal(let centres, let widths, _):
        let axis = axes[dimension]
        return axis.value(
          of: Self.truncatedNormal(
            centres[kernel], widths[kernel], axis.lower, axis.upper, using: &generator))
      case .choice(let count, let chances, _):
        var rest = generator.share()
        for choice in 0..<count {
          rest -= chances[kernel * count + choice]
          if rest < 0 { return Double(choice) }
        }
        return Double(count - 1)
      }
    }
  }

  /// The logarithm of the density at a point, over the dimensions that mean something there.
  func logDensity(at point: [Double], activity: [Bool]? = nil) -> Double {
    var logs = logWeights
    for dimension in axes.indices where activity?[dimension] ?? true {
      let axis = axes[dimension]
      let value = point[dimension]
      switch kernels[dimension] {
      case .normal(let centres, let widths, let logNorms):
        if axis.kind == .discrete {
          let (low, high) = axis.interval(around: value)
          for kernel in logs.indices {
            let (centre, width) = (centres[kernel], widths[kernel])
            logs[kernel] +=
              logMass((low - centre) / width, (high - centre) / width) - logNorms[kernel]
          }
        } else {
          let place = axis.place(of: value)
          for kernel in logs.indices {
            let distance = (place - centres[kernel]) / widths[kernel]
            logs[kernel] += -0.5 * distance * distance - logNorms[kernel]
          }
        }
      case .choice(let count, _, let logChances):
        let choice = min(max(Int(value), 0), count - 1)
        for kernel in logs.indices { logs[kernel] += logChances[kernel * count + choice] }
      }
    }
    let largest = logs.max() ?? -.infinity
    guard largest.isFinite else { return largest }
    return largest + log(logs.reduce(0) { $0 + exp($1 - largest) })
  }

  /// The newest 25 points count in full, older ones less and less.
  private static func weights(count: Int) -> [Double] {
    let older = count - 25
    guard older > 0 else { return Array(repeating: 1, count: count) }
    let first = 1 / Double(count)
    let ramp = (0..<older).map { index in
      older == 1 ? first : first + (1 - first) * Double(index) / Double(older - 1)
    }
    return ramp + Array(repeating: 1, count: 25)
  }

  private static func kernels(on axis: SearchAxis, at places: [Double?]) -> Kernels {
    switch axis.kind {
    case .choice(let count):
      let kernelCount = places.count + 1
      let prior = 1 / Double(kernelCount)
      var chances: [Double] = []
      for place in places {
        guard let place else {
          chances += Array(repeating: 1 / Double(count), count: count)
          continue
        }
        for choice in 0..<count {
          let seen = Int(place) == choice ? 1.0 : 0
          chances.append((prior + seen) / (prior * Double(count) + 1))
        }
      }
      chances += Array(repeating: 1 / Double(count), count: count)
      return .choice(count: count, chances: chances, logChances: chances.map { log($0) })
    case .continuous, .discrete:
      let span = axis.upper - axis.lower
      let middle = axis.lower + span / 2
      let centres = places.map { $0 ?? middle } + [middle]
      let known = places.compactMap(\.self)
      var gaps = neighbourGaps(of: known, between: axis.lower, and: axis.upper)[...]
      // A magic clip: no kernel is narrower than a share of the span that falls with their number.
      let narrowest = span / min(100, Double(known.count + 2))
      var widths = places.map { place in
        place == nil ? span : min(max(gaps.popFirst() ?? span, narrowest), span)
      }
      widths.append(span)
      for index in widths.indices where widths[index] <= 0 { widths[index] = 1 }
      let logNorms = centres.indices.map { index in
        let mass = logMass(
          (axis.lower - centres[index]) / widths[index],
          (axis.upper - centres[index]) / widths[index])
        return axis.kind == .discrete
          ? mass : mass + log(widths[index]) + 0.5 * log(2 * Double.pi)
      }
      return .normal(centres: centres, widths: widths, logNorms: logNorms)
    }
  }

  /// The larger of each centre's distances to its neighbours; the outermost ones look inwards only.
  private static func neighbourGaps(
    of centres: [Double], between lower: Double, and upper: Double
  ) -> [Double] {
    let order = centres.indices.sorted {
      centres[$0] != centres[$1] ? centres[$0] < centres[$1] : $0 < $1
    }
    var gaps = Array(repeating: upper - lower, count: centres.count)
    for (rank, index) in order.enumerated() {
      let before = rank == 0 ? lower : centres[order[rank - 1]]
      let after = rank == order.count - 1 ? upper : centres[order[rank + 1]]
      gaps[index] = max(centres[index] - before, after - centres[index])
    }
    if let first = order.first, let last = order.last, order.count >= 2 {
      gaps[first] = centres[order[1]] - centres[first]
      gaps[last] = centres[last] - centres[order[order.count - 2]]
    }
    return gaps
  }

  /// Kernels lie inside of the bounds and are no wider than they are apart, so that at least a
  /// third of the draws falls inside.
  private static func truncatedNormal(
    _ centre: Double, _ width: Double, _ lower: Double, _ upper: Double,
    using generator: inout RandomGenerator
  ) -> Double {
    guard lower < upper else { return lower }
    for _ in 0..<1000 {
      let (first, second) = generator.normals()
      let draw = centre + width * first
      if draw >= lower, draw <= upper { return draw }
      let other = centre + width * second
      if other >= lower, other <= upper { return other }
    }
    return min(max(centre, lower), upper)
  }
}

/// The logarithm of a standard normal's mass between two places, exact far out in a tail too.
private func logMass(_ low: Double, _ high: Double) -> Double {
  guard low < high else { return 0 }
  // The right tail is the left one's mirror, where differences lose no digits.
  let (near, far) = low > 0 ? (low, high) : (-high, -low)
  if near > 0 || low > 0 {
    let mass = 0.5 * (erfc(near / 2.0.squareRoot()) - erfc(far / 2.0.squareRoot()))
    return mass > 0 ? log(mass) : -0.5 * near * near - log(near) - 0.5 * log(2 * Double.pi)
  }
  return log(0.5 * (erf(high / 2.0.squareRoot()) - erf(low / 2.0.squareRoot())))
}
