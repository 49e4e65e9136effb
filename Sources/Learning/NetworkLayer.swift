#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// A hidden layer as an author declares it.
///
/// For example: `NetworkLayer(units: 64, activation: .relu, dropout: 0.2)`.
public struct NetworkLayer: Sendable, Hashable, Codable {
  /// How many numbers it makes.
  public var units: Int
  /// What is done to each of them.
  public var activation: Activation
  /// The share of them that is put to 0, at random, at each step of the training.
  public var dropout: Double

  /// A layer.
  public init(units: Int, activation: Activation = .relu, dropout: Double = 0) {
    self.units = units
    self.activation = activation
    self.dropout = dropout
  }

  /// What a network has when its author says nothing: one layer of 100, as scikit-learn.
  public static let standard = [NetworkLayer(units: 100)]

  /// What a layer does to its sums.
  public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
    /// The sum, or 0 when it is negative.
    case relu
    /// The sum, or a hundredth of it when it is negative.
    case leakyRelu = "leaky_relu"
    /// The sum, or exp(sum) - 1 when it is negative.
    case elu
    /// The hyperbolic tangent.
    case tanh
    /// 1 / (1 + exp(-sum)).
    case sigmoid
    /// The sum itself.
    case linear

    /// The value for a sum.
    func value(_ sum: Double) -> Double {
      switch self {
      case .relu: max(sum, 0)
      case .leakyRelu: sum > 0 ? sum : 0.01 * sum
      case .elu: sum > 0 ? sum : expm1(sum)
      case .tanh: Self.hyperbolic(sum)
      case .sigmoid: Learning.sigmoid(sum)
      case .linear: sum
      }
    }

    /// The derivative, told from the value.
    func slope(at value: Double) -> Double {
      switch self {
      case .relu: value > 0 ? 1 : 0
      case .leakyRelu: value > 0 ? 1 : 0.01
      case .elu: value > 0 ? 1 : value + 1
      case .tanh: 1 - value * value
      case .sigmoid: value * (1 - value)
      case .linear: 1
      }
    }

    private static func hyperbolic(_ sum: Double) -> Double {
      #if canImport(Darwin)
        Darwin.tanh(sum)
      #else
        Glibc.tanh(sum)
      #endif
    }
  }
}
