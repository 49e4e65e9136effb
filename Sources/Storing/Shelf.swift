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

/// Bundles in a store: the bytes of their files by content, and a manifest for each by name.
///
///     blobs/ab/ab12...       the bytes of a file, named by their SHA-256
///     NAME.json              the manifest: paths, sizes and digests, under its own digest
///
/// Bytes come first and the manifest last, so a bundle is there whole or not at all: whoever dies
/// between leaves only bytes that no manifest names, which `clean` removes.
public struct Shelf: Sendable {
  /// The store.
  public let store: any ObjectStore

  /// The bundles of a store.
  public init(_ store: any ObjectStore) {
    self.store = store
  }

  /// Keeps the files of a folder under a name, in place of what was there.
  public func keep(_ folder: String, as name: String) throws(StorageError) {
    let bundle = try sendBytes(of: folder)
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    try scratch.write(bundle.sealed, as: Self.manifest(name))
    try store.put(scratch.path)
  }

  /// Sends the bytes of a folder's files ahead; the bundle can then be claimed.
  public func sendBytes(of folder: String) throws(StorageError) -> Bundle {
    let bundle = try Bundle(of: folder)
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    for file in bundle.files {
      try scratch.take("\(folder)/\(file.path)", as: Self.blob(file.digest))
    }
    try store.put(scratch.path)
    return bundle
  }

  /// Gives a bundle, whose bytes were sent, a name that nobody has taken; false when somebody has.
  public func claim(_ bundle: Bundle, as name: String) throws(StorageError) -> Bool {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    try scratch.write(bundle.sealed, as: "manifest")
    return try store.create("\(scratch.path)/manifest", as: Self.manifest(name))
  }

  /// The bundle of a name; nil when there is none, or no whole one.
  public func bundle(_ name: String) throws(StorageError) -> Bundle? {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    guard try store.get(Self.manifest(name), to: "\(scratch.path)/manifest") else { return nil }
    return scratch.bytes("manifest").flatMap(Bundle.init(sealed:))
  }

  /// Lays the files of a bundle out below a folder; false when one of them is missing or damaged.
  public func lay(_ bundle: Bundle, into folder: String) throws(StorageError) -> Bool {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let blobs = Set(bundle.files.map { Self.blob($0.digest) }).sorted()
    try store.get(blobs, into: scratch.path)
    for file in bundle.files {
      let bytes = "\(scratch.path)/\(Self.blob(file.digest))"
      guard FileManager.default.fileExists(atPath: bytes) else { return false }
      let (digest, size) = try Bundle.digest(of: bytes)
      guard digest == file.digest, size == file.size else { return false }
    }
    do {
      for file in bundle.files {
        let target = "\(folder)/\(file.path)"
        try FileManager.default.createDirectory(
          atPath: ScratchFolder.above(target), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          atPath: "\(scratch.path)/\(Self.blob(file.digest))", toPath: target)
      }
    } catch {
      throw StorageError("cannot write below \(folder): \(error)")
    }
    return true
  }

  /// Lays the bundle of a name out below a folder; false when there is none, or no whole one.
  ///
  /// Of a name that is known to be taken a store may show the bytes a little later: it is asked again
  /// that many times, within half a minute for ten.
  public func lay(
    _ name: String, into folder: String, patience: Int = 0
  ) throws(StorageError) -> Bool {
    for turn in 0...patience {
      if turn > 0 { usleep(UInt32(turn) * 500_000) }
      if let bundle = try bundle(name), try lay(bundle, into: folder) { return true }
    }
    return false
  }

  /// The names of the bundles in a folder, as far as the store lists them.
  public func names(in folder: String) throws(StorageError) -> [String] {
    try store.objects(in: folder).map(\.name).filter { $0.hasSuffix(Self.ending) }
      .map { String($0.dropLast(Self.ending.count)) }.sorted()
  }

  // MARK: Cleaning

  /// What was or would be removed.
  public struct Cleaning: Sendable, Hashable {
    /// Bundles of the cache.
    public var results = 0
    /// Bytes that nothing names, by files.
    public var blobs = 0
    /// The bytes of both.
    public var bytes = 0
  }

  /// Removes bundles of a folder that are older than a time, and bytes that no manifest names.
  ///
  /// Bytes of the last day stay, as somebody may be about to name them; times are seconds since 1970.
  public func clean(
    _ folder: String, before limit: Double, at now: Double, isTrial: Bool
  ) throws(StorageError) -> Cleaning {
    var cleaning = Cleaning()
    let objects = try store.objects(in: "")
    let old = objects.filter {
      $0.name.hasPrefix("\(folder)/") && $0.name.hasSuffix(Self.ending) && $0.modified < limit
    }
    let manifests = Set(
      objects.map(\.name).filter { $0.hasSuffix(Self.ending) && !$0.hasPrefix("blobs/") }
    ).subtracting(old.map(\.name)).sorted()
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    try store.get(manifests, into: scratch.path)
    var named: Set<String> = []
    var torn: [String] = []
    for manifest in manifests {
      guard let bundle = scratch.bytes(manifest).flatMap(Bundle.init(sealed:)) else {
        // Of a result that is not whole nothing is lost; anything else is for people to look at.
        guard manifest.hasPrefix("\(folder)/") else {
          throw StorageError("\(store.description): \(manifest) is not whole; nothing was removed")
        }
        torn.append(manifest)
        continue
      }
      named.formUnion(bundle.files.map { Self.blob($0.digest) })
    }
    let stale = objects.filter { object in
      (object.name.hasPrefix("blobs/") && !named.contains(object.name)
        || object.name.hasPrefix("claims/") || torn.contains(object.name)
        || object.name.hasSuffix(".draft")) && object.modified < now - 86_400
    }
    cleaning.results = old.count
    cleaning.blobs = stale.count
    cleaning.bytes = (old + stale).reduce(0) { $0 + $1.size }
    if !isTrial {
      // First what names bytes, then the bytes.
      try store.remove(old.map(\.name))
      try store.remove(stale.map(\.name))
    }
    return cleaning
  }

  private static let ending = ".json"

  static func manifest(_ name: String) -> String { name + ending }

  static func blob(_ digest: Fingerprint) -> String {
    "blobs/\(digest.description.prefix(2))/\(digest)"
  }
}
