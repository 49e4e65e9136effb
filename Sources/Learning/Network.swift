internal import LinearAlgebra

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A feed-forward network over standardised inputs. Its last sums are the log odds of the positive
/// class, or for several classes what `softmax` makes probabilities of, or a standardised number.
///
/// Scoring needs no library: the sums are made by a plain loop, in the same order everywhere.
public struct Network: Sendable, Hashable, Codable {
  /// What comes before the first layer.
  public var standardizer: Standardizer
  /// From the inputs to the answer.
  public var layers: [Layer]
  /// What is made of the last sums.
  public var output: Output

  /// What is made of the last sums.
  public enum Output: Sendable, Hashable, Codable {
    /// The probability of the positive class.
    case probability
    /// One probability for each class.
    case probabilities
    /// A number: the sum times `scale`, plus `mean`, those of the training rows.
    case value(mean: Double, scale: Double)
  }

  /// Sums of inputs, and what is done to them.
  public struct Layer: Sendable, Hashable, Codable {
    /// How many numbers it takes.
    public var inputs: Int
    /// How many numbers it makes.
    public var outputs: Int
    /// What each input counts in each sum: `inputs` rows of `outputs`.
    public var weights: [Double]
    /// What is added to each sum.
    public var biases: [Double]
    /// What is done to each sum.
    public var activation: NetworkLayer.Activation

    /// Whether the arrays are as long as the numbers say.
    fileprivate var isSound: Bool {
      let (size, overflows) = inputs.multipliedReportingOverflow(by: outputs)
      return inputs > 0 && outputs > 0 && !overflows && weights.count == size
        && biases.count == outputs
    }
  }

  /// A network with random weights: uniform within sqrt(6 / (inputs + outputs)), for sigmoid within
  /// sqrt(2 / (inputs + outputs)), biases likewise, as scikit-learn.
  ///
  /// Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward
  /// neural networks" (2010).
  init(
    _ hidden: [NetworkLayer], after standardizer: Standardizer, outputs: Int = 1,
    output: Output = .probability, seed: UInt64
  ) {
    self.standardizer = standardizer
    self.output = output
    layers = []
    var generator = RandomGenerator(seed: seed, stream: 1 << 40)
    var inputs = standardizer.inputCount
    for layer in hidden + [NetworkLayer(units: outputs, activation: .linear)] {
      let factor: Double = layer.activation == .sigmoid || layer.units == 1 ? 2 : 6
      let bound = (factor / Double(inputs + layer.units)).squareRoot()
      func random() -> Double { bound * (2 * generator.share() - 1) }
      let weights = (0..<inputs * layer.units).map { _ in random() }
      let biases = (0..<layer.units).map { _ in random() }
      layers.append(
        Layer(
          inputs: inputs, outputs: layer.units, weights: weights, biases: biases,
          activation: layer.activation))
      inputs = layer.units
    }
  }

  /// The scores of each row of features: of several classes one for each, which add up to 1.
  func scores(of matrix: DenseMatrix) throws(LearningError) -> [Double] {
    var expected = standardizer.inputCount
    for layer in layers {
      guard layer.isSound, layer.inputs == expected else {
        throw LearningError(.bundle, "the layers of the network do not fit together")
      }
      expected = layer.outputs
    }
    guard !layers.isEmpty, expected == 1 || output == .probabilities else {
      throw LearningError(.bundle, "the layers of the network do not fit together")
    }
    return scores(ofInputs: try standardizer.inputs(of: matrix), by: .plain)
  }

  /// The scores of each row of standardised inputs.
  func scores(ofInputs inputs: DenseMatrix, by blas: BLAS) -> [Double] {
    var scores: [Double] = []
    scores.reserveCapacity(inputs.rowCount * (layers.last?.outputs ?? 1))
    var start = 0
    while start < inputs.rowCount {
      let end = min(start + 1024, inputs.rowCount)
      let width = inputs.columnCount
      var values = Array(inputs.values[start * width..<end * width])
      for layer in layers { values = layer.values(of: values, rows: end - start, by: blas) }
      switch output {
      case .probability: scores += values.map(sigmoid)
      case .probabilities: scores += Self.softmax(values, layers.last?.outputs ?? 1)
      case .value(let mean, let scale): scores += values.map { $0 * scale + mean }
      }
      start = end
    }
    return scores
  }

  /// exp(sum) over the row's sum of them, without overflow.
  static func softmax(_ sums: [Double], _ width: Int) -> [Double] {
    var values = sums
    for start in stride(from: 0, to: sums.count, by: width) {
      let row = start..<start + width
      let highest = sums[row].max() ?? 0
      var total = 0.0
      for place in row {
        values[place] = exponential(sums[place] - highest)
        total += values[place]
      }
      for place in row { values[place] /= total }
    }
    return values
  }

  private static func exponential(_ value: Double) -> Double {
    #if canImport(Darwin)
      Darwin.exp(value)
    #else
      Glibc.exp(value)
    #endif
  }
}

extension Network.Layer {
  /// What the layer makes of rows of inputs.
  func values(of inputs: [Double], rows: Int, by blas: BLAS) -> [Double] {
    var values = Array(repeating: 0.0, count: rows * outputs)
    blas.multiply(inputs, weights, rows: rows, columns: outputs, inner: self.inputs, into: &values)
    var place = 0
    for _ in 0..<rows {
      for output in 0..<outputs {
        values[place] = activation.value(values[place] + biases[output])
        place += 1
      }
    }
    return values
  }
}
