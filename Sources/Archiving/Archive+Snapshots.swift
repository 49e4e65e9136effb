public import Vocabulary

extension Archive {
  /// The snapshots that versions refer to, all versions of all editions, those of the notebooks
  /// within among them.
  ///
  /// Throws when a version does not say: nothing that it refers to must be taken away.
  public func referredSnapshots() throws(ArchiveError) -> Set<Fingerprint> {
    var referred: Set<Fingerprint> = []
    for edition in editions() {
      for number in edition.versions {
        let version = Version(place: edition.place, number: number)
        guard let facts = facts(of: version) else {
          throw ArchiveError(
            .changedContent, "the report.json of \(version) cannot be read",
            path: path(of: version),
            solutions: ["restore it: which snapshots it refers to is not known without it"])
        }
        referred.formUnion(
          (facts.snapshots ?? []).compactMap { Fingerprint(hexadecimal: $0.sha256) })
      }
    }
    return referred
  }
}
