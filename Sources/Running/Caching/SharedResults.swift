internal import Planning
public import Storing
internal import Synchronization
internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The results that several machines share.
///
/// A store that cannot be reached does not end a run: work is done again, and the complaint is kept
/// for whoever tells. After the first one no further call is made.
public final class SharedResults: Sendable {
  private let shelf: Shelf
  private let first: Mutex<StorageError?> = Mutex(nil)

  /// The results on a shelf.
  public init(_ shelf: Shelf) {
    self.shelf = shelf
  }

  /// What kept the store from doing its part.
  public var complaint: StorageError? { first.withLock(\.self) }

  /// Lays a result out in a folder that is not there yet; false when there is none, or no whole one.
  func take(_ key: Fingerprint, into folder: String) -> Bool {
    attempt { () throws(StorageError) in
      guard let bundle = try shelf.bundle(Self.name(key)) else { return false }
      return try shelf.lay(bundle, into: folder)
    } ?? false
  }

  /// Gives a result to others.
  func give(_ folder: String, as key: Fingerprint) {
    _ = attempt { () throws(StorageError) in
      try shelf.keep(folder, as: Self.name(key))
      return true
    }
  }

  private func attempt(_ work: () throws(StorageError) -> Bool) -> Bool? {
    guard complaint == nil else { return nil }
    do throws(StorageError) {
      return try work()
    } catch {
      first.withLock { $0 = $0 ?? error }
      return nil
    }
  }

  /// The folder of the results on the shelf.
  public static let folder = "cache"

  private static func name(_ key: Fingerprint) -> String { "\(folder)/\(key)" }
}

extension ResultCache {
  /// Takes a result over from the shared ones; false when they do not have it.
  func adopt(_ key: ResultKey) -> Bool {
    guard let shared else { return false }
    let draft = "\(results)/\(key.fingerprint).\(UInt64.random(in: 0 ... .max)).taken"
    defer { try? FileManager.default.removeItem(atPath: draft) }
    guard shared.take(key.fingerprint, into: draft) else { return false }
    // Somebody here may have been quicker, with the same.
    let isInPlace = unsafe rename(draft, place(of: key)) == 0
    return isInPlace || errno == ENOTEMPTY || errno == EEXIST
  }
}
