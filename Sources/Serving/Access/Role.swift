/// What somebody may do.
public enum Role: String, Sendable, Hashable, CaseIterable, Comparable, Codable {
  /// Reads reports, downloads, compares, scores.
  case viewer
  /// Also uploads and runs.
  case runner
  /// Also sees the audit log and everybody's runs.
  case admin

  /// Orders from viewer to admin.
  public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .viewer: 0
    case .runner: 1
    case .admin: 2
    }
  }
}

/// A role in a folder of notebooks and everything below it; the folder `""` is the whole project.
///
/// For example: `Grant(.runner, in: "credit")` covers `credit/monthly` and not `creditors`.
public struct Grant: Sendable, Hashable, Codable {
  /// The role.
  public var role: Role
  /// The folder below `notebooks/`, or a notebook.
  public var folder: String

  /// A role in a folder.
  public init(_ role: Role, in folder: String = "") {
    self.role = role
    self.folder = folder
  }

  /// A grant as it is written on a command line: `runner` or `runner:credit`.
  public init?(parsing text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let role = parts.first.flatMap({ Role(rawValue: String($0)) }) else { return nil }
    let folder = parts.count > 1 ? String(parts[1]) : ""
    guard !folder.hasPrefix("/"), !folder.hasSuffix("/") else { return nil }
    self.init(role, in: folder)
  }

  /// Whether it says anything of a notebook.
  func covers(_ notebook: String) -> Bool {
    folder.isEmpty || notebook == folder || notebook.hasPrefix(folder + "/")
  }
}
