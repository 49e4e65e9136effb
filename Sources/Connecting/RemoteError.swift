/// What an engine elsewhere, or the way to it, could not do.
public struct RemoteError: Error, Sendable, Hashable {
  /// The class of failure, as far as callers decide by it.
  public enum Kind: String, Sendable, Hashable {
    /// What speaks to the engine is not here, or cannot be used.
    case driver
    /// Nobody answers.
    case unreachable
    /// Somebody answers, and does not let us in.
    case refused
    /// The conversation broke off.
    case lost
    /// `cancel` was called.
    case cancelled
    /// The SQL does not fit: its form, a table, a column, a type, a right.
    case sql
    /// A column of a type that has no counterpart here.
    case type
    /// Nothing can be kept there, as the session may only read.
    case readOnly
    /// Everything else.
    case other
  }

  /// The class of failure.
  public var kind: Kind
  /// One sentence, in the engine's own words where it spoke; without secrets, hosts and users.
  public var summary: String
  /// Why, when the summary does not say it.
  public var explanation: String?
  /// What to do, most likely remedy first.
  public var solutions: [String] = []
  /// The UTF-8 offset in the query's own text of what is wrong, when the engine says so.
  public var position: Int?
  /// The engine's own code, such as an SQLSTATE.
  public var code: String?

  /// A failure with its reason.
  public init(
    _ kind: Kind, _ summary: String, explanation: String? = nil, solutions: [String] = [],
    position: Int? = nil, code: String? = nil
  ) {
    self.kind = kind
    self.summary = summary
    self.explanation = explanation
    self.solutions = solutions
    self.position = position
    self.code = code
  }
}
