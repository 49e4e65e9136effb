#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension Archive {
  /// A run that was not published, with what it left for its author's eyes.
  public struct FailedRun: Sendable, Hashable {
    /// The run's name.
    public var id: String
    /// The bytes of its files.
    public var size: Int
    /// Milliseconds since 1970 in UTC of its end.
    public var endedAt: Int64
  }

  /// The runs that were not published and whose reports are there, oldest first.
  public func failedRuns() -> [FailedRun] {
    let runs = state.folder("runs")
    return runs.names().filter { !$0.hasPrefix(".") && runs.kind(of: $0) == .folder }.map { name in
      let folder = runs.folder(name)
      var status = stat()
      _ = unsafe lstat(folder.path, &status)
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      return FailedRun(
        id: name,
        size: folder.filesAtAnyDepth().reduce(0) { $0 + Self.size(of: folder.path(of: $1)) },
        endedAt: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }.sorted { ($0.endedAt, $0.id) < ($1.endedAt, $1.id) }
  }

  /// Takes away what such a run left; the history goes on to tell of it.
  public func removeFailedRun(_ id: String) {
    let runs = state.folder("runs")
    guard !id.contains("/"), !id.hasPrefix("."), runs.kind(of: id) == .folder else { return }
    runs.folder(id).remove()
  }

  private static func size(of path: String) -> Int {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
