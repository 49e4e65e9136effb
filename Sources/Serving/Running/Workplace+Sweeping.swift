internal import GRDB
internal import Logging
internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension Workplace {
  /// Uploads are looked through so often, in milliseconds.
  private static let sweepingPause: Int64 = 3_600_000

  /// Takes uploads away that are old and that no open order needs. Their rows stay where they were
  /// put; only the copy that waited for an order goes.
  func sweepUploads() async {
    let now = now()
    let isTime = sweptAt.withLock { last in
      guard last == nil || now - (last ?? 0) >= Self.sweepingPause else { return false }
      last = now
      return true
    }
    guard isTime else { return }
    let oldest = now - Int64(settings.uploadDays) * 86_400_000
    let places = places
    do {
      let kept = try await store.sweepUploads(before: oldest)
      let count = try await blocking {
        var count = 0
        for name in DiskFile.names(in: places.uploads) where !kept.contains(name) {
          // What came in just now may not be noted yet.
          guard let age = DiskFile.age(of: "\(places.uploads)/\(name)"), age > 3600 else {
            continue
          }
          unsafe unlink("\(places.uploads)/\(name)")
          count += 1
        }
        return count
      }
      if count > 0 { log.info("\(count) uploads that no order needs were taken away") }
    } catch is CancellationError {
      return
    } catch {
      log.error("old uploads stay: \(error)")
    }
  }
}

extension WorkplaceStore {
  /// Forgets uploads from before a time that no open order needs; tells the digests that stay.
  func sweepUploads(before oldest: Int64) async throws -> Set<String> {
    let open = try await openJobs().flatMap { $0.uploads.map(\.digest) }
    return try await write { database in
      for digest in try String.fetchAll(
        database, sql: "SELECT digest FROM uploads WHERE createdAt < ?", arguments: [oldest])
      where !open.contains(digest) {
        try database.execute(
          sql: "DELETE FROM uploads WHERE digest = ? AND createdAt < ?",
          arguments: [digest, oldest])
      }
      return Set(try String.fetchAll(database, sql: "SELECT digest FROM uploads")).union(open)
    }
  }
}

extension DiskFile {
  /// Seconds since a file was written.
  static func age(of path: String) -> Double? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let written = status.st_mtimespec.tv_sec
    #else
      let written = status.st_mtim.tv_sec
    #endif
    return Double(time(nil) - written)
  }
}
