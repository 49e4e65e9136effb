internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension Archive {
  /// Where an address leads.
  public struct Resolved: Sendable, Hashable {
    /// The version's folder.
    public var path: String
    /// The version; nil for a folder outside of `output/`, such as a failed run's.
    public var version: Version?
  }

  /// The version that an address names; a wrong address says which part is wrong and what there is.
  public func resolve(_ address: VersionAddress) throws(ArchiveError) -> Resolved {
    guard case .name(let notebook, let edition, let version) = address.parts else {
      return try resolve(path: address.description)
    }
    let all = editions()
    if let notebook, !all.contains(where: { $0.place.notebook == notebook }),
      Folder.kind(at: address.description) != nil
    {
      return try resolve(path: address.description)
    }
    guard let recent = mostRecent(all) else {
      throw ArchiveError(
        .notFound, "nothing is published in \(output.path) yet", path: output.path,
        solutions: ["`washi run NOTEBOOK` publishes a report"])
    }
    let name = notebook ?? recent.place.notebook
    let editions = all.filter { $0.place.notebook == name }
    guard !editions.isEmpty else {
      throw Self.unknown("notebook", name, address, among: unique(all.map(\.place.notebook)))
    }
    // Without a notebook, `latest` is what was published last, whatever its name.
    let chosen = notebook == nil ? recent : try choose(edition, editions, address)
    let number = try choose(version, chosen, editions, address)
    return Resolved(path: path(of: number), version: number)
  }

  private func choose(
    _ slot: VersionAddress.Slot, _ editions: [Edition], _ address: VersionAddress
  ) throws(ArchiveError) -> Edition {
    let found: Edition?
    switch slot {
    case .latest: found = editions.last
    case .previous:
      found = editions.dropLast().last
      if found == nil { throw Self.nothingBefore(address, editions.last?.newest) }
    case .named(let name):
      found = editions.first { $0.place.edition == name }
      if found == nil {
        throw Self.unknown("edition", name, address, among: editions.map(\.place.edition))
      }
    }
    guard let found else { throw ArchiveError(.notFound, "`\(address)` names no edition") }
    return found
  }

  private func choose(
    _ slot: VersionAddress.Slot, _ edition: Edition, _ editions: [Edition],
    _ address: VersionAddress
  ) throws(ArchiveError) -> Version {
    switch slot {
    case .latest: return edition.newest
    case .previous:
      if let number = edition.versions.dropLast().last {
        return Version(place: edition.place, number: number)
      }
      // The first version of an edition follows the newest one of the edition before.
      if let before = editions.prefix(while: { $0 != edition }).last { return before.newest }
      throw Self.nothingBefore(address, edition.newest)
    case .named(let name):
      if let number = versionNumber(name), edition.versions.contains(number) {
        return Version(place: edition.place, number: number)
      }
      throw ArchiveError(
        .notFound, "there is no version `\(name)` of \(edition.place)",
        solutions: ["its newest is `v\(edition.newest.number)`"])
    }
  }

  /// The edition whose newest version was put in place last; the last by name when several were.
  private func mostRecent(_ editions: [Edition]) -> Edition? {
    var best: (time: (Int, Int), edition: Edition)?
    for edition in editions {
      var status = stat()
      guard unsafe stat(path(of: edition.newest), &status) == 0 else { continue }
      #if canImport(Darwin)
        let time = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
      #else
        let time = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
      #endif
      if time >= best?.time ?? (.min, 0) { best = (time, edition) }
    }
    return best?.edition
  }

  private func resolve(path: String) throws(ArchiveError) -> Resolved {
    var folder = path
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    if Folder.kind(at: folder) == .file, let cut = folder.lastIndex(of: "/") {
      folder = String(folder[..<cut])
    }
    if Folder(folder).kind(of: "report.json") == nil, Folder(folder).kind(of: "latest") == .link {
      folder += "/latest"
    }
    guard Folder(folder).kind(of: "report.json") == .file, let real = realPath(folder) else {
      throw ArchiveError(
        .notFound, "\(path) holds no report", path: path,
        solutions: ["name a version's folder, the one with index.html and report.json in it"])
    }
    let version = editions().lazy.flatMap { edition in
      edition.versions.map { Version(place: edition.place, number: $0) }
    }.first { realPath(self.path(of: $0)) == real }
    return Resolved(path: folder, version: version)
  }

  private func realPath(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  private func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  private static func unknown(
    _ kind: String, _ name: String, _ address: VersionAddress, among names: [String]
  ) -> ArchiveError {
    ArchiveError(
      .notFound,
      "there is no \(kind) `\(name)`"
        + (name == address.description ? "" : " (in `\(address)`)"),
      solutions: solutions(forUnknown: name, among: names) + ["`washi log` lists what there is"])
  }

  private static func nothingBefore(_ address: VersionAddress, _ first: Version?) -> ArchiveError {
    ArchiveError(
      .notFound,
      "`\(address)`: nothing was published before"
        + (first.map { " \($0)" } ?? ""),
      solutions: ["`washi log` lists what there is"])
  }
}
