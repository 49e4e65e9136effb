internal import Synchronization
public import Vocabulary

/// Libraries that were opened before: while their files are as they were, their names and versions are
/// known without opening them.
public final class LibraryMemo: Sendable {
  private struct Known: Codable {
    var name: String
    var version: String
    var path: String
    var stamp: FileStamp
  }

  private let path: String?
  private let known: Mutex<[String: Known]?> = Mutex(nil)

  /// A memo in this file; without one every library is opened.
  public init(at path: String?) {
    self.path = path
  }

  /// The library that this search gave before, else what `open` finds.
  public func library<Failure: Error>(
    _ name: String, by search: LibrarySearch,
    opening open: () throws(Failure) -> EngineDescription?
  ) throws(Failure) -> EngineDescription? {
    guard let path else { return try open() }
    let wish = ([name, search.explicit ?? ""] + search.folders).joined(separator: "\n")
    let memo = known.withLock { known in
      let memo = known ?? SealedFile.value([String: Known].self, at: path) ?? [:]
      known = memo
      return memo
    }
    if let library = memo[wish], FileStamp(of: library.path) == library.stamp {
      return EngineDescription(
        name: library.name, version: library.version, path: library.path)
    }
    guard let found = try open() else { return nil }
    // One that the system's loader finds has no path, and is opened each time.
    if found.path.hasPrefix("/"), let stamp = FileStamp(of: found.path) {
      let entry = Known(
        name: found.name, version: found.version, path: found.path, stamp: stamp)
      let memo = known.withLock { known in
        known?[wish] = entry
        return known ?? [:]
      }
      // Without the memo the library is opened again, so nobody needs to hear of a failure.
      _ = try? SealedFile.save(memo, durably: false, at: path)
    }
    return found
  }
}
