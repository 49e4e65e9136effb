internal import Learning

/// Why machines could not train together: always with the machine's address as it was given.
public struct TeamError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The class of failure, as far as callers decide by it.
  public enum Kind: String, Sendable, Hashable {
    /// Nobody answers at an address, or nobody came in time.
    case unreachable
    /// The other side has no right to this, or is not of the same version.
    case refused
    /// The other side is at work for somebody else.
    case busy
    /// The connection has ended.
    case closed
    /// Nothing was heard for too long.
    case silent
    /// What arrived is not what Washi sends.
    case damaged
    /// Whoever watches asked to stop.
    case unwanted
    /// A machine could not do its part.
    case training
    /// What is given is wrong: an address, a secret.
    case settings
  }

  /// The class of failure.
  public var kind: Kind
  /// One sentence: what happened.
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
  public var description: String { explanation.map { "\(summary): \($0)" } ?? summary }

  static let unwanted = TeamError(.unwanted, "the training was stopped")
  static let closed = TeamError(.closed, "the connection has ended")

  /// Does something with the learning engine, whose failures are those of the training.
  static func learning<Success>(
    _ body: () throws(LearningError) -> Success
  ) throws(TeamError) -> Success {
    do throws(LearningError) {
      return try body()
    } catch {
      throw TeamError(
        error.kind == .cancelled ? .unwanted : .training, error.summary,
        explanation: error.explanation, solutions: error.solutions)
    }
  }
}
