/// Why a model could not be trained, read or applied: always something the author can change.
public struct LearningError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The class of failure, as far as callers decide by it.
  public enum Kind: Sendable, Hashable {
    /// A parameter of this name is unknown or has a value that does not fit.
    case parameter(String)
    /// The rows cannot be learned from: no rows, one class, no feature.
    case data
    /// A column of this name is missing or of a type that does not fit.
    case column(String)
    /// The files of a model do not make one.
    case bundle
    /// Whoever watched asked to stop.
    case cancelled
    /// The library said no.
    case library
  }

  /// The class of failure.
  public var kind: Kind
  /// One sentence: what is wrong.
  public var summary: String
  /// Why, when the summary does not say it.
  public var explanation: String?
  /// What to do, most likely remedy first.
  public var solutions: [String]

  /// A failure with its remedies.
  public init(
    _ kind: Kind, _ summary: String, explanation: String? = nil, solutions: [String] = []
  ) {
    self.kind = kind
    self.summary = summary
    self.explanation = explanation
    self.solutions = solutions
  }

  /// The summary with its explanation.
  public var description: String {
    explanation.map { "\(summary): \($0)" } ?? summary
  }
}
