/// What an Arrow IPC stream holds that cannot be read.
public struct ArrowIPCError: Error, Sendable, Hashable {
  /// The class of failure, as far as callers decide by it.
  public enum Kind: Sendable, Hashable {
    /// The bytes break the format: damaged on the way, or not Arrow at all.
    case malformed
    /// The bytes are well formed, but a column's type has no counterpart here.
    case column(name: String, type: String)
    /// The bytes are well formed, but use a part of the format that is not read here.
    case unsupported
  }

  /// The class of failure.
  public var kind: Kind
  /// What is wrong, as one sentence without its full stop.
  public var summary: String

  /// An error of this kind.
  public init(_ kind: Kind, _ summary: String) {
    self.kind = kind
    self.summary = summary
  }

  static func malformed(_ what: String) -> ArrowIPCError {
    ArrowIPCError(.malformed, "the rows came as damaged Arrow data: \(what)")
  }

  static func unsupported(_ what: String) -> ArrowIPCError {
    ArrowIPCError(.unsupported, "the rows came in an Arrow form that is not read here: \(what)")
  }
}
