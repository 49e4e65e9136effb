internal import Archiving
internal import Synchronization

/// The versions as the workplace shows them: what lies in the output folder, remembered for as long
/// as it cannot have changed.
final class Shelf: Sendable {
  let archive: Archive
  private let now: @Sendable () -> Int64
  private let facts = Mutex<[Version: ReportFacts]>([:])
  private let listing = Mutex<(at: Int64, editions: [Archive.Edition])?>(nil)

  /// A list of editions is good for so many milliseconds.
  private static let freshness: Int64 = 1000
  private static let remembered = 2000

  init(_ archive: Archive, now: @escaping @Sendable () -> Int64) {
    self.archive = archive
    self.now = now
  }

  /// Every edition that has a version, sorted by notebook and edition.
  func editions() -> [Archive.Edition] {
    let time = now()
    if let known = listing.withLock({ $0 }), (0..<Self.freshness).contains(time - known.at) {
      return known.editions
    }
    let editions = archive.editions()
    listing.withLock { $0 = (time, editions) }
    return editions
  }

  /// The editions of a notebook, oldest first.
  func editions(of notebook: String) -> [Archive.Edition] {
    editions().filter { $0.place.notebook == notebook }
  }

  /// What a version's `report.json` says; versions never change, so it is read once.
  func facts(of version: Version) -> ReportFacts? {
    if let known = facts.withLock({ $0[version] }) { return known }
    guard let read = archive.facts(of: version) else { return nil }
    facts.withLock { facts in
      if facts.count >= Self.remembered { facts.removeAll() }
      facts[version] = read
    }
    return read
  }

  /// The version that an address names, with its edition.
  func version(_ place: Route.Place) throws(Problem) -> (version: Version, edition: Archive.Edition)
  {
    // A version that was just published may be younger than the list.
    for isSecondLook in [false, true] {
      if isSecondLook { listing.withLock { $0 = nil } }
      guard
        let edition = editions(of: place.notebook).first(where: {
          $0.place.edition == place.edition
        })
      else { continue }
      guard let number = place.version else { return (edition.newest, edition) }
      if edition.versions.contains(number) {
        return (Version(place: edition.place, number: number), edition)
      }
    }
    throw .notFound(
      "There is no version \(place.notebook)@\(place.edition)\(place.version.map { "/v\($0)" } ?? "").",
      "バージョン \(place.notebook)@\(place.edition)\(place.version.map { "/v\($0)" } ?? "") はありません。")
  }

  /// The version before another: of its edition, or the newest of the edition before.
  func predecessor(of version: Version) -> Version? {
    let editions = editions(of: version.place.notebook)
    guard let index = editions.firstIndex(where: { $0.place == version.place }) else { return nil }
    if let number = editions[index].versions.last(where: { $0 < version.number }) {
      return Version(place: version.place, number: number)
    }
    return index > 0 ? editions[index - 1].newest : nil
  }

  /// A plain file of a version, no link passed; its path on disk.
  func file(_ name: String, of version: Version) throws(Problem) -> String {
    try Self.file(name, in: archive.path(of: version))
  }

  /// A plain file in a folder, no link passed.
  static func file(_ name: String, in folder: String) throws(Problem) -> String {
    let path = "\(folder)/\(name)"
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") }),
      DiskFile.size(of: path) != nil, let real = DiskFile.realPath(path),
      let home = DiskFile.realPath(folder), real == "\(home)/\(name)"
    else { throw .notFound("There is no file `\(name)`.", "ファイル「\(name)」はありません。") }
    return path
  }
}

extension ReportFacts {
  /// The first figure that the author made a tile of, with its text.
  var keyFigure: (name: String, label: String, value: Double?, text: String)? {
    figures.first { $0.step.kind == "metric" }.map { name, _, figure in
      (name, figure.label ?? name, figure.value, figure.valueText)
    }
  }
}
