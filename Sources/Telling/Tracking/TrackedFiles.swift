public import Parsing

/// Which files of a report are sent to a tracking server.
public struct TrackedFiles: Sendable, Hashable {
  /// A file of a report's folder.
  public struct File: Sendable, Hashable {
    /// The path in the folder.
    public var path: String
    /// The size in bytes.
    public var size: Int

    /// A file.
    public init(_ path: String, size: Int) {
      self.path = path
      self.size = size
    }
  }

  /// The most files of one run.
  static let countLimit = 1000

  /// The paths that are sent, the report's own files first.
  public var sent: [String] = []
  /// The paths that are left out although they were asked for, with the reason.
  public var leftOut: [String] = []

  /// The files of a folder within the limits of `options`.
  public init(of files: [File], _ options: TrackingOptions) {
    let wanted = files.filter { options.parts.contains(Self.part(of: $0.path)) }
      .map { (rank: Self.part(of: $0.path) == .report ? 0 : 1, file: $0) }
      .sorted { left, right in
        left.rank == right.rank
          ? left.file.path.utf8.lexicographicallyPrecedes(right.file.path.utf8)
          : left.rank < right.rank
      }
    for (_, file) in wanted {
      if file.size > options.fileLimit {
        leftOut.append("\(file.path) (\(file.size) bytes)")
      } else if sent.count == Self.countLimit {
        leftOut.append("\(file.path) (more than \(Self.countLimit) files)")
      } else {
        sent.append(file.path)
      }
    }
  }

  /// The part of a report that a file belongs to.
  private static func part(of path: String) -> TrackingOptions.Part {
    let folders = path.split(separator: "/").dropLast()
    if folders.contains("tables") { return .tables }
    if folders.contains("charts") { return .charts }
    if folders.contains("artifacts") { return .files }
    return .report
  }
}
