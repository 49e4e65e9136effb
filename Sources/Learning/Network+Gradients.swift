internal import LinearAlgebra

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension Network {
  /// Some rows of a training.
  struct Batch {
    /// The standardised inputs, row after row.
    var inputs: [Double]
    /// What each of the last sums shall become: 1 for the class of the row and 0 for others, or the
    /// standardised value; as many numbers for a row as the last layer makes.
    var labels: [Double]
    /// How much each row counts.
    var weights: [Double]
    /// For each layer what its values are multiplied by: 0 or 1 / (1 - dropout); empty for no dropout.
    var masks: [[Double]] = []
  }

  /// The derivatives of the loss by the weights and biases of each layer.
  struct Gradients {
    var weights: [[Double]]
    var biases: [[Double]]
  }

  /// The loss of a batch, (sum of weight * loss + l2 / 2 * sum of squared weights) / rows, and its
  /// derivatives: scikit-learn's loss, by back-propagation. A row's loss is the log loss, or half of
  /// the squared error of a number.
  func gradients(
    of batch: Batch, l2: Double, by blas: BLAS
  ) -> (loss: Double, gradients: Gradients) {
    let rows = batch.weights.count
    let share = 1 / Double(max(1, rows))
    var values: [[Double]] = []
    var current = batch.inputs
    // What enters each layer: the values of the one before it, dropped out.
    var entering: [[Double]] = []
    for (index, layer) in layers.enumerated() {
      entering.append(current)
      current = layer.values(of: current, rows: rows, by: blas)
      values.append(current)
      if index < batch.masks.count, !batch.masks[index].isEmpty {
        for place in current.indices { current[place] *= batch.masks[index][place] }
      }
    }
    var loss = 0.0
    var deltas = error(of: current, batch, &loss)
    for place in deltas.indices { deltas[place] *= share }
    for layer in layers { loss += l2 / 2 * layer.weights.reduce(0) { $0 + $1 * $1 } }
    var gradients = Gradients(weights: layers.map(\.weights), biases: layers.map(\.biases))
    for index in layers.indices.reversed() {
      let layer = layers[index]
      blas.multiply(
        entering[index], deltas, transposing: .left, rows: layer.inputs, columns: layer.outputs,
        inner: rows, into: &gradients.weights[index])
      for place in layer.weights.indices {
        gradients.weights[index][place] += l2 * share * layer.weights[place]
      }
      for output in 0..<layer.outputs {
        var sum = 0.0
        for row in 0..<rows { sum += deltas[row * layer.outputs + output] }
        gradients.biases[index][output] = sum
      }
      guard index > 0 else { break }
      let before = layers[index - 1]
      var back = Array(repeating: 0.0, count: rows * layer.inputs)
      blas.multiply(
        deltas, layer.weights, transposing: .right, rows: rows, columns: layer.inputs,
        inner: layer.outputs, into: &back)
      let mask = index - 1 < batch.masks.count ? batch.masks[index - 1] : []
      for place in back.indices {
        back[place] *= before.activation.slope(at: values[index - 1][place])
        if !mask.isEmpty { back[place] *= mask[place] }
      }
      deltas = back
    }
    return (loss * share, gradients)
  }

  /// The derivatives of the rows' losses by the last sums, which for all three losses are the answer
  /// minus what it should be.
  private func error(of sums: [Double], _ batch: Batch, _ loss: inout Double) -> [Double] {
    let width = layers.last?.outputs ?? 1
    var deltas = sums
    switch output {
    case .probability:
      for (row, sum) in sums.enumerated() {
        let (label, weight) = (batch.labels[row], batch.weights[row])
        // log(1 + exp(sum)) - label * sum, without overflow.
        loss += weight * (max(sum, 0) - sum * label + log1p(exp(-abs(sum))))
        deltas[row] = weight * (sigmoid(sum) - label)
      }
    case .probabilities:
      let answers = Self.softmax(sums, width)
      for place in sums.indices {
        let weight = batch.weights[place / width]
        if batch.labels[place] > 0 {
          loss -= weight * batch.labels[place] * log(max(answers[place], 1e-300))
        }
        deltas[place] = weight * (answers[place] - batch.labels[place])
      }
    case .value:
      for place in sums.indices {
        let gap = sums[place] - batch.labels[place]
        loss += batch.weights[place / width] * gap * gap / 2
        deltas[place] = batch.weights[place / width] * gap
      }
    }
    return deltas
  }
}

/// Adam: steps along the mean of past gradients, divided by the root of their mean square.
///
/// Source: D. Kingma and J. Ba, "Adam: a method for stochastic optimization" (2015).
struct Adam {
  var learningRate = 0.001
  var beta1 = 0.9
  var beta2 = 0.999
  var epsilon = 1e-8
  private var step = 0
  private var means: [[Double]] = []
  private var squares: [[Double]] = []

  init(_ parameters: AlgorithmParameters) {
    learningRate = parameters.real("learning_rate") ?? learningRate
    beta1 = parameters.real("beta1") ?? beta1
    beta2 = parameters.real("beta2") ?? beta2
    epsilon = parameters.real("epsilon") ?? epsilon
  }

  /// One step of all weights and biases.
  mutating func move(_ network: inout Network, along gradients: Network.Gradients) {
    if means.isEmpty {
      means = (gradients.weights + gradients.biases).map { $0.map { _ in 0 } }
      squares = means
    }
    step += 1
    let rate =
      learningRate * (1 - pow(beta2, Double(step))).squareRoot() / (1 - pow(beta1, Double(step)))
    let count = network.layers.count
    for index in 0..<count {
      move(&network.layers[index].weights, gradients.weights[index], index, rate)
      move(&network.layers[index].biases, gradients.biases[index], count + index, rate)
    }
  }

  private mutating func move(
    _ values: inout [Double], _ gradients: [Double], _ index: Int, _ rate: Double
  ) {
    for place in values.indices {
      let gradient = gradients[place]
      means[index][place] = beta1 * means[index][place] + (1 - beta1) * gradient
      squares[index][place] = beta2 * squares[index][place] + (1 - beta2) * gradient * gradient
      values[place] -= rate * means[index][place] / (squares[index][place].squareRoot() + epsilon)
    }
  }
}
