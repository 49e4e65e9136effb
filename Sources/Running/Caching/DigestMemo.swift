public import Steps
internal import Synchronization
public import Vocabulary

/// Digests of files, remembered by the files' stamps so that large ones are read once.
///
/// Content decides: the stamp only tells whether it must be read again. A file that changed within
/// the last two seconds is not remembered, as a further change might leave its stamp as it is.
public final class DigestMemo: Sendable {
  private struct Known: Codable {
    var stamp: FileStamp
    var digest: Fingerprint
  }

  private struct State {
    var files: [String: Known]?
    var isChanged = false
  }

  private let path: String?
  private let state = Mutex(State())

  /// The most files that are remembered; a memo that has grown beyond begins anew.
  private static let limit = 20_000

  /// A memo in this file; without one, every file is read.
  public init(at path: String?) {
    self.path = path
  }

  /// The digest and the size of the file at `path`, which is absolute.
  ///
  /// A file that changes while it is read is read again, at most three times.
  public func digest(of path: String) throws(FileError) -> (Fingerprint, size: Int) {
    for _ in 0..<3 {
      let now = FileStamp.now()
      let stamp = FileStamp(of: path)
      if let stamp, let known = known(path), known.stamp == stamp {
        return (known.digest, Int(stamp.size))
      }
      let found = try Fingerprint.ofFile(at: path)
      guard let stamp, FileStamp(of: path) == stamp else { continue }
      if !stamp.isRacy(at: now) { remember(path, Known(stamp: stamp, digest: found.0)) }
      return found
    }
    return try Fingerprint.ofFile(at: path)
  }

  /// Writes down what was learned.
  public func save() {
    guard let path else { return }
    let files = state.withLock { state -> [String: Known]? in
      defer { state.isChanged = false }
      return state.isChanged ? state.files : nil
    }
    // Without the memo files are read again, so nobody needs to hear of a failure.
    if let files { _ = try? SealedFile.save(files, durably: false, at: path) }
  }

  private func known(_ path: String) -> Known? {
    guard let memo = self.path else { return nil }
    return state.withLock { state in
      if state.files == nil {
        state.files = SealedFile.value([String: Known].self, at: memo) ?? [:]
      }
      return state.files?[path]
    }
  }

  private func remember(_ path: String, _ known: Known) {
    guard self.path != nil else { return }
    state.withLock { state in
      if state.files?.count ?? 0 >= Self.limit { state.files = [:] }
      state.files?[path] = known
      state.isChanged = true
    }
  }
}
