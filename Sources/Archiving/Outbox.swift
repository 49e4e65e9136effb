#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// What is still to be told to the outside: errands that outlive the process that made them.
///
///     .washi/outbox/<id>/entry.json      what is to be done; never changes
///                       /progress.json   how far it has got
///
/// An errand appears in one step and is gone when it is done. Whoever works on one holds a lock that
/// the system drops however the process ends. For example: `try Outbox(in: ".washi").add(id, bytes)`.
public struct Outbox: Sendable {
  private let folder: Folder
  private static let entryFile = "entry.json"
  private static let progressFile = "progress.json"
  private static let awayPrefix = "away-"

  /// The outbox in the state folder, which is made when something is added.
  public init(in state: String) {
    folder = Folder(state).folder("outbox")
  }

  /// Puts an errand in, durably; one of this name that is there already stays as it is.
  public func add(_ id: String, _ entry: [UInt8]) throws(ArchiveError) {
    try folder.make()
    Staging.sweep(folder)
    let staging = try Staging(in: folder)
    defer { staging.discard() }
    try staging.folder.put(entry, at: Self.entryFile)
    try staging.folder.sync()
    _ = try staging.move(to: folder.folder(id))
    try Folder.syncEntry(folder.path)
  }

  /// The names of all errands, oldest first as their names begin with a time.
  public var ids: [String] {
    folder.names().filter { folder.folder($0).kind(of: Self.entryFile) == .file }
  }

  /// What is to be done.
  public func entry(_ id: String) throws(ArchiveError) -> [UInt8] {
    try folder.folder(id).bytes(of: Self.entryFile)
  }

  /// How far it has got; nil when nobody has begun.
  public func progress(_ id: String) -> [UInt8]? {
    try? folder.folder(id).bytes(of: Self.progressFile)
  }

  /// Takes an errand; nil when somebody else works on it, or it is done.
  public func claim(_ id: String) -> Claim? {
    let place = folder.folder(id)
    let lock = unsafe open(place.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard lock >= 0 else { return nil }
    let isHeld = flock(lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    guard !isHeld, place.kind(of: Self.entryFile) == .file else {
      close(lock)
      return nil
    }
    return Claim(id: id, place: place, lock: lock)
  }

  /// An errand in the hands of this process.
  public final class Claim: Sendable {
    /// Its name.
    public let id: String
    private let place: Folder
    private let lock: Int32

    fileprivate init(id: String, place: Folder, lock: Int32) {
      self.id = id
      self.place = place
      self.lock = lock
    }

    deinit {
      close(lock)
    }

    /// What is to be done.
    public func entry() throws(ArchiveError) -> [UInt8] {
      try place.bytes(of: Outbox.entryFile)
    }

    /// How far it has got; nil when nobody has begun.
    public func progress() -> [UInt8]? {
      guard place.kind(of: Outbox.progressFile) == .file else { return nil }
      return try? place.bytes(of: Outbox.progressFile)
    }

    /// Notes how far it has got.
    public func note(_ progress: [UInt8]) throws(ArchiveError) {
      try place.replace(Outbox.progressFile, with: progress)
    }

    /// Takes it out: it is done, or nobody wants it any more.
    public func end() {
      place.remove()
    }
  }

  // MARK: Services that are away

  /// Notes when a service was found to be away.
  public func noteAway(_ service: String, at milliseconds: Int64) {
    try? folder.make()
    try? folder.replace(Self.awayName(service), with: Array(String(milliseconds).utf8))
  }

  /// Notes that a service answers.
  public func notePresent(_ service: String) {
    unsafe unlink(folder.path(of: Self.awayName(service)))
  }

  /// When a service was last found to be away; nil when it answered since.
  public func away(_ service: String) -> Int64? {
    let name = Self.awayName(service)
    guard folder.kind(of: name) == .file, let bytes = try? folder.bytes(of: name) else {
      return nil
    }
    return Int64(String(decoding: bytes, as: UTF8.self))
  }

  private static func awayName(_ service: String) -> String {
    let safe = service.unicodeScalars.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        ? Character(scalar) : "-"
    }
    return awayPrefix + String(safe.prefix(100))
  }
}
