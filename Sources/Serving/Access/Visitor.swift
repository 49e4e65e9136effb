/// Who asks, and how they proved it.
struct Visitor: Sendable, Hashable {
  /// The name in the history and in the audit log.
  var name: String
  /// What they may do where.
  var grants: [Grant]
  /// How they proved who they are.
  var proof: Proof

  enum Proof: Sendable, Hashable {
    /// The workplace is open: it listens on loopback only, and nobody has been given a password.
    case open
    /// A cookie; by the digest of its value.
    case session(String)
    /// An API token, by its public part.
    case token(String)
    /// A proxy that is trusted says so.
    case proxy
  }

  /// The role for a notebook; nil when they may not even know that it is there.
  func role(in notebook: String) -> Role? {
    grants.filter { $0.covers(notebook) }.map(\.role).max()
  }

  /// Whether they may do at least this with a notebook.
  func may(_ role: Role, in notebook: String) -> Bool {
    self.role(in: notebook).map { $0 >= role } ?? false
  }

  /// Whether they administer the whole project.
  var isAdmin: Bool { grants.contains { $0.folder.isEmpty && $0.role == .admin } }

  /// Whether the browser proves who they are without being asked, so that other pages could make
  /// it do so.
  var isAmbient: Bool {
    if case .token = proof { false } else { true }
  }
}
