#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension LinearModel.Calibration {
  /// The sigmoid that fits the values of rows whose class is known.
  ///
  /// The targets are (n1 + 1) / (n1 + 2) and 1 / (n0 + 2), so that separated classes leave it finite;
  /// Newton's method with backtracking finds the minimum.
  /// Source: J. Platt, "Probabilistic outputs for support vector machines" (1999); the algorithm is
  /// that of H.-T. Lin, C.-J. Lin, R. Weng, "A note on Platt's probabilistic outputs" (2007).
  init(fitting values: [Double], _ labels: [Bool]) {
    let positives = Double(labels.reduce(into: 0) { $0 += $1 ? 1 : 0 })
    let negatives = Double(labels.count) - positives
    let high = (positives + 1) / (positives + 2)
    let low = 1 / (negatives + 2)
    let targets = labels.map { $0 ? high : low }
    // The paper's A and B: the probability is 1 / (1 + exp(A f + B)).
    var (a, b) = (0.0, log((negatives + 1) / (positives + 1)))
    var value = Self.objective(values, targets, a, b)
    for _ in 0..<100 {
      var (h11, h22, h21, g1, g2) = (1e-12, 1e-12, 0.0, 0.0, 0.0)
      for (x, target) in zip(values, targets) {
        let p = sigmoid(-(a * x + b))
        let curvature = p * (1 - p)
        h11 += x * x * curvature
        h22 += curvature
        h21 += x * curvature
        g1 += x * (target - p)
        g2 += target - p
      }
      if abs(g1) < 1e-5, abs(g2) < 1e-5 { break }
      let determinant = h11 * h22 - h21 * h21
      let da = -(h22 * g1 - h21 * g2) / determinant
      let db = -(h11 * g2 - h21 * g1) / determinant
      let descent = g1 * da + g2 * db
      var step = 1.0
      while step >= 1e-10 {
        let next = Self.objective(values, targets, a + step * da, b + step * db)
        if next < value + 1e-4 * step * descent {
          (a, b, value) = (a + step * da, b + step * db, next)
          break
        }
        step /= 2
      }
      if step < 1e-10 { break }
    }
    self.init(slope: -a, offset: -b)
  }

  private static func objective(
    _ values: [Double], _ targets: [Double], _ a: Double, _ b: Double
  ) -> Double {
    var sum = 0.0
    for (x, target) in zip(values, targets) {
      let z = a * x + b
      sum += z >= 0 ? target * z + log1p(exp(-z)) : (target - 1) * z + log1p(exp(z))
    }
    return sum
  }
}
