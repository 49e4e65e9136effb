internal import LinearAlgebra

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A linear function fitted to rows that count differently, which liblinear cannot do: it knows
/// weights of classes only.
///
/// Minimises |w|² / 2 + sum of c loss(y, w x) over the rows, the intercept being the coefficient of a
/// constant feature and penalised like the others: liblinear's problem with a cost c for each row.
/// Newton's method with conjugate gradients for the step and a backtracking line search.
/// Source: L. Galli and C.-J. Lin, "A study on truncated Newton methods for linear classification"
/// (2021).
struct WeightedLinearFit {
  /// What a row adds.
  enum Loss {
    /// log(1 + exp(-y z)), y being 1 or -1.
    case logistic
    /// max(0, 1 - y z)², y being 1 or -1.
    case squaredHinge
    /// max(0, |z - y| - epsilon)².
    case squaredInsensitive(epsilon: Double)
  }

  let loss: Loss
  /// The value of the constant feature; nil for no intercept.
  let bias: Double?
  /// The solver stops when the gradient is so much shorter than at the start.
  let tolerance: Double

  private static let stepLimit = 200

  /// The coefficients and the intercept for rows that cost `costs` and have these labels or values.
  func solution(
    of inputs: DenseMatrix, _ labels: [Double], costs: [Double]
  ) -> (coefficients: [Double], intercept: Double) {
    let rows = BiasedRows(inputs, bias: bias)
    var weights = Array(repeating: 0.0, count: rows.width)
    var values = Array(repeating: 0.0, count: labels.count)
    var objective = self.objective(weights, values, labels, costs)
    var start: Double?
    for _ in 0..<Self.stepLimit {
      let (slopes, curvatures) = derivatives(values, labels, costs)
      var gradient = rows.combined(by: slopes)
      for index in gradient.indices { gradient[index] += weights[index] }
      let length = norm(gradient)
      let first = start ?? length
      start = first
      if length <= tolerance * first { break }
      let step = Self.step(down: gradient, rows, curvatures)
      let moves = rows.values(of: step)
      let descent = zip(gradient, step).reduce(0) { $0 + $1.0 * $1.1 }
      var share = 1.0
      var isLower = false
      while share > 1e-10, !isLower {
        let next = zip(weights, step).map { $0 + share * $1 }
        let nextValues = zip(values, moves).map { $0 + share * $1 }
        let nextObjective = self.objective(next, nextValues, labels, costs)
        if nextObjective < objective + 0.01 * share * descent {
          (weights, values, objective) = (next, nextValues, nextObjective)
          isLower = true
        }
        share /= 2
      }
      // What is left is below the rounding of the objective.
      if !isLower { break }
    }
    guard let bias else { return (weights, 0) }
    return (Array(weights.dropLast()), (weights.last ?? 0) * bias)
  }

  /// The step to the minimum of the quadratic model, as far as conjugate gradients need to go.
  private static func step(
    down gradient: [Double], _ rows: BiasedRows, _ curvatures: [Double]
  ) -> [Double] {
    var step = Array(repeating: 0.0, count: gradient.count)
    var residual = gradient.map { -$0 }
    var direction = residual
    var squares = residual.reduce(0) { $0 + $1 * $1 }
    let goal = squares * 0.01
    // Rounding can keep the residual above the goal; twice the dimensions is more than exact
    // arithmetic needs.
    for _ in 0..<2 * gradient.count + 10 where squares > goal {
      let values = rows.values(of: direction)
      var image = rows.combined(by: zip(values, curvatures).map { $0 * $1 })
      for index in image.indices { image[index] += direction[index] }
      let curvature = zip(direction, image).reduce(0) { $0 + $1.0 * $1.1 }
      guard curvature > 0 else { break }
      let length = squares / curvature
      for index in step.indices {
        step[index] += length * direction[index]
        residual[index] -= length * image[index]
      }
      let next = residual.reduce(0) { $0 + $1 * $1 }
      for index in direction.indices {
        direction[index] = residual[index] + next / squares * direction[index]
      }
      squares = next
    }
    return step
  }

  private func objective(
    _ weights: [Double], _ values: [Double], _ labels: [Double], _ costs: [Double]
  ) -> Double {
    var sum = CompensatedSum()
    for weight in weights { sum.add(weight * weight / 2) }
    for row in values.indices {
      let (value, label) = (values[row], labels[row])
      switch loss {
      case .logistic:
        let margin = label * value
        sum.add(
          costs[row] * (margin >= 0 ? log1p(exp(-margin)) : log1p(exp(margin)) - margin))
      case .squaredHinge:
        let gap = max(0, 1 - label * value)
        sum.add(costs[row] * gap * gap)
      case .squaredInsensitive(let epsilon):
        let gap = max(0, abs(value - label) - epsilon)
        sum.add(costs[row] * gap * gap)
      }
    }
    return sum.value
  }

  /// The first and the second derivative of each row's cost by its value.
  private func derivatives(
    _ values: [Double], _ labels: [Double], _ costs: [Double]
  ) -> (slopes: [Double], curvatures: [Double]) {
    var slopes = Array(repeating: 0.0, count: values.count)
    var curvatures = slopes
    for row in values.indices {
      let (value, label, cost) = (values[row], labels[row], costs[row])
      switch loss {
      case .logistic:
        let share = sigmoid(label * value)
        slopes[row] = cost * label * (share - 1)
        curvatures[row] = cost * share * (1 - share)
      case .squaredHinge:
        let gap = 1 - label * value
        guard gap > 0 else { continue }
        slopes[row] = -2 * cost * label * gap
        curvatures[row] = 2 * cost
      case .squaredInsensitive(let epsilon):
        let gap = abs(value - label) - epsilon
        guard gap > 0 else { continue }
        slopes[row] = 2 * cost * (value > label ? gap : -gap)
        curvatures[row] = 2 * cost
      }
    }
    return (slopes, curvatures)
  }

  private func norm(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

/// The rows of a matrix, each with the same constant behind it.
private struct BiasedRows {
  let width: Int
  private let inputs: DenseMatrix
  private let bias: Double?

  init(_ inputs: DenseMatrix, bias: Double?) {
    self.inputs = inputs
    self.bias = bias
    width = inputs.columnCount + (bias == nil ? 0 : 1)
  }

  /// The sum over each row by these weights.
  func values(of weights: [Double]) -> [Double] {
    let constant = bias.map { $0 * (weights.last ?? 0) } ?? 0
    return (0..<inputs.rowCount).map { row in
      let start = row * inputs.columnCount
      var sum = constant
      for column in 0..<inputs.columnCount {
        sum += inputs.values[start + column] * weights[column]
      }
      return sum
    }
  }

  /// The sum of the rows, each times its factor.
  func combined(by factors: [Double]) -> [Double] {
    var sums = Array(repeating: 0.0, count: width)
    for row in 0..<inputs.rowCount where factors[row] != 0 {
      let start = row * inputs.columnCount
      let factor = factors[row]
      for column in 0..<inputs.columnCount {
        sums[column] += factor * inputs.values[start + column]
      }
      if let bias { sums[width - 1] += factor * bias }
    }
    return sums
  }
}
