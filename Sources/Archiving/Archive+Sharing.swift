internal import Storing
internal import Vocabulary

/// Versions that several machines share: bundles named `versions/<notebook>/<edition>/v<number>`.
extension Archive {
  /// Brings the newest version of every edition that is shared and newer than what is here; of one
  /// notebook, or of all. Tells what was brought.
  @discardableResult
  public func pull(_ notebook: String? = nil) throws(ArchiveError) -> [Version] {
    guard let shelf else { return [] }
    let names = try sharing { () throws(StorageError) in
      try shelf.names(in: notebook.map { "\(Self.shared)/\($0)" } ?? Self.shared)
    }
    var newest: [EditionName: Int] = [:]
    for name in names {
      let parts = name.split(separator: "/").map(String.init).dropFirst()
      guard parts.count >= 3, let last = parts.last, let number = versionNumber(last),
        let place = try? EditionName(
          notebook: parts.dropLast(2).joined(separator: "/"), edition: parts[parts.endIndex - 2])
      else { continue }
      // A folder of notebooks has others below it.
      if let notebook, place.notebook != notebook { continue }
      newest[place] = max(newest[place] ?? 0, number)
    }
    var brought: [Version] = []
    for (place, number) in newest.sorted(by: { $0.key.path < $1.key.path }) {
      try output.make()
      let folder = try output.makeInside(place.path)
      guard Self.newest(in: folder) < number else { continue }
      guard try adopt(number, of: place, in: folder) else { continue }
      try pointLatest(in: folder)
      brought.append(Version(place: place, number: number))
    }
    if !brought.isEmpty { try refreshFrontPage() }
    return brought
  }

  /// Gives every version that is here to others; tells which they did not have.
  public func push() throws(ArchiveError) -> [Version] {
    guard let shelf else { return [] }
    let known = Set(
      try sharing { () throws(StorageError) in try shelf.names(in: Self.shared) })
    var given: [Version] = []
    for edition in editions() {
      for number in edition.versions {
        let version = Version(place: edition.place, number: number)
        let name = Self.name(number, of: edition.place)
        guard !known.contains(name) else { continue }
        let isClaimed = try sharing { () throws(StorageError) in
          try shelf.claim(try shelf.sendBytes(of: path(of: version)), as: name)
        }
        guard isClaimed else {
          throw ArchiveError(
            .changedContent, "\(version) is shared with other content",
            solutions: ["move the version that is here away, and pull"])
        }
        given.append(version)
      }
    }
    return given
  }

  /// Brings one version, in one step; false when it is not shared as a whole. One that is known to be
  /// taken is waited for.
  func adopt(
    _ number: Int, of place: EditionName, in folder: Folder, isTaken: Bool = false
  ) throws(ArchiveError) -> Bool {
    guard let shelf else { return false }
    let name = Self.name(number, of: place)
    let staging = try Staging(in: folder)
    defer { staging.discard() }
    let isLaid = try sharing { () throws(StorageError) in
      try shelf.lay(name, into: staging.path, patience: isTaken ? 10 : 0)
    }
    guard isLaid else { return false }
    try staging.folder.sync()
    _ = try staging.move(to: folder.folder("v\(number)"))
    return true
  }

  static func name(_ number: Int, of place: EditionName) -> String {
    "\(shared)/\(place.path)/v\(number)"
  }

  static let shared = "versions"
}

/// Does something with a shared store, whose complaints become the archive's.
func sharing<Result>(
  _ work: () throws(StorageError) -> Result
) throws(ArchiveError) -> Result {
  do throws(StorageError) {
    return try work()
  } catch {
    throw ArchiveError(.system, error.description, solutions: error.solutions)
  }
}
