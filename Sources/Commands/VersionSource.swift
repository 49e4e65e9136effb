internal import Archiving
internal import Comparing
internal import Vocabulary

/// Finds versions by any address that people use, and reads them.
struct VersionSource {
  let archive: Archive
  let project: Project

  /// The files of the version that an address names: a path, `credit/monthly@2021-01/v3`, `latest`,
  /// `previous`, `failed` (the newest failed run), a run, or a git revision with a path.
  func folder(_ address: String) throws -> ReportFolder {
    if let path = failedRun(address) {
      return ReportFolder(reading: path, as: project.shown(path))
    }
    let here = Paths.absolute(address, in: project.workingDirectory)
    if Files.kind(here) == nil, GitRevision.isAddress(address) {
      return try GitRevision(address: address, workingDirectory: project.workingDirectory).folder()
    }
    return folder(try archive.resolve(VersionAddress(address, in: project)))
  }

  /// The files of a version that was found.
  func folder(_ resolved: Archive.Resolved) -> ReportFolder {
    ReportFolder(
      reading: resolved.path, as: resolved.version?.description ?? project.shown(resolved.path))
  }

  /// The version before another: of its edition, or the newest of the edition before.
  func predecessor(of version: Version) throws(ArchiveError) -> Version {
    let editions = archive.editions().filter { $0.place.notebook == version.place.notebook }
    guard let index = editions.firstIndex(where: { $0.place == version.place }) else {
      throw ArchiveError(.notFound, "\(version) is not in \(archive.outputPath)")
    }
    if let number = editions[index].versions.last(where: { $0 < version.number }) {
      return Version(place: version.place, number: number)
    }
    guard index > 0 else {
      throw ArchiveError(
        .notFound, "nothing was published before \(version)",
        solutions: ["`washi diff A B` compares any two versions"])
    }
    return editions[index - 1].newest
  }

  private func failedRun(_ address: String) -> String? {
    let runs = project.path(".washi/runs")
    let names = Files.names(in: runs).filter { !$0.hasPrefix(".") }
    // The names of runs sort by time.
    let name = address == "failed" ? names.last : names.first { $0 == address }
    return name.map { "\(runs)/\($0)" }
  }
}
