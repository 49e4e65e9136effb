/// What LightGBM, or the bridge to it, could not do.
public struct LightGBMError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The class of failure, as far as callers decide by it.
  public enum Kind: String, Sendable, Hashable {
    /// No library was found, or the one found cannot be used.
    case library
    /// A column has a type that LightGBM cannot take.
    case column
    /// A parameter's name or value makes no sense.
    case parameter
    /// Numbers of rows or columns do not fit together, or a stream was used twice.
    case shape
    /// The rows could not be made; the message is the producer's.
    case source
    /// LightGBM itself refused; the message is its own.
    case engine
  }

  /// The class of failure.
  public var kind: Kind
  /// What happened, in LightGBM's own words where it spoke.
  public var message: String
  /// The column or parameter that the message is about.
  public var name: String?
  /// What to do, most likely remedy first.
  public var solutions: [String]

  /// An error with its remedies.
  public init(_ kind: Kind, _ message: String, name: String? = nil, solutions: [String] = []) {
    self.kind = kind
    self.message = message
    self.name = name
    self.solutions = solutions
  }

  /// The message and the remedies.
  public var description: String { ([message] + solutions).joined(separator: "; ") }
}
