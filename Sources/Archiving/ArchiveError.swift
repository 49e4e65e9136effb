/// Something the archive could not do: which path, why, and what helps.
public struct ArchiveError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of obstacle it was.
  public enum Kind: Sendable, Hashable {
    /// A name that must not become part of a path.
    case unsafeName
    /// An address that leads to no version.
    case notFound
    /// The call makes no sense, such as publishing a failed run.
    case misuse
    /// The user may not write or read there.
    case noPermission
    /// The file system is mounted read-only.
    case readOnly
    /// No space or quota is left.
    case diskFull
    /// A file's bytes are not the ones that were promised.
    case changedContent
    /// An alias was moved by somebody else since the decision to move it was made.
    case movedAlias
    /// The run history cannot be used.
    case history
    /// Whatever else the system says.
    case system
  }

  /// What kind of obstacle it was.
  public var kind: Kind
  /// One sentence: what could not be done, and why.
  public var summary: String
  /// The path it is about.
  public var path: String?
  /// What to do, most likely remedy first.
  public var solutions: [String]

  /// An obstacle with its remedies.
  public init(_ kind: Kind, _ summary: String, path: String? = nil, solutions: [String] = []) {
    self.kind = kind
    self.summary = summary
    self.path = path
    self.solutions = solutions
  }

  /// The summary with its remedies.
  public var description: String {
    ([summary] + solutions).joined(separator: "; ")
  }
}
