import Learning

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Known functions to make small. `Benchmarks/sampler` measures all seeds; here a few must do.
enum TestFunction: String, CaseIterable {
  case sphere, hartmann, rosenbrock, ackley, styblinski

  var space: SearchSpace {
    let (count, bounds): (Int, ClosedRange<Double>) =
      switch self {
      case .sphere, .styblinski: (5, -5...5)
      case .hartmann: (6, 0...1)
      case .rosenbrock: (4, -2...2)
      case .ackley: (5, -10...10)
      }
    return SearchSpace((0..<count).map { .init("x\($0)", .real(bounds)) })
  }

  /// What the median of 30 seeds of random search finds in 100 trials (FACTS of Optuna 5.0's runs).
  var randomMedian: Double {
    switch self {
    case .sphere: 6.45
    case .hartmann: -2.123
    case .rosenbrock: 39
    case .ackley: 9.07
    case .styblinski: -141.8
    }
  }

  func callAsFunction(_ x: [Double]) -> Double {
    switch self {
    case .sphere: return x.reduce(0) { $0 + $1 * $1 }
    case .styblinski:
      let terms = x.map { value in value * value * (value * value - 16) + 5 * value }
      return terms.reduce(0, +) / 2
    case .rosenbrock:
      return zip(x, x.dropFirst()).reduce(0) { sum, pair in
        let (slope, rest) = (pair.1 - pair.0 * pair.0, 1 - pair.0)
        return sum + 100 * slope * slope + rest * rest
      }
    case .ackley:
      let count = Double(x.count)
      let squares = x.reduce(0) { $0 + $1 * $1 } / count
      let waves = x.reduce(0) { $0 + cos(2 * Double.pi * $1) } / count
      let bowl = -20 * exp(-0.2 * squares.squareRoot())
      return bowl - exp(waves) + 20 + exp(1.0)
    case .hartmann:
      let slopes: [[Double]] = [
        [10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
      ]
      let centres: [[Double]] = [
        [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381],
      ]
      return zip([1.0, 1.2, 3.0, 3.2], 0..<4).reduce(0) { sum, hill in
        var exponent = 0.0
        for index in x.indices {
          let distance = x[index] - centres[hill.1][index] * 1e-4
          exponent += slopes[hill.1][index] * distance * distance
        }
        return sum - hill.0 * exp(-exponent)
      }
    }
  }
}
