internal import Planning
internal import Steps
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

/// Results of steps on disk, found again by what decided them.
///
/// Each result is a folder named by the fingerprint of its key: a sealed `entry`, and beside it the
/// files that it tells the digests of. A folder is written elsewhere and renamed into place, so that
/// several runs share a cache safely; what turns out not to be what was written is dropped.
/// For example: `ResultCache(at: ".washi/cache")`.
public struct ResultCache: Sendable {
  /// The cache's folder, absolute.
  public let folder: String
  /// The digests of files that were read before.
  public let digests: DigestMemo
  /// The snapshots that were taken before.
  let snapshots: SnapshotMemo
  /// The libraries that were opened before.
  public let libraries: LibraryMemo
  /// Where the results of other machines are found, and this one's are given to them.
  public var shared: SharedResults?

  /// A cache in this folder, which need not be there yet.
  public init(at folder: String) {
    self.folder = folder
    digests = DigestMemo(at: "\(folder)/files.json")
    snapshots = SnapshotMemo(at: "\(folder)/snapshots.json")
    libraries = LibraryMemo(at: "\(folder)/libraries.json")
  }

  /// What the results' folders lie in.
  var results: String { "\(folder)/results" }

  /// The folder of a result.
  func place(of key: ResultKey) -> String { "\(results)/\(key.fingerprint)" }

  /// The result of this key; one that was damaged is dropped.
  ///
  /// Of the files beside it only the sizes are looked at: whoever reads one asks `isWhole` first.
  func result(of key: ResultKey) -> StoredResult? {
    let place = place(of: key)
    let entry = "\(place)/entry"
    guard unsafe access(entry, F_OK) == 0 || adopt(key) else { return nil }
    guard let stored = SealedFile.value(StoredResult.self, at: entry),
      stored.key.fingerprint == key.fingerprint,
      stored.files.allSatisfy({ FileStamp(of: "\(place)/\($0.name)")?.size == Int64($0.size) })
    else {
      drop(key)
      return nil
    }
    // Its last use, by which the cache is cleaned.
    unsafe utimensat(AT_FDCWD, entry, nil, 0)
    return stored
  }

  /// Whether a file of a result holds the bytes that were written.
  func isWhole(_ file: StoredResult.File, of key: ResultKey) -> Bool {
    let found = try? Fingerprint.ofFile(at: "\(place(of: key))/\(file.name)")
    return found.map { $0.0 == file.digest && $0.size == file.size } ?? false
  }

  /// Takes a result away, at once for everybody.
  func drop(_ key: ResultKey) {
    Self.remove(place(of: key))
  }

  /// Puts a result into place, with the files that lie in `draft`, a folder that may then be gone;
  /// another run may have been quicker with the same.
  func keep(_ stored: StoredResult, from draft: String) throws {
    try SealedFile.save(stored, at: "\(draft)/entry")
    for file in stored.files { try Self.sync("\(draft)/\(file.name)") }
    try FileManager.default.createDirectory(atPath: results, withIntermediateDirectories: true)
    if try !move(draft, to: stored.key) { try putCopy(of: draft, stored) }
    shared?.give(place(of: stored.key), as: stored.key.fingerprint)
  }

  /// Copies a folder into place: the cache lies on another disk.
  private func putCopy(of draft: String, _ stored: StoredResult) throws {
    let copy = "\(results)/\(UInt64.random(in: 0 ... .max)).draft"
    defer { _ = try? FileManager.default.removeItem(atPath: copy) }
    do {
      try FileManager.default.copyItem(atPath: draft, toPath: copy)
    } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
      errno = ENOSPC
      throw FileError(system: results)
    }
    for name in stored.files.map(\.name) + ["entry"] { try Self.sync("\(copy)/\(name)") }
    guard try move(copy, to: stored.key) else { throw FileError(system: results) }
  }

  /// Gives a folder its place, where another run may have been quicker; false when it lies on another
  /// disk.
  private func move(_ draft: String, to key: ResultKey) throws(FileError) -> Bool {
    // Renaming a folder never replaces one with something in it.
    if unsafe rename(draft, place(of: key)) == 0 { return true }
    let code = errno
    if code == ENOTEMPTY || code == EEXIST { return true }
    if code == EXDEV { return false }
    errno = code
    throw FileError(system: results)
  }

  /// Removes a folder or file; a folder vanishes in one step before it is taken apart.
  static func remove(_ place: String) {
    let aside = "\(place).\(UInt64.random(in: 0 ... .max)).dropped"
    let isAside = unsafe rename(place, aside) == 0
    // What cannot be removed is removed by the next cleaning.
    try? FileManager.default.removeItem(atPath: isAside ? aside : place)
  }

  /// Makes `path` another name of a file, or a copy where the disk does not know that.
  static func place(_ source: String, at path: String) throws {
    if unsafe link(source, path) == 0 { return }
    try FileManager.default.copyItem(atPath: source, toPath: path)
  }

  private static func sync(_ path: String) throws(FileError) {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(system: path) }
    defer { close(file) }
    guard fsync(file) == 0 || errno == EINVAL else { throw FileError(system: path) }
  }
}
