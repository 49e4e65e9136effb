public import Reporting
internal import Steps
internal import Storing
internal import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension Archive {
  /// Publishes a report as the next version of its edition, or finds that the newest one has the
  /// same bytes.
  ///
  /// The version appears in one step and never changes afterwards. Several processes may publish
  /// at the same time: equal reports share a version, different ones get numbers of their own.
  public func keep(_ report: Report) throws(ArchiveError) -> Kept {
    guard report.isSuccess, !report.isWithheld else {
      throw ArchiveError(.misuse, "the report of a failed or refused run is not published")
    }
    let place = try EditionName(notebook: report.notebook, edition: report.edition)
    try output.make()
    let folder = try output.makeInside(place.path)
    Staging.sweep(folder)
    let digest = Self.digest(of: report)
    let (number, isNew) = try publish(report, digest, as: place, in: folder)
    var remarks: [String] = []
    do throws(ArchiveError) { try pointLatest(in: folder) } catch { remarks.append("\(error)") }
    do throws(ArchiveError) { try refreshFrontPage() } catch { remarks.append("\(error)") }
    return Kept(
      version: Version(place: place, number: number), path: folder.path(of: "v\(number)"),
      isNew: isNew, digest: digest, remarks: remarks)
  }

  /// Keeps the report of a run that failed or was refused, for its author's eyes; tells the folder.
  public func keepFailed(_ report: Report, run id: String) throws(ArchiveError) -> String {
    let runs = try state.makeInside("runs")
    Staging.sweep(runs)
    let staging = try Staging(in: runs)
    defer { staging.discard() }
    try Self.fill(staging.folder, with: report)
    let place = runs.folder(id)
    guard try staging.move(to: place) else {
      throw ArchiveError(.misuse, "\(place.path) is there already", path: place.path)
    }
    return place.path
  }

  /// A folder for the files that a run makes while it lasts; leftovers of killed runs are removed.
  public func workspace() throws(ArchiveError) -> Staging {
    try state.makeState()
    let running = try state.makeInside("running")
    Staging.sweep(running)
    return try Staging(in: running)
  }

  private func publish(
    _ report: Report, _ digest: Fingerprint, as place: EditionName, in folder: Folder
  ) throws(ArchiveError) -> (number: Int, isNew: Bool) {
    var compared = Self.newest(in: folder)
    if compared > 0, Self.digest(of: folder.folder("v\(compared)")) == digest {
      return (compared, false)
    }
    let staging = try Staging(in: folder)
    // After the move there is nothing left to discard.
    defer { staging.discard() }
    try Self.fill(staging.folder, with: report)
    try staging.folder.sync()
    // The bytes go ahead; the claim of a number is what publishes them to other machines.
    let bundle = try shelf.map { shelf throws(ArchiveError) in
      try sharing { () throws(StorageError) in try shelf.sendBytes(of: staging.path) }
    }
    while true {
      // Somebody else may have published meanwhile, perhaps the same bytes.
      let newest = Self.newest(in: folder)
      if newest > compared, Self.digest(of: folder.folder("v\(newest)")) == digest {
        return (newest, false)
      }
      compared = newest
      let next = folder.folder("v\(newest + 1)")
      if let shelf, let bundle {
        let name = Self.name(newest + 1, of: place)
        let isOurs = try sharing { () throws(StorageError) in try shelf.claim(bundle, as: name) }
        guard isOurs else {
          // Another machine has that number, and its version is what the next one is compared with.
          guard try adopt(newest + 1, of: place, in: folder, isTaken: true) else {
            throw ArchiveError(
              .changedContent, "\(name) is taken by a version that cannot be read whole",
              solutions: ["look at it in \(shelf.store.description)", "run it again later"])
          }
          continue
        }
      }
      if try staging.move(to: next) {
        try Folder.syncEntry(folder.path)
        return (newest + 1, true)
      }
      // Another process here may have brought what was claimed a moment ago.
      if bundle != nil, Self.digest(of: next) == digest { return (newest + 1, true) }
    }
  }

  private static func fill(_ folder: Folder, with report: Report) throws(ArchiveError) {
    for file in report.files {
      let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }), !file.path.contains("\0")
      else {
        throw ArchiveError(.unsafeName, "`\(file.path)` cannot be a file of a version")
      }
      switch file.content {
      case .text(let text): try folder.put(Array(text.utf8), at: file.path)
      case .bytes(let bytes): try folder.put(bytes, at: file.path)
      case .staged(let artifact):
        let copied = try folder.copy(artifact.stagedAt, to: file.path)
        guard copied == artifact.digest else {
          throw ArchiveError(
            .changedContent, "\(artifact.stagedAt) changed after its step had written it",
            path: artifact.stagedAt, solutions: ["run it again while nothing else writes there"])
        }
      }
    }
  }

  /// Lets `latest` lead to the newest version; it never goes back.
  func pointLatest(in folder: Folder) throws(ArchiveError) {
    let lock = try FolderLock(folder)
    defer { withExtendedLifetime(lock) {} }
    for name in folder.names() where name.hasPrefix(".latest-") {
      unsafe unlink(folder.path(of: name))
    }
    while true {
      let target = "v\(Self.newest(in: folder))"
      guard folder.target(of: "latest") != target else { return }
      let temporary = folder.path(of: ".latest-\(UInt64.random(in: 0 ... .max))")
      guard unsafe symlink(target, temporary) == 0 else {
        throw .system("make the link", temporary)
      }
      guard unsafe rename(temporary, folder.path(of: "latest")) == 0 else {
        let code = errno
        unsafe unlink(temporary)
        throw .system("switch the link", folder.path(of: "latest"), code)
      }
    }
  }
}
