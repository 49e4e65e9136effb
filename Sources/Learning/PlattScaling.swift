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
  init(fitting values: [Double], _ labels: [Bool], weights: [Double]? = nil) {
    let weights = weights ?? Array(repeating: 1, count: labels.count)
    let positives = zip(labels, weights).reduce(0) { $0 + ($1.0 ? $1.1 : 0) }
    let negatives = zip(labels, weights).reduce(0) { $0 + ($1.0 ? 0 : $1.1) }
    let high = (positives + 1) / (positives + 2)
    let low = 1 / (negatives + 2)
    let rows = labels.indices.map {
      Row(value: values[$0], target: labels[$0] ? high : low, weight: weights[$0])
    }
    // The paper's A and B: the probability is 1 / (1 + exp(A f + B)).
    var (a, b) = (0.0, log((negatives + 1) / (positives + 1)))
    var value = Self.objective(rows, a, b)
    for _ in 0..<100 {
      var (h11, h22, h21, g1, g2) = (1e-12, 1e-12, 0.0, 0.0, 0.0)
      for row in rows {
        let x = row.value
        let p = sigmoid(-(a * x + b))
        let curvature = row.weight * p * (1 - p)
        let gap = row.weight * (row.target - p)
        h11 += x * x * curvature
        h22 += curvature
        h21 += x * curvature
        g1 += x * gap
        g2 += gap
      }
      if abs(g1) < 1e-5, abs(g2) < 1e-5 { break }
      let determinant = h11 * h22 - h21 * h21
      let da = -(h22 * g1 - h21 * g2) / determinant
      let db = -(h11 * g2 - h21 * g1) / determinant
      let descent = g1 * da + g2 * db
      var step = 1.0
      while step >= 1e-10 {
        let next = Self.objective(rows, a + step * da, b + step * db)
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

  /// A row with the probability that it should have.
  private struct Row {
    var value: Double
    var target: Double
    var weight: Double
  }

  private static func objective(_ rows: [Row], _ a: Double, _ b: Double) -> Double {
    var sum = 0.0
    for row in rows {
      let z = a * row.value + b
      let loss =
        z >= 0 ? row.target * z + log1p(exp(-z)) : (row.target - 1) * z + log1p(exp(z))
      sum += row.weight * loss
    }
    return sum
  }
}
