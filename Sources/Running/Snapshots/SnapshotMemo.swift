internal import Synchronization
internal import Vocabulary

/// Which snapshot files and reader options gave before, so that what is kept already is not read and
/// written again.
final class SnapshotMemo: Sendable {
  /// A Parquet file by its digest.
  struct Known: Sendable, Hashable, Codable {
    var digest: Fingerprint
    var size: Int
    var rows: Int
  }

  private let path: String?
  private let known: Mutex<[String: Known]?> = Mutex(nil)

  /// The most snapshots that are remembered; a memo that has grown beyond begins anew.
  private static let limit = 20_000

  /// A memo in this file; without one nothing is remembered.
  init(at path: String?) {
    self.path = path
  }

  /// What the rows of this key are kept as.
  subscript(key: Fingerprint) -> Known? {
    guard let path else { return nil }
    return known.withLock { known in
      let memo = known ?? SealedFile.value([String: Known].self, at: path) ?? [:]
      known = memo
      return memo[key.description]
    }
  }

  /// Notes and writes down what was learned.
  func remember(_ news: [Fingerprint: Known]) {
    guard let path, !news.isEmpty else { return }
    let memo = known.withLock { known in
      var memo = known ?? SealedFile.value([String: Known].self, at: path) ?? [:]
      if memo.count + news.count > Self.limit { memo = [:] }
      for (key, value) in news { memo[key.description] = value }
      known = memo
      return memo
    }
    // Without the memo files are read again, so nobody needs to hear of a failure.
    _ = try? SealedFile.save(memo, durably: false, at: path)
  }
}
