#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension Archive {
  /// Something in the state folder that only its author's eyes may still want: no version, no part of
  /// the history.
  public struct Leftover: Sendable, Hashable {
    /// What left it.
    public var kind: Kind
    /// Its name in the kind's folder.
    public var id: String
    /// The bytes of its files.
    public var size: Int
    /// Milliseconds since 1970 in UTC of the last change of its files.
    public var changedAt: Int64

    /// What leaves something; the value is the folder's name.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      /// The report of a run that was not published.
      case failedRun = "runs"
      /// What the processes of a run have written.
      case log = "logs"
      /// The page and the record of a batch.
      case batch = "batches"
    }
  }

  /// All leftovers, the oldest first.
  public func leftovers() -> [Leftover] {
    Leftover.Kind.allCases.flatMap { kind in
      let parent = state.folder(kind.rawValue)
      return parent.names().filter { !$0.hasPrefix(".") && parent.kind(of: $0) == .folder }
        .map { Self.leftover(kind, $0, parent.folder($0)) }
    }.sorted { ($0.changedAt, $0.id) < ($1.changedAt, $1.id) }
  }

  /// Takes a leftover away; the history goes on to tell of the run.
  public func remove(_ leftover: Leftover) {
    let parent = state.folder(leftover.kind.rawValue)
    guard !leftover.id.contains("/"), !leftover.id.hasPrefix("."),
      parent.kind(of: leftover.id) == .folder
    else { return }
    parent.folder(leftover.id).remove()
  }

  /// Removes the working folders of runs that were killed.
  public func sweep() {
    Staging.sweep(state.folder("running"))
  }

  private static func leftover(
    _ kind: Leftover.Kind, _ name: String, _ folder: Folder
  ) -> Leftover {
    // A file that grows does not touch its folder's time.
    let all =
      [look(at: folder.path)] + folder.filesAtAnyDepth().map { look(at: folder.path(of: $0)) }
    return Leftover(
      kind: kind, id: name, size: all.dropFirst().reduce(0) { $0 + $1.size },
      changedAt: all.map(\.changedAt).max() ?? 0)
  }

  private static func look(at path: String) -> (size: Int, changedAt: Int64) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return (0, 0) }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return (Int(status.st_size), Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
